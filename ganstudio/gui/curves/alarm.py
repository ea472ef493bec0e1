"""What the losses of a run say: that the training broke down, or that D has won. Knows no Qt.

A false alarm is worse than a late one: figures must leave their range far, for some time, after a warm-up.
"""

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ganstudio.events import Marked, MarkKind
from ganstudio.objectives import OBJECTIVES

LOSSES = {"d_loss": "D", "g_loss": "G"}  # columns, and whose loss they are
FACTOR = 100.0  # times the run's own median: out of range
_CALM = 10.0  # times the median: within range again
_LEAST = 0.1  # a median below it counts as this: a loss near 0 has no hundredfold that means anything
_WARM_UP = 20  # values before anything is judged
_LASTING = 4  # values in a row out of range
_RECOVERY = 12  # values in a row within range
_HOPELESS = 1e30  # float32 ends near 3e38: one value is enough
_SAMPLE = 1024  # values that the median is taken of: every second, fourth ... of a long run
_BLOCK = 2048  # values looked at together where all of them are calm

_WON_ACCURACY, _WON_FAKE = 0.97, 0.15  # least accuracy of D, most mean D(G(z))
_WON_SECONDS = 60.0  # of training
_WON_VALUES = 60  # at least


class Table(Protocol):
    """Columns of a run's history."""

    def __len__(self) -> int: ...

    def column(self, name: str) -> npt.NDArray[np.float64]: ...


@dataclass(frozen=True)
class Alarm:
    """Losses that left their range."""

    column: str  # of LOSSES: the one that left it first
    step: int  # of the first value out of range
    factor: float  # its largest value since, as a multiple of the run's median before


@dataclass(frozen=True)
class Won:
    """D tells nearly all pictures apart, and has for long."""

    step: int  # since when
    accuracy: float  # 0..1
    d_fake: float  # mean D(G(z)), 0..1


class _Range:
    """The range of one loss, value by value."""

    def __init__(self) -> None:
        self._sorted: list[float] = []  # sizes of calm values
        self._every = self._seen = 0
        self._high = self._low = 0  # values in a row out of range, and within it
        self._first = -1
        self.out_since: int | None = None  # index of the first value out of range; None while calm
        self.peak = 0.0  # as a multiple of the median

    def feed(self, values: npt.NDArray[np.float64], start: int) -> None:
        """Take values (N,), the first of which has the index `start`; nan is none."""
        sizes = np.abs(values)
        for place in range(0, len(sizes), _BLOCK):
            block = sizes[place : place + _BLOCK]
            known = block[np.isfinite(block)]
            calm = self.out_since is None and not self._high and len(self._sorted) >= _WARM_UP
            if calm and len(block) == _BLOCK and (not len(known) or known.max() < FACTOR * self._usual()):
                for size in known[:: max(1, self._every) * 8]:
                    self._learn(float(size))
                continue
            for index, size in enumerate(block.tolist()):
                if not math.isnan(size):
                    self._take(size, start + place + index)

    def _usual(self) -> float:
        return max(_LEAST, self._sorted[len(self._sorted) // 2])

    def _learn(self, size: float) -> None:
        self._seen += 1
        if self._every and self._seen % self._every:
            return
        insort(self._sorted, size)
        if len(self._sorted) >= _SAMPLE:
            del self._sorted[::2]
            self._every = max(2, 2 * self._every)

    def _take(self, size: float, index: int) -> None:
        if len(self._sorted) < _WARM_UP:
            self._learn(size)
            return
        times = size / self._usual()
        if self.out_since is None:
            self._watch(size, times, index)
            return
        self.peak = max(self.peak, times)
        self._low = self._low + 1 if times < _CALM else 0
        if self._low >= _RECOVERY:
            self.out_since, self._high = None, 0

    def _watch(self, size: float, times: float, index: int) -> None:
        if times < FACTOR:
            self._high = 0
            self._learn(size)
            return
        self._first = index if not self._high else self._first
        self.peak = max(self.peak, times) if self._high else times
        self._high += 1
        if self._high >= _LASTING or size > _HOPELESS:
            self.out_since, self._low = self._first, 0


class Watch:
    """Follows a run's history and says whether all is well. Begins anew where a resume took values back."""

    def __init__(self) -> None:
        self._restart()

    def _restart(self) -> None:
        self._ranges = {column: _Range() for column in LOSSES}
        self._count, self._last_step = 0, -1.0
        self._winning_since: int | None = None  # index

    def follow(self, history: Table) -> None:
        """Take what is new."""
        steps = history.column("step")
        if self._count and (len(steps) < self._count or steps[self._count - 1] != self._last_step):
            self._restart()
        if len(steps) == self._count:
            return
        for column, watched in self._ranges.items():
            watched.feed(history.column(column)[self._count :], self._count)
        self._follow_winner(history)
        self._count, self._last_step = len(steps), float(steps[-1])

    def _follow_winner(self, history: Table) -> None:
        accuracy, fake = (history.column(name)[self._count :] for name in ("d_acc", "d_fake"))
        lost = np.flatnonzero(~((accuracy >= _WON_ACCURACY) & (fake <= _WON_FAKE)) & np.isfinite(accuracy + fake))
        if len(lost):
            self._winning_since = self._count + int(lost[-1]) + 1
        elif self._winning_since is None:
            self._winning_since = self._count

    def alarm(self, history: Table) -> Alarm | None:
        """Which loss left its range and did not come back; None while they are calm."""
        out = [(watched.out_since, column) for column, watched in self._ranges.items() if watched.out_since is not None]
        if not out:
            return None
        index, column = min(out)
        return Alarm(column, int(history.column("step")[index]), self._ranges[column].peak)

    def won(self, history: Table, loss: str) -> Won | None:
        """Whether D has won; only under losses where D(x) is a probability."""
        since = self._winning_since
        if since is None or since >= self._count or loss not in OBJECTIVES or not OBJECTIVES[loss].probability:
            return None
        seconds = history.column("seconds")
        if self._count - since < _WON_VALUES or seconds[self._count - 1] - seconds[since] < _WON_SECONDS:
            return None
        recent = slice(max(since, self._count - _WON_VALUES), self._count)
        means = [float(np.nanmean(history.column(name)[recent])) for name in ("d_acc", "d_fake")]
        return Won(int(history.column("step")[since]), *means)


def cause(alarm: Alarm, marks: Sequence[Marked]) -> Marked | None:
    """The newest change of a setting before the losses left their range; of a series, from its first value on."""
    changes = [mark for mark in marks if mark.kind == MarkKind.CHANGE and mark.path and mark.step <= alarm.step]
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


def times(factor: float) -> str:
    """How many times, in words: "300 times", "20 million times", "3e15 times"."""
    for size, unit in ((1e12, ""), (1e9, " billion"), (1e6, " million")):
        if factor >= size:
            return f"{factor:.0e} times".replace("e+", "e") if not unit else f"{_round(factor / size)}{unit} times"
    return f"{_round(factor)} times"


def _round(number: float) -> str:
    return f"{float(f'{number:.1g}'):,.0f}"
