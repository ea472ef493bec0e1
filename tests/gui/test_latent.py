from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from panel_kit import SMALL, Z_SIZE, alike, expected, play
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from ganstudio import config as cfg
from ganstudio.gui.panels.latent import LatentPanel, PageBox
from ganstudio.gui.run_model import RunModel
from ganstudio.gui.sample_thread import Answer, SampleThread
from ganstudio.gui.viewing import EN_DASH
from ganstudio.gui.widgets import PictureGrid, Slider


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def thread(qapp) -> Iterator[SampleThread]:
    thread = SampleThread()
    yield thread
    assert thread.stop()


@pytest.fixture
def panel(qtbot, model: RunModel, thread: SampleThread) -> LatentPanel:
    panel = LatentPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(600, 260)
    panel.show()
    return panel


def slider(panel: LatentPanel, place: int) -> Slider:
    return panel.findChild(Slider, f"latentSlider{place}")


def preview(panel: LatentPanel) -> PictureGrid:
    return panel.findChild(PictureGrid, "latentPreview")


def shows(panel: LatentPanel, folder: Path, step: int) -> bool:
    return alike(preview(panel).pictures, expected(folder, step, panel.z[None]))


def test_rests_with_words_until_there_is_a_snapshot(panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    assert not slider(panel, 0).isEnabled()
    assert not panel.findChild(QPushButton, "randomLatentButton").isEnabled()
    assert "wakes the sliders" in preview(panel).accessibleDescription()
    play(model, tmp_path, 0)
    assert slider(panel, 0).isEnabled()
    model.begin(SMALL)
    assert not slider(panel, 0).isEnabled()
    assert preview(panel).pictures is None


def test_the_picture_follows_a_slider(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=20_000)
    before, target = panel.z, slider(panel, 3)
    place = QPoint(round(target.x_of(-200)), target.height() // 2)
    with qtbot.waitSignal(panel.painted, timeout=20_000):
        qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=place)
    assert abs(panel.z[3] + 2.0) < 0.1
    assert np.array_equal(np.delete(panel.z, 3), np.delete(before, 3))
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=20_000)


def test_keys_step_and_a_double_click_resets(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    target = slider(panel, 1)
    qtbot.mouseDClick(target, Qt.MouseButton.LeftButton)
    assert panel.z[1] == 0.0
    qtbot.keyClick(target, Qt.Key.Key_Right)
    assert panel.z[1] == pytest.approx(0.1)
    qtbot.keyClick(target, Qt.Key.Key_End)
    assert panel.z[1] == pytest.approx(3.0)


def test_z_stays_while_the_generator_learns(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    z = panel.z
    for step in (0, 10, 20):
        play(model, tmp_path, step)
        qtbot.waitUntil(lambda at=step: shows(panel, tmp_path, at), timeout=20_000)
    model.view(10)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 10), timeout=20_000)
    play(model, tmp_path, 30)
    model.view(None)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 30), timeout=20_000)
    assert np.array_equal(panel.z, z)


def test_pages_reach_every_number(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    page = panel.findChild(PageBox)
    assert page.text() == f"0{EN_DASH}9"
    qtbot.keyClick(page, Qt.Key.Key_Up)
    assert page.text() == f"10{EN_DASH}19"
    target = slider(panel, 4)
    qtbot.keyClick(target, Qt.Key.Key_End)
    assert panel.z[14] == pytest.approx(3.0)
    assert target.accessibleName() == "z 14"
    qtbot.keyClick(page, Qt.Key.Key_Up)
    assert page.text() == f"20{EN_DASH}{Z_SIZE - 1}"
    assert [slider(panel, place).isVisible() for place in range(10)] == [True] * 3 + [False] * 7
    page.selectAll()
    qtbot.keyClicks(page, "14")
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert page.text() == f"10{EN_DASH}19"
    assert slider(panel, 4).value() == 300
    assert slider(panel, 9).isVisible()


def test_random_and_reset(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    before = panel.z
    qtbot.mouseClick(panel.findChild(QPushButton, "randomLatentButton"), Qt.MouseButton.LeftButton)
    assert not np.array_equal(panel.z, before)
    assert 0.5 < panel.z.std() < 1.6
    assert slider(panel, 2).value() == round(float(np.clip(panel.z[2], -3, 3)) * 100)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=20_000)
    qtbot.mouseClick(panel.findChild(QPushButton, "resetLatentButton"), Qt.MouseButton.LeftButton)
    assert not panel.z.any()
    assert all(slider(panel, place).value() == 0 for place in range(10))


def test_shows_a_z_from_elsewhere_exactly(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    """Numbers between the slider's steps, or beyond its ends, are not rounded by being shown."""
    play(model, tmp_path, 0)
    z = np.full(Z_SIZE, 0.12345, np.float32)
    z[0] = 4.5
    panel.set_z(z)
    assert np.array_equal(panel.z, z)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=20_000)
    panel.set_z(np.zeros(Z_SIZE + 1, np.float32))  # of another run
    assert np.array_equal(panel.z, z)


def test_stale_answers_are_dropped(qtbot, panel: LatentPanel, model: RunModel, thread, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=20_000)
    late = Answer("latent", panel.z[None], 0, 0.5, np.full((1, 28, 28), 77, np.uint8))
    thread.answered.emit(late)
    assert not np.array_equal(preview(panel).pictures, late.pictures)


def test_the_strip_shows_where_a_drag_would_lead(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    panel.resize(600, 320)
    strip = next(each for each in panel.findChildren(PictureGrid) if each is not preview(panel))
    assert strip.isVisible()
    qtbot.keyClick(slider(panel, 6), Qt.Key.Key_Right)
    along = np.repeat(panel.z[None], 9, axis=0)
    along[:, 6] = np.linspace(-3, 3, 9)
    qtbot.waitUntil(lambda: alike(strip.pictures, expected(tmp_path, 0, along)), timeout=20_000)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.centre_of(0))
    assert panel.z[6] == pytest.approx(-3.0)
    assert slider(panel, 6).value() == -300


def test_a_run_with_another_latent_size(panel: LatentPanel, model: RunModel) -> None:
    model.begin(cfg.change(SMALL, "network.z_size", 4))
    assert len(panel.z) == 4
    assert [slider(panel, place).isVisible() for place in range(10)] == [True] * 4 + [False] * 6


@pytest.mark.parametrize("size", [(300, 160), (330, 420), (900, 180)])
def test_nothing_overlaps_at_any_size(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path, size) -> None:
    play(model, tmp_path, 0)
    panel.setMinimumSize(0, 0)
    panel.resize(*size)
    qtbot.wait(20)
    rows = [slider(panel, place).parentWidget().geometry() for place in range(10)]
    assert not any(one.intersects(other) for i, one in enumerate(rows) for other in rows[:i])
    assert all(panel.rect().contains(each) and each.height() >= 14 for each in rows)
