"""What the coach finds: a fault, the numbers that show it, and what may mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ganstudio.text import format_number, one_line


class Severity(StrEnum):
    """How bad a finding is."""

    RED = "red"  # the run will not recover on its own
    AMBER = "amber"  # it learns less than it could
    GREEN = "green"  # it has learned what it can
    INFO = "info"  # what is seen misleads


SEVERITIES = tuple(Severity)  # the worst first


class RemedyKind(StrEnum):
    """What it takes to try a remedy."""

    LIVE = "live"  # settings that can change while the run trains
    BRANCH = "branch"  # settings that can change in a branch only
    NEW_RUN = "new run"  # settings that belong to the run as a whole
    WAIT = "wait"  # nothing is changed: the run can end here


@dataclass(frozen=True)
class Figure:
    """A number that shows a fault, with the threshold that it passed.

    Parameters
    ----------
    name
        What it is, for users: "D(G(z))".
    value, threshold
        Both in the same unit. A threshold of None: the number is there for orientation.
    below
        Whether values below the threshold are the fault; otherwise those above it.
    """

    name: str
    value: float
    threshold: float | None = None
    below: bool = False


def figure_text(figure: Figure) -> str:
    """Return a number with its threshold, for users: "D(G(z)) 0.010, below 0.050"."""
    text = f"{one_line(figure.name)} {_number(figure.value)}"
    if figure.threshold is None:
        return text
    return f"{text}, {'below' if figure.below else 'above'} {_number(figure.threshold)}"


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    text = format_number(value)
    return f"{value:.2g}" if text.startswith("0.00") and value else text  # a learning rate of 0.0025 is not 0.003


@dataclass(frozen=True)
class Remedy:
    """What may mend a fault.

    Parameters
    ----------
    text
        What is done, for users, without a full stop.
    kind
        What it takes.
    changes
        Values of settings by dotted name.
    back_to
        Step of a checkpoint from before it began, to go back to; None: go on from where the run is.
    """

    text: str
    kind: RemedyKind
    changes: Mapping[str, Any] = field(default_factory=dict)
    back_to: int | None = None


@dataclass(frozen=True)
class Effect:
    """What changed after a change of the settings.

    Parameters
    ----------
    step
        Step of the change.
    change
        What was changed, in words.
    figures
        (name, before it, now) of the figures that tell, the most telling first.
    """

    step: int
    change: str
    figures: tuple[tuple[str, float, float], ...]


def effect_text(effect: Effect) -> str:
    """Return what changed, for users: "Since R1: 0 -> 1 at step 900: recall 0.10, now 0.45."."""
    figures = "; ".join(f"{name} {_number(before)}, now {_number(now)}" for name, before, now in effect.figures)
    return f"Since step {effect.step:,} ({one_line(effect.change)}): {figures}."


@dataclass(frozen=True)
class Finding:
    """A fault of a run, or the good news that it has learned what it can.

    Parameters
    ----------
    id
        "C1" ... "C15", the same for ever.
    severity
        How bad it is.
    began, found
        Step of the first update that shows it, and step at which that was sure.
    cleared
        Step at which it was over; None: it is not.
    title, text
        A few words, and two sentences: what happens, and what it means.
    figures
        The numbers that show it, the most telling first.
    remedies
        What may mend it, the best first; none once it is over.
    cleared_by
        The change of a setting after which it was over, in words; "" if there was none.
    sound
        Last step at which the run is known to have been sound; None: when it began.
    effect
        What changed after the last change of a setting since it was found; None: none was made, or it is too early.
    """

    id: str
    severity: Severity
    began: int
    found: int
    cleared: int | None
    title: str
    text: str
    figures: tuple[Figure, ...]
    remedies: tuple[Remedy, ...] = ()
    cleared_by: str = ""
    effect: Effect | None = None
    sound: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.cleared is None


def as_of(findings: Sequence[Finding], step: int) -> list[Finding]:
    """Return findings as they were at a step, to which the run goes back: what was found or over later is not."""
    return [_reopened(one, step) for one in findings if one.found <= step]


def _reopened(one: Finding, step: int) -> Finding:
    if one.cleared is not None and one.cleared > step:
        one = replace(one, cleared=None, cleared_by="")
    return replace(one, effect=None)  # it compares with what came later
