"""Windows of updates: what is judged is a stretch of training, never a single tick."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganstudio.coach.finding import Figure, Severity
from ganstudio.coach.record import Numbers, Record
from ganstudio.coach.suspicion import Suspicion

WINDOW_STEPS = 150  # rounds that a window has at least
MIN_TICKS = 6  # that it has at least
WARM_UP_STEPS = 300  # nothing is judged before, nor before so many epochs
WARM_UP_EPOCHS = 0.1
HELD = 0.8  # share of the ticks of a window that must show a fault
CLEARED = 0.7  # of a threshold: where a fault that was found is over

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Spell:
    """A time in which a fault lasted, by indices of ticks; `cleared` is None if it goes on."""

    began: int
    found: int
    cleared: int | None


class Windows:
    """The windows that end at each tick of a record.

    Parameters
    ----------
    record
        The run.
    warm_up
        Whether the first rounds are left out.
    muted
        Whether windows that reach back over a change of settings are left out.
    length
        Rounds that a window has at least.
    during
        Ticks at which what is judged may be a fault, (N,); None: all. A fault is over with the others.
    """

    def __init__(
        self,
        record: Record,
        warm_up: bool = True,
        muted: bool = True,
        length: int = WINDOW_STEPS,
        during: Flags | None = None,
    ) -> None:
        self._length = length
        self._during = during
        self.steps = record.ticks.column("step")
        count = len(self.steps)
        before = np.searchsorted(self.steps, self.steps - length, side="right") - 1  # last tick before the window
        self.start = np.minimum(before + 1, np.arange(count) - MIN_TICKS + 1)  # (N,) index of its first tick
        quiet_from = self._quiet_from(record, warm_up, muted)
        first = np.where(self.start > 0, self.steps[np.maximum(self.start - 1, 0)], 0)  # the step it begins after
        self.complete: Flags = (self.start >= 0) & (first >= quiet_from) & (self.steps - first >= length)

    def _quiet_from(self, record: Record, warm_up: bool, muted: bool) -> Numbers:
        """Return for each tick the step before which nothing may be judged, (N,)."""
        quiet = np.zeros(len(self.steps))
        if warm_up:
            epochs = record.ticks.column("epoch")
            late = np.flatnonzero(epochs >= WARM_UP_EPOCHS)
            end = self.steps[late[0]] if len(late) else np.inf
            quiet[:] = max(WARM_UP_STEPS, end)
        marks: Sequence[int] = record.disturbances if muted else ()
        for index, step in enumerate(self.steps.tolist()):
            if place := bisect_right(marks, step):
                quiet[index] = max(quiet[index], marks[place - 1])
        return quiet

    def share(self, flags: Flags, known: Flags | None = None) -> Numbers:
        """Return the share of each window's ticks for which `flags` holds, (N,), of those that are known."""
        known = np.ones_like(flags) if known is None else known
        return _divide(self._sums(flags & known), self._sums(known))

    def mean(self, values: Numbers) -> Numbers:
        """Return the mean of each window's values, (N,), those that are nan left out."""
        known = np.isfinite(values)
        return _divide(self._sums(np.where(known, values, 0.0)), self._sums(known))

    def held(self, flags: Flags, known: Flags | None = None) -> Flags:
        """Return whether `flags` holds for most of the known ticks of each window, (N,)."""
        return np.nan_to_num(self.share(flags, known)) >= HELD

    def spells(self, strong: Flags, weak: Flags, showing: Flags | None = None, twice: bool = True) -> list[Spell]:
        """Return the times in which a fault lasted; it is over when a window no longer shows it even weakly.

        Parameters
        ----------
        strong, weak
            Whether the window that ends at a tick shows the fault, and whether it still shows a trace of it, (N,).
        showing
            Whether a tick itself shows it, (N,): it began with the first of them.
        twice
            Whether it is found only when it has held in all windows that end within one more window.
        """
        if self._during is not None:
            strong, weak = strong & self._during, weak & self._during
        found: list[Spell] = []
        began: int | None = None  # index of the first window of an unbroken series that shows it
        ended = 0  # index of the first tick after the last one
        current: Spell | None = None
        for index in np.flatnonzero(self.complete).tolist():
            if current is not None:
                if not (weak[index] or strong[index]):
                    found[-1] = Spell(current.began, current.found, index)
                    current, began, ended = None, None, index + 1
                continue
            if not strong[index]:
                began = None
                continue
            if began is None or not self.complete[began:index].all():
                began = index
            long = self.steps[index] - self.steps[began] >= self._length and index - began >= MIN_TICKS
            if long or not twice:
                current = Spell(self._first(max(int(self.start[began]), ended), index, showing), index, None)
                found.append(current)
        return found

    def _first(self, begin: int, end: int, showing: Flags | None) -> int:
        """Return the first tick from `begin` to `end` that shows a fault."""
        found = np.flatnonzero(showing[begin : end + 1]) if showing is not None else np.zeros(0, int)
        return begin + int(found[0]) if len(found) else begin

    def suspicion(self, id: str, severity: Severity, spell: Spell, figures: tuple[Figure, ...]) -> Suspicion:
        """Return what a spell shows, with its ticks as steps."""
        cleared = None if spell.cleared is None else int(self.steps[spell.cleared])
        began = int(self.steps[spell.began - 1]) if spell.began else 0
        return Suspicion(id, severity, began, int(self.steps[spell.found]), cleared, figures)

    def _sums(self, values: Numbers | Flags) -> Numbers:
        sums = _prefix(values)
        return sums[np.arange(len(values)) + 1] - sums[np.maximum(self.start, 0)]


def _prefix(values: Numbers | Flags) -> Numbers:
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))


def _divide(total: Numbers, count: Numbers) -> Numbers:
    result: Numbers = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return result
