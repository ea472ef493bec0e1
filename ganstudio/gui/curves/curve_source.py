"""Where curves come from: a history, its curves, and where their values stand on the x axis."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ganstudio.gui.curves.curve_data import Curves, Floats, History

UNITS = ("epoch", "step")  # columns that an x axis may count in


class Columns:
    """Few rows of the same dataclass as columns."""

    def __init__(self, rows: list[Any], names: tuple[str, ...]) -> None:
        table = np.array([[getattr(row, name) for name in names] for row in rows], np.float64)  # None -> nan
        self._columns: dict[str, npt.NDArray[np.float64]] = dict(
            zip(names, table.reshape(len(rows), len(names)).T, strict=True)
        )

    def column(self, name: str) -> Floats:
        """Values (N,) of one field; nan stands for None."""
        return self._columns[name]


class Source:
    """A history that may be another object each time it is looked at, and the curves of some of its columns."""

    def __init__(self, read: Callable[[], History], columns: tuple[str, ...], decay: float = 0.0) -> None:
        self._read, self._columns = read, columns
        self.curves = Curves(columns, decay)
        self.unit = UNITS[0]

    def __len__(self) -> int:
        """How many values the curves have taken."""
        return len(self.curves)

    def restart(self, decay: float = 0.0) -> None:
        """Another run: begin anew."""
        self.curves = Curves(self._columns, decay)

    def follow(self, seconds: float = math.inf) -> bool:
        """Take what is new, for some `seconds` at most; False if there is more to take."""
        return self.curves.follow(self._read(), seconds)

    def x(self) -> Floats:
        """Where each value stands on the x axis, (N,)."""
        return self._read().column(self.unit)

    def x_of(self, step: int) -> float:
        """Where a step stands on the x axis."""
        steps = self._read().column("step")
        return float(np.interp(step, steps, self.x())) if len(steps) and step else 0.0

    def nearest(self, x: float | None) -> int | None:
        """Index of the value nearest to a place on the x axis; None for x: the newest. None: there is no value."""
        count = len(self.curves)
        if x is None or not count:
            return count - 1 if count else None
        values = self.x()[:count]
        index = min(count - 1, int(np.searchsorted(values, x)))
        return index - 1 if index and x - values[index - 1] < values[index] - x else index
