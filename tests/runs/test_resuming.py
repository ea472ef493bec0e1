"""A run resumes from its newest checkpoint that is whole."""

import contextlib
import os
import shutil

import pytest

from ganstudio.errors import ConfigError, RunError
from ganstudio.events import (
    ByHand,
    Finished,
    ManualUpdate,
    Marked,
    Samples,
    Started,
    Stepped,
)
from ganstudio.runs import checkpoint, runner
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder
from ganstudio.stages import BUILDING, READING
from support.runs import Start, assert_same, marks, of, until, weights


def test_a_resumed_run_has_the_same_bits(start: Start) -> None:
    whole = start("whole", steps=21)
    list(whole.events())
    part = start("part", steps=21)
    events = part.events()
    until(events, Stepped, 13)  # five batches into the second epoch
    part.control.stop()
    list(events)
    told = list(runner.resume(part.folder.path).events())
    assert marks(told, "resume")[0].step == 13
    assert_same(weights(whole.folder.path, 21), weights(part.folder.path, 21))
    one, other = (checkpoint.load(run.folder.checkpoint_path(21)).meta for run in (whole, part))
    assert one | {"seconds": 0} == other | {"seconds": 0}


def test_a_resumed_run_forgets_what_it_goes_back_on(start: Start) -> None:
    run = start(steps=30)
    events = run.events()
    for step in (4, 8):
        until(events, Stepped, step)
        run.control.save()
        run.control.step(ManualUpdate.D)  # says a tick and a grid
        until(events, Samples, step)
    events.close()
    assert run.folder.rewind_points() == [0, 4, 8]
    run.folder.checkpoint_path(8).write_bytes(b"torn")
    (run.folder.path / "samples" / ".00000008.png.1.tmp").write_bytes(b"half")

    again = runner.resume(run.folder.path)
    assert [step for step, _ in again.folder.samples()] == [0, 4]
    assert not list(again.folder.path.rglob("*.tmp"))
    again.control.stop()
    told = list(again.events())
    assert marks(told, "resume")[0].step == 4
    assert "is cut short" in marks(told, "warning")[0].text
    assert told[-1] == Finished(4, "stopped")
    assert again.folder.rewind_points() == [0, 4]
    found = again.folder.history()
    assert [row.step for row in found.ticks] == [4]
    assert [mark.kind for mark in found.marks] == ["hand", "resume", "warning"]


def test_a_run_killed_before_it_saved_begins_anew(start: Start) -> None:
    run = start()
    events = run.events()
    until(events, Stepped, 3)
    run.close()  # as the system does for a killed process
    again = runner.resume(run.folder.path)
    told = list(again.events())
    assert marks(told, "resume")[0].step == 0
    assert told[-1] == Finished(6, "done")
    with contextlib.suppress(Exception):
        events.close()


def test_a_run_copied_without_its_empty_folders_is_resumed_and_watched(start: Start) -> None:
    run = start()
    list(run.events())
    for part in ("samples", "snapshots"):
        shutil.rmtree(run.folder.path / part)
    told = list(runner.resume(run.folder.path, {"steps": 8}).events())
    assert not marks(told, "warning")
    assert told[-1] == Finished(8, "done")
    assert (run.folder.path / "samples" / "00000008.png").exists()
    assert (run.folder.path / "snapshots" / "00000008.safetensors").exists()


def test_folders_that_somebody_deletes_while_it_trains_are_made_again(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 2)
    for part in ("samples", "snapshots", "checkpoints"):
        shutil.rmtree(run.folder.path / part)
    run.control.stop()
    told = list(events)
    assert not marks(told, "warning")
    assert isinstance(told[-1], Finished)
    assert run.folder.rewind_points() == [told[-1].step]
    assert of(Samples, told)
    assert list((run.folder.path / "samples").iterdir())


def test_live_changes_outlive_a_resume(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 2)
    run.control.change("optimizer.d_lr", 0.5)
    until(events, Marked)
    events.close()
    again = runner.resume(run.folder.path, {"output.grid": 2, "steps": 8})
    told = list(again.events())
    started = of(Started, told)[0]
    assert started.config.optimizer.d_lr == 0.5
    assert [(mark.path, mark.old, mark.new) for mark in marks(told, "change")] == [("steps", 1000, 8)]
    assert told[-1] == Finished(8, "done")
    assert RunFolder.open(run.folder.path).config == started.config


def test_a_resume_reports_its_stages_and_takes_a_control(start: Start) -> None:
    run = start()
    list(run.events())
    control, stages = Control(), []
    control.stop()
    again = runner.resume(run.folder.path, {"steps": 9}, control, tell=stages.append)
    assert stages[0] == READING
    assert BUILDING in stages
    assert again.control is control
    assert list(again.events())[-1] == Finished(6, "stopped")


def test_the_state_before_a_change_on_resuming_outlives_updates_by_hand(start: Start) -> None:
    for name, changes in (("changed", {"optimizer.d_lr": 0.5}), ("same", {})):
        run = start(name, steps=100)
        events = run.events()
        until(events, Stepped, 3)
        events.close()
        before = weights(run.folder.path, 3)
        again = runner.resume(run.folder.path, changes)
        again.control.pause()
        again.control.step(ManualUpdate.D)
        events = again.events()
        until(events, ByHand)
        events.close()
        assert run.folder.before_edit_path(3).exists() is bool(changes)
        if changes:
            assert_same(checkpoint.load(run.folder.before_edit_path(3)).tensors, before)


def test_settings_that_do_not_fit_the_weights_are_refused_in_words(start: Start) -> None:
    run = start()
    list(run.events())
    with pytest.raises(RunError, match="does not fit"):
        runner.resume(run.folder.path, {"network.width": 8})
    with pytest.raises(ConfigError):
        runner.resume(run.folder.path, {"network.width": -8})
    assert not run.folder.is_running()


def test_without_a_checkpoint_that_loads_the_reasons_are_told(start: Start) -> None:
    run = start()
    list(run.events())
    for step in run.folder.rewind_points():
        run.folder.checkpoint_path(step).write_bytes(b"torn")
    with pytest.raises(RunError, match=r"no checkpoint that can be resumed.*cut short"):
        runner.resume(run.folder.path)
    assert not run.folder.is_running()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_run_that_cannot_be_written_is_not_resumed(start: Start) -> None:
    run = start()
    list(run.events())
    run.folder.path.chmod(0o555)
    try:
        with pytest.raises(RunError, match="cannot be written"):
            runner.resume(run.folder.path)
    finally:
        run.folder.path.chmod(0o755)
