"""When a run is saved, and which of its states can be gone back to."""

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator

import pytest
import torch

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset
from ganstudio.events import ByHand, ManualUpdate, Marked, MarkKind, Measured, Saved, SavedKind, Stepped
from ganstudio.runs import checkpoint
from ganstudio.runs.checkpointer import Checkpointer, CheckpointTimer
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.labels import Label
from ganstudio.runs.plan import make_trainer
from ganstudio.runs.recorder import HISTORY, Recorder
from ganstudio.system import atomic
from ganstudio.training.state import Diverged
from ganstudio.training.trainer import Trainer
from support.runs import assert_same, measured, raising, tick, weights

FULL = OSError(errno.ENOSPC, "No space left on device")
Make = Callable[..., Checkpointer]


class Clock:
    """The clock of the program, which a test sets."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


@pytest.fixture
def trainer(config: cfg.RunConfig, dataset: Dataset) -> Iterator[Trainer]:
    trainer = make_trainer(config, dataset)
    with contextlib.closing(trainer.batches):
        yield trainer


@pytest.fixture
def recorder(folder: RunFolder) -> Recorder:
    return Recorder(folder)


@pytest.fixture
def make(trainer: Trainer, folder: RunFolder, recorder: Recorder, clock: Clock) -> Make:
    """Makes the checkpointer of the run as it stands."""
    return lambda is_changed=False: Checkpointer(trainer, folder, recorder, is_changed)


def rounds(trainer: Trainer, checkpointer: Checkpointer, count: int = 1) -> None:
    for _ in range(count):
        trainer.round()
        checkpointer.observe(Stepped(trainer.step))


def train_by_hand(trainer: Trainer, checkpointer: Checkpointer) -> None:
    for event in trainer.manual_update(ManualUpdate.D):
        checkpointer.observe(event)


def saved(events: list[object]) -> list[int]:
    assert all(isinstance(event, Saved) and event.kind == SavedKind.CHECKPOINT for event in events), events
    return [event.step for event in events]


def age(folder: RunFolder, step: int) -> None:
    """Date the checkpoint of that step back: one that is written anew has another date."""
    path = folder.checkpoint_path(step)
    os.utime(path, (0, 0))


def is_as_it_was(folder: RunFolder, step: int) -> bool:
    return folder.checkpoint_path(step).stat().st_mtime == 0


# ---- when ---------------------------------------------------------------------------------------------------------


def test_saving_takes_a_hundredth_of_the_time_and_nobody_waits_longer_than_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()  # what the fixture holds back
    timer = CheckpointTimer()
    begun = 1024.0

    def due_after(cost: float, most: float, error: Exception | None = None) -> float:
        """Seconds from a save that took `cost` until the next."""
        with pytest.MonkeyPatch.context() as clocks:
            clocks.setattr(time, "monotonic", lambda: begun)
            clocks.setattr(time, "perf_counter", lambda: next(ends))
            ends = iter((64.0, 64.0 + cost))
            with contextlib.suppress(OSError), timer.saving():
                if error:
                    raise error
            for seconds in range(1000):
                clocks.setattr(time, "monotonic", lambda seconds=seconds: begun + seconds)
                if timer.is_due(most):
                    return seconds
        raise AssertionError("never due")

    assert due_after(0.01, 60.0) == 5
    assert due_after(0.25, 60.0) == 25
    assert due_after(3.0, 60.0) == 60
    assert due_after(3.0, 200.0) == 200
    assert due_after(0.01, 2.0) == 2
    assert due_after(0.25, 60.0, FULL) == 25  # not at once again


def test_the_first_checkpoint_is_due_after_the_least_time(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr("ganstudio.runs.checkpointer.MIN_INTERVAL", 5.0)
    timer = CheckpointTimer()
    clock.seconds += 4.9
    assert not timer.is_due(60.0)
    clock.seconds += 0.2
    assert timer.is_due(60.0)


def test_a_checkpoint_is_due_when_the_setting_says(make: Make, trainer: Trainer, clock: Clock) -> None:
    checkpointer = make()
    trainer.change("output.checkpoint_seconds", 100.0)
    clock.seconds += 99
    assert not checkpointer.is_due()
    clock.seconds += 1
    assert checkpointer.is_due()
    checkpointer.save()
    assert not checkpointer.is_due()


def test_a_new_run_is_saved_first_and_no_other(make: Make, trainer: Trainer, folder: RunFolder) -> None:
    checkpointer = make()
    assert checkpointer.is_first_due
    assert checkpointer.is_unsaved
    checkpointer.save()
    assert not checkpointer.is_first_due
    assert not make().is_first_due  # it is on the disk
    folder.drop_checkpoint(0)
    trainer.round()
    assert not make().is_first_due


def test_a_checkpoint_that_failed_is_the_first_no_more(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "write", raising(FULL))
    checkpointer = make()
    checkpointer.save()
    assert not checkpointer.is_first_due  # else it would be tried at each step


# ---- what ---------------------------------------------------------------------------------------------------------


def test_a_checkpoint_has_all_that_a_resume_needs(make: Make, trainer: Trainer, folder: RunFolder) -> None:
    checkpointer = make()
    rounds(trainer, checkpointer, 2)
    trainer.change("optimizer.d_lr", 0.5)
    path = folder.checkpoint_path(2)
    assert checkpointer.save() == [Saved(2, SavedKind.CHECKPOINT, str(path))]
    state, expected = checkpoint.load(path), trainer.state()
    assert_same(state.tensors, expected.tensors)
    assert state.meta == expected.meta | {"config": cfg.to_dict(trainer.config)}
    assert state.meta["config"]["optimizer"]["d_lr"] == 0.5


def test_what_happens_makes_a_checkpoint_out_of_date(make: Make, trainer: Trainer, folder: RunFolder) -> None:
    checkpointer = make()
    checkpointer.save()
    assert not checkpointer.is_unsaved
    checkpointer.observe(tick(0))
    assert not checkpointer.is_unsaved
    for event, is_written in (
        (Marked(0, MarkKind.CHANGE, ""), False),  # is in the history, the weights are those on the disk
        (ByHand(0, MarkKind.MANUAL, ""), True),
        (Stepped(0), True),
    ):
        age(folder, 0)
        checkpointer.observe(event)
        assert checkpointer.is_unsaved
        assert saved(checkpointer.save()) == [0]
        assert not checkpointer.is_unsaved
        assert is_as_it_was(folder, 0) is not is_written


def test_a_resumed_run_is_not_saved_again(make: Make, trainer: Trainer, folder: RunFolder) -> None:
    first = make()
    rounds(trainer, first, 2)
    first.save()
    age(folder, 2)
    again = make()
    assert again.is_unsaved
    assert saved(again.save()) == [2]
    assert is_as_it_was(folder, 2)


def test_where_the_history_cannot_be_written_the_checkpoint_has_the_settings(
    make: Make, folder: RunFolder, recorder: Recorder
) -> None:
    checkpointer = make()
    checkpointer.save()
    age(folder, 0)
    recorder.attempt(0, HISTORY, raising(FULL))
    assert saved(checkpointer.save()) == [0]
    assert not is_as_it_was(folder, 0)


def test_what_cannot_be_saved_is_a_warning_that_says_what_is_safe(
    make: Make, trainer: Trainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpointer = make()
    rounds(trainer, checkpointer, 2)
    with monkeypatch.context() as broken:
        broken.setattr(atomic, "write", raising(FULL))
        text = "Step 2 could not be saved: No space left on device. Training continues. Nothing had been saved before."
        assert checkpointer.save() == [Marked(2, MarkKind.WARNING, text)]
    assert folder.history().marks == [Marked(2, MarkKind.WARNING, text)]
    assert checkpointer.is_unsaved
    assert saved(checkpointer.save()) == [2]
    rounds(trainer, checkpointer)
    monkeypatch.setattr(checkpoint, "save", raising(RuntimeError("no room")))
    [warning] = checkpointer.save()
    assert warning.text == "Step 3 could not be saved: no room. Training continues. Step 2 is saved."
    assert checkpointer.describe_newest() == "Step 2 is saved."


def test_weights_that_broke_end_the_run(make: Make, trainer: Trainer, folder: RunFolder) -> None:
    with torch.no_grad():
        next(trainer.D.parameters()).fill_(float("nan"))
    with pytest.raises(Diverged):
        make().save()
    assert folder.rewind_points() == []


def test_a_list_that_cannot_be_thinned_out_is_a_warning(
    make: Make, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunFolder, "rewind_points", lambda _: [])
    checkpointer = make()
    monkeypatch.setattr(RunFolder, "rewind_points", raising(FULL))
    [event, warning] = checkpointer.save()
    assert event == Saved(0, SavedKind.CHECKPOINT, str(folder.checkpoint_path(0)))
    text = "Writing the list of checkpoints failed: No space left on device. Training continues."
    assert warning == Marked(0, MarkKind.WARNING, text)


# ---- which remain -------------------------------------------------------------------------------------------------


def test_the_best_and_those_of_changes_outlive_others(
    make: Make, trainer: Trainer, folder: RunFolder, clock: Clock
) -> None:
    trainer.change("output.keep_checkpoints", 1)
    folder.append(Marked(5, MarkKind.CHANGE, "", "optimizer.d_lr", 0.1, 0.2))  # by an earlier program
    folder.set_label(Label(steps=frozenset({3})))
    checkpointer = make()
    for step in range(12):
        if step == 2:
            checkpointer.save_if_best(measured(2, 5.0))
        else:
            checkpointer.save()
        rounds(trainer, checkpointer)
    checkpointer.save()
    assert folder.rewind_points() == [0, 2, 3, 5, 10, 11, 12]  # 5 is the one that is kept besides


def test_a_change_of_a_setting_makes_its_checkpoint_stay_longer(
    make: Make, trainer: Trainer, folder: RunFolder
) -> None:
    trainer.change("output.keep_checkpoints", 1)
    checkpointer = make()
    for step in range(12):
        if step == 5:
            checkpointer.before_change()
        checkpointer.save()
        rounds(trainer, checkpointer)
    checkpointer.save()
    assert folder.rewind_points() == [0, 5, 10, 11, 12]


def test_only_the_best_measurement_is_saved(make: Make, trainer: Trainer, folder: RunFolder) -> None:
    checkpointer = make()
    rounds(trainer, checkpointer)
    assert saved(checkpointer.save_if_best(measured(1, 5.0))) == [1]
    rounds(trainer, checkpointer)
    assert checkpointer.save_if_best(measured(2, 6.0)) == []
    assert checkpointer.save_if_best(measured(2, 5.0)) == []  # as good as the best
    assert folder.rewind_points() == [1]
    assert saved(checkpointer.save_if_best(measured(2, 4.0))) == [2]
    rounds(trainer, checkpointer)
    assert checkpointer.save_if_best(measured(3, 4.5)) == []
    assert saved(checkpointer.save_if_best(measured(3, 9.0, count=50))) == [3]  # cannot be compared


@pytest.mark.parametrize(("distance", "steps"), [(2.5, []), (1.5, [3])])
def test_the_best_measurement_is_known_after_a_resume(
    make: Make, trainer: Trainer, folder: RunFolder, distance: float, steps: list[int]
) -> None:
    for row in (measured(1, 4.0), measured(3, 2.0), measured(4, 1.0)):  # the last one is of a time gone back on
        folder.append(row)
    for _ in range(3):
        trainer.round()
    best: Measured = measured(3, distance)
    assert saved(make().save_if_best(best)) == steps


# ---- before a change ----------------------------------------------------------------------------------------------


def test_the_state_before_the_first_change_of_a_burst_is_saved(
    make: Make, trainer: Trainer, folder: RunFolder, clock: Clock
) -> None:
    checkpointer = make()
    rounds(trainer, checkpointer)
    assert saved(checkpointer.before_change()) == [1]
    for seconds in (2.9, 2.9):  # each within three seconds of the one before
        rounds(trainer, checkpointer)
        clock.seconds += seconds
        assert checkpointer.before_change() == []
    rounds(trainer, checkpointer)
    clock.seconds += 3
    assert saved(checkpointer.before_change()) == [4]
    assert folder.rewind_points() == [1, 4]


def kept_before(folder: RunFolder) -> list[int]:
    return sorted(int(path.stem[7:]) for path in (folder.path / "checkpoints").glob("before-*"))


def test_updates_by_hand_keep_the_state_before_a_change(make: Make, trainer: Trainer, folder: RunFolder) -> None:
    checkpointer = make()
    rounds(trainer, checkpointer)
    checkpointer.before_change()
    before = weights(folder.path, 1)
    for _ in range(2):  # the second time it is not replaced
        train_by_hand(trainer, checkpointer)
        assert saved(checkpointer.save()) == [1]
        assert_same(checkpoint.load(folder.before_edit_path(1)).tensors, before)
    assert not all(torch.equal(before[name], tensor) for name, tensor in weights(folder.path, 1).items())
    assert kept_before(folder) == [1]


def test_updates_by_hand_without_a_change_keep_nothing(make: Make, trainer: Trainer, folder: RunFolder) -> None:
    checkpointer = make()
    rounds(trainer, checkpointer)
    checkpointer.save()
    train_by_hand(trainer, checkpointer)
    checkpointer.save()
    assert kept_before(folder) == []


def test_a_change_keeps_nothing_of_other_steps(make: Make, trainer: Trainer, folder: RunFolder) -> None:
    checkpointer = make()
    checkpointer.before_change()
    rounds(trainer, checkpointer)
    checkpointer.save()
    train_by_hand(trainer, checkpointer)
    checkpointer.save()
    assert kept_before(folder) == []


def test_a_change_within_a_burst_is_of_what_is_on_the_disk(
    make: Make, trainer: Trainer, folder: RunFolder, clock: Clock
) -> None:
    checkpointer = make()
    checkpointer.before_change()
    rounds(trainer, checkpointer)
    clock.seconds += 1
    checkpointer.before_change()  # saves nothing: the step before is still the one to go back to
    checkpointer.save()
    train_by_hand(trainer, checkpointer)
    checkpointer.save()
    assert kept_before(folder) == []
    clock.seconds += 1
    checkpointer.before_change()
    train_by_hand(trainer, checkpointer)
    checkpointer.save()
    assert kept_before(folder) == [1]


@pytest.mark.parametrize(("is_changed", "is_in_history"), [(True, False), (False, True), (False, False)])
def test_after_a_resume_with_a_change_the_state_before_it_is_kept(
    make: Make, trainer: Trainer, folder: RunFolder, is_changed: bool, is_in_history: bool
) -> None:
    first = make()
    rounds(trainer, first)
    first.save()
    if is_in_history:
        folder.append(Marked(1, MarkKind.CHANGE, "", "optimizer.d_lr", 0.1, 0.2))
    again = make(is_changed)
    train_by_hand(trainer, again)
    again.save()
    assert kept_before(folder) == ([1] if is_changed or is_in_history else [])
