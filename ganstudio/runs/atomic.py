"""Files that appear whole or not at all: a temporary file in the same folder, then a rename."""

import contextlib
import errno
import os
from collections.abc import Iterable
from pathlib import Path

TEMP_SUFFIX = ".tmp"  # of temporary files; those that exist when a run is resumed were left by a killed program


def write(path: Path, parts: Iterable[bytes | memoryview], durable: bool) -> None:
    """Write `parts` one after the other as the file `path`, replacing it in one move.

    Parameters
    ----------
    path
        The file.
    parts
        Its content.
    durable
        Whether it is on the disk when this returns (fsync of the file, and of the folder after the rename).

    Raises
    ------
    OSError
        It cannot be written. The old file, if there was one, is unchanged, and no temporary file is left.
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
    """Give a file a second name; for files that are replaced and never written into. Raises OSError."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one that has no links
        write(target, [source.read_bytes()], durable=False)


def remove_stray_files(folder: Path) -> int:
    """Remove the temporary files that killed programs left in `folder`, and return their number."""
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
