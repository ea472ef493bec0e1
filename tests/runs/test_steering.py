"""Pause, steps by hand, changes and stops."""

import threading
import time
from collections.abc import Iterator

import pytest

from ganstudio.events import (
    ByHand,
    Event,
    Finished,
    ManualUpdate,
    Marked,
    MarkKind,
    Paused,
    Resumed,
    RoundRecorded,
    Samples,
    Saved,
    SavedKind,
    Stepped,
    Tick,
)
from ganstudio.runs import runner
from ganstudio.training.updates import Updates
from support.runs import Start, marks, of, raising, until, weights


def test_a_pause_takes_hold_within_a_step(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 3)
    run.control.pause()
    told = until(events, Paused)
    assert told[-1].step <= 4
    assert [event.step for event in of(Saved, list_until_quiet(run, events))] == [told[-1].step]
    run.control.stop()
    rest = list(events)
    assert rest[-1] == Finished(told[-1].step, "stopped")


def list_until_quiet(run: runner.Runner, events: Iterator[Event]) -> list[Event]:
    """What a paused run says before it holds still: it is let on after a moment."""
    timer = threading.Timer(0.1, run.control.resume)
    timer.start()
    told = until(events, Resumed)
    timer.join()
    return told


def test_a_run_can_begin_paused(start: Start) -> None:
    run = start()
    run.control.pause()
    told = until(run.events(), Paused)
    assert of(Stepped, told) == []
    assert [event.step for event in of(Samples, told)] == [0]


def test_while_paused_commands_are_served_at_once(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 2)
    run.control.pause()
    until(events, Paused)
    run.control.step(ManualUpdate.D)
    told = until(events, Samples)
    assert [mark.text for mark in marks(told, "hand")] == ["one update of D by hand"]
    assert told[-1].step == 2
    run.control.step(ManualUpdate.ROUND)
    assert until(events, Samples)[-1].step == 3
    run.control.change("optimizer.d_lr", 0.001)
    assert until(events, Marked)[-1].path == "optimizer.d_lr"
    run.control.save()
    assert until(events, Saved, 3)[-1].kind == "checkpoint"
    run.control.resume()
    assert until(events, Resumed)[-1].step == 3
    run.control.stop()
    list(events)
    found = run.folder.history()
    assert [mark.kind for mark in found.marks] == ["hand", "hand", "change"]
    assert [row.step for row in found.ticks][:2] == [2, 3]


def test_a_round_is_recorded_and_counts_and_the_run_is_paused_after_it(start: Start) -> None:
    run = start(steps=1000, schedule__d_steps=2)
    events = run.events()
    until(events, Stepped, 2)
    run.control.record_round()
    told = until(events, Paused)
    (recorded,) = of(RoundRecorded, told)
    assert told[-1].step == recorded.step == recorded.record.step == len(of(Stepped, told)) + 3
    assert [update.is_of_d for update in recorded.record.updates] == [True, True, False]
    run.control.stop()
    list(events)
    assert [(mark.kind, mark.step) for mark in run.folder.history().marks] == [("hand", recorded.step)]


def test_commands_while_training_apply_between_steps(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 2)
    run.control.change("optimizer.g_lr", 0.5)
    run.control.step(ManualUpdate.G)
    told = until(events, Samples)
    assert [mark.kind for mark in of(Marked, told)] == ["change", "hand"]
    assert [event.step for event in of(Stepped, told)] in ([], [3])


def test_paused_from_another_thread_it_neither_spins_nor_sleeps_on(start: Start) -> None:
    run = start(steps=100_000)
    paused, told = threading.Event(), []

    def train() -> None:
        for event in run.events():
            told.append(event)
            if isinstance(event, Paused):
                paused.set()

    thread = threading.Thread(target=train)
    thread.start()
    run.control.pause()
    assert paused.wait(30)
    time.sleep(0.3)
    begun, count = time.thread_time(), len(told)
    time.sleep(0.2)
    assert len(told) == count
    assert time.thread_time() - begun < 0.1
    begun = time.monotonic()
    run.control.stop()
    thread.join(30)
    assert time.monotonic() - begun < 10
    assert told[-1].reason == "stopped"


def test_a_stop_saves_and_shows_the_last_step(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 3)
    run.control.stop("interrupted")
    told = list(events)
    assert told[-1] == Finished(told[-1].step, "interrupted")
    assert [event.step for event in of(Samples, told)] == [told[-1].step]
    assert run.folder.checkpoints()[-1][0] == told[-1].step
    assert run.folder.status() == "interrupted"
    assert run.folder.history().end == told[-1]


def test_closing_the_generator_saves_and_lets_go(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 3)
    events.close()
    assert run.folder.history().end == Finished(3, "interrupted")
    assert weights(run.folder.path, 3)
    assert not run.folder.is_running()


def test_closing_after_the_end_changes_nothing(start: Start) -> None:
    run = start()
    events = run.events()
    until(events, Finished)
    before = {path: path.stat().st_mtime_ns for path in run.folder.path.rglob("*")}
    events.close()
    assert {path: path.stat().st_mtime_ns for path in run.folder.path.rglob("*")} == before


def test_an_interrupt_in_mid_step_saves_nothing_half_done(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 3)
    monkeypatch.setattr(Updates, "update_g", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        list(events)
    assert not run.folder.is_running()
    assert run.folder.rewind_points() == [0]


def test_slow_motion_waits_between_rounds_and_shows_each(start: Start) -> None:
    run = start(steps=1000)
    run.control.slow_down(20.0)
    events = run.events()
    until(events, Stepped, 2)
    begun, spent, trained = time.monotonic(), time.thread_time(), run._trainer.clock.seconds
    told = until(events, Stepped, 10)
    assert time.monotonic() - begun > 0.35  # 8 rounds at 20 a second
    assert time.thread_time() - spent < 0.5 * (time.monotonic() - begun)
    assert 0 < run._trainer.clock.seconds - trained < 0.6 * (time.monotonic() - begun)
    assert [event.step for event in of(Tick, told)] == [event.step for event in of(Samples, told)] == list(range(3, 11))
    run.control.slow_down(None)
    told = until(events, Stepped, 40)
    assert len(of(Samples, told)) <= 1
    assert marks(told, "change") == []


def test_slow_motion_waits_no_longer_than_until_the_next_round(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 2)
    rests: list[float] = []

    def rest(seconds: float, pace: float) -> None:
        rests.append(seconds)
        run.control.slow_down(None)

    monkeypatch.setattr(run.control, "rest", rest)
    run.control.slow_down(0.5)
    until(events, Stepped, 3)
    events.close()
    assert len(rests) == 1
    assert 0 < rests[0] <= 2


@pytest.mark.parametrize("what", ["pause", "stop", "step", "faster"])
def test_slow_motion_answers_at_once(start: Start, what: str) -> None:
    run = start(steps=1000)
    run.control.slow_down(0.001)  # a round in 1,000 s
    actions = {
        "pause": (run.control.pause, Paused),
        "stop": (run.control.stop, Finished),
        "step": (lambda: run.control.step(ManualUpdate.D), ByHand),
        "faster": (lambda: run.control.slow_down(1000.0), Stepped),
    }
    act, answer = actions[what]
    timer = threading.Timer(0.2, act)
    timer.start()
    begun = time.monotonic()
    until(run.events(), answer)
    assert time.monotonic() - begun < 20
    timer.join()


def test_a_note_is_written_into_the_history_at_the_step_that_is_reached(start: Start) -> None:
    run = start(steps=3)
    events = run.events()
    until(events, Stepped, 2)
    run.control.note(Marked(1, MarkKind.FINDING, "Collapse, since step 50", "C3", 50, None))
    [mark] = marks(list(events), MarkKind.FINDING)
    assert mark == Marked(2, MarkKind.FINDING, "Collapse, since step 50", "C3", 50, None)
    assert mark in run.folder.history().marks


def test_what_was_found_at_the_very_end_is_kept(start: Start) -> None:
    run = start(steps=3)
    found = Marked(0, MarkKind.FINDING, "Collapse, since step 1", "C3", 1, None)
    for event in run.events():
        if isinstance(event, Saved) and (event.step, event.kind) == (3, SavedKind.CHECKPOINT):  # the end is being saved
            run.control.note(found)
    kept = [mark for mark in run.folder.history().marks if mark.kind == MarkKind.FINDING]
    assert {(mark.path, mark.step) for mark in kept} == {("C3", 3)}
