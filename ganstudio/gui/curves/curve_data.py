"""A curve of any length as the few points that a plot can show. Knows no Qt.

The whole history is kept. Beside it grow summaries of every 8, 64, 512, ... values, so that a million of them are drawn
from some thousand numbers, whatever part of them is in view, and no spike is lost.
"""

import math
import time
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_FACTOR = 8  # values of one level in one of the next
_LOW, _HIGH, _SUM, _KNOWN = range(4)  # rows of a summary
_CHUNK = 16_384  # values taken between two looks at the clock
_LOOK_BACK = 64  # values that one which is missing may be older than the last that is known
_LOOP = 256  # values up to which a plain loop beats arrays


class History(Protocol):
    """What curves are read from: columns of equal length."""

    def column(self, name: str) -> Floats: ...


class Growing:
    """Rows of numbers that grow by doubling."""

    def __init__(self, rows: int, kind: type[np.floating[Any]] = np.float64) -> None:
        self._data = np.empty((rows, 1024), kind)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> npt.NDArray[np.floating[Any]]:
        """View (rows, N)."""
        return self._data[:, : self._count]

    def extend(self, more: Floats) -> None:
        """Append `more` (rows, M)."""
        needed = self._count + more.shape[1]
        if needed > self._data.shape[1]:
            grown = np.empty((len(self._data), max(needed, 2 * self._data.shape[1])), self._data.dtype)
            grown[:, : self._count] = self.values
            self._data = grown
        self._data[:, self._count : needed] = more
        self._count = needed


def _summary(values: npt.NDArray[np.floating[Any]]) -> Floats:
    """Values and their smoothed line (2, N) as summaries of one value each (4, N)."""
    raw, line = values.astype(np.float64)
    known = np.isfinite(line)
    return np.stack((raw, raw, np.where(known, line, 0.0), known))


def _merge(summary: Floats, size: int) -> Floats:
    """Summaries (4, N x size) -> (4, N)."""
    if size == 1:
        return summary
    parts = summary.reshape(4, -1, size)
    merged: Floats = parts.sum(axis=2)
    np.fmin.reduce(parts[_LOW], axis=1, out=merged[_LOW])
    np.fmax.reduce(parts[_HIGH], axis=1, out=merged[_HIGH])
    return merged


class Smoothed:
    """Exponential moving average of values as they come; a nan stays a nan and does not disturb the rest.

    With decay b: s_n = sum_k b^k x_(n-k) / sum_k b^k over the values there are, so the start is not biased (Kingma and
    Ba, 2015, section 3).
    """

    def __init__(self, decay: float) -> None:
        self._decay = decay
        self._carry = (0.0, 0.0)  # weighted sum of values, and of weights

    def extend(self, values: Floats) -> Floats:
        """Average (M,) at each of the next `values` (M,)."""
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
    """y with y[n] = decay y[n-1] + x[n] and y[-1] = carry."""
    if len(x) <= _LOOP:
        y = np.empty(len(x))
        for index, value in enumerate(x.tolist()):
            carry = decay * carry + value
            y[index] = carry
        return y
    columns = int(np.sqrt(len(x)))  # scan blocks side by side, then hand each the end of the one before
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
    """What to draw of a curve. nan parts a line; `raw` visits the lowest and the highest of each group in turn."""

    x: Floats
    line: Floats  # at x: mean of the smoothed values of the group
    raw_x: Floats
    raw: Floats


_NOTHING = Points(*(np.empty(0) for _ in range(4)))


class Curve:
    """One column of the history, smoothed, with its summaries."""

    def __init__(self, decay: float = 0.0) -> None:
        self._smoothed = Smoothed(decay)
        self._values = Growing(2, np.float32)  # as they came, and smoothed: a plot shows no more digits
        self._levels: list[Growing] = []  # of summaries; in place k a column for every 8**(k + 1) values
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, values: Floats) -> None:
        """Take what `values`, the whole column (N,), has more than was taken before."""
        more = np.asarray(values[self._count :])
        self._values.extend(np.stack((more, self._smoothed.extend(more))))
        self._count += len(more)
        level = 1
        while self._count >= _FACTOR**level:
            self._summarise(level)
            level += 1

    def _summarise(self, level: int) -> None:
        if level > len(self._levels):
            self._levels.append(Growing(4))
        here = self._levels[level - 1]
        start, stop = len(here) * _FACTOR, self._count // _FACTOR**level * _FACTOR
        if stop > start:
            here.extend(_merge(self._level(level - 1, start, stop), _FACTOR))

    def _level(self, level: int, start: int, stop: int) -> Floats:
        """Summaries (4, stop - start) of 8**level values each."""
        if level == 0:
            return _summary(self._values.values[:, start:stop])
        return np.asarray(self._levels[level - 1].values[:, start:stop], np.float64)

    def at(self, index: int) -> float:
        """Smoothed value at an index."""
        return float(self._values.values[1, index])

    def known(self, index: int) -> tuple[float, bool]:
        """Smoothed value at an index; where there is none, the newest of a few before it, and True: it is older."""
        recent = self._values.values[1, max(0, index + 1 - _LOOK_BACK) : index + 1]
        places = np.flatnonzero(np.isfinite(recent))
        if not len(places):
            return float("nan"), False
        return float(recent[places[-1]]), bool(places[-1] != len(recent) - 1)

    def points(self, x: Floats, start: int, stop: int, width: int) -> Points:
        """At most some `width` points for values start..stop; `x` (N,) is where each value stands."""
        stop = min(stop, self._count)
        if stop <= start:
            return _NOTHING
        group = 1
        while (stop - start) / group > width:
            group *= 2  # powers of two, aligned to the history: a pan or a new value moves no group
        groups = self._groups(start // group, -(-stop // group), group)
        centres = np.arange(start // group, start // group + groups.shape[1]) * group + group // 2
        at = x[np.minimum(centres, self._count - 1)]
        known = groups[_KNOWN] > 0
        line = np.divide(groups[_SUM], groups[_KNOWN], out=np.full(len(at), np.nan), where=known)
        if group == 1:
            return Points(at, line, at, groups[_LOW])
        return Points(at, line, np.repeat(at, 2), groups[[_LOW, _HIGH]].T.ravel())

    def _groups(self, first: int, last: int, group: int) -> Floats:
        """Summaries (4, last - first) of groups first..last; the newest may be incomplete."""
        level = min((group.bit_length() - 1) // 3, len(self._levels))
        ratio = group // _FACTOR**level
        whole = min(last, self._count // group)
        groups = _merge(self._level(level, first * ratio, whole * ratio), ratio)
        if last > whole:
            tail = self._level(0, max(first, whole) * group, self._count)
            groups = np.concatenate((groups, _merge(tail, tail.shape[1])), axis=1)
        return groups


class Curves:
    """Curves of several columns of one history, kept in step with it."""

    def __init__(self, columns: tuple[str, ...], decay: float = 0.0) -> None:
        self._columns, self._decay = columns, decay
        self._restart()

    def _restart(self) -> None:
        self._curves = {name: Curve(self._decay) for name in self._columns}
        self._count, self._last_step = 0, -1.0

    def __getitem__(self, column: str) -> Curve:
        return self._curves[column]

    def __len__(self) -> int:
        return self._count

    def set_decay(self, decay: float) -> None:
        """Smooth otherwise; the next `follow` takes the whole history anew."""
        if decay != self._decay:
            self._decay = decay
            self._restart()

    def follow(self, history: History, seconds: float = math.inf) -> bool:
        """Take what is new, for some `seconds` at most; False if there is more to take.

        Starts over if a resume replaced rows that were taken before.
        """
        steps = history.column("step")
        if self._count and (len(steps) < self._count or steps[self._count - 1] != self._last_step):
            self._restart()
        deadline = time.perf_counter() + seconds
        while self._count < len(steps):
            stop = min(len(steps), self._count + _CHUNK)
            for name, curve in self._curves.items():
                curve.extend(history.column(name)[:stop])
            self._count, self._last_step = stop, float(steps[stop - 1])
            if time.perf_counter() > deadline:
                break
        return self._count == len(steps)
