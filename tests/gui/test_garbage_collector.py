"""Garbage is collected in the GUI thread, and in no other."""

import gc
import sys
import threading
from collections.abc import Iterator
from types import ModuleType

import pytest

from ganstudio.events import Failed, RunStatus
from ganstudio.gui import garbage_collector
from ganstudio.gui.garbage_collector import Collector
from ganstudio.runs import error_messages
from support.window import WAIT


class Cycle:
    """Garbage that only the collector frees; notes in which thread."""

    freed_in: list[int] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        Cycle.freed_in.append(threading.get_ident())


def leave_old_garbage() -> None:
    """One that the timer, which searches what is young first, does not find soon."""
    kept = Cycle()
    gc.collect()
    del kept


def leave_garbage() -> None:
    for _ in range(2 * gc.get_threshold()[0]):
        Cycle()


@pytest.fixture
def collector(qapp, monkeypatch) -> Iterator[Collector]:
    monkeypatch.setattr(garbage_collector, "INTERVAL_MS", 5)
    gc.collect()
    Cycle.freed_in.clear()
    gc.enable()  # as Python starts
    made = Collector()
    yield made
    made.stop()
    gc.disable()  # as all tests of the window run


def test_it_collects_in_the_gui_thread_what_other_threads_leave(qtbot, collector: Collector) -> None:
    other = threading.Thread(target=leave_garbage)
    other.start()
    other.join()
    assert Cycle.freed_in == []  # not where it was left
    qtbot.waitUntil(lambda: len(Cycle.freed_in) > 0)
    assert set(Cycle.freed_in) == {threading.get_ident()}


class Old(Cycle):
    """Garbage of the oldest generation."""

    was_freed = False

    def __del__(self) -> None:
        Old.was_freed = True


def test_what_lived_long_is_collected_too(qtbot, collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage_collector, "_COLLECTIONS_PER_OLDER", 3)  # in a long session each takes its time
    old = Old()
    gc.collect()  # now in the oldest generation
    del old
    leave_garbage()
    qtbot.waitUntil(lambda: len(Cycle.freed_in) > 0)
    assert not Old.was_freed

    def is_freed() -> bool:
        leave_garbage()
        return Old.was_freed

    qtbot.waitUntil(is_freed, timeout=20_000)


def test_a_little_garbage_waits(qtbot, collector: Collector) -> None:
    gc.collect()
    Cycle()
    qtbot.wait(50)
    assert Cycle.freed_in == []


def test_stopped_it_leaves_the_work_to_python(qtbot, collector: Collector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
    gc.disable()
    leave_garbage()
    qtbot.wait(50)
    assert Cycle.freed_in == []


def test_what_is_there_after_the_start_is_not_searched_again(collector: Collector) -> None:
    kept = Cycle()
    before = gc.get_freeze_count()
    generations: list[int] = []

    def note(_phase: str, info: dict[str, int]) -> None:
        generations.append(info["generation"])

    gc.callbacks.append(note)
    collector.settle()
    gc.callbacks.remove(note)
    assert gc.get_freeze_count() > before
    assert set(generations) == {0}  # nor then, as a whole: that takes a fifth of a second after torch has come
    gc.unfreeze()
    del kept


def test_what_many_modules_have_brought_is_not_searched_again(
    qtbot, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = gc.get_freeze_count()
    for number in range(garbage_collector._MANY_MODULES):
        monkeypatch.setitem(sys.modules, f"module_{number}", ModuleType(f"module_{number}"))
    qtbot.wait(50)
    assert gc.get_freeze_count() == before  # a few are searched
    monkeypatch.setitem(sys.modules, "one_more", ModuleType("one_more"))
    qtbot.waitUntil(lambda: gc.get_freeze_count() > before)
    gc.unfreeze()


def test_a_run_that_an_error_ended_is_collected_in_the_gui_thread_only(qtbot, collector: Collector) -> None:
    def fail() -> None:
        leave_old_garbage()
        error_messages.free_memory()

    training = threading.Thread(target=fail)
    training.start()
    training.join()
    assert Cycle.freed_in == []
    collector.collect_soon()
    assert Cycle.freed_in == []  # what is due now comes first
    qtbot.waitUntil(lambda: Cycle.freed_in == [threading.get_ident()], timeout=WAIT)


def test_without_a_window_it_is_collected_at_once(collector: Collector) -> None:
    collector.stop()
    Cycle()
    error_messages.free_memory()
    assert Cycle.freed_in == [threading.get_ident()]


def test_the_window_collects_after_an_error_in_a_run_that_it_trained(open_window, collector: Collector, qtbot) -> None:
    window = open_window()
    collector.stop()  # of this test
    leave_old_garbage()
    qtbot.wait(garbage_collector.SOON_MS)
    assert Cycle.freed_in == []
    window.model.set_status(RunStatus.FAILED)
    window.session.threads.trainingEnded.emit()
    qtbot.waitUntil(lambda: Cycle.freed_in == [threading.get_ident()], timeout=WAIT)


def test_a_run_that_is_read_is_no_reason_to_search_for_garbage(open_window, qtbot, monkeypatch) -> None:
    window, searched = open_window(), []
    monkeypatch.setattr(window._collector, "collect_soon", lambda: searched.append(True))
    window.model.handle(Failed("It broke, some days ago."))
    assert not searched
    window.session.threads.trainingEnded.emit()  # had it been trained here
    assert searched


def test_what_the_first_estimate_imports_is_not_searched_again(open_window) -> None:
    window = open_window()
    window.session.warm.emit()
    kept, before = [Cycle() for _ in range(1000)], gc.get_freeze_count()
    try:
        window.session.forecaster.changed.emit()
        assert gc.get_freeze_count() > before + 900  # some of what was there before is gone
        kept += [Cycle() for _ in range(1000)]
        window.session.forecaster.changed.emit()  # other settings: what lives now may be garbage later
        assert gc.get_freeze_count() < before + 1900
    finally:
        gc.unfreeze()
