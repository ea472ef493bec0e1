"""Conversion of pictures that are too many for memory, a part at a time, into a temporary file."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from ganstudio.errors import DataError, reason

Bytes = npt.NDArray[np.uint8]

PART_BYTES = 64 << 20  # of converted pictures in memory at a time


def convert(source: Bytes, function: Callable[[Bytes], Bytes], shape: tuple[int, ...], limit: float | None) -> Bytes:
    """Convert pictures, in memory or into a temporary file.

    Parameters
    ----------
    source
        Pictures (N, ...).
    function
        Converts some pictures to as many others, each independently.
    shape
        Shape of a converted picture, (H, W) or (H, W, C).
    limit
        GB above which a file is used, unless `source` takes as much already; None: never.

    Returns
    -------
    numpy.ndarray
        (N, *shape), uint8; a memory map if it is in a file, which is deleted with the array or the process.

    Raises
    ------
    DataError
        There is no room for the file; says where and how much.
    """
    needed = len(source) * int(np.prod(shape))
    if limit is None or needed <= max(limit * 1e9, source.nbytes):
        return function(source)
    folder = temporary_folder()
    try:
        _check_room(folder, needed)
        with tempfile.TemporaryFile(prefix="ganstudio-", dir=folder) as file:
            _write(file, source, function, max(1, PART_BYTES // int(np.prod(shape))))
            return np.memmap(file, np.uint8, "r+", shape=(len(source), *shape))
    except OSError as error:
        raise DataError(
            f"Pictures of {shape[1]} x {shape[0]} pixels need {needed / 1e9:.1f} GB of temporary files in {folder}: "
            f"{reason(error)}. Set TMPDIR to a folder with more room, or choose smaller pictures."
        ) from None


def _write(file: IO[bytes], source: Bytes, function: Callable[[Bytes], Bytes], count: int) -> None:
    """Write the file, not through the map: a full disk is then an error instead of the end of the process."""
    for start in range(0, len(source), count):
        file.write(np.ascontiguousarray(function(source[start : start + count])).data)
    file.flush()


def _check_room(folder: Path, needed: int) -> None:
    """Raise OSError if the disk is too small, before minutes of work fill it."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OSError(f"only {free / 1e9:.1f} GB are free")


def temporary_folder() -> Path:
    """Return the folder for large files: the user's choice, else if possible not /tmp, which is often in memory."""
    roomy = Path("/var/tmp")
    chosen = any(os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return Path(tempfile.gettempdir()) if chosen or not os.access(roomy, os.W_OK) else roomy
