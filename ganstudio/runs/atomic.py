"""Files that appear whole or not at all: a temp file in the same folder, then a rename."""

import contextlib
import errno
import os
from collections.abc import Iterable
from pathlib import Path

TEMP_SUFFIX = ".tmp"  # ending of temp files; whatever bears it when a run starts was left by a killed program


def write(path: Path, parts: Iterable[bytes | memoryview], durable: bool) -> None:
    """Write `parts` one after the other as the file `path`, replacing it in one move.

    durable : the file is on the disk when this returns (fsync of the file, and of the folder after the rename).

    Raises OSError: then the old file, if there was one, is as it was, and no temp file is left.
    """
    temp = path.with_name(f".{path.name}.{os.getpid()}{TEMP_SUFFIX}")
    try:
        _write_new(temp, parts, durable)
        os.replace(temp, path)  # noqa: PTH105 - one place for a test to make it fail
    except BaseException:
        with contextlib.suppress(OSError):
            temp.unlink()
        raise
    if durable:
        _sync_folder(path.parent)


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under another name, for files that are replaced and never written into. Raises OSError."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one that has no links
        write(target, [source.read_bytes()], durable=False)


def remove_stray_files(folder: Path) -> int:
    """Remove the temp files that killed programs left in `folder`; how many there were."""
    strays = list(folder.glob(f".*{TEMP_SUFFIX}"))
    for stray in strays:
        with contextlib.suppress(OSError):
            stray.unlink()
    return len(strays)


def _write_new(path: Path, parts: Iterable[bytes | memoryview], durable: bool) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
    try:
        for part in parts:
            left = memoryview(part).cast("B")
            while left:  # a write may take less than it was given
                left = left[os.write(handle, left) :]
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut; Windows has no such call, and some file systems refuse it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)
