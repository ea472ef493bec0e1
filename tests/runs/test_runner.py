"""What a run leaves in its folder."""

import dataclasses
import gc
import itertools
import time
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset
from ganstudio.errors import RunError
from ganstudio.events import (
    Finished,
    ManualUpdate,
    Marked,
    Paused,
    Samples,
    Saved,
    Started,
    Stepped,
    Tick,
)
from ganstudio.runs import checkpoint, runner
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow
from ganstudio.stages import BUILDING
from ganstudio.training.trainer import Trainer
from support.runs import Start, of, until, weights


def test_a_run_leaves_what_the_architecture_lists(start: Start) -> None:
    run = start()
    told = list(run.events())
    assert isinstance(told[0], Started)
    assert told[-1] == Finished(6, "done")
    assert [event.step for event in of(Stepped, told)] == [1, 2, 3, 4, 5, 6]
    names = sorted(str(path.relative_to(run.folder.path)) for path in run.folder.path.rglob("*") if path.is_file())
    assert names == [
        "checkpoints/00000000.safetensors",
        "checkpoints/00000006.safetensors",
        "history.jsonl",
        "results.png",
        "run.toml",
        "samples/00000000.png",
        "samples/00000006.png",
        "snapshots/00000000.safetensors",
        "snapshots/00000006.safetensors",
    ]
    found = RunFolder.open(run.folder.path)
    assert found.status() == "finished"
    assert found.info.batches_per_epoch == 8
    assert [tick.step for tick in found.history().ticks] == [6]
    assert found.config.engine.threads == 1


def test_each_event_is_on_disk_when_it_is_told(start: Start) -> None:
    run = start(output__tick_seconds=0.1)
    for event in run.events():
        match event:
            case Tick(step=step):
                assert run.folder.history().ticks[-1].step == step
            case Samples(step=step, pictures=pictures):
                assert np.array_equal(run.folder.read_samples(run.folder.samples()[-1][1]).pictures, pictures)
            case Saved(path=path):
                assert checkpoint.load_snapshot(Path(path))
            case Finished():
                assert run.folder.status() == "finished"


def test_a_snapshot_holds_the_generator_of_its_grid(start: Start) -> None:
    run = start()
    list(run.events())
    snapshot, meta = checkpoint.load_snapshot(run.folder.snapshot_path(6))
    assert meta["step"] == 6
    saved = weights(run.folder.path, 6)
    for name, each in snapshot.items():  # D's beside G's
        source = saved[name.replace("/", ".") if name.startswith("D/") else f"G_ema.{name}"]
        assert torch.equal(each, source.to(each.dtype))
    assert {name.split(".")[0] for name in snapshot if name.startswith("D/")} == {"D/layers"}
    assert meta["d_centre"] == 0.0  # of this loss


def test_while_it_runs_nobody_else_may_write_it(start: Start) -> None:
    run = start()
    events = run.events()
    next(events)
    assert run.folder.status() == "running"
    with pytest.raises(RunError, match="is being written by process"):
        runner.resume(run.folder.path)
    events.close()
    assert run.folder.status() == "interrupted"


def test_checkpoints_come_when_due_and_at_least_three_are_kept(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(output__checkpoint_seconds=2.0, output__keep_checkpoints=0)
    clock = itertools.count(time.monotonic())
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    told = list(run.events())
    monkeypatch.undo()
    saved = [event.step for event in of(Saved, told) if event.kind == "checkpoint"]
    assert len(saved) > 3
    assert [step for step, _ in run.folder.checkpoints()] == [0, *sorted(set(saved))[-3:]]


def test_old_grids_thin_out_but_kept_ones_stay(start: Start) -> None:
    run = start(steps=40, output__sample_seconds=0.1, output__keep_snapshots=10, output__report_epochs=1)
    run.control.pause()
    events = run.events()
    told = until(events, Paused)
    for _ in range(20):
        run.control.step(ManualUpdate.ROUND)
        told += until(events, Samples)
    run.control.resume()
    told += list(events)
    left = {step for step, _ in run.folder.samples()}
    assert {event.step for event in of(Samples, told) if event.kept} <= left
    assert len(left) == 10
    assert left == {step for step, _ in run.folder.snapshots()}


def test_a_folder_in_use_is_refused_before_the_first_step(
    config: cfg.RunConfig, dataset: Dataset, folder: RunFolder
) -> None:
    with pytest.raises(RunError, match=r"is not empty\."):
        runner.start(config, dataset, folder.path)


def test_a_control_may_be_brought_along(config: cfg.RunConfig, dataset: Dataset, tmp_path: Path) -> None:
    control = Control()
    control.stop()
    stages: list[str] = []
    run = runner.start(config, dataset, tmp_path / "run", control, stages.append)
    assert BUILDING in stages
    assert list(run.events())[-1] == Finished(0, "stopped")


def test_following_tells_what_the_run_told(start: Start) -> None:
    run = start(output__report_epochs=1, steps=20)
    told = [event for event in run.events() if isinstance(event, Started | Tick | Samples | Marked | Finished)]
    followed = list(follow(RunFolder.open(run.folder.path), lambda: False))
    assert [type(event) for event in followed] == [type(event) for event in told]
    assert [getattr(event, "step", None) for event in followed] == [getattr(event, "step", None) for event in told]
    assert dataclasses.replace(followed[0], step=0) == told[0]


@pytest.mark.parametrize("measures", [False, True])
def test_a_run_that_has_ended_keeps_no_memory_until_garbage_is_collected(
    config: cfg.RunConfig, dataset: Dataset, tmp_path: Path, measures: bool
) -> None:
    def train(name: str) -> "weakref.ref[Trainer]":
        run = runner.start(cfg.change(config, "steps", 2), dataset, tmp_path / name)
        if measures:
            run.control.measure()
        assert isinstance(list(run.events())[-1], Finished)
        return weakref.ref(run._trainer)

    train("first")  # what torch imports meanwhile keeps the frames that called it
    gc.disable()
    try:
        assert train("second")() is None  # and its pictures, networks and optimizers
    finally:
        gc.enable()
