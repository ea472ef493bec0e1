"""Going back to an older checkpoint."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ganstudio.errors import RunError
from ganstudio.events import (
    ByHand,
    Event,
    Finished,
    ManualUpdate,
    Marked,
    Measured,
    Paused,
    Samples,
    Saved,
    Started,
    Stepped,
    Tick,
)
from ganstudio.runs import archive, branch, checkpoint, checkpointer, history, runner
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow
from ganstudio.runs.plan import ResumePlan
from ganstudio.runs.summary import summarize
from support.runs import Start, assert_same, marks, measured, of, tick, until, weights


def saved_at(start: Start, *steps: int, **changes: object) -> RunFolder:
    """A run that saved a checkpoint and a grid at each of these steps and was stopped at the last."""
    run = start(steps=100, output__tick_seconds=0.1, **changes)
    events = run.events()
    for step in steps:
        until(events, Stepped, step)
        run.control.save()
        run.control.step(ManualUpdate.G)  # says a tick and a grid
        until(events, Samples, step)
    events.close()
    return run.folder


def test_a_run_goes_back_and_lives_that_time_again(start: Start) -> None:
    folder = saved_at(start, 4, 8, 12)
    assert folder.rewind_points() == [0, 4, 8, 12]
    before = weights(folder.path, 12)
    folder.append(measured(11, 5.0))
    lines = (folder.path / "history.jsonl").read_text().splitlines()

    again = runner.resume(folder.path, {"steps": 14}, at=11)
    assert folder.rewind_points() == [0, 4, 8]
    assert [step for step, _ in folder.samples()] == [0, 4, 8]
    assert [step for step, _ in folder.snapshots()] == [0, 4, 8]
    told = list(again.events())
    assert of(Started, told)[0].step == marks(told, "resume")[0].step == 8
    assert told[-1] == Finished(14, "done")

    assert (folder.path / "history.jsonl").read_text().splitlines()[: len(lines)] == lines
    found = folder.history()
    assert [mark.step for mark in found.marks if mark.kind == "hand"] == [4, 8]
    assert found.measures == []
    steps = [row.step for row in found.ticks]
    assert steps == sorted(steps)
    assert steps[-1] == 14
    assert folder.rewind_points() == [0, 4, 8, 14]
    assert before.keys() == weights(folder.path, 14).keys()


def test_what_was_lived_again_is_the_same(start: Start) -> None:
    whole = start("whole", steps=12)
    list(whole.events())
    run = start("part", steps=12)
    events = run.events()
    until(events, Stepped, 5)
    run.control.save()
    until(events, Saved)
    list(events)
    list(runner.resume(run.folder.path, at=7).events())
    assert run.folder.rewind_points() in ([0, 6, 12], [0, 5, 12])
    assert_same(weights(whole.folder.path, 12), weights(run.folder.path, 12))


def test_a_broken_checkpoint_is_passed_over_on_the_way_back(start: Start) -> None:
    folder = saved_at(start, 4, 8, 12)
    folder.checkpoint_path(8).write_bytes(b"torn")
    again = runner.resume(folder.path, at=8)
    events = again.events()
    told = until(events, Stepped)
    events.close()
    assert marks(told, "resume")[0].step == 4
    assert "is cut short" in marks(told, "warning")[0].text


def test_killed_right_after_going_back_it_stays_there(start: Start) -> None:
    folder = saved_at(start, 4, 8, 12)
    again = runner.resume(folder.path, at=8)
    events = again.events()
    until(events, Stepped)
    again.close()  # as the system does for a killed process
    once_more = runner.resume(folder.path)
    told = until(once_more.events(), Stepped)
    assert marks(told, "resume")[0].step == 8
    assert [mark.step for mark in folder.history().marks if mark.kind == "resume"] == [8, 8]
    once_more.close()
    events.close()


def test_there_must_be_something_to_go_back_to(start: Start) -> None:
    folder = saved_at(start, 4)
    folder.checkpoint_path(0).unlink()  # as in a run of earlier versions
    with pytest.raises(RunError, match=r"cannot go back to step 3: its oldest checkpoint is at step 4\."):
        runner.resume(folder.path, at=3)
    assert folder.rewind_points() == [4]
    assert not folder.is_running()
    folder.checkpoint_path(4).unlink()
    with pytest.raises(RunError, match="has no checkpoint"):
        runner.resume(folder.path, at=3)


def test_a_run_cannot_go_back_while_it_trains(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 2)
    with pytest.raises(RunError, match="is being written by"):
        runner.resume(run.folder.path, at=1)
    events.close()


def test_a_list_tells_where_a_run_went_back_to(folder: RunFolder) -> None:
    for row in (tick(4), tick(8), tick(12), Marked(9, "resume", "")):
        folder.append(row)
    assert summarize(folder).steps == 8


def test_a_long_time_gone_back_on_does_not_hide_the_rest(folder: RunFolder) -> None:
    for step in range(1000):
        folder.append(tick(step))
    folder.append(Marked(3, "resume", ""))
    assert summarize(folder).steps == 3


def test_measurements_come_back_without_superseded_ones(folder: RunFolder, tmp_path: Path) -> None:
    rows = [measured(1, 9.0), measured(5, 3.0, kl=0.5, classes=(0.25, 0.75), sure=0.5), measured(9, 4.0)]
    for row in (tick(0), *rows, tick(10), Marked(6, "resume", ""), tick(7), measured(8, 6.0)):
        folder.append(row)
    with (folder.path / "history.jsonl").open("a") as file:
        file.write('{"mark":"metric","step":')  # torn
    expected = [*rows[:2], measured(8, 6.0)]
    assert folder.measures() == folder.history().measures == expected
    assert history.best_measurement(expected) == rows[1]
    assert history.best_measurement([rows[1], measured(8, 6.0, count=50)]) == measured(8, 6.0, count=50)
    assert summarize(folder).measures == rows[1]
    followed = list(follow(folder, lambda: False, poll=0.01))
    assert of(Measured, followed) == expected
    assert [event.step for event in of(Tick, followed)] == [0, 7]
    assert history.read_measures(tmp_path / "none") == []
    (tmp_path / "empty").touch()
    assert history.read_measures(tmp_path / "empty") == []


def test_an_edit_can_be_taken_back_by_going_to_its_step(start: Start) -> None:
    """The checkpoint of that very step is of before the edit, also when the run was stopped right after it."""
    run = start(steps=100)
    events = run.events()
    until(events, Stepped, 5)
    run.control.change("optimizer.d_lr", 0.5)
    edited = marks(until(events, Marked), "change")[0].step
    events.close()
    assert run.folder.rewind_points() == [0, edited]

    again = runner.resume(run.folder.path)  # resumes as it was
    assert again._trainer.config.optimizer.d_lr == 0.5
    events = again.events()
    until(events, Stepped)
    events.close()

    back = runner.resume(run.folder.path, at=edited)
    events = back.events()
    told = until(events, Stepped)
    assert of(Started, told)[0].config.optimizer.d_lr == 0.0002
    assert [(mark.old, mark.new) for mark in marks(told, "change")] == [(0.5, 0.0002)]
    events.close()
    again = runner.resume(run.folder.path, at=edited)
    assert again._trainer.config.optimizer.d_lr == 0.0002
    again.close()


@pytest.fixture
def tried(start: Start) -> tuple[RunFolder, int]:
    """A run that at one step was saved, edited and then trained by hand, twice, each time saved; the step."""
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 5)
    run.control.pause()
    step = until(events, Paused)[-1].step
    assert until_saved(events) == step
    run.control.change("optimizer.d_lr", 0.5)
    for _ in range(2):
        run.control.step(ManualUpdate.D)
        until(events, Samples)
        run.control.save()
        assert until_saved(events) == step
    events.close()
    return run.folder, step


def test_an_edit_can_be_taken_back_after_steps_by_hand(tried: tuple[RunFolder, int], tmp_path: Path) -> None:
    """The checkpoint of before the edit outlives those of the same step number."""
    folder, step = tried
    assert folder.rewind_points() == [0, step]
    after = weights(folder.path, step)
    before = checkpoint.load(folder.before_edit_path(step)).tensors
    assert not all(torch.equal(before[name], after[name]) for name in before)
    newest = ResumePlan.read(folder)  # going on uses what is newest
    assert newest.config.optimizer.d_lr == 0.5
    assert newest.state is not None
    assert_same(newest.state.tensors, after)
    made = branch.branch(folder.path, step, {}, tmp_path / "branch")  # of the run as it is
    assert made.config.optimizer.d_lr == 0.5
    assert_same(weights(made.path, step), after)
    packed = archive.unpack(archive.pack(folder, tmp_path / "run.ganrun"), tmp_path / "unpacked")
    assert packed.before_edit_path(step).read_bytes() == folder.before_edit_path(step).read_bytes()

    back = runner.resume(folder.path, at=step)
    assert back._trainer.config.optimizer.d_lr == 0.0002
    back.close()  # killed right after going back, it stays there
    assert not folder.before_edit_path(step).exists()
    assert_same(weights(folder.path, step), before)


def test_where_what_was_before_an_edit_is_damaged_a_run_goes_back_to_what_came_after(
    tried: tuple[RunFolder, int],
) -> None:
    folder, step = tried
    after = weights(folder.path, step)
    folder.before_edit_path(step).write_bytes(b"torn")
    back = runner.resume(folder.path, at=step)
    back.close()
    assert "is cut short" in back._opening[1].text
    assert_same(weights(folder.path, step), after)
    assert not folder.before_edit_path(step).exists()


def test_where_what_came_after_is_damaged_a_run_goes_on_from_what_was_before_the_edit(
    tried: tuple[RunFolder, int],
) -> None:
    folder, step = tried
    folder.checkpoint_path(step).write_bytes(b"torn")
    plan = ResumePlan.read(folder)
    assert plan.state is not None
    assert plan.state.meta["step"] == step
    assert plan.config.optimizer.d_lr == 0.5  # the edit itself is in the history
    assert "is cut short" in plan.skipped[0]


def test_what_was_before_an_edit_goes_with_its_step(tried: tuple[RunFolder, int]) -> None:
    folder, step = tried
    assert folder.before_edit_path(step).exists()
    runner.resume(folder.path, at=0).close()
    assert folder.rewind_points() == [0]
    assert not folder.before_edit_path(step).exists()


def test_steps_by_hand_after_going_on_keep_what_was_before_the_edit(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 5)
    run.control.change("optimizer.d_lr", 0.5)
    step = marks(until(events, Marked), "change")[0].step
    events.close()  # stopped at the very step
    before = weights(run.folder.path, step)
    again = runner.resume(run.folder.path)
    again.control.pause()
    again.control.step(ManualUpdate.D)
    events = again.events()
    assert until(events, ByHand)[-1].step == step
    events.close()
    assert not all(torch.equal(each, before[name]) for name, each in weights(run.folder.path, step).items())
    assert_same(checkpoint.load(run.folder.before_edit_path(step)).tensors, before)


def test_a_drag_of_a_slider_is_one_checkpoint_and_none_where_there_is_one(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 5)
    for value in (0.1, 0.2, 0.3):
        run.control.change("optimizer.d_lr", value)
        until(events, Marked)
        until(events, Stepped)
    assert run.folder.rewind_points() == [0, 5]
    run.control.pause()
    paused = until(events, Paused)[-1].step
    assert until_saved(events) == paused
    written = run.folder.checkpoint_path(paused).stat().st_mtime_ns
    monkeypatch.setattr(checkpointer, "BURST_SECONDS", 0.0)
    run.control.change("optimizer.g_lr", 0.1)
    until(events, Marked)
    run.control.save()
    assert until_saved(events) == paused
    assert run.folder.checkpoint_path(paused).stat().st_mtime_ns == written
    assert ResumePlan.read(run.folder).config.optimizer.g_lr == 0.1
    run.control.resume()
    until(events, Stepped)
    run.control.change("optimizer.g_lr", 0.2)
    until(events, Marked)
    assert run.folder.rewind_points() == [0, 5, paused, paused + 1]
    events.close()


def until_saved(events: Iterator[Event]) -> int:
    return next(event.step for event in events if isinstance(event, Saved) and event.kind == "checkpoint")


def test_a_run_can_go_back_to_its_first_noise(start: Start) -> None:
    whole = start("whole", steps=6)
    list(whole.events())
    run = start(steps=6)
    list(run.events())
    told = list(runner.resume(run.folder.path, at=0).events())
    assert marks(told, "resume")[0].text == "Went back to step 0."
    assert_same(weights(whole.folder.path, 6), weights(run.folder.path, 6))
