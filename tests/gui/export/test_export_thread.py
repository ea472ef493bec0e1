"""Threads that export."""

import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from ganstudio.errors import Cancelled
from ganstudio.export import export_process
from ganstudio.export.job import Job
from ganstudio.gui.workers.export import Exports


def test_an_unexpected_error_is_passed_on_whole(qtbot, exports: Exports, tmp_path: Path) -> None:
    def broken(job: Job) -> str:
        raise ZeroDivisionError("injected")

    class Broken:
        write, is_slow = staticmethod(broken), False

    thread = exports.make(Broken(), Job("run", tmp_path / "x"))
    with qtbot.waitSignal(exports.failed, timeout=20_000) as got:
        thread.start()
    assert "injected" in got.args[0].message
    assert "ZeroDivisionError" in got.args[0].details


def test_cancelled_before_it_started_it_writes_nothing(qtbot, exports: Exports, tmp_path: Path) -> None:
    class Patient:
        is_slow = False

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
        is_slow = False

        @staticmethod
        def write(job: Job) -> str:
            turns.append(sys.getswitchinterval())
            return "done"

    thread = exports.make(Long(), Job("run", tmp_path / "x"))
    with qtbot.waitSignal(thread.finished, timeout=20_000):
        thread.start()
    assert turns[0] < usual == sys.getswitchinterval()


class Held:
    """A format that writes until it is let go, and says so in `order`."""

    is_slow = False

    def __init__(self, name: str, order: list[str]) -> None:
        self.name, self.order = name, order
        self.goes_on = threading.Event()
        self.fails = False

    def write(self, job: Job) -> str:
        self.order.append(f"{self.name} begins")
        while not self.goes_on.wait(0.01):
            if job.should_stop():
                raise Cancelled
        if self.fails:
            raise OSError("the disk is full")
        self.order.append(f"{self.name} ends")
        return "done"


@pytest.mark.parametrize(("is_slow", "is_preview"), [(True, False), (True, True), (False, False)])
def test_what_can_take_long_has_a_process_of_its_own_unless_it_is_a_preview(
    is_slow: bool, is_preview: bool, qtbot, exports: Exports, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there: list[object] = []
    monkeypatch.setattr(export_process, "write", lambda chosen, job: there.append(chosen) or "there")
    chosen = SimpleNamespace(is_slow=is_slow, write=lambda job: "here")
    thread = exports.make(chosen, Job("run", tmp_path / "x"), is_preview=is_preview)
    with qtbot.waitSignal(thread.done, timeout=20_000) as got:
        thread.start()
    is_apart = is_slow and not is_preview
    assert got.args == ["there" if is_apart else "here"]
    assert there == [chosen] * is_apart


def test_without_a_process_it_is_written_here(qtbot, exports: Exports, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(export_process, "write", lambda chosen, job: None)
    thread = exports.make(SimpleNamespace(is_slow=True, write=lambda job: "here"), Job("run", tmp_path / "x"))
    with qtbot.waitSignal(thread.done, timeout=20_000) as got:
        thread.start()
    assert got.args == ["here"]


def test_exports_are_written_one_after_the_other_in_the_order_of_their_start(qtbot, exports, tmp_path: Path) -> None:
    order: list[str] = []
    formats = [Held(name, order) for name in "abc"]
    threads = [exports.make(each, Job("run", tmp_path / each.name)) for each in formats]
    waiting: list[str] = []
    for number, thread in enumerate(threads):
        thread.waits.connect(lambda out=thread.out: waiting.append(out.name))
        thread.start()
        qtbot.waitUntil(lambda before=number: len(waiting) == before and bool(order))
    qtbot.wait(100)
    assert order == ["a begins"]
    assert waiting == ["b", "c"]
    for each in formats:
        each.goes_on.set()
    qtbot.waitUntil(lambda: not exports.in_progress)
    assert order == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


def test_one_that_waits_can_be_cancelled_and_one_that_fails_gives_its_turn_away(qtbot, exports, tmp_path: Path) -> None:
    order: list[str] = []
    first, second, third = (Held(name, order) for name in "abc")
    threads = [exports.make(each, Job("run", tmp_path / each.name)) for each in (first, second, third)]
    for number, thread in enumerate(threads):
        if number == 0:
            thread.start()
            qtbot.waitUntil(lambda: order == ["a begins"])
        else:
            with qtbot.waitSignal(thread.waits):
                thread.start()
    with qtbot.waitSignal(threads[1].cancelled):
        threads[1].request_stop()
    third.goes_on.set()
    first.fails = True
    with qtbot.waitSignals([threads[0].refused, threads[2].done]):
        first.goes_on.set()
    assert order == ["a begins", "c begins", "c ends"]


def test_a_preview_waits_for_no_export(qtbot, exports, tmp_path: Path) -> None:
    order: list[str] = []
    export, preview = Held("export", order), Held("preview", order)
    thread = exports.make(export, Job("run", tmp_path / "x"))
    thread.start()
    qtbot.waitUntil(lambda: bool(order))
    preview.goes_on.set()
    small = exports.make(preview, Job("run", tmp_path / "y"), is_preview=True)
    with qtbot.waitSignal(small.done):
        small.start()
    assert order == ["export begins", "preview begins", "preview ends"]
    export.goes_on.set()
    qtbot.waitUntil(lambda: not exports.in_progress)
