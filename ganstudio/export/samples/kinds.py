"""The files that samples can be written to, and how many they take."""

import math
import shutil
from enum import Enum
from pathlib import Path

from ganstudio.errors import ExportError

MAX_COUNT = 10_000_000
MAX_FILES_IN_ZIP = 1_000_000  # some 400 bytes of memory each, for the directory at its end
MAX_LABEL_OF_IDX = 255


class Kind(Enum):
    """What is written; the value is the end of the file's name."""

    FOLDER = ""
    ZIP = ".zip"
    NPZ = ".npz"
    NPY = ".npy"
    CSV = ".csv"
    IDX = "-images-idx3-ubyte.gz"

    @property
    def most(self) -> int:
        """How many samples it takes."""
        return MAX_FILES_IN_ZIP if self is Kind.ZIP else MAX_COUNT


_DIGITS = 2.57  # of a number 0..255 on average
_HEADER_BYTES = 4096


def estimate_bytes(kind: Kind, count: int, shape: tuple[int, ...]) -> int | None:
    """Return how large a file of `count` pictures (H, W[, C]) becomes at most, of CSV about.

    None where that depends on the pictures.
    """
    numbers = count * math.prod(shape)
    if kind in (Kind.NPZ, Kind.NPY):
        return numbers + 8 * count + _HEADER_BYTES
    return int(numbers * (1 + _DIGITS)) if kind is Kind.CSV else None


def check_room(kind: Kind, count: int, shape: tuple[int, ...], out: Path) -> None:
    """Check that there is room for the file where its size is known beforehand.

    Raises
    ------
    ExportError
        There is not.
    """
    needed = estimate_bytes(kind, count, shape)
    try:
        free = shutil.disk_usage(out.absolute().parent).free
    except OSError:
        return
    if needed is not None and needed > free:
        raise ExportError(
            f"{count:,} pictures take {needed / 1e9:,.1f} GB as {kind.value}, and there are {free / 1e9:,.1f} GB free "
            f"in {out.absolute().parent}. Make fewer, or choose another folder."
        )
