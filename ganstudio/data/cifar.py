"""Reader of the files of CIFAR-10's "python version": its archive, or the unpacked batches.

A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from ganstudio.data import cifar_pickle, foreign, gunzip, idx_files
from ganstudio.data.cifar_pickle import Arrays
from ganstudio.errors import Cancelled, DataError, reason
from ganstudio.system import reading

FOLDER = "cifar-10-batches-py"
ARCHIVE = "cifar-10-python.tar.gz"
ARCHIVES = (ARCHIVE, "cifar-10-python.tar")  # the second as some programs leave it, which unpack what they save
OUTER_FOLDERS = ("cifar-10-python", "cifar-10-python.tar")  # that some programs unpack an archive into
BATCHES = {"train": tuple(f"data_batch_{n}" for n in range(1, 6)), "test": ("test_batch",)}

_MAX_BATCH_BYTES = 64 << 20  # a real batch has 31 MB
_BLOCK = 1 << 16  # bytes of an archive that are read at a time
_MAX_ARCHIVE_BYTES = 512 << 20  # unpacked; the real one has 186 MB


def find_archive(home: Path) -> Path | None:
    """Return the archive in a folder, by its name; None if there is none."""
    return next((path for path in (home / name for name in ARCHIVES) if os.path.isfile(path)), None)  # noqa: PTH113


def read(home: Path, split: str, cancelled: Callable[[], bool] = lambda: False) -> Arrays:
    """Read pictures (N, 32, 32, 3) and labels (N,), from the unpacked folder or straight from the archive.

    Parameters
    ----------
    home
        Folder that contains either.
    split
        "train" or "test".
    cancelled
        Called before each batch, and while an archive is read.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    DataError
        Files are missing or damaged; names them.
    """
    batches: list[Arrays] = []
    for path, content in _contents(home, BATCHES[split], cancelled):
        if cancelled():
            raise Cancelled
        batches.append(_decode(content, path))
    return np.concatenate([images for images, _ in batches]), np.concatenate([labels for _, labels in batches])


def _contents(home: Path, names: tuple[str, ...], cancelled: Callable[[], bool]) -> Iterator[tuple[Path, bytes]]:
    folder, archive = home / FOLDER, find_archive(home)
    idx_files.check_readable(home)
    if archive is not None and not all(os.path.isfile(folder / name) for name in names):  # noqa: PTH113
        yield from _packed(archive, names, cancelled)
        return
    for name in names:
        path = folder / name
        try:
            with reading.open_file(path) as file:
                size = os.fstat(file.fileno()).st_size
                yield path, file.read(min(size, _MAX_BATCH_BYTES) + 1)
        except FileNotFoundError:
            raise DataError(f"{path} is missing.") from None
        except OSError as error:
            raise DataError(f"{path} cannot be read: {reason(error)}.") from None


def _packed(
    archive: Path, names: tuple[str, ...], cancelled: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Path, bytes]]:
    """Yield the batches in the order of the archive, whose members are read one after the other and never written.

    They are known by their names alone: who packed them anew may have used other folders.
    """
    import tarfile  # not needed to see whether files are there

    missing, start = set(names), b""
    try:
        with reading.open_file(archive) as raw:
            start = raw.read(foreign.START_BYTES)
            raw.seek(0)
            unpacked: Any = _Bounded(gunzip.unzipped(raw), cancelled)  # reads like a file, and a stream needs no more
            with tarfile.open(fileobj=unpacked, mode="r|", bufsize=_BLOCK) as tar:
                for member in tar:
                    name = PurePosixPath(member.name).name
                    if name in missing and member.isfile() and (file := tar.extractfile(member)):
                        missing.remove(name)
                        yield archive / FOLDER / name, file.read(min(member.size, _MAX_BATCH_BYTES) + 1)
    except (Cancelled, DataError):
        raise
    except Exception as error:  # a garbled archive raises nearly anything
        why = foreign.describe(start) if not start.startswith(b"\x1f\x8b") else ""
        raise DataError(f"{archive} is damaged: {reason(error)}.{why and f' {why}'}") from None
    if missing:
        raise DataError(f"{archive} is damaged: {FOLDER}/{min(missing)} is missing.")


class _Bounded:
    """Unpacked content of an archive, for tarfile to read; a few kB may otherwise take hours to read through."""

    def __init__(self, file: gunzip.Readable, cancelled: Callable[[], bool]) -> None:
        self._file = file
        self._cancelled = cancelled
        self._left = _MAX_ARCHIVE_BYTES

    def read(self, size: int) -> bytes:
        if self._cancelled():
            raise Cancelled
        content = self._file.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise OSError("it is far larger than CIFAR-10")
        return content


def unpack(archive: Path, folder: Path) -> Iterator[Path]:
    """Write the batches of the archive, and nothing else in it, into a folder; yield each when it is written."""
    for path, content in _packed(archive, (*BATCHES["train"], *BATCHES["test"], "batches.meta")):
        written = folder / path.name
        written.write_bytes(content)
        yield written


def _decode(content: bytes, path: Path) -> Arrays:
    """Return pictures and labels of one batch from its bytes; `path` is for messages."""
    if not content:
        raise DataError(f"{path} is empty: about 31,000,000 bytes expected, 0 found.")
    if len(content) > _MAX_BATCH_BYTES:
        raise DataError(f"{path} is too long for a CIFAR-10 batch: about 31,000,000 bytes expected.")
    try:
        return cifar_pickle.decode(content)
    except DataError as error:
        found = f"(31 MB expected, {len(content):,} bytes found)"
        raise DataError(f"{path} is not a CIFAR-10 batch: {str(error).rstrip('.')} {found}.") from None
