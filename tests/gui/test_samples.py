from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from panel_kit import GRID, SMALL, Z_SIZE, alike, expected, grid, play
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

from ganstudio import config as cfg
from ganstudio.data.catalog import load
from ganstudio.gui.panels.samples import BOTH, FIXED, FRESH, REAL, SamplesPanel
from ganstudio.gui.real_thread import RealRequest, RealThread, real_pictures
from ganstudio.gui.run_model import RunModel
from ganstudio.gui.sample_thread import SampleThread
from ganstudio.gui.widgets import PictureGrid
from ganstudio.training import seeds


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def panel(qtbot, model: RunModel) -> Iterator[SamplesPanel]:
    thread = SampleThread()
    panel = SamplesPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(500, 400)
    panel.show()
    yield panel
    assert panel.stop()
    assert thread.stop()


def fake_of(panel: SamplesPanel) -> PictureGrid:
    return next(each for each in panel.findChildren(PictureGrid) if each.accessibleName() == "generated pictures")


def real_of(panel: SamplesPanel) -> PictureGrid:
    return next(each for each in panel.findChildren(PictureGrid) if each.accessibleName() == "real pictures")


def choose(qtbot, panel: SamplesPanel, index: int) -> None:
    texts = ["fixed z", "fresh z", "real", "both"]
    button = next(each for each in panel.findChildren(QToolButton) if each.text() == texts[index])
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert panel.shown == index


def test_says_how_to_start_before_a_run(panel: SamplesPanel) -> None:
    assert "Press Space to start" in fake_of(panel).accessibleDescription()
    assert panel.sheet() is None


def test_the_newest_grid_is_shown_as_it_comes(panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    for step in (0, 10, 20):
        play(model, tmp_path, step)
        assert np.array_equal(fake_of(panel).pictures, grid(step).pictures)


def test_the_viewed_step_is_shown_and_live_comes_back(panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0, 10, 20)
    model.view(10)
    assert np.array_equal(fake_of(panel).pictures, grid(10).pictures)
    play(model, tmp_path, 30)
    assert np.array_equal(fake_of(panel).pictures, grid(10).pictures)
    model.view(None)
    assert np.array_equal(fake_of(panel).pictures, grid(30).pictures)


def test_another_run_does_not_show_the_pictures_of_the_last(
    panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 0, 10)
    model.begin(SMALL)
    assert fake_of(panel).pictures is None


def test_fresh_pictures_of_the_newest_snapshot(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    choose(qtbot, panel, FRESH)
    assert fake_of(panel).pictures is None
    seen: list[np.ndarray] = []
    for step in (0, 10):
        play(model, tmp_path, step)
        qtbot.waitUntil(lambda at=step: f"step {at}" in fake_of(panel).accessibleDescription(), timeout=20_000)
        seen.append(fake_of(panel).pictures)
    assert seen[1].shape == (GRID**2, 28, 28)
    assert not np.array_equal(seen[0], seen[1])
    again = panel.findChild(QToolButton, "drawAgainButton")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.array_equal(fake_of(panel).pictures, seen[1]), timeout=20_000)


def test_draw_again_is_there_for_fresh_z_alone(qtbot, panel: SamplesPanel) -> None:
    again = panel.findChild(QToolButton, "drawAgainButton")
    for index in (FIXED, FRESH, REAL, BOTH):
        choose(qtbot, panel, index)
        assert again.isVisible() == (index == FRESH)


def test_real_pictures_come_from_the_data_set(qtbot, panel: SamplesPanel) -> None:
    choose(qtbot, panel, REAL)
    qtbot.waitUntil(lambda: real_of(panel).pictures is not None, timeout=20_000)
    shown = real_of(panel).pictures
    assert shown.shape == (GRID**2, 28, 28)
    every = {each.tobytes() for each in load("digits", size=28, channels=1).images}
    assert all(each.tobytes() in every for each in shown)
    assert not fake_of(panel).isVisible()


def test_real_beside_fake(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    choose(qtbot, panel, BOTH)
    qtbot.waitUntil(lambda: real_of(panel).pictures is not None, timeout=20_000)
    assert real_of(panel).isVisible()
    assert np.array_equal(fake_of(panel).pictures, grid(0).pictures)


def test_a_missing_data_set_is_said_in_words(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    model.data_home = tmp_path / "empty"
    model.begin(cfg.change(SMALL, "data.name", "mnist"))
    choose(qtbot, panel, REAL)
    qtbot.waitUntil(lambda: "download" in real_of(panel).accessibleDescription(), timeout=20_000)


def test_real_pictures_are_the_same_for_a_seed_and_have_the_networks_size() -> None:
    data = cfg.DataConfig("digits", 32, 3)
    pictures = real_pictures(RealRequest(data, 5, 1, None))
    assert pictures.shape == (5, 32, 32, 3)
    assert np.array_equal(pictures, real_pictures(RealRequest(data, 5, 1, None)))
    assert not np.array_equal(pictures, real_pictures(RealRequest(data, 5, 2, None)))
    assert len(real_pictures(RealRequest(data, 10_000, 1, None))) == 1797


def test_the_thread_of_real_pictures_survives_an_error(qtbot, monkeypatch) -> None:
    thread = RealThread()
    wanted = RealRequest(cfg.DataConfig("digits"), 5, 1, None)
    with monkeypatch.context() as patch:
        patch.setattr("ganstudio.gui.real_thread._some", lambda *_: 1 / 0)
        with qtbot.waitSignal(thread.failed, timeout=20_000) as got:
            thread.request(wanted)
        assert "ZeroDivisionError" in got.args[0].details
    with qtbot.waitSignal(thread.answered, timeout=20_000):
        thread.request(wanted)
    assert thread.stop()


def test_a_clicked_picture_of_fixed_z_opens_its_own_z(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    import torch

    play(model, tmp_path, 0, 10)
    with qtbot.waitSignal(panel.latentChosen, timeout=20_000) as got:
        qtbot.mouseClick(fake_of(panel), Qt.MouseButton.LeftButton, pos=fake_of(panel).centre_of(4))
    fixed = torch.randn(GRID**2, Z_SIZE, generator=seeds.generator(SMALL.seed, "fixed")).numpy()
    assert np.array_equal(got.args[0], fixed[4])


def test_a_clicked_fresh_picture_opens_its_own_z(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    choose(qtbot, panel, FRESH)
    qtbot.waitUntil(lambda: fake_of(panel).accessibleDescription() == "9 fresh pictures at step 0", timeout=20_000)
    shown = fake_of(panel).pictures
    with qtbot.waitSignal(panel.latentChosen, timeout=20_000) as got:
        qtbot.mouseClick(fake_of(panel), Qt.MouseButton.LeftButton, pos=fake_of(panel).centre_of(7))
    assert alike(shown[7:8], expected(tmp_path, 0, got.args[0][None]))


def test_the_grid_is_saved_as_a_picture(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, monkeypatch
) -> None:
    play(model, tmp_path, 5)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "shown"), ""))
    qtbot.mouseClick(panel.findChild(QToolButton, "savePictureButton"), Qt.MouseButton.LeftButton)
    saved = np.asarray(Image.open(tmp_path / "shown.png").convert("L"))
    assert saved.shape == (2 * (3 * 28 + 2),) * 2
    assert saved[0, 0] == 5
    assert saved[-1, -1] == 5 + 8


def test_a_picture_that_cannot_be_written_is_said(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 5)
    with qtbot.waitSignal(panel.failed) as got:
        panel.save_picture(tmp_path / "no" / "such" / "folder.png")
    assert "could not be written" in got.args[0].message


def test_the_time_slider_goes_below(qtbot, panel: SamplesPanel) -> None:
    below = QWidget()
    below.setFixedHeight(30)
    panel.set_timeline(below)
    qtbot.waitUntil(lambda: below.isVisible() and below.y() > fake_of(panel).geometry().bottom())


def test_hidden_it_does_nothing_and_shown_again_it_is_up_to_date(
    panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 0)
    panel.hide()
    play(model, tmp_path, 10)
    assert np.array_equal(fake_of(panel).pictures, grid(0).pictures)
    panel.show()
    assert np.array_equal(fake_of(panel).pictures, grid(10).pictures)
