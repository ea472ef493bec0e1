"""Whole history of a run as columns of numbers."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ganstudio.errors import ExportError
from ganstudio.events import Marked, Measured, Tick
from ganstudio.plots.specs import MEASURES
from ganstudio.runs.folder import RunFolder

Columns = dict[str, npt.NDArray[np.float64]]

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
    """

    ticks: Columns
    measures: Columns
    marks: list[Marked]


def read(run: RunFolder) -> RunTable:
    """Return the history of a run.

    Raises
    ------
    ExportError
        There is no history yet, or it cannot be read.
    """
    try:
        history = run.history()
    except OSError as error:
        raise ExportError(f"The history of {run.path} cannot be read: {error.strerror or error}.") from None
    if not history.ticks:
        raise ExportError(f"{run.path} has no history yet: let it train for a few seconds first.")
    return RunTable(_columns(history.ticks, TICKS), _measures(history.measures), history.marks)


def join_by_step(table: RunTable) -> Columns:
    """Return ticks and measures as one table: a measure is in the row of its step, or in one of its own."""
    steps = np.union1d(table.ticks["step"], table.measures["step"])
    joined: Columns = {}
    for source in (table.ticks, table.measures):
        rows = np.searchsorted(steps, source["step"])
        for name, values in source.items():
            joined.setdefault(name, np.full(len(steps), np.nan))[rows] = values
    return joined


def _measures(measures: Sequence[Measured]) -> Columns:
    table = _columns(measures, ("step", "epoch", *(MEASURES if measures else ())))
    count = max((len(measured.classes or ()) for measured in measures), default=0)
    for number in range(count):
        fractions = ((measured.classes or ())[number : number + 1] or (None,) for measured in measures)
        table[f"class_{number}"] = _numbers(fraction for (fraction,) in fractions)
    return table


def _columns(rows: Sequence[object], names: Iterable[str]) -> Columns:
    return {name: _numbers(getattr(row, name) for row in rows) for name in names}


def _numbers(values: Iterable[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)
