"""A run of several processes, as the first of them sees it: it cannot be paused or changed, and all leave together."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset
from ganstudio.events import Finished, ManualUpdate, Paused, Saved, Stepped
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.runs.runner import Runner
from ganstudio.training.distributed.world import World
from ganstudio.training.trainer import Trainer
from support.runs import marks, of, raising, until


class FirstOfTwo(World):
    """The first of two processes, of which the other does the same."""

    size = 2


@pytest.fixture
def start(config: cfg.RunConfig, dataset: Dataset, tmp_path: Path) -> Iterator[Callable[[int], Runner]]:
    """Starts a run of that many steps."""
    with contextlib.ExitStack() as opened:

        def start(steps: int) -> Runner:
            changed = cfg.change(config, "steps", steps)
            trainer = Trainer(cfg.change(changed, "engine.processes", 2), dataset, world=FirstOfTwo())
            folder = RunFolder.create(tmp_path / "run", trainer.config, RunInfo.now(trainer.config))
            run = Runner(trainer, folder)
            opened.callback(run.close)
            return run

        yield start


def test_it_is_neither_paused_nor_changed_nor_slow(start: Callable[[int], Runner]) -> None:
    run = start(6)
    run.control.pause()
    run.control.slow_down(0.0001)
    run.control.change("optimizer.d_lr", 0.5)
    run.control.step(ManualUpdate.D)
    told = list(run.events())
    text = "A run of several processes cannot be changed while it trains; stop and resume it."
    assert [mark.text for mark in marks(told, "warning")] == [text, text]
    assert marks(told, "warning") == run.folder.history().marks
    assert of(Paused, told) == []
    assert told[-1] == Finished(6, "done")
    assert RunFolder.open(run.folder.path).config.optimizer.d_lr == 0.0002


def test_it_does_not_wait_in_slow_motion(start: Callable[[int], Runner], monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(3)
    run.control.slow_down(0.0001)
    monkeypatch.setattr(run.control, "rest", raising(AssertionError("it waits")))
    assert list(run.events())[-1] == Finished(3, "done")


def test_it_can_be_saved(start: Callable[[int], Runner]) -> None:
    run = start(6)
    events = run.events()
    until(events, Stepped, 2)
    run.control.save()
    assert [event.step for event in of(Saved, list(events)) if event.kind == "checkpoint"] == [2, 6]


def test_it_stops_after_the_round_in_which_all_hear_of_it(start: Callable[[int], Runner]) -> None:
    run = start(100)
    events = run.events()
    until(events, Stepped, 3)
    run.control.stop()
    told = list(events)
    assert [event.step for event in of(Stepped, told)] == [4]
    assert told[-1] == Finished(4, "stopped")
    assert run.folder.rewind_points() == [0, 4]
