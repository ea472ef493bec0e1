"""Threads that export."""

import sys
from pathlib import Path

from ganstudio.errors import Cancelled
from ganstudio.export.job import Job
from ganstudio.gui.workers.export import Exports


def test_an_unexpected_error_is_passed_on_whole(qtbot, exports: Exports, tmp_path: Path) -> None:
    def broken(job: Job) -> str:
        raise ZeroDivisionError("injected")

    class Broken:
        write = staticmethod(broken)

    thread = exports.make(Broken(), Job("run", tmp_path / "x"))
    with qtbot.waitSignal(exports.failed, timeout=20_000) as got:
        thread.start()
    assert "injected" in got.args[0].message
    assert "ZeroDivisionError" in got.args[0].details


def test_cancelled_before_it_started_it_writes_nothing(qtbot, exports: Exports, tmp_path: Path) -> None:
    class Patient:
        @staticmethod
        def write(job: Job) -> str:
            if job.should_stop():
                raise Cancelled
            job.out.write_text("written")
            return "done"

    thread = exports.make(Patient(), Job("run", tmp_path / "x"))
    thread.request_stop()
    with qtbot.waitSignal(thread.cancelled, timeout=20_000):
        thread.start()
    assert not (tmp_path / "x").exists()


def test_while_it_writes_the_window_gets_pythons_lock_soon(qtbot, exports: Exports, tmp_path: Path) -> None:
    usual, turns = sys.getswitchinterval(), []

    class Long:
        @staticmethod
        def write(job: Job) -> str:
            turns.append(sys.getswitchinterval())
            return "done"

    thread = exports.make(Long(), Job("run", tmp_path / "x"))
    with qtbot.waitSignal(thread.finished, timeout=20_000):
        thread.start()
    assert turns[0] < usual == sys.getswitchinterval()
