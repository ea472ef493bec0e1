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

    Parameters
    ----------
    capacity
        Number of ticks to expect; what is not used takes no memory where the system gives it on demand.
    """

    def __init__(self, capacity: int = 0) -> None:
        # (fields, capacity): each column contiguous
        self._data = np.empty((len(COLUMNS), max(capacity, _FIRST_CAPACITY)))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """Return a read-only view (N,) of one field of `Tick`; a later append leaves it valid, with N rows."""
        view = self._data[_INDEX[name], : self._count]
        view.flags.writeable = False
        return view

    def last(self, name: str) -> float:
        """Return the newest value of a field; nan if there is none."""
        return float(self._data[_INDEX[name], self._count - 1]) if self._count else float("nan")

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
        self._data[:, self._count : self._count + len(rows)] = rows.T
        self._count += len(rows)

    def truncate(self, step: int) -> None:
        """Remove the rows after `step`, from which the run resumes."""
        if self._count and self.last("step") > step:
            self._count = int(np.searchsorted(self.column("step"), step, side="right"))

    def _reserve(self, rows: int) -> None:
        capacity = self._data.shape[1]
        if rows <= capacity:
            return
        while capacity < rows:
            capacity *= 2
        grown = np.empty((len(COLUMNS), capacity))
        grown[:, : self._count] = self._data[:, : self._count]
        self._data = grown
