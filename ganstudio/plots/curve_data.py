"""A curve of any length as the few points that a plot can show.

The whole history is kept. Beside it grow summaries of every 8, 64, 512, ... values, so that a million of them are drawn
from some thousand numbers, independently of the part in view, and no spike is lost.
"""

import math
import time
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_FACTOR = 8  # values of one level in one of the next
_LOW, _HIGH, _SUM, _KNOWN = range(4)  # rows of a summary: lowest, highest, sum and number of known values
_CHUNK = 16_384  # values taken before the clock is read again
_MAX_AGE = 64  # values since the newest known one, up to which it stands for a missing one
_MAX_LOOP = 256  # values up to which a plain loop beats arrays


class History(Protocol):
    """Columns of equal length that curves are read from."""

    def column(self, name: str) -> Floats:
        """Return the values of a column, (N,)."""


class GrowingRows:
    """Rows of numbers whose capacity grows by doubling."""

    def __init__(self, rows: int, kind: type[np.floating[Any]] = np.float64) -> None:
        self._data = np.empty((rows, 1024), kind)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> npt.NDArray[np.floating[Any]]:
        """View of all numbers, (rows, N)."""
        return self._data[:, : self._count]

    def extend(self, more: Floats) -> None:
        """Append `more`, (rows, M)."""
        needed = self._count + more.shape[1]
        if needed > self._data.shape[1]:
            grown = np.empty((len(self._data), max(needed, 2 * self._data.shape[1])), self._data.dtype)
            grown[:, : self._count] = self.values
            self._data = grown
        with np.errstate(over="ignore"):  # what float32 does not hold is infinite, and not drawn
            self._data[:, self._count : needed] = more
        self._count = needed


def _summary(values: npt.NDArray[np.floating[Any]]) -> Floats:
    """Return values and their smoothed line, (2, N), as summaries of one value each, (4, N)."""
    raw, line = values.astype(np.float64)
    known = np.isfinite(line)
    return np.stack((raw, raw, np.where(known, line, 0.0), known))


def _merge(summary: Floats, size: int) -> Floats:
    """Merge summaries (4, N * size) by `size` into (4, N)."""
    if size == 1:
        return summary
    parts = summary.reshape(4, -1, size)
    merged: Floats = parts.sum(axis=2)
    np.fmin.reduce(parts[_LOW], axis=1, out=merged[_LOW])
    np.fmax.reduce(parts[_HIGH], axis=1, out=merged[_HIGH])
    return merged


class ExponentialAverage:
    """Exponential moving average of values as they come; a nan stays a nan and does not change the rest.

    With decay b: s_n = sum_k b^k x_(n-k) / sum_k b^k over the values so far, so the start is not biased (Kingma and
    Ba, 2015, section 3).
    """

    def __init__(self, decay: float) -> None:
        self._decay = decay
        self._carry = (0.0, 0.0)  # weighted sum of values, and of weights

    def extend(self, values: Floats) -> Floats:
        """Return the average, (M,), at each of the next `values`, (M,)."""
        if self._decay == 0.0:
            return values
        known = np.isfinite(values)
        total = _scan(np.where(known, values, 0.0), self._decay, self._carry[0])
        weight = _scan(known.astype(np.float64), self._decay, self._carry[1])
        if len(values):
            self._carry = float(total[-1]), float(weight[-1])
        average: Floats = np.divide(total, weight, out=np.full(len(values), np.nan), where=known)
        return average


def _scan(x: Floats, decay: float, carry: float) -> Floats:
    """Return y with y[n] = decay y[n-1] + x[n] and y[-1] = carry."""
    if len(x) <= _MAX_LOOP:
        y = np.empty(len(x))
        for index, value in enumerate(x.tolist()):
            carry = decay * carry + value
            y[index] = carry
        return y
    columns = int(np.sqrt(len(x)))  # scan blocks side by side, then add to each the end of the one before
    rows = len(x) // columns
    blocks = np.ascontiguousarray(x[: rows * columns].reshape(rows, columns).T)  # (columns, rows)
    for index in range(1, columns):
        blocks[index] += decay * blocks[index - 1]
    starts = np.empty(rows)
    for index, end in enumerate(blocks[-1].tolist()):
        starts[index] = carry
        carry = end + decay**columns * carry
    blocks += decay ** np.arange(1, columns + 1)[:, None] * starts
    return np.concatenate((blocks.T.ravel(), _scan(x[rows * columns :], decay, carry)))


@dataclass(frozen=True)
class Points:
    """Points of a curve to draw; nan breaks a line, and `raw` goes through lowest and highest of each group in turn."""

    x: Floats
    line: Floats  # at x: mean of the smoothed values of the group
    raw_x: Floats
    raw: Floats


_NOTHING = Points(*(np.empty(0) for _ in range(4)))


class Curve:
    """Column of the history, smoothed, with its summaries."""

    def __init__(self, decay: float = 0.0) -> None:
        self._smoothed = ExponentialAverage(decay)
        self._values = GrowingRows(2, np.float32)  # unsmoothed and smoothed: a plot shows no more digits
        self._levels: list[GrowingRows] = []  # summaries; level k has a column for every 8**(k + 1) values
        self._count = 0
        self.is_known = False  # whether any of the values is finite

    def __len__(self) -> int:
        return self._count

    def extend(self, values: Floats) -> None:
        """Append those of `values`, the whole column (N,), that are new."""
        more = np.asarray(values[self._count :])
        self.is_known = self.is_known or bool(np.isfinite(more).any())
        self._values.extend(np.stack((more, self._smoothed.extend(more))))
        self._count += len(more)
        level = 1
        while self._count >= _FACTOR**level:
            self._summarise(level)
            level += 1

    def _summarise(self, level: int) -> None:
        if level > len(self._levels):
            self._levels.append(GrowingRows(4))
        here = self._levels[level - 1]
        start, stop = len(here) * _FACTOR, self._count // _FACTOR**level * _FACTOR
        if stop > start:
            here.extend(_merge(self._level(level - 1, start, stop), _FACTOR))

    def _level(self, level: int, start: int, stop: int) -> Floats:
        """Return summaries (4, stop - start) of 8**level values each."""
        if level == 0:
            return _summary(self._values.values[:, start:stop])
        return np.asarray(self._levels[level - 1].values[:, start:stop], np.float64)

    def value_at(self, index: int) -> float:
        """Return the smoothed value at an index."""
        return float(self._values.values[1, index])

    def latest_known(self, index: int) -> tuple[float, bool]:
        """Return the smoothed value at an index, or the newest known one shortly before it, and whether it is older."""
        recent = self._values.values[1, max(0, index + 1 - _MAX_AGE) : index + 1]
        places = np.flatnonzero(np.isfinite(recent))
        if not len(places):
            return float("nan"), False
        return float(recent[places[-1]]), bool(places[-1] != len(recent) - 1)

    def points(self, x: Floats, start: int, stop: int, width: int) -> Points:
        """Return about `width` points at most for the values start..stop; `x`, (N,), is where each value is."""
        stop = min(stop, self._count)
        if stop <= start:
            return _NOTHING
        group = 1
        while (stop - start) / group > width:
            group *= 2  # powers of two, aligned to the history: a pan or a new value moves no group
        groups = self._groups(start // group, math.ceil(stop / group), group)
        centres = np.arange(start // group, start // group + groups.shape[1]) * group + group // 2
        at = x[np.minimum(centres, self._count - 1)]
        known = groups[_KNOWN] > 0
        line = np.divide(groups[_SUM], groups[_KNOWN], out=np.full(len(at), np.nan), where=known)
        if group == 1:
            return Points(at, line, at, groups[_LOW])
        return Points(at, line, np.repeat(at, 2), groups[[_LOW, _HIGH]].T.ravel())

    def _groups(self, first: int, last: int, group: int) -> Floats:
        """Return summaries (4, last - first) of the groups first..last; the newest may be incomplete."""
        level = min((group.bit_length() - 1) // 3, len(self._levels))
        ratio = group // _FACTOR**level
        whole = min(last, self._count // group)
        groups = _merge(self._level(level, first * ratio, whole * ratio), ratio)
        if last > whole:
            tail = self._level(0, max(first, whole) * group, self._count)
            groups = np.concatenate((groups, _merge(tail, tail.shape[1])), axis=1)
        return groups


class Curves:
    """Curves of several columns of one history, which they follow."""

    def __init__(self, columns: tuple[str, ...], decay: float = 0.0) -> None:
        self._columns = columns
        self._decay = decay
        self._restart()

    def _restart(self) -> None:
        self._curves = {name: Curve(self._decay) for name in self._columns}
        self._count = 0
        self._last_step = -1.0

    def __getitem__(self, column: str) -> Curve:
        return self._curves[column]

    def __len__(self) -> int:
        return self._count

    def set_decay(self, decay: float) -> None:
        """Change the smoothing; the next `follow` reads the whole history again."""
        if decay != self._decay:
            self._decay = decay
            self._restart()

    def is_replaced(self, history: History) -> bool:
        """Return whether rows that were read have been cut off since, or replaced: the run was rewound."""
        steps = history.column("step")
        return bool(self._count and (len(steps) < self._count or steps[self._count - 1] != self._last_step))

    def follow(self, history: History, seconds: float = math.inf) -> bool:
        """Read what is new, for about `seconds` at most; return False if there is more to read.

        Starts over if a resumed run replaced rows that were read before.
        """
        if self.is_replaced(history):
            self._restart()
        steps = history.column("step")
        deadline = time.perf_counter() + seconds
        while self._count < len(steps):
            stop = min(len(steps), self._count + _CHUNK)
            for name, curve in self._curves.items():
                curve.extend(history.column(name)[:stop])
            self._count = stop
            self._last_step = float(steps[stop - 1])
            if time.perf_counter() > deadline:
                break
        return self._count == len(steps)
