"""What all threads of the window share: order of requests, stopping, errors."""

import threading
import time
from collections.abc import Callable, Iterator
from enum import Enum

import pytest
from PySide6.QtCore import QThread

from ganstudio.errors import Cancelled, RunError, UserFolder
from ganstudio.events import Failed
from ganstudio.gui.workers.worker import QueueWorker, Worker

WAIT = 20.0  # s


class Level(Enum):
    URGENT = "urgent"
    USUAL = "usual"
    SLOW = "slow"


class Recorder(QueueWorker[Level, Callable[[], None] | str]):
    """Notes what it serves; a request that is a function is called."""

    action = "The request could not be served"
    kept = "All else is as it was."

    def __init__(self) -> None:
        super().__init__("recorder", Level)
        self.served: list[str] = []

    def serve(self, channel: Level, request: Callable[[], None] | str) -> None:
        if isinstance(request, str):
            self.served.append(request)
        else:
            request()


class Gate:
    """Request that is under way until it is let go."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        assert self.open.wait(WAIT)


@pytest.fixture
def worker(qapp) -> Iterator[Recorder]:
    made = Recorder()
    yield made
    assert made.stop()


@pytest.fixture
def gate(worker: Recorder) -> Iterator[Gate]:
    """The worker is busy until the gate opens."""
    gate = Gate()
    worker.put(Level.SLOW, gate)
    assert gate.begun.wait(WAIT)
    yield gate
    gate.open.set()


def serve_all(qtbot, worker: Recorder, gate: Gate, last: str) -> list[str]:
    gate.open.set()
    qtbot.waitUntil(lambda: last in worker.served, timeout=int(WAIT * 1000))
    return worker.served


def test_it_starts_with_the_first_request(qtbot, worker: Recorder) -> None:
    assert not worker.isRunning()
    worker.put(Level.USUAL, "first")
    qtbot.waitUntil(lambda: worker.served == ["first"])


def test_the_newest_request_of_a_channel_wins(qtbot, worker: Recorder, gate: Gate) -> None:
    for name in ("old", "older", "new"):
        worker.put(Level.USUAL, name)
    worker.put(Level.SLOW, "other channel")
    assert serve_all(qtbot, worker, gate, "other channel") == ["new", "other channel"]


def test_urgent_channels_go_first_whatever_came_first(qtbot, worker: Recorder, gate: Gate) -> None:
    for channel in reversed(Level):
        worker.put(channel, channel.value)
    assert serve_all(qtbot, worker, gate, "slow") == ["urgent", "usual", "slow"]


def test_appended_requests_are_all_served_in_order(qtbot, worker: Recorder, gate: Gate) -> None:
    for name in "abc":
        worker.append(Level.USUAL, name)
    worker.put(Level.SLOW, "end")
    assert serve_all(qtbot, worker, gate, "end") == ["a", "b", "c", "end"]


def test_dropped_requests_are_not_served(qtbot, worker: Recorder, gate: Gate) -> None:
    worker.append(Level.USUAL, "a")
    worker.append(Level.USUAL, "b")
    worker.drop(Level.USUAL)
    worker.put(Level.SLOW, "end")
    assert serve_all(qtbot, worker, gate, "end") == ["end"]


def test_a_long_request_lets_urgent_ones_in_and_sees_that_it_is_superseded(qtbot, worker: Recorder) -> None:
    between, go_on = threading.Event(), threading.Event()
    superseded: list[bool] = []

    def long() -> None:
        superseded.append(worker.is_superseded(Level.USUAL))
        between.set()
        assert go_on.wait(WAIT)
        worker.serve_urgent(Level.USUAL)
        worker.served.append("second part")
        superseded.append(worker.is_superseded(Level.USUAL))

    worker.put(Level.USUAL, long)
    assert between.wait(WAIT)
    worker.put(Level.SLOW, "slow")
    worker.put(Level.USUAL, "newer")
    worker.put(Level.URGENT, "urgent")
    go_on.set()
    qtbot.waitUntil(lambda: "slow" in worker.served)
    assert worker.served == ["urgent", "second part", "newer", "slow"]
    assert superseded == [False, True]


def test_an_error_of_the_user_is_refused_and_the_next_request_served(qtbot, worker: Recorder) -> None:
    def fail() -> None:
        raise RunError("There is no run.", place=UserFolder.RUNS)

    with qtbot.waitSignal(worker.refused) as got:
        worker.put(Level.USUAL, fail)
    assert got.args[0] == Failed("There is no run.", "All else is as it was.", place=UserFolder.RUNS)
    worker.put(Level.USUAL, "next")
    qtbot.waitUntil(lambda: worker.served == ["next"])


def test_an_error_of_the_system_is_refused_with_what_was_tried(qtbot, worker: Recorder) -> None:
    def fail() -> None:
        raise OSError(28, "No space left on device", "/tmp/grid.png")

    with qtbot.waitSignal(worker.refused) as got:
        worker.put(Level.USUAL, fail)
    assert got.args[0].message.startswith("The request could not be served: ")
    assert "No space left on device" in got.args[0].message
    assert "/tmp/grid.png" in got.args[0].message
    assert got.args[0].details == ""


@pytest.mark.parametrize("error", [ZeroDivisionError("boom"), SystemExit("boom"), KeyboardInterrupt("boom")])
def test_an_unexpected_error_is_told_whole_and_the_next_request_served(qtbot, worker: Recorder, error) -> None:
    def fail() -> None:
        raise error

    with qtbot.waitSignal(worker.failed) as got:
        worker.put(Level.USUAL, fail)
    name = type(error).__name__
    assert got.args[0].message == f"The request could not be served: {name}: boom"
    assert got.args[0].kept == "All else is as it was."
    assert "Traceback" in got.args[0].details
    worker.put(Level.USUAL, "next")
    qtbot.waitUntil(lambda: worker.served == ["next"])


def test_cancelled_work_is_no_error(qtbot, worker: Recorder) -> None:
    def cancel() -> None:
        raise Cancelled

    reported: list[object] = []
    worker.failed.connect(reported.append)
    worker.refused.connect(reported.append)
    with qtbot.waitSignal(worker.cancelled):
        worker.put(Level.USUAL, cancel)
    assert reported == []


def test_stop_waits_for_what_is_under_way_and_drops_the_rest(worker: Recorder, gate: Gate) -> None:
    worker.put(Level.URGENT, "waits")
    begun = time.monotonic()
    assert not worker.stop(0.05)
    assert 0.05 <= time.monotonic() - begun < 5
    assert worker.isRunning()
    gate.open.set()
    assert worker.stop(WAIT)
    assert worker.served == []


def test_stopped_it_does_not_start_again(worker: Recorder) -> None:
    assert worker.stop()  # never started
    worker.put(Level.USUAL, "late")
    assert not worker.isRunning()
    assert worker.served == []


def test_an_idle_thread_ends_at_once(qtbot, worker: Recorder) -> None:
    worker.put(Level.USUAL, "first")
    qtbot.waitUntil(lambda: worker.served == ["first"])
    begun = time.monotonic()
    assert worker.stop()
    assert time.monotonic() - begun < 5
    assert worker.isFinished()


class Finishing(Recorder):
    finishes_requests = True


def test_one_that_finishes_serves_what_waits_before_it_ends(qapp) -> None:
    worker, gate = Finishing(), Gate()
    worker.append(Level.USUAL, gate)
    assert gate.begun.wait(WAIT)
    for name in "abc":
        worker.append(Level.USUAL, name)
    worker.request_stop()
    gate.open.set()
    assert worker.stop(WAIT)
    assert worker.served == ["a", "b", "c"]


class Once(Worker):
    action = "It failed"

    def __init__(self, work: Callable[["Once"], None]) -> None:
        super().__init__("once")
        self._work = work

    def work(self) -> None:
        self._work(self)


def test_signals_arrive_in_the_gui_thread_and_work_is_done_in_its_own(qtbot) -> None:
    threads: list[QThread] = []
    worker = Once(lambda _: threads.append(QThread.currentThread()) or 1 / 0)
    with qtbot.waitSignal(worker.failed):
        worker.start()
    assert worker.wait(5000)
    assert threads == [worker]


def test_a_request_to_stop_reaches_the_work_even_before_it_started(qapp) -> None:
    seen: list[bool] = []
    worker = Once(lambda once: seen.append(once.is_stopping()))
    worker.request_stop()
    worker.start()
    assert worker.stop()
    assert seen == [True]
