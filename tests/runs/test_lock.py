import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganstudio.errors import RunError
from ganstudio.runs import lock

HOLD = """
import sys, time
from pathlib import Path
from ganstudio.runs import lock
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
