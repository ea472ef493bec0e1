"""What the coach says while a run is trained: printed as it begins and ends, and kept in the history, once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ganstudio import config as cfg
from ganstudio.coach import listener, said
from ganstudio.coach.explain import explain
from ganstudio.coach.finding import Effect, Figure, Finding, Severity, effect_text
from ganstudio.coach.record import Record
from ganstudio.commands import distributed
from ganstudio.commands.following import follow
from ganstudio.config import RunConfig
from ganstudio.events import EndReason, Event, Finished, Marked, MarkKind, Started
from ganstudio.runs.control import Control, Note
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.runs.runner import Runner
from ganstudio.training.distributed.world import World
from support.coach import change, made, measured
from support.runs import raising, tick

MINIMAX = cfg.change(RunConfig(), "objective.loss", "minimax")
PLAIN = cfg.change(RunConfig(), "objective.loss", "non-saturating")
FOUND = Finding("C3", Severity.RED, 50, 80, None, "Collapse", "", (Figure("recall", 0.1, 0.2, True),))
OVER = replace(FOUND, cleared=300, cleared_by="R1: 0 -> 1")


def test_what_is_new_is_a_mark_once() -> None:
    [begun] = said.news([FOUND], [], 90)
    assert begun == Marked(90, MarkKind.FINDING, "Collapse, since step 50: recall 0.100, below 0.200", "C3", 50, None)
    assert said.news([FOUND], [begun], 100) == []
    [over] = said.news([OVER], [begun], 310)
    assert (over.text, over.old, over.new) == ("Over since step 300: Collapse, after R1: 0 -> 1", 50, 300)
    assert said.news([OVER], [begun, over], 400) == []
    again = replace(FOUND, began=500)
    assert [mark.old for mark in said.news([OVER, again], [begun, over], 600)] == [500]


def test_a_finding_that_is_no_longer_made_is_over() -> None:
    [begun] = said.news([FOUND], [], 90)
    [gone] = said.news([], [begun], 120)
    assert (gone.text, gone.new) == ("No longer found: Collapse", 120)
    [later] = said.news([OVER], [replace(begun, step=900, old=800)], 950)  # it was over before this one began
    assert (later.text, later.new) == ("No longer found: Collapse", 950)


def test_train_prints_a_finding_when_it_begins_and_when_it_is_over_and_has_both_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(listener, "SECONDS", 0.0)
    monkeypatch.setattr(listener, "SHARE", 1e9)
    run = RunFolder.create(tmp_path / "run", MINIMAX, RunInfo.now(MINIMAX))
    control = Control()
    noted: list[Marked] = []

    def events() -> Iterator[Event]:
        yield Started(MINIMAX, "cpu", "a chip", "float32", 1, 1, 80, 10, 5000, step=20)
        for step in range(40, 2001, 20):
            if step == 1200:
                yield change(step, "schedule.d_steps", 5, 1)
            yield tick(step, d_fake=0.01 if step < 1300 else 0.4, d_acc=0.99, epoch=step / 400)
            while (command := control.next()) is not None:
                assert isinstance(command, Note)
                noted.append(command.mark)
                run.append(replace(command.mark, step=step))
        yield Finished(2000, EndReason.DONE)

    assert follow(SimpleNamespace(folder=run, control=control, events=events)) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("Coach", "   "))]
    assert lines[0].startswith("Coach: D has won, G hears nothing, since step 300: D(G(z)) 0.010, below 0.050;")
    assert lines[1] == "       Set loss to non-saturating."
    assert lines[2].startswith("Coach: Over since step 1,360: D has won")
    assert [(mark.path, mark.new is None) for mark in noted] == [("C1", True), ("C1", False)]
    kept = [mark for mark in run.history().marks if mark.kind == MarkKind.FINDING]
    assert [mark.text for mark in kept] == [mark.text for mark in noted]
    assert said.said_open(kept) == {}


def test_the_first_of_several_processes_prints_findings_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(listener, "SECONDS", 0.0)
    monkeypatch.setattr(listener, "SHARE", 1e9)
    control = Control()

    class Shared(Runner):
        beginning = None

        def __init__(self) -> None:
            self.folder = RunFolder.create(tmp_path / "run", MINIMAX, RunInfo.now(MINIMAX))
            self.control = control

        def events(self) -> Iterator[Event]:
            yield Started(MINIMAX, "cpu", "a chip", "float32", 1, 1, 80, 10, 5000)
            yield from (tick(step, d_fake=0.01, d_acc=0.99, epoch=step / 400) for step in range(20, 801, 20))
            yield Finished(800, EndReason.DONE)

    assert distributed._follow(lambda world, control: Shared(), World(0)) == 0
    assert "Coach: D has won, G hears nothing, since step 300: D(G(z)) 0.010" in capsys.readouterr().out
    command = control.next()
    assert isinstance(command, Note)
    assert command.mark.path == "C1"


def test_a_run_that_is_resumed_is_not_told_again_what_it_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "SECONDS", 0.0)
    run = RunFolder.create(tmp_path / "run", MINIMAX, RunInfo.now(MINIMAX))
    for step in range(20, 1001, 20):
        run.append(tick(step, d_fake=0.01, d_acc=0.99, epoch=step / 400))
    started = Started(MINIMAX, "cpu", "a chip", "float32", 1, 1, 80, 10, 5000, step=1000)
    fresh, knowing = (listener.Listener(run) for _ in range(2))
    fresh.take(started)
    [(mark, finding)] = fresh.news()
    assert (mark.path, finding) == ("C1", fresh.findings[0])
    run.append(mark)
    knowing.take(started)
    assert list(knowing.news()) == []
    assert [one.id for one in knowing.findings] == ["C1"]
    broken = listener.Listener(run)
    broken.take(started)
    monkeypatch.setattr(listener, "explain", raising(ValueError("no such column")))
    assert [list(broken.news()), list(broken.news())] == [[], []]  # the run goes on


def test_what_came_after_the_step_that_a_run_goes_back_to_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "SECONDS", 0.0)
    monkeypatch.setattr(listener, "SHARE", 1e9)
    run = RunFolder.create(tmp_path / "run", MINIMAX, RunInfo.now(MINIMAX))
    for step in range(20, 2001, 20):
        run.append(tick(step, d_fake=0.01, d_acc=0.99, epoch=step / 400))
    for step, id in ((100, "C13"), (800, "C1")):
        run.append(Marked(step, MarkKind.FINDING, f"{id}, since step {step}", id, step - 50, None))
    run.append(measured(900, fcd=5.0))
    coach = listener.Listener(run)
    coach.take(Started(MINIMAX, "cpu", "a chip", "float32", 1, 1, 80, 10, 5000, step=400))
    coach.take(Marked(400, MarkKind.RESUME, "Went back to step 400.", "", None, 400))
    assert [(mark.path, mark.new) for mark, _ in coach.news()] == [("C13", 400)]  # C1 is not sure yet
    for step in range(420, 801, 20):
        coach.take(tick(step, d_fake=0.01, d_acc=0.99, epoch=step / 400))
    [(mark, finding)] = coach.news()
    assert (mark.path, mark.old, mark.new) == ("C1", 400, None)
    assert finding is not None
    coach.take(Marked(320, MarkKind.RESUME, "Went back to step 320.", "", None, 320))
    assert coach.findings == []
    coach.take(tick(340, d_fake=0.4))
    assert [(mark.path, mark.new) for mark, _ in coach.news()] == [("C13", 340)]


def won(until: int = 10**6, **columns: Any) -> Record:
    usual = {"d_fake": lambda step: 0.01 if step <= until else 0.4, "d_acc": 0.99}
    return made(MINIMAX, 80, **(usual | columns))


def test_what_a_change_did_is_told_in_numbers_while_the_fault_lasts_and_when_it_is_over() -> None:
    marks = [change(800, "optimizer.d_lr", 2e-4, 5e-5)]
    [over] = explain(replace(won(1040, d_acc=lambda step: 0.99 - step / 1e5), marks=marks))
    assert over.effect is not None
    assert effect_text(over.effect) == (
        "Since step 800 (learning rate of D: 0.0002 → 5e-05): D(G(z)) 0.010, now 0.400; accuracy of D 0.983, now 0.975."
    )
    [lasting] = explain(replace(won(), marks=marks))
    assert lasting.effect is not None
    assert lasting.effect.figures[0] == ("D(G(z))", pytest.approx(0.01), pytest.approx(0.01))
    assert [one.effect for one in explain(won())] == [None]


def effect(*marks: Marked, **columns: Any) -> Effect | None:
    [found] = explain(replace(won(**columns), marks=list(marks)))
    return found.effect


def test_what_a_change_did_is_not_told_before_there_is_a_window_some_time_after_it() -> None:
    assert effect(change(1301, "optimizer.d_lr", 2e-4, 5e-5)) is None  # 299 rounds
    told = effect(change(1300, "optimizer.d_lr", 2e-4, 5e-5), d_acc=lambda step: 0.99 if step <= 1440 else 0.6)
    assert told is not None
    assert told.figures[1] == ("accuracy of D", pytest.approx(0.99), pytest.approx(0.6))


def test_changes_in_a_row_are_one_change_and_what_is_taken_back_is_none() -> None:
    rate = "optimizer.d_lr"
    drag = [change(step, rate, old, new) for step, old, new in ((900, 1e-3, 5e-4), (1000, 5e-4, 2e-4))]
    accuracy = {"d_acc": lambda step: 0.99 if step <= 900 else 0.7}
    told = effect(*drag, **accuracy)
    assert told is not None
    assert (told.step, told.change) == (1000, "learning rate of D: 0.001 → 0.0002")
    assert told.figures[1] == ("accuracy of D", pytest.approx(0.99), pytest.approx(0.7))
    assert effect(drag[0], change(950, rate, 5e-4, 1e-3)) is None
    other = effect(drag[0], change(1450, "output.tick_seconds", 0.25, 0.5))  # nothing is learned from it
    assert other is not None
    assert (other.step, other.figures[0][0]) == (900, "D(G(z))")


def test_what_is_measured_now_and_then_is_compared_by_readings_that_are_far_apart() -> None:
    marks = [change(900, "penalty.r1", 0.0, 1.0)]

    def at(*steps: int) -> Effect | None:
        record = made(PLAIN, 80, nn_raw=_known(0.1, 520, 600, *steps), twins_raw=_known(0.9, 520, 600, *steps))
        [found] = [one for one in explain(replace(record, marks=marks)) if one.id == "C3"]
        return found.effect

    assert at() is None
    assert at(920, 940, 1100) is None  # one only is some time after it
    told = at(920, 1100, 1200)
    assert told is not None
    assert told.figures == (("pictures of G that have a twin", 0.9, 0.9),)


def _known(value: float, *steps: int) -> Any:
    return lambda step: value if step in steps else None
