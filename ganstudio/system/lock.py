"""Lock files: one program writes a folder at a time, a run or a data set; any may read it.

The operating system's lock on the file decides wherever it reaches. The content (process, host, since when) is for the
user, and for shared disks that do not carry locks from machine to machine: there, the time of the file's last change is
the writer's sign of life. Clocks differ and are set: a sign is as good a little in the future as in the past.
"""

import contextlib
import errno
import os
import socket
import stat
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

import msgspec

from ganstudio.errors import RunError, reason
from ganstudio.system import atomic, reading

BEAT_SECONDS = 5.0  # between two signs of life
STALE_SECONDS = 90.0  # without one, a writer on another machine counts as gone
_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
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


@dataclass(frozen=True)
class LeftBehind:
    """A lock of a program that is gone and did not give it back; `last_sign` is a time as `time.time` counts."""

    holder: Holder
    last_sign: float


@dataclass(frozen=True)
class Wording:
    """How refusals speak of what is locked.

    Parameters
    ----------
    writing
        "being written".
    meanwhile
        A sentence on what can be done while another program holds the lock.
    to_write
        What the lock is needed for: "to train this run".
    read_only
        What can be done in a folder that cannot be written, and what not.
    ended
        A sentence on what happened when another program took the lock away.
    """

    writing: str
    meanwhile: str
    to_write: str
    read_only: str
    ended: str


RUN = Wording(
    "being written",
    "You can view it meanwhile; stop that program to train here.",
    "to train this run",
    "you can view the run in it, but not train it. Copy it to a folder that you can write to.",
    "Training ended here.",
)


class FolderLock:
    """A held lock; made by `acquire`."""

    def __init__(self, path: Path, handle: int, me: Holder, wording: Wording) -> None:
        self._path = path
        self._wording = wording
        self._handle: int | None = handle
        self._me = me
        self._is_lost = False  # another program took it, because this one had shown no sign of life
        self._beaten = time.monotonic()
        self._key = _file_key(handle)
        _held_here.add(self._key)

    def beat(self) -> None:
        """Show that the holder is alive; cheap, to be called often.

        Raises
        ------
        RunError
            Another program has taken the lock, on a shared disk, while this one was suspended: stop writing.
        """
        if self._handle is None or time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        if (found := _read(self._path)) and found != self._me:
            self._is_lost = True
            raise RunError(
                f"{self._path.parent} is now {self._wording.writing} by {found}: it took over because this program "
                f"had shown no sign of life for {STALE_SECONDS:.0f} s, as when a computer sleeps. {self._wording.ended}"
            )
        self._beaten = time.monotonic()
        with contextlib.suppress(OSError):
            os.utime(self._handle if os.utime in os.supports_fd else self._path)

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        _held_here.discard(self._key)
        if self._is_lost:
            os.close(handle)
        else:
            _give_up(self._path, handle)

    def __enter__(self) -> "FolderLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def acquire(path: Path, patience: float = 0.5, wording: Wording = RUN) -> FolderLock:
    """Take the lock `path`, also one that a dead process left.

    Parameters
    ----------
    path
        The lock file.
    patience
        Seconds to keep trying: a reader that asks for the holder takes the lock for an instant.
    wording
        How refusals speak of what is locked.

    Raises
    ------
    RunError
        A living process holds it (names process and host), or the folder cannot be written.
    """
    give_up = time.monotonic() + patience
    me = _me()
    while True:
        try:
            handle = _open(path)
        except OSError as error:
            raise RunError(_why_not(path, error, wording)) from None
        try:
            holder = _take(path, handle, me)
        except OSError as error:
            _give_up(path, handle)
            raise RunError(_why_not(path, error, wording)) from None
        if holder is None:
            return FolderLock(path, handle, me, wording)
        os.close(handle)
        if holder is _NEW_FILE:
            continue
        if time.monotonic() >= give_up:
            raise RunError(_in_use(path, holder, wording))
        time.sleep(0.05)


def holder(path: Path) -> Holder | None:
    """Return who holds the lock `path` now; None if nobody does. Works in a read-only folder."""
    try:
        handle = os.open(path, os.O_RDONLY | _FLAGS)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        found = _content(handle)
        taken = _os_lock(handle, shared=True)
        if taken is False:
            return found or _UNKNOWN
        return found if found and _alive_by_content(found, handle, taken) else None
    finally:
        os.close(handle)  # gives the shared lock back


def left_behind(path: Path) -> LeftBehind | None:
    """Return the lock `path` if a program of this user on this computer was cut off while it held it, else None."""
    found = _read(path)
    if found is None or found.host != socket.gethostname() or holder(path) is not None:
        return None
    try:
        about = path.lstat()
    except OSError:
        return None
    is_ours = sys.platform == "win32" or about.st_uid == os.getuid()
    return LeftBehind(found, about.st_mtime) if is_ours else None


_UNKNOWN = Holder(0, "an unknown host", "an unknown time", "")
_NEW_FILE = Holder(0, "", "", "")  # there is another file of that name by now
_held_here: set[tuple[int, int]] = set()  # files that this process has locked


def _open(path: Path) -> int:
    """Open the lock file, which is made if it is not there, but not what a link points to. Raises OSError."""
    if path.is_symlink():  # not every system has O_NOFOLLOW
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    handle = atomic.patiently(lambda: os.open(path, os.O_RDWR | os.O_CREAT | _FLAGS, 0o644))
    try:
        reading.check_is_file(path, os.fstat(handle).st_mode)
    except OSError:
        os.close(handle)
        raise
    return handle


def _why_not(path: Path, error: OSError, wording: Wording) -> str:
    """Return what the user reads about a lock file that cannot be written."""
    if path.is_symlink():
        return f"{path} is a link, and nothing is written where links lead. Delete it {wording.to_write}."
    if path.exists() and not path.is_file():
        return f"{path} should be a file that shows who writes there. Delete what has its name {wording.to_write}."
    if error.errno in atomic.DISK_FULL:
        return f"{path.parent} cannot be written ({reason(error)}). Free some space there {wording.to_write}."
    return f"{path.parent} cannot be written ({reason(error)}): {wording.read_only}"


def _in_use(path: Path, holder: Holder, wording: Wording) -> str:
    """Return what the user reads about a lock that another program holds."""
    text = f"{path.parent} is {wording.writing} by {holder}. {wording.meanwhile}"
    if holder.machine in (_machine(), ""):
        return text
    return f"{text} (If it has crashed, its lock expires {STALE_SECONDS:.0f} s after its last sign of life.)"


def _take(path: Path, handle: int, me: Holder) -> Holder | None:
    """Lock the open file and write who we are; return the living holder if there is one. Raises OSError."""
    taken = _os_lock(handle, shared=False)
    found = _content(handle)
    if taken is False:
        return found or _UNKNOWN
    if not _same_file(path, handle):  # its holder removed it between our opening and our locking
        return _NEW_FILE
    if found and _alive_by_content(found, handle, taken):
        return found
    if os.name != "nt" and os.fstat(handle).st_nlink > 1:  # another folder has the same file: that one stays as it is
        path.unlink()
        return _NEW_FILE
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    left = memoryview(msgspec.json.encode(asdict(me)) + b"\n")
    while left:
        left = left[os.write(handle, left) :]
    return None


def _give_up(path: Path, handle: int) -> None:
    """Empty, remove and close a lock file that is ours."""
    with contextlib.suppress(OSError):
        if _same_file(path, handle):
            os.ftruncate(handle, 0)  # where the file cannot be removed, empty says free
            if os.name != "nt":
                path.unlink()
    os.close(handle)
    if os.name == "nt":
        with contextlib.suppress(OSError):
            atomic.remove(path)


def _me() -> Holder:
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return Holder(os.getpid(), socket.gethostname(), now, _machine())


def _machine() -> str:
    """Return what two programs under one kernel have in common, also in containers with different host names."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return socket.gethostname()


def _read(path: Path) -> Holder | None:
    """Return whom the file at `path` names now."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | _FLAGS)
        try:
            return _content(handle)
        finally:
            os.close(handle)
    return None


def _content(handle: int) -> Holder | None:
    os.lseek(handle, 0, os.SEEK_SET)
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(os.read(handle, 4096), type=Holder)
    return None


def _alive_by_content(found: Holder, handle: int, os_locked: bool | None) -> bool:
    """Return whether the holder named in the file is alive, if the system's lock did not already say so."""
    last_sign = os.fstat(handle).st_mtime
    if found.machine != _machine():
        return abs(time.time() - last_sign) < STALE_SECONDS
    if os_locked or os.name == "nt":
        return False
    if found.pid == os.getpid():
        return _file_key(handle) in _held_here
    try:
        os.kill(found.pid, 0)  # only asks
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    began = _process_began(found.pid)  # later than the last sign: another program has that number now
    return began is None or began < last_sign + STALE_SECONDS


def _process_began(pid: int) -> float | None:
    """Return when a process began, in seconds as `time.time` counts them; None where the system does not say."""
    with contextlib.suppress(OSError, ValueError, LookupError, AttributeError):
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        after_boot = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + after_boot
    return None


def _file_key(handle: int) -> tuple[int, int]:
    state = os.fstat(handle)
    return state.st_dev, state.st_ino


def _same_file(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(follow_symlinks=False), os.fstat(handle))
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
