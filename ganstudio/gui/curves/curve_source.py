"""Source of curves: a history, its curves, and where their values are on the x axis."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ganstudio.plots.curve_data import Curves, Floats, History

UNITS = ("epoch", "step")  # columns that an x axis may count in


class RowColumns:
    """Fields of a few objects of one class as columns."""

    def __init__(self, rows: list[Any], names: tuple[str, ...]) -> None:
        table = np.array([[getattr(row, name) for name in names] for row in rows], np.float64)  # None -> nan
        self._columns: dict[str, npt.NDArray[np.float64]] = dict(
            zip(names, table.reshape(len(rows), len(names)).T, strict=True)
        )

    def column(self, name: str) -> Floats:
        """Return the values of a field, (N,); nan stands for None."""
        return self._columns[name]


class CurveSource:
    """Curves of some columns of a history, which may be another object each time it is read."""

    def __init__(self, read: Callable[[], History], columns: tuple[str, ...], decay: float = 0.0) -> None:
        self._read = read
        self._columns = columns
        self.curves = Curves(columns, decay)
        self.unit = UNITS[0]

    def __len__(self) -> int:
        """Return how many values the curves have read."""
        return len(self.curves)

    def restart(self, decay: float = 0.0) -> None:
        """Begin with another run."""
        self.curves = Curves(self._columns, decay)

    def follow(self, seconds: float = math.inf) -> bool:
        """Read what is new, for about `seconds` at most; return False if there is more to read."""
        return self.curves.follow(self._read(), seconds)

    def x(self) -> Floats:
        """Return where each value is on the x axis, (N,): of all values that were read, and maybe of newer ones.

        Where a rewind has replaced some since, they are read anew first: who moves the x axis before the next redraw
        would look for places that are there no more.
        """
        history = self._read()
        if self.curves.is_replaced(history):
            self.curves.follow(history, 0.0)
        return history.column(self.unit)

    def x_of(self, step: int) -> float:
        """Return where a step is on the x axis."""
        steps = self._read().column("step")
        return float(np.interp(step, steps, self.x())) if len(steps) and step else 0.0

    def nearest(self, x: float | None) -> int | None:
        """Return the index of the value nearest to x, or of the newest if x is None; None if there is no value."""
        values = self.x()
        count = len(self.curves)
        if x is None or not count:
            return count - 1 if count else None
        values = values[:count]
        index = min(count - 1, int(np.searchsorted(values, x)))
        return index - 1 if index and x - values[index - 1] < values[index] - x else index
