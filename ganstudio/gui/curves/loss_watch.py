"""Detectors of a training that broke down and of a D that has won, from the losses of a run. Knows no Qt.

A false alarm is worse than a late one: values must be far out of their range, for some time, after a warm-up.
"""

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ganstudio.config import SETTINGS
from ganstudio.events import Marked, MarkKind
from ganstudio.objectives import OBJECTIVES

LOSSES = {"d_loss": "D", "g_loss": "G"}  # column -> network
ALARM_FACTOR = 100.0  # times the median of the run: out of range
_CALM_FACTOR = 10.0  # times the median: within range again
_MIN_MEDIAN = 0.1  # a smaller median counts as this: a hundred times a loss near 0 means nothing
_WARM_UP = 20  # values before anything is judged
_MIN_ALARMING = 4  # values in a row out of range that raise an alarm
_MIN_CALM = 12  # values in a row within range that end it
_HOPELESS = 1e30  # float32 ends near 3e38: one such value raises an alarm
_MAX_SAMPLE = 1024  # values that the median is taken of: every second, fourth ... of a long run
_BLOCK = 2048  # values that are judged together if all of them are calm

_MIN_WON_ACCURACY = 0.97  # of D
_MAX_WON_FAKE = 0.15  # mean D(G(z))
_MIN_WON_SECONDS = 60.0  # of training
_MIN_WON_VALUES = 60


class Table(Protocol):
    """Columns of a run's history."""

    def __len__(self) -> int: ...

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """Return the values of a column, (N,)."""


@dataclass(frozen=True)
class Breakdown:
    """Losses that left their range and did not come back."""

    column: str  # of LOSSES: the one that left it first
    step: int  # of the first value out of range
    factor: float  # its largest value since, as a multiple of the run's median before


@dataclass(frozen=True)
class DiscriminatorWin:
    """Long time in which D has judged nearly all pictures correctly."""

    step: int  # since when
    accuracy: float  # 0..1
    d_fake: float  # mean D(G(z)), 0..1


class _LossRange:
    """Usual range of one loss, value by value."""

    def __init__(self) -> None:
        self._sorted: list[float] = []  # sizes of calm values
        self._every = 0  # of how many values one is in the sample; 0: all are
        self._seen = 0
        self._high = 0  # values in a row out of range
        self._low = 0  # values in a row within it
        self._first = -1
        self.out_since: int | None = None  # index of the first value out of range; None while calm
        self.peak = 0.0  # as a multiple of the median

    def feed(self, values: npt.NDArray[np.float64], start: int) -> None:
        """Judge values, (N,), the first of which has the index `start`; nan is no value."""
        sizes = np.abs(values)
        for place in range(0, len(sizes), _BLOCK):
            block = sizes[place : place + _BLOCK]
            known = block[np.isfinite(block)]
            calm = self.out_since is None and not self._high and len(self._sorted) >= _WARM_UP
            if calm and len(block) == _BLOCK and (not len(known) or known.max() < ALARM_FACTOR * self._median()):
                for size in known[:: max(1, self._every) * 8]:
                    self._learn(float(size))
                continue
            for index, size in enumerate(block.tolist()):
                if not math.isnan(size):
                    self._take(size, start + place + index)

    def _median(self) -> float:
        return max(_MIN_MEDIAN, self._sorted[len(self._sorted) // 2])

    def _learn(self, size: float) -> None:
        self._seen += 1
        if self._every and self._seen % self._every:
            return
        insort(self._sorted, size)
        if len(self._sorted) >= _MAX_SAMPLE:
            del self._sorted[::2]
            self._every = max(2, 2 * self._every)

    def _take(self, size: float, index: int) -> None:
        if len(self._sorted) < _WARM_UP:
            self._learn(size)
            return
        times = size / self._median()
        if self.out_since is None:
            self._watch(size, times, index)
            return
        self.peak = max(self.peak, times)
        self._low = self._low + 1 if times < _CALM_FACTOR else 0
        if self._low >= _MIN_CALM:
            self.out_since = None
            self._high = 0

    def _watch(self, size: float, times: float, index: int) -> None:
        if times < ALARM_FACTOR:
            self._high = 0
            self._learn(size)
            return
        self._first = index if not self._high else self._first
        self.peak = max(self.peak, times) if self._high else times
        self._high += 1
        if self._high >= _MIN_ALARMING or size > _HOPELESS:
            self.out_since = self._first
            self._low = 0


class LossWatch:
    """Detector that follows a run's history; it starts over if a resume removed values, and with another loss."""

    def __init__(self) -> None:
        self._restart(0)

    def _restart(self, since: int) -> None:
        self._since = since
        self._ranges = {column: _LossRange() for column in LOSSES}
        self._count = 0
        self._last_step = -1.0
        self._winning_since: int | None = None  # index

    def follow(self, history: Table, since: int = 0) -> None:
        """Read what is new; `since`: step at which the loss was changed, so that what was before is not compared."""
        steps = history.column("step")
        is_other = self._count and (len(steps) < self._count or steps[self._count - 1] != self._last_step)
        if is_other or since != self._since:
            self._restart(since)
        start = self._count or _first_after(steps, since)
        if len(steps) <= start:
            return
        for column, watched in self._ranges.items():
            watched.feed(history.column(column)[start:], start)
        self._follow_winner(history, start)
        self._count = len(steps)
        self._last_step = float(steps[-1])

    def _follow_winner(self, history: Table, start: int) -> None:
        accuracy, fake = (history.column(name)[start:] for name in ("d_acc", "d_fake"))
        wins = (accuracy >= _MIN_WON_ACCURACY) & (fake <= _MAX_WON_FAKE)
        lost = np.flatnonzero(~wins & np.isfinite(accuracy + fake))
        if len(lost):
            self._winning_since = start + int(lost[-1]) + 1
        elif self._winning_since is None:
            self._winning_since = start

    def breakdown(self, history: Table) -> Breakdown | None:
        """Return which loss left its range and did not come back; None while they are calm."""
        out = [(watched.out_since, column) for column, watched in self._ranges.items() if watched.out_since is not None]
        if not out:
            return None
        index, column = min(out)
        return Breakdown(column, int(history.column("step")[index]), self._ranges[column].peak)

    def win(self, history: Table, loss: str) -> DiscriminatorWin | None:
        """Return since when D has won; None if it has not, or if D(x) is not a probability under the loss."""
        since = self._winning_since
        if since is None or since >= self._count or loss not in OBJECTIVES or not OBJECTIVES[loss].probability:
            return None
        seconds = history.column("seconds")
        if self._count - since < _MIN_WON_VALUES or seconds[self._count - 1] - seconds[since] < _MIN_WON_SECONDS:
            return None
        recent = slice(max(since, self._count - _MIN_WON_VALUES), self._count)
        means = [float(np.nanmean(history.column(name)[recent])) for name in ("d_acc", "d_fake")]
        return DiscriminatorWin(int(history.column("step")[since]), *means)


def _first_after(steps: npt.NDArray[np.float64], since: int) -> int:
    """Return the index of the first tick with nothing in it from before a step."""
    first = int(np.searchsorted(steps, since, side="right"))
    return first if (steps[first - 1] if first else 0) >= since else first + 1


def find_cause(breakdown: Breakdown, marks: Sequence[Marked]) -> Marked | None:
    """Return the last change of a setting before the losses left their range; a series of changes counts as one."""
    changes = [mark for mark in marks if mark.kind == MarkKind.CHANGE and mark.path in SETTINGS]
    changes = [mark for mark in changes if mark.step <= breakdown.step]
    if not changes:
        return None
    newest = changes[-1]
    first = newest
    for mark in reversed(changes[:-1]):
        if mark.path != newest.path:
            break
        first = mark
    if first is newest:
        return newest
    return Marked(first.step, MarkKind.CHANGE, newest.text, newest.path, first.old, newest.new)


def format_times(factor: float) -> str:
    """Return a factor in words: "300 times", "20 million times", "3e15 times"."""
    for size, unit in ((1e12, ""), (1e9, " billion"), (1e6, " million")):
        if factor >= size:
            return f"{factor:.0e} times".replace("e+", "e") if not unit else f"{_round(factor / size)}{unit} times"
    return f"{_round(factor)} times"


def _round(number: float) -> str:
    return f"{float(f'{number:.1g}'):,.0f}"
