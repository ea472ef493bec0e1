"""A run that commit cb5538f wrote opens, resumes and is exported; old_run.ganrun was packed by that commit.

It was trained for 12 steps; after the 5th came two updates of D by hand, a change of its learning rate and a round.
"""

import contextlib
from pathlib import Path

import pytest
import torch

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import EndReason, Finished, ManualUpdate, MarkKind, RunStatus, Stepped
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Job
from ganstudio.runs import archive, checkpoint, runner
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.summary import summarize
from support.runs import assert_same, until, weights

PACKED = Path(__file__).parent / "old_run.ganrun"
END = 12
LATER = 20


def unpack(home: Path) -> RunFolder:
    return archive.unpack(PACKED, home)


def resumed(run: RunFolder) -> dict[str, torch.Tensor]:
    """What the old run has learned at a later step."""
    events = list(runner.resume(run.path, {"steps": LATER}).events())
    assert events[-1] == Finished(LATER, EndReason.DONE)
    return weights(run.path, LATER)


@pytest.fixture
def old(tmp_path: Path) -> RunFolder:
    return unpack(tmp_path)


def test_it_opens(old: RunFolder) -> None:
    assert old.display_name == "old and tiny"
    assert old.label().steps == frozenset({END})
    assert old.status() == RunStatus.FINISHED
    assert (old.config.network.name, old.config.seed, old.info.data_count) == ("dcgan", 3, 1797)
    line = summarize(old)
    assert (line.steps, line.images, line.pinned) == (END, 224, True)
    history = old.history()
    assert [tick.step for tick in history.ticks] == [5, 5, 6, END]
    kinds = [MarkKind.MANUAL, MarkKind.MANUAL, MarkKind.CHANGE, MarkKind.MANUAL]
    assert [(mark.step, mark.kind) for mark in history.marks] == list(zip((5, 5, 5, 6), kinds, strict=True))
    assert history.end == Finished(END, EndReason.DONE)
    assert history.skipped == 0
    for step, path in old.samples():
        assert old.read_samples(path).pictures.shape == (4, 28, 28), step
    _, meta = checkpoint.load_snapshot(old.snapshot_path(END))
    assert meta["step"] == END


def test_it_resumes_to_the_bit(old: RunFolder, tmp_path: Path) -> None:
    assert_same(resumed(old), resumed(unpack(tmp_path / "again")))


def test_it_resumes_as_if_it_had_never_ended(old: RunFolder, tmp_path: Path) -> None:
    """Compared with a run of today; another processor may round otherwise, so to some digits only."""
    dataset = catalog.load("digits", size=28, channels=1)
    run = runner.start(cfg.change(old.config, "steps", LATER), dataset, tmp_path / "today")
    with contextlib.closing(run.events()) as events:
        until(events, Stepped, 5)
        run.control.step(ManualUpdate.D)
        run.control.step(ManualUpdate.D)
        run.control.change("optimizer.d_lr", 0.0004)
        run.control.step(ManualUpdate.ROUND)
        list(events)
    today, then = weights(run.folder.path, LATER), resumed(old)
    assert today.keys() == then.keys()
    for name in today:
        if today[name].is_floating_point():
            torch.testing.assert_close(then[name], today[name], rtol=1e-3, atol=1e-4, msg=lambda m, n=name: f"{n}: {m}")
        elif name.startswith("rng."):
            assert torch.equal(then[name], today[name]), name


@pytest.mark.parametrize("kind", ["png", "csv", "safetensors"])
def test_it_is_exported(old: RunFolder, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"file.{kind}"
    FORMATS[kind].write(Job(old.path, out))
    assert out.stat().st_size > 100
