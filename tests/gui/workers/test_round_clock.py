"""How long one who waits for the end of a round waits."""

import pytest

from ganstudio.events import Paused, Resumed, Stepped
from ganstudio.gui.workers import round_clock
from ganstudio.gui.workers.round_clock import RoundClock
from ganstudio.gui.workers.train import TrainThread
from ganstudio.gui.workers.worker import Worker


class Time:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(round_clock, "time", time)
    return time


def test_a_round_takes_as_long_as_the_last_one_or_longer(time: Time) -> None:
    clock = RoundClock()
    assert clock.seconds() == 0
    for step, seconds in enumerate((5, 40)):
        clock.note(Stepped(step))
        time.now += seconds
    clock.note(Stepped(2))
    assert clock.seconds() == 40
    time.now += 60
    assert clock.seconds() == 60


def test_a_pause_is_no_round(time: Time) -> None:
    clock = RoundClock()
    clock.note(Stepped(1))
    time.now += 3
    clock.note(Stepped(2))
    clock.note(Paused(2))
    time.now += 3600
    assert clock.seconds() == 3
    clock.note(Resumed(2))
    time.now += 1
    clock.note(Stepped(3))
    assert clock.seconds() == 1


def test_a_thread_that_trains_is_waited_for_while_its_rounds_take_long(
    qtbot, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []
    monkeypatch.setattr(Worker, "stop", lambda self, seconds: waited.append(seconds) or True)
    thread = TrainThread(None)
    for seconds in (0, 50, 10_000):
        thread._clock.note(Stepped(1))
        time.now += seconds
        assert thread.stop(30)
    assert waited == [30, 130, 330]
