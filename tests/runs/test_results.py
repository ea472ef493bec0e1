import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio import config as cfg
from ganstudio.events import Samples
from ganstudio.runs import results
from ganstudio.runs.folder import RunFolder, RunInfo
from support.runs import grid


def keep(folder: RunFolder, epochs: list[float]) -> None:
    for epoch in epochs:
        folder.save_samples(dataclasses.replace(grid(round(epoch * 10), kept=True), epoch=float(epoch)))


def labels(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Labels of the sheet, as drawn."""
    drawn: list[str] = []
    label = results._label
    monkeypatch.setattr(results, "_label", lambda epoch: drawn.append(label(epoch)) or drawn[-1])
    results.write_results_sheet(folder)
    return drawn


def test_ten_grids_stand_side_by_side(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(folder, list(range(0, 101, 10)))
    folder.save_samples(grid(55))  # not kept
    assert labels(folder, monkeypatch) == [f"epoch {number}" for number in range(10, 101, 10)]


def test_many_grids_are_chosen_evenly_up_to_the_last(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(folder, list(range(0, 401, 10)))
    assert labels(folder, monkeypatch) == [f"epoch {number}" for number in range(40, 401, 40)]


def test_a_short_run_shows_its_newest_grid(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(folder, [0])
    folder.save_samples(grid(3))
    folder.save_samples(grid(7))
    assert labels(folder, monkeypatch) == ["epoch 0.7"]


def test_without_a_grid_there_is_no_sheet(folder: RunFolder) -> None:
    keep(folder, [0])
    assert results.write_results_sheet(folder) is None
    assert not (folder.path / "results.png").exists()


def test_a_broken_grid_is_left_out(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(folder, [0, 1, 2])
    path = folder.samples()[1][1]
    path.write_bytes(path.read_bytes()[:-40])
    assert labels(folder, monkeypatch) == ["epoch 2"]


def test_the_grids_are_on_the_sheet(folder: RunFolder) -> None:
    keep(folder, [1, 2])
    path = results.write_results_sheet(folder)
    assert path == folder.path / "results.png"
    with Image.open(path) as image:
        sheet = np.asarray(image.convert("L"))
    factor = 3  # 56 pixels, enlarged to 168
    for column, step in enumerate((10, 20)):
        first = np.kron(grid(step).pictures[0], np.ones((factor, factor), np.uint8))
        left = results._GAP + column * (168 + results._GAP)
        top = results._TITLE + results._LABEL
        assert np.array_equal(sheet[top : top + first.shape[0], left : left + first.shape[1]], first)


def test_large_grids_are_shrunk(folder: RunFolder, tmp_path: Path) -> None:
    samples = dataclasses.replace(grid(10, kept=True), pictures=np.zeros((64, 128, 128, 3), np.uint8))
    image = results._panel(samples, columns=8)
    assert image.size == (512, 512)


def test_transparent_pictures_stand_on_the_sheets_paper(config: cfg.RunConfig, tmp_path: Path) -> None:
    wide = dataclasses.replace(config, data=cfg.DataConfig(size="16x24", channels=4))
    folder = RunFolder.create(tmp_path / "wide", wide, RunInfo.now(wide))
    pictures = np.zeros((4, 16, 24, 4), np.uint8)
    pictures[:, :, 12:] = (0, 0, 255, 255)
    folder.save_samples(Samples(5, 1.0, pictures, kept=True))
    sheet = results.write_results_sheet(folder)
    assert sheet is not None
    pixels = np.array(Image.open(sheet))
    blue = (pixels == (0, 0, 255)).all(-1)
    assert blue.any(1).sum() * 24 == 2 * blue.any(0).sum() * 16  # half of each picture is blue, in its proportions
    assert not (pixels == 0).all(-1).any()
