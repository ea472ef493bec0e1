"""What cannot be written is one warning per row of failures, and never ends a run."""

import numpy as np
import pytest
import torch

from ganstudio import config as cfg
from ganstudio.events import EndReason, Finished, Marked, MarkKind, Saved, SavedKind, Started
from ganstudio.runs import checkpoint, history, retention
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.recorder import HISTORY, Recorder
from support.runs import grid, raising, tick

FULL = OSError(28, "No space left on device")


def test_a_failure_in_a_row_is_one_warning(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(folder)
    with monkeypatch.context() as broken:
        broken.setattr(folder, "append", raising(FULL))
        [warning] = recorder.record(tick(1))
        assert warning == Marked(
            1, MarkKind.WARNING, "Writing history.jsonl failed: No space left on device. Training continues."
        )
        assert recorder.is_failing(HISTORY)
        assert recorder.record(tick(2)) == []
    assert recorder.record(tick(3)) == []
    assert not recorder.is_failing(HISTORY)
    assert [row.step for row in folder.history().ticks] == [3]
    with monkeypatch.context() as broken:
        broken.setattr(folder, "append", raising(FULL))
        assert len(recorder.record(tick(4))) == 1  # it is told again


def test_what_torch_raises_on_a_full_disk_is_no_end_either(folder: RunFolder) -> None:
    assert len(Recorder(folder).attempt(1, "a file", raising(RuntimeError("unexpected pos 64")))) == 1
    with pytest.raises(ValueError, match="a bug"):
        Recorder(folder).attempt(1, "a file", raising(ValueError("a bug")))


def test_a_warning_is_in_the_history(folder: RunFolder) -> None:
    warning = Recorder(folder).warn(7, "Careful.")
    assert folder.history().marks == [warning] == [Marked(7, MarkKind.WARNING, "Careful.")]


def test_events_without_a_file_are_not_written(folder: RunFolder) -> None:
    recorder = Recorder(folder)
    assert recorder.record(Finished(1, EndReason.DONE)) == []
    assert recorder.record(Saved(1, SavedKind.CHECKPOINT, "")) == []
    assert folder.history() == history.History()


def test_a_snapshot_says_of_which_step_it_is(folder: RunFolder) -> None:
    recorder, samples = Recorder(folder), grid(5, kept=True)
    assert recorder.samples_step == -1
    recorder.record(samples)
    assert np.array_equal(folder.read_samples(folder.samples()[0][1]).pictures, samples.pictures)
    assert recorder.samples_step == -1  # its snapshot is missing
    events = recorder.write_snapshot(samples, {"G": torch.ones(2)}, {"d_centre": 0.5}, folder.config.output)
    assert events == [Saved(5, SavedKind.SNAPSHOT, str(folder.snapshot_path(5)))]
    assert recorder.samples_step == 5
    tensors, meta = checkpoint.load_snapshot(folder.snapshot_path(5))
    assert tensors["G"].tolist() == [1.0, 1.0]
    assert meta == {"d_centre": 0.5, "step": 5, "epoch": 0.5}


def test_a_snapshot_that_failed_is_not_reported_as_saved(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "save_snapshot", raising(FULL))
    events = Recorder(folder).write_snapshot(grid(5), {}, {}, folder.config.output)
    assert [type(event) for event in events] == [Marked]


def warning(step: int, name: str) -> Marked:
    return Marked(step, MarkKind.WARNING, f"Writing {name} failed: No space left on device. Training continues.")


def started(folder: RunFolder, step: int) -> Started:
    return Started(folder.config, "cpu", "a processor", "float32", 7, 8, 64, 8, 100, step)


def test_the_start_is_in_the_settings_file(folder: RunFolder) -> None:
    assert Recorder(folder).record(started(folder, 3)) == []
    assert RunFolder.open(folder.path).info.hardware == "a processor"


def test_the_warning_names_what_was_not_written(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "write_started", raising(FULL))
    monkeypatch.setattr(folder, "save_samples", raising(FULL))
    recorder = Recorder(folder)
    assert recorder.record(started(folder, 3)) == [warning(3, "run.toml")]
    assert recorder.record(grid(4)) == [warning(4, "the sample grids")]
    monkeypatch.setattr(checkpoint, "save_snapshot", raising(FULL))
    monkeypatch.setattr(retention, "thin_snapshots", raising(FULL))
    events = recorder.write_snapshot(grid(5), {}, {}, folder.config.output)
    assert events == [warning(5, "the snapshots"), warning(5, "the list of snapshots")]


def test_a_kept_grid_is_never_thinned_out(folder: RunFolder) -> None:
    recorder = Recorder(folder)
    output = cfg.change(folder.config, "output.keep_snapshots", 10).output
    for step in range(15):
        recorder.record(grid(step, kept=step == 12))
        recorder.write_snapshot(grid(step, kept=step == 12), {}, {}, output)
    steps = [step for step, _ in folder.samples()]
    assert len(steps) == 10
    assert 12 in steps
    assert not {11, 13} <= set(steps)
