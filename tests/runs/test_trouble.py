"""Full disks, broken losses, too little memory: what a run says, and what it keeps."""

import errno
from pathlib import Path

import pytest
import torch

from ganstudio.errors import ConfigError, StudioError
from ganstudio.events import (
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
from ganstudio.runs import checkpoint, runner
from ganstudio.runs.folder import RunFolder
from ganstudio.training.game import Game
from ganstudio.training.trainer import Trainer
from support.runs import Start, marks, of, raising, until

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [FULL, RuntimeError("basic_ios::clear: iostream error")])
def test_a_checkpoint_that_cannot_be_written_is_a_warning(
    start: Start, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    run = start(steps=20)
    events = run.events()
    until(events, Stepped, 2)
    run.control.save()
    kept = until(events, Saved)[-1].step
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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_under_the_history_is_told_once(start: Start) -> None:
    run = start(steps=10)
    (run.folder.path / "history.jsonl").symlink_to("/dev/full")
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


def test_a_folder_that_vanishes_does_not_end_the_training(start: Start) -> None:
    run = start(steps=10)
    events = run.events()
    until(events, Stepped, 2)
    for path in sorted(run.folder.path.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    run.folder.path.rmdir()
    told = list(events)
    assert told[-1] == Finished(10, "done")
    assert any("could not be saved" in mark.text for mark in marks(told, "warning"))
    assert not run.folder.path.exists()


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
    monkeypatch.setattr(Game, "update_g", raising(error))
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
    monkeypatch.setattr(Game, "update_g", raising(RuntimeError("broken")))
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
    monkeypatch.setattr(Game, "update_g", raising(RuntimeError("broken")))
    told = list(run.events())
    assert told[-1].message == "An error ended training at step 0. RuntimeError: broken"
    text = "Writing history.jsonl failed: No space left on device. Training continues."
    assert run.folder.history().marks == [Marked(0, MarkKind.WARNING, text)]
    assert not run.folder.is_running()
