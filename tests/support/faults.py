"""Faults of the disk: the n-th system call that changes a file below a folder fails, as on a full or broken disk.

What Python does is counted: calls of `os`, and writes of files that `open` opened. What libraries in C write by
themselves is not.
"""

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

REASONS = {number: os.strerror(number) for number in (errno.ENOSPC, errno.EIO, errno.EACCES)}
_BY_PATH = ("mkdir", "replace", "rename", "link", "symlink", "unlink", "rmdir", "truncate", "utime")
_BY_HANDLE = ("write", "fsync", "ftruncate")
_FREEING = ("unlink", "rmdir")  # a full disk allows them


@dataclass
class Disk:
    """Calls that change something below `root`, of which some fail.

    Parameters
    ----------
    root
        The folder.
    fails_at
        Number of the call that fails, from 1; 0: none.
    number
        What it fails with.
    stays
        Whether all later calls that need room fail, too, as where a disk is full.
    """

    root: Path
    fails_at: int = 0
    number: int = errno.ENOSPC
    stays: bool = False
    calls: list[str] = field(default_factory=list)

    def take(self, call: str, path: object) -> None:
        """Count a call, and raise OSError if it is one that fails."""
        self.calls.append(f"{call} {Path(os.fsdecode(path)).name}")  # type: ignore[arg-type]
        later = self.stays and len(self.calls) > self.fails_at and call not in _FREEING
        if self.fails_at and (len(self.calls) == self.fails_at or later):
            raise OSError(self.number, REASONS[self.number], os.fsdecode(path))  # type: ignore[arg-type]

    def holds(self, path: object) -> bool:
        """Return whether a path is below the folder."""
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - `resolve` would ask the disk
        return whole.startswith(f"{self.root}{os.sep}")


class _CountedFile(io.FileIO):
    """A file whose writes are counted."""

    def __init__(self, disk: Disk, path: Any, mode: str, opener: Any) -> None:
        super().__init__(path, mode, opener=opener)
        self._disk = disk

    def write(self, data: Any, /) -> int:
        self._disk.take("write", self.name)
        return super().write(data)

    def truncate(self, size: int | None = None, /) -> int:
        self._disk.take("ftruncate", self.name)
        return super().truncate(size)


@contextmanager
def injected(disk: Disk) -> Iterator[Disk]:
    """Count the calls on a disk, and let some fail."""
    handles: dict[int, object] = {}
    real_open, real_os_open, real_close = io.open, os.open, os.close

    def counted_os_open(path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        changes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and disk.holds(path)
        if changes:
            disk.take("open", path)
        handle = real_os_open(path, flags, *arguments, **named)
        if changes:
            handles[handle] = path
        return handle

    def counted_close(handle: int) -> None:
        handles.pop(handle, None)
        real_close(handle)

    def counted_open(
        file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None, newline: Any = None,
        closefd: bool = True, opener: Any = None,
    ) -> Any:  # fmt: skip
        if not set(mode) & set("wax+") or not disk.holds(file):
            return real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        disk.take("open", file)
        raw = _CountedFile(disk, file, mode.replace("b", "").replace("t", ""), opener)
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    def by_path(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def counted(path: Any, *arguments: Any, **named: Any) -> Any:
            if disk.holds(path) or (arguments and disk.holds(arguments[0])):
                disk.take(name, path)
            return real(path, *arguments, **named)

        return counted

    def by_handle(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def counted(handle: int, *arguments: Any) -> Any:
            if handle in handles:
                disk.take(name, handles[handle])
            return real(handle, *arguments)

        return counted

    with pytest.MonkeyPatch.context() as patch:
        for name in _BY_PATH:
            patch.setattr(os, name, by_path(name))
        for name in _BY_HANDLE:
            patch.setattr(os, name, by_handle(name))
        patch.setattr(os, "open", counted_os_open)
        patch.setattr(os, "close", counted_close)
        patch.setattr(io, "open", counted_open)
        patch.setattr(builtins, "open", counted_open)
        yield disk


def faults(root: Path, calls: int, few: int = 3) -> Iterator[Disk]:
    """Yield disks on which one of that many calls fails: each call in each way in a long run, else a few of them."""
    if settings.get_current_profile_name() == "fuzz":
        for number in REASONS:
            for call in range(1, calls + 1):
                yield Disk(root, call, number)
        for call in range(1, calls + 1):
            yield Disk(root, call, errno.ENOSPC, stays=True)
        return
    numbers = (errno.EIO, errno.ENOSPC, errno.EACCES)  # full from the middle on: what was begun cannot be finished
    for index in range(min(few, calls)):
        call = 1 + round(index * (calls - 1) / max(1, min(few, calls) - 1))
        number = numbers[index % len(numbers)]
        yield Disk(root, call, number, stays=number == errno.ENOSPC)
