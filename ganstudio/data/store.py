"""Pictures too many for memory: brought to their size a part at a time, into a temporary file."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from ganstudio.errors import DataError

Bytes = npt.NDArray[np.uint8]

PART = 64 << 20  # bytes of converted pictures that are in memory at a time


def convert(source: Bytes, change: Callable[[Bytes], Bytes], shape: tuple[int, ...], limit: float | None) -> Bytes:
    """`change(source)`: N pictures of `shape` (H, W) or (H, W, 3) from `source` (N, ...), in memory or in a file.

    In a file if they need more than `limit` GB, and more than `source` needs already. The file goes with the array that
    is returned, a memory map, or with the process. `change` turns some pictures into as many, each by itself.

    Raises
    ------
    DataError
        The file finds no room; says where and how much.
    """
    needed = len(source) * int(np.prod(shape))
    if limit is None or needed <= max(limit * 1e9, source.nbytes):
        return change(source)
    folder = _folder()
    try:
        _check_room(folder, needed)
        with tempfile.TemporaryFile(prefix="ganstudio-", dir=folder) as file:
            _write(file, source, change, max(1, PART // int(np.prod(shape))))
            return np.memmap(file, np.uint8, "r+", shape=(len(source), *shape))
    except OSError as error:
        raise DataError(
            f"Pictures of {shape[1]} x {shape[0]} pixels need {needed / 1e9:.1f} GB of temporary files in {folder}: "
            f"{error.strerror or error}. Set TMPDIR to a folder with more room, or choose smaller pictures."
        ) from None


def _write(file: IO[bytes], source: Bytes, change: Callable[[Bytes], Bytes], count: int) -> None:
    """Writes, not through the map: a full disk is then an error and not the end of the process."""
    for start in range(0, len(source), count):
        file.write(np.ascontiguousarray(change(source[start : start + count])).data)
    file.flush()


def _check_room(folder: Path, needed: int) -> None:
    """Said before minutes of work fill the disk."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OSError(f"only {free / 1e9:.1f} GB are free")


def _folder() -> Path:
    """Where gigabytes may lie: what the person chose, else not /tmp if possible, which is often kept in memory."""
    roomy = Path("/var/tmp")
    chosen = any(os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return Path(tempfile.gettempdir()) if chosen or not os.access(roomy, os.W_OK) else roomy
