import threading
import time

import pytest

from ganstudio.errors import ConfigError
from ganstudio.events import ManualUpdate
from ganstudio.runs.control import Change, Control, Look, Save, Step


def test_commands_come_out_in_order() -> None:
    control = Control()
    control.step(ManualUpdate.D)
    control.change("optimizer.d-lr", "0.001")
    control.save()
    assert control.next() == Step("d")
    assert control.next() == Change("optimizer.d_lr", 0.001)
    assert control.next() == Save()
    assert control.next() is None


def test_of_looks_one_counts_for_each_taker_after_all_commands() -> None:
    control, takers = Control(), [lambda look: None, lambda look: None]
    control.look(takers[0])
    control.change("optimizer.d_lr", 0.1)
    control.look(takers[1])
    control.look(takers[0])
    control.change("optimizer.d_lr", 0.2)  # still a burst: a look in between does not part it
    expected = [Change("optimizer.d_lr", 0.2), Look(takers[0]), Look(takers[1]), None]
    assert [control.next() for _ in range(4)] == expected


def test_of_changes_in_a_row_the_newest_counts() -> None:
    control = Control()
    for value in (0.1, 0.2, 0.3):
        control.change("optimizer.d_lr", value)
    control.change("optimizer.g_lr", 0.4)
    control.change("optimizer.d_lr", 0.5)
    assert [control.next() for _ in range(4)] == [
        Change("optimizer.d_lr", 0.3),
        Change("optimizer.g_lr", 0.4),
        Change("optimizer.d_lr", 0.5),
        None,
    ]


def test_what_cannot_be_is_refused_at_once() -> None:
    control = Control()
    with pytest.raises(ConfigError, match="cannot change during a run"):
        control.change("network.width", 8)
    with pytest.raises(ConfigError, match=r"optimizer\.d_lr must be"):
        control.change("optimizer.d_lr", 7.0)
    with pytest.raises(ConfigError, match="no setting named"):
        control.change("optimizer.nothing", 7.0)
    with pytest.raises(ValueError, match="both"):
        control.step("both")
    assert control.next() is None


def test_the_first_reason_to_stop_stays() -> None:
    control = Control()
    assert control.stopping is None
    control.stop("interrupted")
    control.stop()
    assert control.stopping == "interrupted"


@pytest.mark.parametrize(
    "wake",
    [Control.resume, Control.stop, Control.save, lambda control: control.step(ManualUpdate.G), lambda c: c.look(print)],
)
def test_whoever_waits_is_woken(wake) -> None:
    control = Control()
    control.pause()
    timer = threading.Timer(0.05, wake, [control])
    begun = time.monotonic()
    timer.start()
    control.wait(20)
    timer.join()
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "wake",
    [Control.pause, Control.stop, Control.measure, lambda control: control.slow_down(2.0), lambda c: c.look(print)],
)
def test_slow_motion_is_woken(wake) -> None:
    control = Control()
    control.slow_down(1.0)
    timer = threading.Timer(0.05, wake, [control])
    begun = time.monotonic()
    timer.start()
    control.rest(5, 1.0)
    timer.join()
    assert time.monotonic() - begun < 4


def test_waiting_ends_by_itself() -> None:
    control = Control()
    control.pause()
    control.wait(0.01)
    assert control.paused


def test_what_is_watched_is_handed_over_again_when_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    control, take = Control(), lambda look: None
    control.watch(take, 0.5)
    assert [control.next(), control.next()] == [Look(take), None]
    now[0] += 0.4
    assert control.next() is None
    now[0] += 0.2
    control.save()
    assert [control.next(), control.next(), control.next()] == [Save(), Look(take), None]  # commands come first
    now[0] += 0.45  # the one before was late by a tenth of a second: the next is due at its own time
    assert [control.next(), control.next()] == [Look(take), None]
    now[0] += 5.0  # after a long pause there are not ten of them
    assert [control.next(), control.next(), control.next()] == [Look(take), Look(take), None]
    now[0] += 1.0
    control.watch(None, 0.5)
    assert control.next() is None
