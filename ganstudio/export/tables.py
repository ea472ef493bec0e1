"""Table of numbers as a CSV file, which any spreadsheet opens."""

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ganstudio.errors import InputError, reason

_BLOCK = 10_000  # rows that are written at once


def write_csv(path: Path, columns: Mapping[str, npt.NDArray[np.float64]]) -> None:
    """Write columns of equal length under their names.

    Parameters
    ----------
    path
        The file.
    columns
        Values, (N,) each, by name; nan becomes an empty field.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    count = len(next(iter(columns.values()), ()))
    starts = range(0, max(count, 1), _BLOCK)
    try:
        write_csv_parts(path, ({name: each[at : at + _BLOCK] for name, each in columns.items()} for at in starts))
    except OSError as error:
        raise InputError(f"{path} could not be written: {reason(error)}.") from error


def write_csv_parts(path: Path, parts: Iterable[Mapping[str, npt.NDArray[np.float64]]]) -> int:
    """Write a table that comes in parts, each as for `write_csv` and with the same names; return its number of rows.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        for number, columns in enumerate(parts):
            if not number:
                rows.writerow(columns)
            rows.writerows(zip(*(map(_field, each.tolist()) for each in columns.values()), strict=True))
            count += len(next(iter(columns.values()), ()))
    return count


def _field(value: float) -> float | int | str:
    if math.isnan(value):
        return ""
    return int(value) if value.is_integer() else value
