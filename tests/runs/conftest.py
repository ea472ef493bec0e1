import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.runs import checkpointer, runner
from ganstudio.runs.folder import RunFolder, RunInfo
from support.runs import TINY, Start


@pytest.fixture(autouse=True)
def _save_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, no checkpoint comes between those that a test expects."""
    monkeypatch.setattr(checkpointer, "MIN_INTERVAL", 3600.0)


@pytest.fixture
def config() -> cfg.RunConfig:
    return cfg.from_dict(TINY)


@pytest.fixture
def folder(config: cfg.RunConfig, tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run", config, RunInfo.now(config))


@pytest.fixture
def dataset(monkeypatch: pytest.MonkeyPatch) -> catalog.Dataset:
    """64 pictures, which is also what a resumed run finds under any name."""
    images = np.random.default_rng(1).integers(0, 256, (64, 28, 28), np.uint8)
    info = dataclasses.replace(catalog.find("digits"), count=64)
    made = catalog.Dataset(info, images, np.zeros(64, np.uint8))
    monkeypatch.setattr(catalog, "load", lambda name, **shape: made)
    return made


@pytest.fixture
def start(config: cfg.RunConfig, dataset: catalog.Dataset, tmp_path: Path) -> Iterator[Start]:
    """Starts runs of the tiny configuration with some settings changed."""
    made: list[runner.Runner] = []

    def begin(name: str = "run", **changes: Any) -> runner.Runner:
        changed = config
        for path, value in changes.items():
            changed = cfg.change(changed, path.replace("__", "."), value)
        made.append(runner.start(changed, dataset, tmp_path / name))
        return made[-1]

    yield begin
    for each in made:
        each.close()
