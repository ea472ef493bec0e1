"""Training leaves a core to the window while that has much to do."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from ganstudio.events import Event, Paused, Resumed, Stepped
from ganstudio.gui.workers import spare_core, window_first
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.gui.workers.spare_core import SpareCore
from ganstudio.gui.workers.train import TrainThread
from ganstudio.system import thread_cores

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2,
    reason="only Linux lets the cores of a thread be chosen, where there are several",
)
ALL = os.sched_getaffinity(0) if sys.platform == "linux" else set()
PATIENCE = 5.0  # s


class Sleepers:
    """Threads of a name; each waits, or starts another one that does."""

    def __init__(self) -> None:
        self.ends = threading.Event()
        self.numbers: list[int] = []
        self._threads: list[threading.Thread] = []
        self._orders: list[threading.Event] = []

    def start(self) -> threading.Event:
        """Start one, and return an event that lets it start another."""
        order, ready = threading.Event(), threading.Event()
        self._begin(lambda: self._sleep(order, ready))
        assert ready.wait(PATIENCE)
        return order

    def join(self) -> None:
        self.ends.set()
        for each in self._orders:
            each.set()
        for each in self._threads:
            each.join()

    def _begin(self, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work))
        self._threads[-1].start()

    def _sleep(self, order: threading.Event, ready: threading.Event) -> None:
        Path(f"/proc/self/task/{threading.get_native_id()}/comm").write_text("worker")
        self.numbers.append(threading.get_native_id())
        self._orders.append(order)
        ready.set()
        order.wait()
        if not self.ends.is_set():
            self._begin(self._sleep_on)
        self.ends.wait()

    def _sleep_on(self) -> None:
        self.numbers.append(threading.get_native_id())
        self.ends.wait()


@pytest.fixture
def sleepers() -> Iterator[Sleepers]:
    made = Sleepers()
    yield made
    made.join()


def compute(until: Callable[[], bool]) -> bool:
    """Keep the main thread busy until something is so; return whether it came."""
    give_up = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > give_up:
            return False
        sum(range(5000))
    return True


def rest(until: Callable[[], bool]) -> bool:
    """Keep the main thread idle until something is so; return whether it came."""
    give_up = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def is_away(number: int) -> bool:
    return len(os.sched_getaffinity(number)) == len(ALL) - 1


def is_back(number: int) -> bool:
    return os.sched_getaffinity(number) == ALL


def test_threads_leave_a_core_while_the_main_thread_is_busy_and_come_back(sleepers: Sleepers) -> None:
    sleepers.start()
    sleepers.start()
    with SpareCore("another", "worker"):
        time.sleep(0.2)
        assert all(map(is_back, sleepers.numbers))
        assert compute(lambda: all(map(is_away, sleepers.numbers)))
        assert rest(lambda: all(map(is_back, sleepers.numbers)))


def test_they_leave_it_while_an_answer_of_the_event_loop_is_late(monkeypatch, sleepers: Sleepers) -> None:
    late = [True]
    monkeypatch.setattr(window_first, "is_late", lambda patience: late[0])
    sleepers.start()
    with SpareCore("worker"):
        assert rest(lambda: is_away(sleepers.numbers[0]))
        late[0] = False
        assert rest(lambda: is_back(sleepers.numbers[0]))


def test_others_stay(sleepers: Sleepers) -> None:
    sleepers.start()
    with SpareCore("nobody"):
        until = time.monotonic() + 0.3
        assert compute(lambda: not is_back(sleepers.numbers[0]) or time.monotonic() > until)
        assert is_back(sleepers.numbers[0])


def test_those_with_a_smaller_share_leave_it_too(sleepers: Sleepers) -> None:
    sleepers.start()
    os.setpriority(os.PRIO_PROCESS, sleepers.numbers[0], os.getpriority(os.PRIO_PROCESS, os.getpid()) + 5)
    with SpareCore("nobody"):
        assert compute(lambda: is_away(sleepers.numbers[0]))
        assert rest(lambda: is_back(sleepers.numbers[0]))


def test_they_come_back_after_a_while_though_the_main_thread_is_busy(monkeypatch, sleepers: Sleepers) -> None:
    monkeypatch.setattr(spare_core, "_MOST_SECONDS", 0.1)
    sleepers.start()
    with SpareCore("worker"):
        assert compute(lambda: is_away(sleepers.numbers[0]))
        assert compute(lambda: is_back(sleepers.numbers[0]))


def test_one_that_was_started_meanwhile_gets_all_cores_too(sleepers: Sleepers) -> None:
    order = sleepers.start()
    with SpareCore("worker"):
        assert compute(lambda: is_away(sleepers.numbers[0]))
        order.set()
        assert compute(lambda: len(sleepers.numbers) == 2)
        assert rest(lambda: all(map(is_back, sleepers.numbers)))


def test_one_that_is_started_while_they_come_back_gets_all_cores_too(monkeypatch, sleepers: Sleepers) -> None:
    order = sleepers.start()
    list_threads = thread_cores.named

    def start_another_after_looking(*names: str) -> list[int]:
        found = list_threads(*names)
        order.set()
        while len(sleepers.numbers) < 2:
            time.sleep(0.001)
        return found

    with SpareCore("worker"):
        assert compute(lambda: is_away(sleepers.numbers[0]))
        monkeypatch.setattr(thread_cores, "named", start_another_after_looking)
        assert rest(lambda: len(sleepers.numbers) == 2 and all(map(is_back, sleepers.numbers)))


def test_they_come_back_at_the_end(sleepers: Sleepers) -> None:
    sleepers.start()
    with SpareCore("worker"):
        assert compute(lambda: is_away(sleepers.numbers[0]))
    assert is_back(sleepers.numbers[0])


def test_it_rests_until_it_is_to_go_on(sleepers: Sleepers) -> None:
    sleepers.start()
    with SpareCore("worker") as core:
        assert compute(lambda: is_away(sleepers.numbers[0]))
        core.rest()
        assert compute(lambda: is_back(sleepers.numbers[0]))
        until = time.monotonic() + 0.3
        assert compute(lambda: is_away(sleepers.numbers[0]) or time.monotonic() > until)
        assert is_back(sleepers.numbers[0])
        core.go_on()
        assert compute(lambda: is_away(sleepers.numbers[0]))
        core.rest()


def test_where_the_system_tells_nothing_nothing_happens(monkeypatch, tmp_path: Path, sleepers: Sleepers) -> None:
    monkeypatch.setattr(thread_cores, "_TASKS", tmp_path)
    sleepers.start()
    with SpareCore("worker"):
        until = time.monotonic() + 0.2
        assert compute(lambda: time.monotonic() > until)
        assert is_back(sleepers.numbers[0])


def test_training_and_the_explorer_leave_a_core(qtbot, monkeypatch, tmp_path: Path) -> None:
    def rounds() -> Iterator[Event]:
        step = 0
        while not thread.is_stopping():
            time.sleep(0.005)
            step += 1
            yield Stepped(step)

    thread = TrainThread(tmp_path)
    run = SimpleNamespace(folder=tmp_path, events=rounds)
    monkeypatch.setattr(thread, "_make_runner", lambda: run)
    explorer = SampleThread()
    with qtbot.waitSignal(thread.opened):
        thread.start()
    explorer.start()
    assert rest(lambda: bool(thread_cores.named("sampleThread")))
    training, sampling = thread_cores.named("trainThread"), thread_cores.named("sampleThread")
    assert compute(lambda: any(map(is_away, training)) and all(map(is_away, sampling)))
    assert rest(lambda: all(map(is_back, training + sampling)))
    assert explorer.stop(10)
    assert thread.stop(10)


def test_training_that_is_paused_watches_nothing(qtbot, monkeypatch, tmp_path: Path) -> None:
    def rounds() -> Iterator[Event]:
        yield Paused(1)
        while not goes_on and not thread.is_stopping():
            time.sleep(0.005)
        yield Resumed(1)
        while not thread.is_stopping():
            time.sleep(0.005)

    goes_on: list[bool] = []
    thread = TrainThread(tmp_path)
    run = SimpleNamespace(folder=tmp_path, events=rounds)
    monkeypatch.setattr(thread, "_make_runner", lambda: run)
    with qtbot.waitSignal(thread.reported, check_params_cb=lambda event: isinstance(event, Paused)):
        thread.start()
    time.sleep(0.2)
    threads = thread_cores.named("trainThread")
    until = time.monotonic() + 0.3
    assert compute(lambda: any(map(is_away, threads)) or time.monotonic() > until)
    assert all(map(is_back, threads))
    goes_on.append(True)
    assert compute(lambda: any(map(is_away, threads)))
    assert thread.stop(10)
