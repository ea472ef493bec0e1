"""Picking classes where the generator knows any."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from panel_kit import CONDITIONAL, SMALL, alike, expected, snapshot
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton

from ganstudio import config as cfg
from ganstudio.gui.class_box import ClassBox, class_names
from ganstudio.gui.panels.latent import LatentPanel
from ganstudio.gui.panels.samples import SamplesPanel
from ganstudio.gui.run_model import RunModel
from ganstudio.gui.sample_thread import Answer, SampleThread
from ganstudio.gui.widgets import PictureGrid
from ganstudio.images import grid_labels

COUNT = CONDITIONAL.output.grid**2


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(CONDITIONAL)


@pytest.fixture
def thread(qapp) -> Iterator[SampleThread]:
    thread = SampleThread()
    yield thread
    assert thread.stop()


@pytest.fixture
def samples(qtbot, model: RunModel, thread: SampleThread) -> Iterator[SamplesPanel]:
    panel = SamplesPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(500, 400)
    panel.show()
    yield panel
    assert panel.stop()


@pytest.fixture
def latent(qtbot, model: RunModel, thread: SampleThread) -> LatentPanel:
    panel = LatentPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(600, 320)
    panel.show()
    return panel


def box_of(panel: SamplesPanel | LatentPanel) -> ClassBox:
    return panel.findChild(ClassBox)


def press(qtbot, panel: SamplesPanel, text: str) -> None:
    button = next(each for each in panel.findChildren(QToolButton) if each.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def pick(qtbot, box: ClassBox, name: str) -> None:
    """As a person does by keyboard: to the top, then down."""
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(name)):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == name


def fresh_noise(step: int) -> np.ndarray:
    rng = np.random.default_rng((CONDITIONAL.seed, step, 0))
    return rng.standard_normal((COUNT, CONDITIONAL.network.z_size), dtype=np.float32)


def test_names_are_those_of_the_data_set_and_numbers_beyond() -> None:
    assert class_names(SMALL) == ()
    assert class_names(CONDITIONAL) == tuple("0123456789")
    clothes = cfg.change(CONDITIONAL, "data.name", "fashion-mnist")
    assert class_names(clothes)[-1] == "ankle boot"
    assert class_names(cfg.change(clothes, "network.classes", 0)) == class_names(clothes)
    assert class_names(cfg.change(clothes, "network.classes", 12))[-2:] == ("10", "11")
    assert class_names(cfg.change(clothes, "network.classes", 2)) == ("T-shirt", "trousers")


def test_a_run_without_classes_shows_no_class_controls(
    qtbot, model: RunModel, samples: SamplesPanel, latent: LatentPanel, tmp_path: Path
) -> None:
    model.begin(SMALL)
    model.handle(snapshot(tmp_path, 0))
    for text in ("fixed z", "fresh z", "real", "both"):
        press(qtbot, samples, text)
        assert not box_of(samples).isVisible()
        assert not box_of(latent).isVisible()
    model.begin(CONDITIONAL)
    for text in ("fixed z", "fresh z", "real", "both"):
        press(qtbot, samples, text)
        assert box_of(samples).isVisible() == (text == "fresh z")
        assert box_of(latent).isVisible()


def test_fresh_pictures_of_all_classes_or_of_one(qtbot, model: RunModel, samples: SamplesPanel, tmp_path: Path) -> None:
    model.handle(snapshot(tmp_path, 3, CONDITIONAL))
    press(qtbot, samples, "fresh z")
    fake = next(each for each in samples.findChildren(PictureGrid) if each.accessibleName() == "generated pictures")

    def shows(labels: np.ndarray) -> bool:
        return alike(fake.pictures, expected(tmp_path, 3, fresh_noise(3), CONDITIONAL, labels))

    columns = grid_labels(CONDITIONAL.output.grid, 10)
    qtbot.waitUntil(lambda: shows(columns), timeout=20_000)
    pick(qtbot, box_of(samples), "7")
    qtbot.waitUntil(lambda: shows(np.full(COUNT, 7)), timeout=20_000)
    assert not shows(columns)
    with qtbot.waitSignal(samples.latentChosen, timeout=20_000) as got:
        qtbot.mouseClick(fake, Qt.MouseButton.LeftButton, pos=fake.centre_of(5))
    assert np.array_equal(got.args[0], fresh_noise(3)[5])
    assert got.args[1] == 7
    pick(qtbot, box_of(samples), "all")
    qtbot.waitUntil(lambda: shows(columns), timeout=20_000)


def test_the_latent_explorer_draws_the_picked_class(
    qtbot, model: RunModel, latent: LatentPanel, tmp_path: Path
) -> None:
    model.handle(snapshot(tmp_path, 3, CONDITIONAL))
    strip = next(each for each in latent.findChildren(PictureGrid) if each is not latent.preview)

    def shows(label: int) -> bool:
        right = expected(tmp_path, 3, latent.z[None], CONDITIONAL, np.array([label]))
        return alike(latent.preview.pictures, right)

    qtbot.waitUntil(lambda: shows(0), timeout=20_000)
    pick(qtbot, box_of(latent), "4")
    assert latent.label == 4
    qtbot.waitUntil(lambda: shows(4), timeout=20_000)
    assert not shows(0)
    along = expected(tmp_path, 3, latent._along(), CONDITIONAL, np.full(9, 4))
    qtbot.waitUntil(lambda: alike(strip.pictures, along), timeout=20_000)
    qtbot.mouseClick(latent.findChild(QPushButton, "randomLatentButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shows(4), timeout=20_000)
    latent.set_z(latent.z, 9)
    assert box_of(latent).currentText() == "9"
    qtbot.waitUntil(lambda: shows(9), timeout=20_000)


def test_a_picture_of_the_grid_comes_with_its_class(qtbot, thread: SampleThread, tmp_path: Path) -> None:
    path = Path(snapshot(tmp_path, 1, CONDITIONAL).path)
    for index in (0, 6, COUNT - 1):
        with qtbot.waitSignal(thread.answered, timeout=20_000) as got:
            thread.request("cell", index, path, 1, CONDITIONAL)
        answer: Answer = got.args[0]
        assert answer.labels.tolist() == [index % CONDITIONAL.output.grid]
        assert alike(answer.pictures, expected(tmp_path, 1, answer.z, CONDITIONAL, answer.labels))


def test_another_data_set_begins_with_its_first_class(model: RunModel, latent: LatentPanel) -> None:
    box_of(latent).choose(4)
    model.begin(cfg.change(CONDITIONAL, "data.name", "fashion-mnist"))
    assert box_of(latent).currentText() == "T-shirt"
    assert latent.label == 0
    model.begin(replace(CONDITIONAL, network=SMALL.network))
    assert latent.label is None


@pytest.mark.parametrize("size", [(300, 160), (330, 420), (600, 190)])
def test_the_class_fits_beside_the_other_controls(qtbot, latent: LatentPanel, size) -> None:
    latent.resize(*size)
    qtbot.wait(20)
    column = [each for each in latent.children() if each.isWidgetType() and each.isVisible() and each.width() == 76]
    assert box_of(latent) in column
    for one in column:
        assert latent.rect().contains(one.geometry()), one
        assert not [other for other in column if other is not one and other.geometry().intersects(one.geometry())]
