"""Full disks, broken losses, too little memory: what a run says, and what it keeps."""

import errno
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ganstudio.commands.following import follow
from ganstudio.errors import ConfigError, StudioError
from ganstudio.events import (
    Event,
    Failed,
    Finished,
    ManualUpdate,
    Marked,
    MarkKind,
    Measured,
    Paused,
    Samples,
    Saved,
    Stepped,
    Tick,
)
from ganstudio.runs import checkpoint, history, retention, runner
from ganstudio.runs.folder import RunFolder
from ganstudio.system import atomic
from ganstudio.training.game import Game
from ganstudio.training.trainer import Trainer
from ganstudio.training.updates import Updates
from support.runs import Start, marks, of, raising, until

FULL = OSError(errno.ENOSPC, "No space left on device")


class SmallDisk:
    """A disk that has room for a checkpoint only where snapshots are removed, once it is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._write, self._free = atomic.write, 1e9
        monkeypatch.setattr(atomic, "write", self._write_if_it_fits)
        monkeypatch.setattr(retention.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 0, self._free))
        monkeypatch.setattr(checkpoint, "_HEADER_BYTES", 0)
        real_remove = atomic.remove

        def remove(path: Path) -> None:
            self._free += path.stat().st_size if path.suffix == ".safetensors" and path.exists() else 0
            real_remove(path)

        monkeypatch.setattr(atomic, "remove", remove)

    def fill(self) -> None:
        self._free = 0

    def _write_if_it_fits(self, path: Path, parts: list[bytes], durable: bool) -> None:
        data = b"".join(bytes(part) for part in parts)
        if path.parent.name == "checkpoints" and self._free <= 0:
            raise FULL
        self._write(path, [data], durable)


def train_and_save(run: runner.Runner) -> tuple[Iterator[Event], int]:
    """Train a few steps and save; return the events to come and the step that is saved."""
    events = run.events()
    until(events, Stepped, 2)
    run.control.save()
    return events, until(events, Saved)[-1].step


@pytest.mark.parametrize("error", [FULL, RuntimeError("basic_ios::clear: iostream error")])
def test_a_checkpoint_that_cannot_be_written_is_a_warning(
    start: Start, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    run = start(steps=20)
    events, kept = train_and_save(run)
    until(events, Stepped)
    monkeypatch.setattr(checkpoint.atomic, "write", raising(error))
    run.control.save()
    warning = until(events, Marked)[-1]
    assert warning.kind == "warning"
    assert "could not be saved" in warning.text
    assert f"Step {kept} is saved." in warning.text
    monkeypatch.undo()
    assert list(events)[-1] == Finished(20, "done")
    assert run.folder.rewind_points() == [0, kept, 20]
    assert warning in run.folder.history().marks


def test_a_full_disk_under_the_history_is_told_once(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=10)
    monkeypatch.setattr(history, "append", raising(FULL))
    run.control.pause()
    events = run.events()
    told = until(events, Paused)
    for _ in range(3):
        run.control.step(ManualUpdate.D)
        told += until(events, Samples)
    run.control.resume()
    told += list(events)
    warnings = marks(told, "warning")
    assert [mark.text for mark in warnings] == [
        "Writing history.jsonl failed: No space left on device. Training continues."
    ]
    assert told[-1] == Finished(10, "done")


def test_a_folder_that_vanishes_ends_no_training_but_its_end_is_not_said_to_be_saved(start: Start) -> None:
    run = start(steps=10)
    events = run.events()
    until(events, Stepped, 2)
    for path in sorted(run.folder.path.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    run.folder.path.rmdir()
    told = list(events)
    message = "Stopped at step 10, which could not be saved: No such file or directory."
    assert told[-1] == Failed(message, "Nothing had been saved before.")
    assert marks(told, "warning")
    assert not run.folder.path.exists()


@pytest.mark.parametrize("stop", [True, False])
def test_an_end_that_cannot_be_saved_is_an_error_with_what_is_kept(
    start: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stop: bool
) -> None:
    run = start(steps=20)
    events, kept = train_and_save(run)
    events.close()
    again = runner.resume(run.folder.path)
    if stop:
        beat = again._lock.beat
        again._lock.beat = lambda: (again._trainer.step > kept and again.control.stop()) or beat()
    monkeypatch.setattr(checkpoint.atomic, "write", raising(FULL))
    assert follow(again) == 1
    monkeypatch.undo()
    printed = capsys.readouterr()
    assert "Done" not in printed.out
    assert "saved" not in printed.out
    said = r"Stopped at step (\d+), which could not be saved: No space left on device\.\nStep (\d+) is saved\.\n$"
    found = re.search(said, printed.err)
    assert found, printed.err
    assert int(found[1]) == (kept + 1 if stop else 20)
    assert int(found[2]) == run.folder.rewind_points()[-1] == kept
    assert isinstance(run.folder.history().end, Failed)
    assert run.folder.status() == "interrupted"
    assert not run.folder.is_running()
    assert not list(run.folder.path.rglob("*.tmp"))


def test_the_end_is_saved_in_the_place_of_snapshots(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=14)
    run.control.slow_down(1e6)  # a grid each step
    disk = SmallDisk(monkeypatch)
    events = run.events()
    until(events, Stepped, 12)
    disk.fill()
    told = list(events)
    assert told[-1] == Finished(14, "done")
    assert run.folder.rewind_points()[-1] == 14
    [warning] = [mark for mark in marks(told, "warning") if "had to be removed" in mark.text]
    assert "to save step 14." in warning.text
    steps = [step for step, _ in run.folder.snapshots()]
    assert steps[0] == 0
    assert len(steps) < len(run.folder.samples())


def test_a_disk_that_stays_full_is_no_reason_to_remove_snapshots(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=8)
    run.control.slow_down(1e6)  # a grid each step
    events = run.events()
    until(events, Stepped, 6)
    before = run.folder.snapshots()
    monkeypatch.setattr(checkpoint.atomic, "write", raising(FULL))
    monkeypatch.setattr(retention.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 0))
    monkeypatch.setattr(checkpoint, "size_of", lambda state: 10**9)
    told = list(events)
    assert isinstance(told[-1], Failed)
    assert set(before) <= set(run.folder.snapshots())


def test_that_nothing_can_be_saved_is_said_once_a_minute_and_whenever_the_user_asks(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(steps=30)
    run._checkpointer.is_due = lambda: True
    events = run.events()
    until(events, Stepped, 2)
    monkeypatch.setattr(checkpoint.atomic, "write", raising(FULL))
    told = until(events, Stepped, 20)
    assert len([mark for mark in marks(told, "warning") if "could not be saved" in mark.text]) == 1
    run.control.save()
    told = until(events, Stepped, 22)
    assert len([mark for mark in marks(told, "warning") if "could not be saved" in mark.text]) == 1
    events.close()


def test_infinite_weights_end_the_run_and_the_last_finite_ones_stay(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 2)
    run.control.save()
    kept = until(events, Saved)[-1].step
    with torch.no_grad():
        next(run._trainer.D.parameters()).fill_(float("nan"))
    told = list(events)
    assert isinstance(told[-1], Failed)
    assert "NaN" in told[-1].message
    assert told[-1].kept == f"Step {kept} is saved."
    assert len(of(Stepped, told)) <= 10
    assert run.folder.rewind_points() == [0, kept]
    assert run.folder.history().end == Failed(told[-1].message)
    assert run.folder.status() == "interrupted"
    again = runner.resume(run.folder.path)
    events = again.events()
    until(events, Stepped)
    events.close()


def test_what_cannot_be_saved_on_closing_is_recorded(start: Start) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 2)
    with torch.no_grad():
        next(run._trainer.D.parameters()).fill_(float("nan"))
    events.close()
    end = run.folder.history().end
    assert isinstance(end, Failed)
    assert "NaN" in end.message
    assert run.folder.rewind_points() == [0]
    assert not run.folder.is_running()


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ],
)
def test_too_little_memory_offers_a_smaller_batch(
    start: Start, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    run = start(steps=1000)
    events = run.events()
    until(events, Stepped, 2)
    monkeypatch.setattr(Updates, "update_g", raising(error))
    told = list(events)
    monkeypatch.undo()
    assert told[-1].message.endswith("Try a batch size of 4.")
    assert type(error).__name__ in told[-1].details
    assert list(start("again", optimizer__batch_size=4).events())[-1] == Finished(6, "done")


def test_too_little_memory_at_the_start_is_said_in_words(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "__init__", raising(torch.OutOfMemoryError("CUDA out of memory")))
    with pytest.raises(StudioError, match="not enough memory for batches of 8"):
        start()


def test_an_error_frees_what_the_trainer_held(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    import weakref

    run = start(steps=1000)
    held = weakref.ref(run._trainer.G)
    events = run.events()
    until(events, Stepped, 2)
    monkeypatch.setattr(Game, "play_round", raising(RuntimeError("broken")))
    told = list(events)
    assert held() is None
    assert told[-1].message == "An error ended training at step 2. RuntimeError: broken"
    assert told[-1].kept == "Step 0 is saved."
    assert "raise error" in told[-1].details
    assert told[-1].details.endswith("\nRuntimeError: broken\n")


def test_a_change_that_the_trainer_refuses_is_a_warning(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start()
    events = run.events()
    until(events, Stepped, 2)
    monkeypatch.setattr(Trainer, "change", raising(ConfigError("Not now.")))
    run.control.change("optimizer.d_lr", 0.1)
    told = list(events)
    assert marks(told, "warning") == [Marked(2, MarkKind.WARNING, "Not now.")]
    assert told[-1] == Finished(6, "done")


def refuse_end(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk be full while the end of the run is written."""
    append = folder.append

    def refuse(event: Tick | Marked | Measured) -> None:
        if isinstance(event, Marked) and event.kind in (MarkKind.FINISHED, MarkKind.FAILED):
            raise FULL
        append(event)

    monkeypatch.setattr(folder, "append", refuse)


def test_an_end_that_cannot_be_written_is_a_warning(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=3)
    refuse_end(run.folder, monkeypatch)
    monkeypatch.setattr(runner, "write_results_sheet", raising(FULL))
    told = list(run.events())
    texts = [
        f"Writing {name} failed: No space left on device. Training continues."
        for name in ("results.png", "history.jsonl")
    ]
    assert told[-3:] == [*(Marked(3, MarkKind.WARNING, text) for text in texts), Finished(3, "done")]
    assert run.folder.history().marks == told[-3:-1]
    assert not run.folder.is_running()


def test_an_error_that_cannot_be_written_is_said_nevertheless(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=3)
    refuse_end(run.folder, monkeypatch)
    monkeypatch.setattr(Updates, "update_g", raising(RuntimeError("broken")))
    told = list(run.events())
    assert told[-1].message == "An error ended training at step 0. RuntimeError: broken"
    text = "Writing history.jsonl failed: No space left on device. Training continues."
    assert run.folder.history().marks == [Marked(0, MarkKind.WARNING, text)]
    assert not run.folder.is_running()
