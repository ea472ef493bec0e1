"""What differs between the settings of runs, changes while they were trained included. Knows no Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ganstudio import config as cfg
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.events import Marked, MarkKind
from ganstudio.gui.setup.form import is_relevant
from ganstudio.settings import MAX_SHORT_UNIT, Setting, format_value
from ganstudio.text import EN_DASH

_MOST = 3  # values in turn that are said; of more, the first and the last

Values = tuple[tuple[int, Any], ...]  # a setting's values in turn, and the step from which each held


@dataclass(frozen=True)
class Difference:
    """A setting in which runs differ: its name with the unit, and its values in each of the runs, in words."""

    path: str
    label: str
    values: tuple[str, ...]
    full: tuple[str, ...]  # none of several values left out


def values_of(config: RunConfig, marks: Sequence[Marked]) -> dict[str, Values]:
    """Values in turn of every setting of a run, by dotted name. config : as it is now.  marks : all of its history."""
    changes: dict[str, list[Marked]] = {}
    for mark in marks:
        if mark.kind == MarkKind.CHANGE and mark.path in SETTINGS:
            changes.setdefault(mark.path, []).append(mark)
    return {path: _in_turn(cfg.read(config, path), changes.get(path, [])) for path in SETTINGS}


def _in_turn(now: Any, changes: Sequence[Marked]) -> Values:
    if not changes:
        return ((0, now),)
    found: list[tuple[int, Any]] = [(0, changes[0].old)]
    for mark in changes:
        if found[-1][0] == mark.step:
            found.pop()  # changed again before a step was done: it never held
        if not found or found[-1][1] != mark.new:
            found.append((mark.step, mark.new))
    return tuple(found)


def between(runs: Sequence[tuple[RunConfig, Mapping[str, Values]]], order: Sequence[str]) -> list[Difference]:
    """Settings that are not the same in all runs, in that order of dotted names; those without effect in any, not."""
    found = []
    for path in order:
        said = [values[path] if is_relevant(SETTINGS[path], config) else None for config, values in runs]
        differs = len({_same(values[path]) for _, values in runs}) > 1
        if differs and len({_same(each) for each in said}) > 1:
            known = SETTINGS[path]
            found.append(
                Difference(
                    path,
                    _label(known),
                    tuple(_words(known, each, _MOST) for each in said),
                    tuple(_words(known, each, 1_000) for each in said),
                )
            )
    return found


def _same(values: Values | None) -> str:
    return repr(values)


def _label(known: Setting) -> str:
    unit = known.unit
    return f"{known.label} ({unit})" if len(unit) > MAX_SHORT_UNIT else known.label


def _words(known: Setting, values: Values | None, most: int) -> str:
    """ "0.001, 0.004 from step 241"."""
    if values is None:
        return EN_DASH
    said = [
        f"{format_value(known, value)} from step {step:,}" if step else format_value(known, value)
        for step, value in values
    ]
    return ", ".join(said if len(said) <= most else [said[0], "…", said[-1]])
