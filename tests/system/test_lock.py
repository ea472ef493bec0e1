import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ganstudio.errors import RunError
from ganstudio.system import lock

HOLD = """
import sys, time
from pathlib import Path
from ganstudio.system import lock
held = lock.acquire(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.lock"


def foreign(path: Path, age: float) -> None:
    """A lock that another machine took on a shared disk and last touched `age` seconds ago."""
    path.write_text(json.dumps({"pid": 1, "host": "elsewhere", "started": "today", "machine": "another"}))
    os.utime(path, (time.time() - age,) * 2)


def test_one_at_a_time(path: Path) -> None:
    with lock.acquire(path):
        assert lock.holder(path).pid == os.getpid()
        with pytest.raises(RunError, match=rf"is being written by process {os.getpid()} on "):
            lock.acquire(path, patience=0.1)
    assert lock.holder(path) is None
    lock.acquire(path).release()
    assert not path.exists()


def test_releasing_twice_does_no_harm(path: Path) -> None:
    held = lock.acquire(path)
    held.release()
    with lock.acquire(path):
        held.release()
        assert lock.holder(path) is not None


def test_a_lock_is_waited_for_a_moment(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = lock.acquire(path)
    monkeypatch.setattr(time, "sleep", lambda _: held.release())
    lock.acquire(path, patience=5).release()


def test_another_process_holds_it_until_it_is_killed(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline().strip() == b"held"
        assert lock.holder(path).pid == other.pid
        with pytest.raises(RunError, match=f"process {other.pid}"):
            lock.acquire(path, patience=0)
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    assert path.exists()
    assert lock.holder(path) is None
    lock.acquire(path).release()


def test_a_lock_from_another_machine_holds_while_it_shows_life(path: Path) -> None:
    foreign(path, age=5)
    assert lock.holder(path).host == "elsewhere"
    with pytest.raises(RunError, match="process 1 on elsewhere"):
        lock.acquire(path, patience=0)


def test_a_lock_from_another_machine_ends_without_a_sign_of_life(path: Path) -> None:
    foreign(path, age=lock.STALE_SECONDS + 5)
    assert lock.holder(path) is None
    lock.acquire(path, patience=0).release()


def test_a_holder_shows_life(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lock.acquire(path) as held:
        os.utime(path, (1, 1))
        held.beat()
        assert path.stat().st_mtime == 1  # not yet due
        monkeypatch.setattr(lock, "BEAT_SECONDS", 0)
        held.beat()
        assert time.time() - path.stat().st_mtime < 60


@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff", b'{"pid": "x"}'])
def test_a_lock_file_without_sense_is_free(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert lock.holder(path) is None
    lock.acquire(path).release()


@pytest.mark.skipif(os.name == "nt", reason="Windows always has locks")
def test_where_the_file_system_has_no_locks_the_process_decides(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_os_lock", lambda handle, shared: None)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        mine = lock._me()
        path.write_text(json.dumps(vars(mine) | {"pid": other.pid}))
        assert lock.holder(path).pid == other.pid
        with pytest.raises(RunError):
            lock.acquire(path, patience=0)
        other.communicate(b"\n")
    assert lock.holder(path) is None
    lock.acquire(path, patience=0).release()


def test_a_folder_that_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        lock.acquire(tmp_path / "nowhere" / "run.lock")


@pytest.mark.parametrize("hours", [3, 24 * 365])
def test_a_sign_of_life_from_the_future_is_none(path: Path, hours: float) -> None:
    foreign(path, age=-3600 * hours)
    assert lock.holder(path) is None
    lock.acquire(path, patience=0).release()


def test_the_clock_of_another_machine_may_be_a_little_ahead(path: Path) -> None:
    foreign(path, age=-20)
    assert lock.holder(path).host == "elsewhere"
    with pytest.raises(RunError, match=r"expires 90 s after its last sign of life"):
        lock.acquire(path, patience=0)


def test_a_holder_on_this_machine_is_not_waited_for_in_vain(path: Path) -> None:
    with lock.acquire(path), pytest.raises(RunError) as refused:
        lock.acquire(path, patience=0)
    assert "expires" not in str(refused.value)  # the system ends it with its process


no_locks = pytest.mark.skipif(os.name == "nt", reason="Windows always has locks")


@no_locks
def test_a_number_that_another_process_has_by_now_holds_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_os_lock", lambda handle, shared: None)
    if lock._process_began(os.getppid()) is None:
        pytest.skip("the system does not say when a process began")
    path.write_text(json.dumps(vars(lock._me()) | {"pid": os.getppid()}))
    assert lock.holder(path).pid == os.getppid()
    os.utime(path, (1e9, 1e9))  # the process had its last sign of life before its parent was born
    assert lock.holder(path) is None
    lock.acquire(path, patience=0).release()


@no_locks
def test_without_locks_of_the_system_a_process_knows_its_own(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_os_lock", lambda handle, shared: None)
    with lock.acquire(path):
        assert lock.holder(path).pid == os.getpid()
        with pytest.raises(RunError, match="is being written"):
            lock.acquire(path, patience=0)
    path.write_text(json.dumps(vars(lock._me())))  # left by a process that had this number
    assert lock.holder(path) is None
    lock.acquire(path, patience=0).release()


def test_a_program_that_slept_while_another_took_over_stops_writing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0)
    held = lock.acquire(path)
    held.beat()
    foreign(path, age=0)
    for _ in range(2):
        with pytest.raises(RunError, match="is now being written by process 1 on elsewhere"):
            held.beat()
    held.release()
    assert lock.holder(path).host == "elsewhere"


@no_locks
@pytest.mark.parametrize("follows", [False, True], ids=["", "without O_NOFOLLOW"])
def test_no_file_is_changed_where_a_link_leads(path: Path, monkeypatch: pytest.MonkeyPatch, follows: bool) -> None:
    if follows:
        monkeypatch.setattr(lock, "_FLAGS", lock._FLAGS & ~os.O_NOFOLLOW)
    target = path.with_name("precious")
    target.write_text("precious")
    path.symlink_to(target)
    with pytest.raises(RunError, match=r"run\.lock is a link"):
        lock.acquire(path, patience=0)
    assert lock.holder(path) is None
    path.unlink()
    os.link(target, path)
    with lock.acquire(path, patience=0):
        assert lock.holder(path).pid == os.getpid()
    assert target.read_text() == "precious"


@no_locks
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_refused_and_not_waited_for(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    assert lock.holder(path) is None
    with pytest.raises(RunError, match=r"run\.lock should be a file"):
        lock.acquire(path, patience=0)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_a_disk_that_does_not_take_the_lock_is_a_sentence_and_no_lock_is_left(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(os, "write", fail)
        with pytest.raises(RunError, match=rf"cannot be written \({os.strerror(number)}\)"):
            lock.acquire(path)
    assert not path.exists()
    lock.acquire(path).release()
