"""History of a run in numpy columns that grow by doubling, so that curves read it without copying."""

import dataclasses
from collections.abc import Iterable
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from ganstudio.events import Tick

COLUMNS: tuple[str, ...] = tuple(field.name for field in dataclasses.fields(Tick))
_INDEX = {name: index for index, name in enumerate(COLUMNS)}
_row = attrgetter(*COLUMNS)
_FIRST_CAPACITY = 1024  # rows


class Series:
    """Ticks in order of step, with one float64 column for every field of `Tick`; nan stands for None.

    A column takes memory from its first number on: most runs have only some of them.

    Parameters
    ----------
    capacity
        Number of ticks to expect; what is not used takes no memory where the system gives it on demand.
    """

    def __init__(self, capacity: int = 0) -> None:
        self._columns: list[npt.NDArray[np.float64] | None] = [None] * len(COLUMNS)  # each (capacity,)
        self._capacity = max(capacity, _FIRST_CAPACITY)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """Return a read-only view (N,) of one field of `Tick`; a later append leaves it valid, with N rows."""
        column = self._columns[_INDEX[name]]
        view = np.broadcast_to(np.nan, self._count) if column is None else column[: self._count]
        view.flags.writeable = False
        return view

    def last(self, name: str) -> float:
        """Return the newest value of a field; nan if there is none."""
        column = self._columns[_INDEX[name]]
        return float(column[self._count - 1]) if self._count and column is not None else float("nan")

    def append(self, tick: Tick) -> None:
        """Add one tick; it replaces rows with a later step."""
        self.extend((tick,))

    def extend(self, ticks: Iterable[Tick]) -> None:
        """Add many ticks that are in order of step."""
        rows = np.array([_row(tick) for tick in ticks], dtype=np.float64)  # (N, fields), None -> nan
        if not len(rows):
            return
        self.truncate(int(rows[0, _INDEX["step"]]))
        self._reserve(self._count + len(rows))
        has_numbers = np.atleast_1d(~np.isnan(rows).all(0))
        for index, values in enumerate(rows.T):
            column = self._columns[index]
            if column is None and has_numbers[index]:
                column = self._columns[index] = np.empty(self._capacity)
                column[: self._count] = np.nan
            if column is not None:
                column[self._count : self._count + len(rows)] = values
        self._count += len(rows)

    def truncate(self, step: int) -> None:
        """Remove the rows after `step`, from which the run resumes."""
        if self._count and self.last("step") > step:
            self._count = int(np.searchsorted(self.column("step"), step, side="right"))

    def _reserve(self, rows: int) -> None:
        if rows <= self._capacity:
            return
        while self._capacity < rows:
            self._capacity *= 2
        for index, column in enumerate(self._columns):
            if column is not None:
                grown = np.empty(self._capacity)
                grown[: self._count] = column[: self._count]
                self._columns[index] = grown
