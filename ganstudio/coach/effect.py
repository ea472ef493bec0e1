"""What changed after a remedy: figures of a stretch before a change of the settings, and of one some time after it.

A look is a whole stretch of training, never a single tick. What comes right after a change is left out: there the
networks find a new balance.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ganstudio import config as cfg
from ganstudio.coach.finding import Effect
from ganstudio.coach.record import Numbers, Record
from ganstudio.coach.suspicion import Suspicion
from ganstudio.coach.windows import MIN_TICKS, WINDOW_STEPS
from ganstudio.config import SETTINGS
from ganstudio.events import Marked

MAX_FIGURES = 2  # of an effect
SETTLING_STEPS = WINDOW_STEPS  # rounds after a change that are left out
FOLLOWED_STEPS = 10 * WINDOW_STEPS  # rounds after the end of a fault that are looked at
MIN_PULSES = 2  # readings of a gauge that is read every some seconds
MIN_MOTIONS = 3  # the same of one that is read more often


@dataclass(frozen=True)
class _Stretch:
    """A time in which to look: the rounds after a step, up to another; `fault`: those of them that the fault lasted."""

    first: int
    last: int
    fault: int


@dataclass(frozen=True)
class _Gauged:
    """A figure of the ticks: its mean over the newest window of a stretch, of so many values at least."""

    name: str
    columns: tuple[str, ...]
    combine: Callable[..., Numbers] = lambda values: values
    count: int = MIN_TICKS

    def look(self, record: Record, stretch: _Stretch) -> float | None:
        """Return the mean; None if too few values are known."""
        steps = record.ticks.column("step")
        is_rare = self.count < MIN_TICKS  # such values may be far back, from before the fault
        during = (steps > (stretch.fault if is_rare else stretch.first)) & (steps <= stretch.last)
        values = self.combine(*(record.ticks.column(name)[during] for name in self.columns))
        known = np.isfinite(values)
        values, steps = values[known], steps[during][known]
        if len(values) < self.count:
            return None
        in_window = int(np.count_nonzero(steps > stretch.last - WINDOW_STEPS))
        return float(values[-max(in_window, self.count) :].mean())


@dataclass(frozen=True)
class _Measured:
    """A figure of the measurements: the newest of a stretch."""

    name: str
    field: str

    def look(self, record: Record, stretch: _Stretch) -> float | None:
        """Return its newest value; None if there is none."""
        found = [one for one in record.measures_since(stretch.fault) if one.step <= stretch.last]
        value = getattr(found[-1], self.field) if found else None
        return None if value is None else float(value)


def _pulse(name: str, column: str) -> _Gauged:
    return _Gauged(name, (column,), count=MIN_PULSES)


def _motion(name: str, column: str) -> _Gauged:
    return _Gauged(name, (column,), count=MIN_MOTIONS)


_ACCURACY = _Gauged("accuracy of D", ("d_acc",))
_COVERAGE = _Measured("coverage", "coverage")
_MODES = _Measured("modes found", "modes")
_TWINS = _pulse("pictures of G that have a twin", "twins_raw")
_SIZE = _Gauged("loss, either network", ("d_loss", "g_loss"), lambda d, g: np.fmax(np.abs(d), np.abs(g)))
_OFF = _Gauged("distance of D(x) from 0.5", ("d_real",), lambda real: np.abs(real - 0.5))
_FIGURES: dict[str, tuple[_Gauged | _Measured, ...]] = {
    "C1": (_Gauged("D(G(z))", ("d_fake",)), _ACCURACY, _COVERAGE),
    "C2": (_Gauged("V(D, G)", ("value",)), _ACCURACY),
    "C3": (_TWINS, _COVERAGE, _MODES),
    "C4": (_MODES, _COVERAGE),
    "C5": (_Measured("KL of the classes", "kl"), _COVERAGE),
    "C6": (
        _Gauged("largest loss of D", ("d_loss_max",)),
        _Gauged("largest loss of G", ("g_loss_max",)),
    ),
    "C7": (_SIZE,),
    "C8": (_motion("change of G's weights", "g_move"), _motion("change of D's weights", "d_move")),
    "C9": (_motion("change of G's weights", "g_move"), _COVERAGE),
    "C11": (_pulse("near-copies", "copies"), _COVERAGE),
    "C12": (_OFF, _COVERAGE),
    "C14": (_pulse("distance of the average from G", "lag"),),
    "C15": (_pulse("pictures of another class", "wrong_class"),),
}


def after_change(one: Suspicion, record: Record) -> Effect | None:
    """Return what the last change while a fault lasted has done; None if it was taken back, or it is too early."""
    last = record.last_step if one.cleared is None else one.cleared
    since = [mark for mark in record.felt_changes if one.found <= mark.step <= last]
    if not since:
        return None
    series = _series(record.felt_changes, since[-1].step)
    text = _describe(series)
    begin, end = series[0].step, series[-1].step
    earlier = max((mark.step for mark in record.felt_changes if mark.step < begin), default=0)
    later = min((mark.step for mark in record.felt_changes if mark.step > end), default=record.last_step)
    settled = max(end + SETTLING_STEPS, one.cleared or 0)
    now = later if one.cleared is None else min(later, settled + FOLLOWED_STEPS)
    if not text or begin - earlier < WINDOW_STEPS or now - settled < WINDOW_STEPS:
        return None
    looks = _Stretch(earlier, begin, max(earlier, one.began - 1)), _Stretch(settled, now, settled)
    figures: list[tuple[str, float, float]] = []
    for figure in _FIGURES.get(one.id, ()):
        before, after = (figure.look(record, stretch) for stretch in looks)
        if before is not None and after is not None and len(figures) < MAX_FIGURES:
            figures.append((figure.name, before, after))
    return Effect(end, text, tuple(figures)) if figures else None


def _series(changes: Sequence[Marked], last: int) -> list[Marked]:
    """Return the changes up to a step that came so soon one after the other that none can be judged alone."""
    series: list[Marked] = []
    for mark in reversed([mark for mark in changes if mark.step <= last]):
        if series and series[0].step - mark.step >= WINDOW_STEPS:
            break
        series.insert(0, mark)
    return series


def _describe(series: Sequence[Marked]) -> str:
    """Return what a series of changes comes to, in words; "" if all of it was taken back."""
    texts: dict[str, str] = {}
    for path in dict.fromkeys(mark.path for mark in series):
        marks = [mark for mark in series if mark.path == path]
        if path not in SETTINGS:
            texts[path] = marks[-1].text
        elif marks[0].old != marks[-1].new:
            is_one = len(marks) == 1
            texts[path] = marks[0].text if is_one else cfg.describe_change(path, marks[0].old, marks[-1].new)
    return "; ".join(texts.values())
