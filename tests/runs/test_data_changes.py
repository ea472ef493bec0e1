"""Runs whose data set is odd, or is another when they are resumed."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.data.catalog import Dataset
from ganstudio.errors import ConfigError, DataError
from ganstudio.events import Finished, Stepped
from ganstudio.runs import multiprocess, runner
from ganstudio.runs.folder import RunFolder
from ganstudio.training.distributed.world import World
from support.runs import TINY, Start, marks, until

T = TypeVar("T")


def test_what_is_odd_about_the_files_is_a_warning_in_the_run(
    config: cfg.RunConfig, dataset: Dataset, tmp_path: Path
) -> None:
    noted = dataclasses.replace(dataset, notes=("a.gz has bytes behind its end.",))
    run = runner.start(config, noted, tmp_path / "run")
    assert [mark.text for mark in marks(list(run.events()), "warning")] == ["a.gz has bytes behind its end."]
    assert "bytes behind its end" in (run.folder.path / "history.jsonl").read_text()


@pytest.mark.parametrize("count", [20, 200])
def test_a_data_set_of_another_size_is_told_and_trained_on(
    start: Start, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    run = start(steps=30)
    events = run.events()
    until(events, Stepped, 1)
    run.control.stop()
    list(events)
    other = dataclasses.replace(
        dataset, images=np.resize(dataset.images, (count, 28, 28)), labels=np.resize(dataset.labels, count)
    )
    monkeypatch.setattr(catalog, "load", lambda *args, **options: other)
    told = list(runner.resume(run.folder.path).events())
    expected = f"UCI digits had 64 pictures when this run was trained, and has {count} now."
    assert [mark.text for mark in marks(told, "warning")] == [expected]
    assert told[-1] == Finished(30, "done")


def test_labels_beyond_the_classes_are_refused_when_a_run_is_resumed(
    start: Start, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(steps=30, network__conditional=True)
    events = run.events()
    until(events, Stepped, 3)
    run.control.stop()
    list(events)
    letters = dataclasses.replace(dataset, labels=np.full(len(dataset.labels), 26, np.uint8))
    monkeypatch.setattr(catalog, "load", lambda *args, **options: letters)
    with pytest.raises(ConfigError, match="labels of the pictures reach 26"):
        runner.resume(run.folder.path)
    assert not (run.folder.path / "run.lock").exists()
    assert RunFolder.open(run.folder.path).checkpoints()


def test_processes_of_one_run_need_as_many_pictures_each(dataset: Dataset) -> None:
    class Second(World):
        def from_rank_zero(self, make: Callable[[], T]) -> T:
            return 60_000 if make() == len(dataset.images) else make()  # type: ignore[return-value]

    with pytest.raises(DataError, match="has 64 pictures here, and 60,000 where the first process"):
        multiprocess._trainer(Second(), cfg.from_dict(TINY), dataset)
