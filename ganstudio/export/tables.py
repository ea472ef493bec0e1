"""Table of numbers as a CSV file, which any spreadsheet opens."""

import csv
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ganstudio.errors import InputError

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
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(columns)
            count = len(next(iter(columns.values()), ()))
            for start in range(0, count, _BLOCK):
                parts = [[_field(v) for v in values[start : start + _BLOCK].tolist()] for values in columns.values()]
                rows.writerows(zip(*parts, strict=True))
    except OSError as error:
        raise InputError(f"{path} could not be written: {error.strerror or error}.") from error


def _field(value: float) -> float | int | str:
    if math.isnan(value):
        return ""
    return int(value) if value.is_integer() else value
