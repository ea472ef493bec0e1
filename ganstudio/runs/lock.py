"""run.lock: one program writes a run at a time; any may read it.

The operating system's lock on the file decides wherever it reaches. The content (process, host, since when) is for the
user, and for shared disks that do not carry locks from machine to machine: there, the time of the file's last change is
the writer's sign of life.
"""

import contextlib
import errno
import os
import socket
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

import msgspec

from ganstudio.errors import RunError

BEAT_SECONDS = 5.0  # between two signs of life
STALE_SECONDS = 90.0  # without one, a writer on another machine counts as gone
_UNSUPPORTED = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


@dataclass(frozen=True)
class Holder:
    """Who holds a lock."""

    pid: int
    host: str
    started: str  # ISO date and time
    machine: str  # tells machines with the same name apart

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.started}"


class RunLock:
    """A held lock; made by `acquire`."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle: int | None = handle
        self._beaten = time.monotonic()

    def beat(self) -> None:
        """Show that the holder is alive; cheap, to be called often."""
        if self._handle is not None and time.monotonic() - self._beaten >= BEAT_SECONDS:
            self._beaten = time.monotonic()
            with contextlib.suppress(OSError):
                os.utime(self._path)

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)  # where the file cannot be removed, empty says free
            if os.name != "nt":
                self._path.unlink()
        os.close(handle)
        if os.name == "nt":
            with contextlib.suppress(OSError):
                self._path.unlink()

    def __enter__(self) -> "RunLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def acquire(path: Path, patience: float = 0.5) -> RunLock:
    """Take the lock `path`, also one that a dead process left.

    Parameters
    ----------
    path
        The lock file.
    patience
        Seconds to keep trying: a reader that asks for the holder takes the lock for an instant.

    Raises
    ------
    RunError
        A living process holds it (names process and host), or the folder cannot be written.
    """
    give_up = time.monotonic() + patience
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        except OSError as error:
            raise RunError(
                f"{path.parent} cannot be written ({error.strerror}): you can view the run in it, but not train it. "
                "Copy it to a folder that you can write to."
            ) from None
        holder = _take(path, handle)
        if holder is None:
            return RunLock(path, handle)
        os.close(handle)
        if time.monotonic() >= give_up:
            raise RunError(
                f"{path.parent} is being written by {holder}. You can view it meanwhile; stop that program to "
                f"train here. (If it has crashed, its lock expires {STALE_SECONDS:.0f} s after its last sign of life.)"
            )
        time.sleep(0.05)


def holder(path: Path) -> Holder | None:
    """Return who holds the lock `path` now; None if nobody does. Works in a read-only folder."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        found = _content(handle)
        taken = _os_lock(handle, shared=True)
        if taken is False:
            return found or _UNKNOWN
        return found if found and _alive_by_content(found, handle, taken) else None
    finally:
        os.close(handle)  # gives the shared lock back


_UNKNOWN = Holder(0, "an unknown host", "an unknown time", "")


def _take(path: Path, handle: int) -> Holder | None:
    """Lock the open file and write who we are; return the living holder if there is one."""
    taken = _os_lock(handle, shared=False)
    found = _content(handle)
    if taken is False:
        return found or _UNKNOWN
    if not _same_file(path, handle):  # its holder removed it between our opening and our locking
        return _UNKNOWN
    if found and _alive_by_content(found, handle, taken):
        return found
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, msgspec.json.encode(asdict(_me())) + b"\n")
    return None


def _me() -> Holder:
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return Holder(os.getpid(), socket.gethostname(), now, _machine())


def _machine() -> str:
    """Return what two programs under one kernel have in common, also in containers with different host names."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return socket.gethostname()


def _content(handle: int) -> Holder | None:
    os.lseek(handle, 0, os.SEEK_SET)
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(os.read(handle, 4096), type=Holder)
    return None


def _alive_by_content(found: Holder, handle: int, os_locked: bool | None) -> bool:
    """Return whether the holder named in the file is alive, if the system's lock did not already say so."""
    if found.machine != _machine():
        return time.time() - os.fstat(handle).st_mtime < STALE_SECONDS
    if os_locked or os.name == "nt" or found.pid == os.getpid():
        return False
    try:
        os.kill(found.pid, 0)  # only asks
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _same_file(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except OSError:
        return False


def _os_lock(handle: int, shared: bool) -> bool | None:
    """Lock the open file: True if we have it, False if another has, None if the file system has no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, 1 << 30, os.SEEK_SET)  # far behind the content, which stays readable
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        return None if error.errno in _UNSUPPORTED else False
    return True
