"""Differences between the settings of runs, with the changes during training. Knows no Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ganstudio import config as cfg
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.events import Marked, MarkKind
from ganstudio.gui.setup.form import is_relevant
from ganstudio.settings import MAX_SHORT_UNIT, Setting, format_value
from ganstudio.text import EN_DASH

_MAX_VALUES = 3  # of a setting in turn that are shown; of more, the first and the last
_ALL_VALUES = 1_000

SettingValues = tuple[tuple[int, Any], ...]  # the step from which each value of a setting held, and the value


@dataclass(frozen=True)
class Difference:
    """Setting in which runs differ.

    Parameters
    ----------
    path, label
        Its dotted name, and its name with the unit.
    values
        Its values in each run, as text.
    full
        The same with all values in turn, however many there are.
    """

    path: str
    label: str
    values: tuple[str, ...]
    full: tuple[str, ...]


def setting_values(config: RunConfig, marks: Sequence[Marked]) -> dict[str, SettingValues]:
    """Return the values in turn of every setting of a run, by dotted name.

    Parameters
    ----------
    config
        Settings now.
    marks
        All marks of the run's history.
    """
    changes: dict[str, list[Marked]] = {}
    for mark in marks:
        if mark.kind == MarkKind.CHANGE and mark.path in SETTINGS:
            changes.setdefault(mark.path, []).append(mark)
    return {path: _in_turn(cfg.read(config, path), changes.get(path, [])) for path in SETTINGS}


def _in_turn(now: Any, changes: Sequence[Marked]) -> SettingValues:
    if not changes:
        return ((0, now),)
    values: list[tuple[int, Any]] = [(0, changes[0].old)]
    for mark in changes:
        if values[-1][0] == mark.step:
            values.pop()  # changed again before the next step: it never held
        if not values or values[-1][1] != mark.new:
            values.append((mark.step, mark.new))
    return tuple(values)


def find_differences(
    runs: Sequence[tuple[RunConfig, Mapping[str, SettingValues]]], order: Sequence[str]
) -> list[Difference]:
    """Return the settings that are not the same in all runs, without those that have no effect in any.

    Parameters
    ----------
    runs
        Settings of each run, and their values in turn.
    order
        Dotted names in the order of the result.
    """
    differences = []
    for path in order:
        setting = SETTINGS[path]
        relevant = [values[path] if is_relevant(setting, config) else None for config, values in runs]
        differs = len({repr(values[path]) for _, values in runs}) > 1
        if differs and len(set(map(repr, relevant))) > 1:
            short = tuple(_format_values(setting, values, _MAX_VALUES) for values in relevant)
            full = tuple(_format_values(setting, values, _ALL_VALUES) for values in relevant)
            differences.append(Difference(path, _label(setting), short, full))
    return differences


def _label(setting: Setting) -> str:
    return f"{setting.label} ({setting.unit})" if len(setting.unit) > MAX_SHORT_UNIT else setting.label


def _format_values(setting: Setting, values: SettingValues | None, max_count: int) -> str:
    """Return values in turn as text: "0.001, 0.004 from step 241"; a dash where the setting has no effect."""
    if values is None:
        return EN_DASH
    texts = [
        f"{format_value(setting, value)} from step {step:,}" if step else format_value(setting, value)
        for step, value in values
    ]
    return ", ".join(texts if len(texts) <= max_count else [texts[0], "…", texts[-1]])
