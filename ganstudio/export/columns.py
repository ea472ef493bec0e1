"""Whole history of a run as columns of numbers."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ganstudio.errors import ExportError, reason
from ganstudio.events import Marked, Measured, Tick
from ganstudio.plots.specs import MEASURES, POINT_MEASURES
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder

Columns = dict[str, npt.NDArray[np.float64]]

_JOINED_ROWS = 10_000
TICKS = tuple(field.name for field in dataclasses.fields(Tick))


@dataclasses.dataclass(frozen=True)
class RunTable:
    """History of a run as columns; nan where nothing was measured.

    Parameters
    ----------
    ticks
        A column for each field of `Tick`, all of equal length.
    measures
        A column for each figure of a measure, and for the fraction of each class: class_0, class_1, ...
    marks
        All marks in order.
    skipped
        Number of lines of the history that cannot be read.
    """

    ticks: Columns
    measures: Columns
    marks: list[Marked]
    skipped: int = 0


def read(run: RunFolder) -> RunTable:
    """Return the history of a run.

    Raises
    ------
    ExportError
        There is no history yet, or it cannot be read.
    """
    try:
        found = history.read_table(run.path / "history.jsonl")
    except OSError as error:
        raise ExportError(f"The history of {run.path} cannot be read: {reason(error)}.") from None
    if not len(found.ticks) and found.skipped and not run.is_running():
        raise ExportError(f"The history of {run.path} is damaged: none of its lines has figures that can be read.")
    if not len(found.ticks):
        raise ExportError(f"{run.path} has no history yet: let it train for a few seconds first.")
    ticks = {name: found.ticks.column(name) for name in TICKS}
    return RunTable(ticks, _measures(sorted(found.measures, key=lambda one: one.step)), found.marks, found.skipped)


def join_by_step(table: RunTable) -> Iterator[Columns]:
    """Yield ticks and measures as one table, some rows at once: a measure is in its step's row, or in its own."""
    steps = np.union1d(table.ticks["step"], table.measures["step"])
    names = dict.fromkeys((*table.ticks, *table.measures))
    for start in range(0, len(steps), _JOINED_ROWS):
        part = steps[start : start + _JOINED_ROWS]
        joined = {name: np.full(len(part), np.nan) for name in names}
        for source in (table.ticks, table.measures):
            first, last = np.searchsorted(source["step"], part[0]), np.searchsorted(source["step"], part[-1], "right")
            rows = np.searchsorted(part, source["step"][first:last])
            for name, values in source.items():
                joined[name][rows] = values[first:last]
        yield joined


def _measures(measures: Sequence[Measured]) -> Columns:
    of_points = any(measured.js is not None for measured in measures)
    figures = POINT_MEASURES if of_points else MEASURES
    table = _columns(measures, ("step", "epoch", *(figures if measures else ())))
    count = max((len(measured.classes or ()) for measured in measures), default=0)
    for number in range(count):
        fractions = ((measured.classes or ())[number : number + 1] or (None,) for measured in measures)
        table[f"class_{number}"] = _numbers(fraction for (fraction,) in fractions)
    return table


def _columns(rows: Sequence[object], names: Iterable[str]) -> Columns:
    return {name: _numbers(getattr(row, name) for row in rows) for name in names}


def _numbers(values: Iterable[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)
