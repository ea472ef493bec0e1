"""A run that begins where another one was."""

import dataclasses
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.errors import ConfigError, RunError
from ganstudio.events import Finished, ManualUpdate, Samples, Started, Stepped, Tick
from ganstudio.runs import checkpoint, runner
from ganstudio.runs.branch import branch
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.summary import summarize
from support.runs import Start, assert_same, marks, measured, of, raising, until, weights


@pytest.fixture
def parent(start: Start) -> RunFolder:
    """A run of 16 steps with checkpoints and grids at 4, 12 and 16, in the middle of its epochs of 8 batches."""
    run = start("parent", steps=16, output__tick_seconds=0.1, engine__graphs=False)
    events = run.events()
    for step in (4, 12):
        until(events, Stepped, step)
        run.control.step(ManualUpdate.G)  # says a tick and a grid
        until(events, Samples, step)
        run.control.save()
    list(events)
    run.folder.append(measured(11, 4.0))
    return run.folder


def contents(path: Path) -> dict[str, bytes]:
    return {str(each.relative_to(path)): each.read_bytes() for each in path.rglob("*") if each.is_file()}


def go_on(folder: RunFolder, **changes: object) -> list:
    told = list(
        runner.resume(folder.path, {name.replace("__", "."): value for name, value in changes.items()}).events()
    )
    assert isinstance(told[-1], Finished), told[-1]
    return told


def test_a_branch_has_its_parents_past(parent: RunFolder, tmp_path: Path) -> None:
    before = contents(parent.path)
    made = branch(parent.path, 13, {"optimizer.d_lr": 0.01}, tmp_path / "branch")
    assert contents(parent.path) == before
    assert (made.info.parent, made.info.parent_step) == ("parent", 12)
    assert made.info.g_parameters == parent.info.g_parameters
    assert made.config == cfg.change(parent.config, "optimizer.d_lr", 0.01)
    assert RunFolder.open(made.path).config == made.config
    assert made.rewind_points() == [12]
    assert [step for step, _ in made.samples()] == [step for step, _ in made.snapshots()] == [0, 4, 12]
    past, own = parent.history(), made.history()
    assert own.ticks == [row for row in past.ticks if row.step <= 12]
    assert own.measures == past.measures
    assert [(mark.kind, mark.step, mark.path) for mark in own.marks[-2:]] == [
        ("branch", 12, ""),
        ("change", 12, "optimizer.d_lr"),
    ]
    assert "parent at step 12" in own.marks[-2].text
    assert made.status() == "interrupted"
    line = summarize(made)
    assert (line.parent, line.parent_step, line.steps, line.measures.fcd) == ("parent", 12, 12, 4.0)


def test_a_branch_without_changes_has_its_parents_bits(parent: RunFolder, tmp_path: Path) -> None:
    made = branch(parent.path, 12, {}, tmp_path / "branch")
    told = go_on(made)
    assert marks(told, "resume")[0].step == 12
    assert marks(told, "change") == []
    assert_same(weights(parent.path, 16), weights(made.path, 16))


def test_a_branch_goes_its_own_way(parent: RunFolder, tmp_path: Path) -> None:
    made = branch(parent.path, None, {"optimizer.d_lr": 0.01, "steps": 20}, tmp_path / "branch")
    told = go_on(made)
    assert of(Started, told)[0].config.optimizer.d_lr == 0.01
    assert told[-1] == Finished(20, "done")
    assert parent.rewind_points() == [0, 4, 12, 16]
    assert made.rewind_points() == [16, 20]


@pytest.mark.parametrize("linked", [True, False], ids=["links", "no links"])
def test_what_a_branch_does_leaves_its_parent_alone(
    parent: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    if not linked:
        monkeypatch.setattr(os, "link", raising(OSError(18, "Invalid cross-device link")))
    before = contents(parent.path)
    made = branch(parent.path, 12, {"steps": 20}, tmp_path / "branch")
    assert made.snapshot_path(4).samefile(parent.snapshot_path(4)) == linked
    go_on(made)
    shutil.rmtree(made.path)
    assert contents(parent.path) == before


def test_a_changed_batch_size_keeps_the_place_in_the_epochs(parent: RunFolder, tmp_path: Path) -> None:
    made = branch(
        parent.path, 12, {"optimizer.batch_size": 16, "steps": 14, "output.tick_seconds": 0.1}, tmp_path / "b"
    )
    assert made.info.batches_per_epoch == 4
    told = go_on(made)
    assert of(Started, told)[0].batches_per_epoch == 4
    assert of(Tick, told)[-1].epoch == pytest.approx(2.0)  # 1.5 and two batches of four
    assert made.history().ticks[-2].epoch <= 1.5 + 0.25


def test_another_seed_draws_other_numbers_and_the_same_every_time(parent: RunFolder, tmp_path: Path) -> None:
    one, same, other = (
        branch(parent.path, 12, {"seed": seed, "steps": 16}, tmp_path / name)
        for name, seed in (("one", 5), ("same", 5), ("other", 6))
    )
    for made in (one, same, other):
        go_on(made)
    assert_same(weights(one.path, 16), weights(same.path, 16))
    G = "G.layers.0.weight"
    assert not torch.equal(weights(one.path, 16)[G], weights(other.path, 16)[G])
    assert not torch.equal(weights(one.path, 16)[G], weights(parent.path, 16)[G])


def test_another_data_set_of_the_same_shape(
    parent: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dataset: catalog.Dataset
) -> None:
    info = dataclasses.replace(catalog.find("mnist"), count=32)
    monkeypatch.setitem(catalog.DATASETS, "mnist", info)
    other = catalog.Dataset(info, np.zeros((32, 28, 28), np.uint8), np.zeros(32, np.uint8))
    monkeypatch.setattr(catalog, "load", lambda name, **_: other if name == "mnist" else dataset)
    made = branch(parent.path, 12, {"data.name": "mnist", "steps": 14}, tmp_path / "b")
    assert made.info.batches_per_epoch == 4
    told = go_on(made)
    assert of(Started, told)[0].data_count == 32
    assert of(Tick, told)[-1].epoch == pytest.approx(2.0)


@pytest.mark.parametrize("path", ["network.width", "data.size", "network.conditional", "output.grid"])
def test_what_the_weights_were_made_for_stays(parent: RunFolder, tmp_path: Path, path: str) -> None:
    value = {"network.width": 8, "data.size": 32, "network.conditional": True, "output.grid": 3}[path]
    assert not cfg.find(path).on_branch
    with pytest.raises(ConfigError, match=f"{path} stays"):
        branch(parent.path, 12, {path: value}, tmp_path / "b")
    assert not (tmp_path / "b").exists()
    assert branch(parent.path, 12, {path: cfg.read(parent.config, path)}, tmp_path / "b").rewind_points() == [12]


def test_what_cannot_be_is_said_in_words(parent: RunFolder, tmp_path: Path) -> None:
    parent.checkpoint_path(0).unlink()  # as in a run of earlier versions
    with pytest.raises(RunError, match="oldest checkpoint is at step 4"):
        branch(parent.path, 3, {}, tmp_path / "b")
    with pytest.raises(ConfigError, match="no setting named"):
        branch(parent.path, 4, {"nonsense": 1}, tmp_path / "b")
    with pytest.raises(RunError, match="is not empty"):
        branch(parent.path, 4, {}, parent.path)
    with pytest.raises(RunError, match="not a run folder"):
        branch(tmp_path / "none", 4, {}, tmp_path / "b")


def test_a_full_disk_leaves_no_half_branch(parent: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "save", raising(OSError(28, "No space left on device")))
    with pytest.raises(RunError, match="b cannot be written: No space left on device"):
        branch(parent.path, 12, {}, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_run_under_way_can_be_branched_off(start: Start, tmp_path: Path) -> None:
    run = start("parent", steps=1000)
    events = run.events()
    until(events, Stepped, 3)
    run.control.save()
    until(events, Stepped, 5)
    made = branch(run.folder.path, None, {"steps": 5}, tmp_path / "b")
    assert run.folder.is_running()
    assert made.rewind_points() == [4] or made.rewind_points() == [3]
    go_on(made)
    until(events, Stepped, 9)
    events.close()


def test_a_branch_of_a_branch(parent: RunFolder, tmp_path: Path) -> None:
    child = branch(parent.path, 12, {"steps": 20}, tmp_path / "child")
    go_on(child)
    grandchild = branch(child.path, None, {"steps": 22}, tmp_path / "grandchild")
    go_on(grandchild)
    assert (grandchild.info.parent, grandchild.info.parent_step) == ("child", 20)
    assert [mark.step for mark in grandchild.history().marks if mark.kind == "branch"] == [12, 20]
    steps = [row.step for row in grandchild.history().ticks]
    assert steps == sorted(steps)
    json.dumps(checkpoint.load(grandchild.checkpoint_path(22)).meta)
