"""A run's whole history as columns of numbers."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ganstudio.errors import ExportError
from ganstudio.events import Marked, Measured, Tick
from ganstudio.runs.folder import RunFolder

Columns = dict[str, npt.NDArray[np.float64]]

TICKS = tuple(each.name for each in dataclasses.fields(Tick))
MEASURES = ("fcd", "precision", "recall", "density", "coverage", "kl", "sure")


@dataclasses.dataclass(frozen=True)
class Table:
    """Columns of equal length each: of the ticks, and of the measures with a share of each class, class_0 ...; nan
    where nothing was measured. `marks` as the history has them."""

    ticks: Columns
    measures: Columns
    marks: list[Marked]


def read(run: RunFolder) -> Table:
    """The run's history. Raises ExportError if there is none yet."""
    try:
        history = run.history()
    except OSError as error:
        raise ExportError(f"The history of {run.path} cannot be read: {error.strerror or error}.") from None
    if not history.ticks:
        raise ExportError(f"{run.path} has no history yet: let it train for a few seconds first.")
    return Table(_columns(history.ticks, TICKS), _measures(history.measures), history.marks)


def joined(table: Table) -> Columns:
    """Ticks and measures as one table by step: a measure stands in the row of its step, or in one of its own."""
    steps = np.union1d(table.ticks["step"], table.measures["step"])
    found: Columns = {}
    for source in (table.ticks, table.measures):
        rows = np.searchsorted(steps, source["step"])
        for name, values in source.items():
            column = found.setdefault(name, np.full(len(steps), np.nan))
            column[rows] = values
    return found


def _measures(measures: Sequence[Measured]) -> Columns:
    found = _columns(measures, ("step", "epoch", *(MEASURES if measures else ())))
    classes = max((len(each.classes or ()) for each in measures), default=0)
    for number in range(classes):
        shares = ((each.classes or ())[number : number + 1] or (None,) for each in measures)
        found[f"class_{number}"] = _numbers(share for (share,) in shares)
    return found


def _columns(rows: Sequence[object], names: Iterable[str]) -> Columns:
    return {name: _numbers(getattr(row, name) for row in rows) for name in names}


def _numbers(values: Iterable[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)
