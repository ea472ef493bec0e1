"""A run remembers where its pictures lay, so that `resume` needs no --data."""

from pathlib import Path

import numpy as np
import pytest

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.data.catalog import Dataset
from ganstudio.events import Failed, Finished
from ganstudio.runs import runner
from support.runs import TINY


def write_mnist(home: Path, count: int = 16) -> None:
    """A small MNIST in idx files."""
    raw = home / "MNIST" / "raw"
    raw.mkdir(parents=True)
    images = np.arange(count * 28 * 28, dtype=np.uint32).astype(np.uint8)
    sizes = b"".join(number.to_bytes(4, "big") for number in (0x803, count, 28, 28))
    (raw / "train-images-idx3-ubyte").write_bytes(sizes + images.tobytes())
    (raw / "train-labels-idx1-ubyte").write_bytes(
        b"".join(number.to_bytes(4, "big") for number in (0x801, count)) + bytes(count)
    )


def test_a_run_is_resumed_with_the_data_it_began_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "elsewhere"
    write_mnist(home)
    monkeypatch.setenv("GANSTUDIO_DATA", str(home))
    config = cfg.from_dict(TINY | {"data": {"name": "mnist"}})
    dataset: Dataset = catalog.load("mnist", size=28, channels=1)
    list(runner.start(config, dataset, tmp_path / "run").events())

    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "nothing here"))
    again = runner.resume(tmp_path / "run", {"steps": 9})
    assert again.folder.data_home() == home
    events = list(again.events())
    assert not [event for event in events if isinstance(event, Failed)]
    assert again.folder.history().ticks[-1].step == 9


def test_a_run_is_resumed_with_data_in_a_folder_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "before"
    write_mnist(home)
    monkeypatch.setenv("GANSTUDIO_DATA", str(home))
    config = cfg.from_dict(TINY | {"data": {"name": "mnist"}})
    dataset: Dataset = catalog.load("mnist", size=28, channels=1)
    list(runner.start(config, dataset, tmp_path / "run").events())

    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "nothing here"))
    moved = home.rename(tmp_path / "after")
    again = runner.resume(tmp_path / "run", {"steps": 9}, home=moved)
    events = list(again.events())
    assert events[0].data_count == len(dataset.images)  # and not the set that the program carries
    assert events[-1] == Finished(9, "done")
