"""How much pictures change from grid to grid, at little cost."""

import os
from pathlib import Path

import numpy as np
import pytest

from ganstudio.coach import of_run
from ganstudio.coach.drift import drifts
from ganstudio.config import RunConfig
from ganstudio.events import Samples
from ganstudio.runs.folder import RunFolder, RunInfo


def test_large_grids_are_compared_by_some_of_their_pixels() -> None:
    rng = np.random.default_rng(0)
    large = rng.integers(0, 255, (9, 400, 400), dtype=np.uint8)
    moved = np.where(rng.random((9, 400, 400)) < 0.3, 255 - large, large).astype(np.uint8)
    [sampled] = drifts((Samples(100, 1.0, large), Samples(300, 3.0, moved)))
    small = Samples(100, 1.0, large[:, :100, :100]), Samples(300, 3.0, moved[:, :100, :100])
    [whole] = drifts(small)
    assert sampled.change == pytest.approx(whole.change, rel=0.03)


@pytest.mark.parametrize(("size", "count"), [(1000, 20), (1 << 20, 8), (3 << 20, 8)])
def test_of_large_grids_fewer_are_read(size: int, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunFolder.create(tmp_path / "run", RunConfig(), RunInfo.now(RunConfig()))
    for step in range(100, 2001, 100):
        path = run.save_samples(Samples(step, 0.1, np.zeros((9, 28, 28), np.uint8)))
        os.truncate(path, size)
    read: list[Path] = []

    def read_samples(path: Path) -> Samples:
        read.append(path)
        return Samples(len(read), 0.1, np.zeros((1, 2, 2), np.uint8))

    monkeypatch.setattr(run, "read_samples", read_samples)
    of_run.find_drifts(run)
    assert len(read) <= count
    assert len(read) > count / 2
    assert read[-1].stem == "00002000"
