"""Files that appear whole or not at all: a temporary file in the same folder, then a rename.

A temporary file is always a new one, never one that lies there already nor what a link of its name points to: run
folders may come from elsewhere. What other programs hold for a moment (virus scanners, OneDrive, a preview) is tried
again before it counts as refused.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from ganstudio.errors import InputError, reason
from ganstudio.system import reading

TEMP_SUFFIX = ".tmp"  # of temporary files; those that exist when a run is resumed were left by a killed program
RETRY_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.15)  # waited between attempts at a file that another program holds
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)  # of a write for which there is no room
MAX_NAME_BYTES = 255  # in a file's name, on nearly all file systems
_HELD = (errno.EBUSY, errno.ETXTBSY)  # besides PermissionError, which is what Windows' sharing violations become
_MAX_STRAYS = 9  # temporary names that are taken, before a write gives up
_COPIED_BYTES = 1 << 20  # at once

_T = TypeVar("_T")
_lock = threading.Lock()
_writing: set[Path] = set()  # temporary files of this process


def write(path: Path, parts: Iterable[bytes | memoryview], durable: bool) -> None:
    """Write `parts` one after the other as the file `path`, replacing it in one move.

    Parameters
    ----------
    path
        The file. If it is a link, the link is replaced.
    parts
        Its content.
    durable
        Whether it is on the disk when this returns (fsync of the file, and of the folder after the rename).

    Raises
    ------
    OSError
        It cannot be written. The old file, if there was one, is unchanged, and no temporary file is left.
    """
    with temporary(path) as temp:
        _write_new(temp, parts, durable)
        replace(temp, path)
    if durable:
        _sync_folder(path.parent)


@contextlib.contextmanager
def temporary(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` where there is no file, and remove what is there afterwards.

    What a killed program with the same number left under that name is removed first.
    """
    temp = _reserve(path)
    try:
        yield temp
    finally:
        with contextlib.suppress(OSError):
            temp.unlink(missing_ok=True)
        with _lock:
            _writing.discard(temp)


@contextlib.contextmanager
def new_content(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write to, which becomes the file `path` that a person named, if all goes well.

    Where that is a link, what it leads to is replaced. What is no file, such as /dev/stdout, is written directly.

    Raises
    ------
    OSError
        It cannot be written. What was there before is unchanged, unless it is no file.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not (target.is_file() and os.access(target.parent, os.W_OK)):
        with path.open("wb") as file:
            yield file
        return
    with temporary(target) as temp:
        with temp.open("xb") as file:
            yield file
        if target.exists():
            shutil.copymode(target, temp)
        replace(temp, target)


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder for temporary files and remove it afterwards.

    Raises
    ------
    InputError
        None can be made.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="ganstudio-", ignore_cleanup_errors=True)
    except OSError as error:
        why = f"No temporary folder can be made: {reason(error)}. Free some space, or set TMPDIR to another folder."
        raise InputError(why) from None
    with folder as name:
        yield Path(name)


def replace(source: Path, target: Path) -> None:
    """Rename a file or folder, replacing the file `target`. Raises OSError."""
    patiently(lambda: os.replace(source, target))  # noqa: PTH105 - one place for a test to make it fail


def remove(path: Path) -> None:
    """Remove a file, if it is there. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        patiently(lambda: os.unlink(path))  # noqa: PTH108 - as in `replace`


def patiently(action: Callable[[], _T]) -> _T:
    """Do something with a file, again and again for some tenths of a second while another program holds it.

    Raises
    ------
    OSError
        It still is not possible.
    """
    for seconds in RETRY_SECONDS:
        try:
            return action()
        except OSError as error:
            if not isinstance(error, PermissionError) and error.errno not in _HELD:
                raise
        time.sleep(seconds)
    return action()


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name; for files that are replaced and never written into. Raises OSError."""
    try:
        if not source.is_symlink():
            os.link(source, target)
            return
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one that has no links
        pass
    with reading.open_file(source) as file:
        write(target, iter(lambda: file.read(_COPIED_BYTES), b""), durable=False)


def remove_stray_files(folder: Path) -> int:
    """Remove the temporary files that killed programs left in `folder`, and return their number."""
    strays = list(folder.glob(f".*{TEMP_SUFFIX}"))
    for stray in strays:
        with contextlib.suppress(OSError):
            remove(stray)
    return len(strays)


def _reserve(path: Path) -> Path:
    """Return a name for a temporary file that no other thread uses, and where there is no file."""
    for number in range(_MAX_STRAYS):
        mark = f"{os.getpid()}-{number}" if number else f"{os.getpid()}"
        name = f".{path.name}.{mark}{TEMP_SUFFIX}"
        if len(os.fsencode(name)) > MAX_NAME_BYTES:
            name = f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()}.{mark}{TEMP_SUFFIX}"
        temp = path.with_name(name)
        with _lock:
            if temp in _writing:
                continue
            with contextlib.suppress(OSError):
                temp.unlink()
            if os.path.lexists(temp):  # a folder
                continue
            _writing.add(temp)
            return temp
    raise FileExistsError(errno.EEXIST, f"{_MAX_STRAYS} temporary files of that name cannot be removed", str(path))


def _write_new(path: Path, parts: Iterable[bytes | memoryview], durable: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o644)
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
