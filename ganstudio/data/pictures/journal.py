"""The pictures of an import that is under way: written in parts, so that it can go on."""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from ganstudio.data.pictures.outcome import Outcome
from ganstudio.system import reading

Bytes = npt.NDArray[np.uint8]

PART_BYTES = 64 << 20  # of pictures
MAX_PART_FILES = 4096
HEADER_BYTES = 128  # of an .npy file, before the pictures
MAX_JOURNAL_BYTES = 4 << 30


@dataclass(frozen=True)
class _Plan:
    plan: str  # hash of what is imported, and how


@dataclass(frozen=True)
class _Part:
    rows: int  # pictures up to here, earlier parts included
    outcomes: tuple[Outcome, ...]


def files_per_part(picture_bytes: int) -> int:
    """Return the number of files in a part."""
    return max(1, min(MAX_PART_FILES, PART_BYTES // picture_bytes))


class Writer:
    """Writer of the pictures of an import; what an earlier one with the same plan finished is kept.

    Parameters
    ----------
    pictures, journal
        The files.
    plan
        Hash of what is imported, and how.
    picture_bytes
        Bytes of a picture.

    Attributes
    ----------
    outcomes
        Of the files of the finished parts, in order.
    rows
        Number of pictures in them.

    Raises
    ------
    OSError
        The files cannot be written.
    """

    def __init__(self, pictures: Path, journal: Path, plan: str, picture_bytes: int) -> None:
        self.outcomes: list[Outcome] = []
        self.rows = 0
        self._picture_bytes = picture_bytes
        self._pending: list[Outcome] = []
        self._pending_rows = 0
        kept = self._recall(pictures, journal, plan)
        with contextlib.ExitStack() as opened:
            self._pictures = opened.enter_context(_open(pictures, HEADER_BYTES + self.rows * picture_bytes))
            self._journal = opened.enter_context(_open(journal, kept))
            if not kept:
                _append(self._journal, msgspec.json.encode(_Plan(plan)) + b"\n")
            opened.pop_all()

    def add(self, outcome: Outcome, pixels: Bytes | None) -> None:
        """Add the next file, with its picture (H, W, C) unless it was skipped. Raises OSError."""
        if pixels is not None:
            self._pictures.write(pixels.data)
            self._pending_rows += 1
        self._pending.append(outcome)

    def finish_part(self) -> None:
        """Put on the disk what was added since the last part. Raises OSError."""
        if not self._pending:
            return
        self._pictures.flush()
        os.fsync(self._pictures.fileno())
        rows = self.rows + self._pending_rows
        _append(self._journal, msgspec.json.encode(_Part(rows, tuple(self._pending))) + b"\n")
        self.outcomes += self._pending
        self.rows, self._pending, self._pending_rows = rows, [], 0

    def write_header(self, shape: Sequence[int]) -> None:
        """Write the beginning of the .npy file, now that the number of pictures is known. Raises OSError."""
        self._pictures.seek(0)
        self._pictures.write(npy_header((self.rows, *shape)))
        self._pictures.flush()
        os.fsync(self._pictures.fileno())

    def close(self) -> None:
        """Close the files."""
        with contextlib.suppress(OSError):  # what cannot be flushed was not promised
            self._pictures.close()
        with contextlib.suppress(OSError):
            self._journal.close()

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _recall(self, pictures: Path, journal: Path, plan: str) -> int:
        """Take over what an earlier import of the same plan finished; return the bytes of the journal to keep."""
        try:
            lines = reading.read_bytes(journal, MAX_JOURNAL_BYTES).split(b"\n")
            size = pictures.stat().st_size
            if msgspec.json.decode(lines[0], type=_Plan).plan != plan:
                return 0
        except (OSError, ValueError, msgspec.MsgspecError):
            return 0
        kept = len(lines[0]) + 1
        for line in lines[1:-1]:  # what follows the last line break was cut off
            try:
                part = msgspec.json.decode(line, type=_Part)
            except msgspec.MsgspecError:
                break
            if HEADER_BYTES + part.rows * self._picture_bytes > size:
                break
            self.outcomes += part.outcomes
            self.rows = part.rows
            kept += len(line) + 1
        return kept


def npy_header(shape: Sequence[int]) -> bytes:
    """Return the beginning of an .npy file of bytes, always equally long."""
    text = repr({"descr": "|u1", "fortran_order": False, "shape": tuple(shape)})
    length = HEADER_BYTES - 10
    return b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little") + text.encode().ljust(length - 1) + b"\n"


def _open(path: Path, size: int) -> BinaryIO:
    """Open a file to write behind its first `size` bytes."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    file = os.fdopen(os.open(path, flags, 0o644), "r+b")
    try:
        file.truncate(size)
        file.seek(size)
    except BaseException:
        file.close()
        raise
    return file


def _append(file: BinaryIO, line: bytes) -> None:
    file.write(line)
    file.flush()
    os.fsync(file.fileno())
