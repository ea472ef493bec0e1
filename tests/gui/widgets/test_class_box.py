"""Picking classes where the generator knows any."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.gui.explorer.axis_strip import AxisStrip
from ganstudio.gui.explorer.class_row import ClassRow
from ganstudio.gui.explorer.panel import LatentPanel
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.widgets.class_box import ClassBox
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.workers.sample_requests import Answer, Channel
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.images import grid_labels
from ganstudio.latent.models import Model
from support.panels import CONDITIONAL, SMALL, alike, expected, snapshot

COUNT = CONDITIONAL.output.grid**2


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(CONDITIONAL)


@pytest.fixture
def samples(qtbot, model: RunModel, thread: SampleThread) -> Iterator[SamplesPanel]:
    panel = SamplesPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(500, 400)
    panel.show()
    yield panel
    assert panel.stop()


@pytest.fixture
def latent(qtbot, model: RunModel, thread: SampleThread, monkeypatch) -> LatentPanel:
    monkeypatch.setattr("ganstudio.latent.models.bundled", lambda name: None)
    panel = LatentPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(800, 320)
    panel.show()
    return panel


def box_of(panel: SamplesPanel) -> ClassBox:
    return panel.findChild(ClassBox)


def row_of(panel: LatentPanel) -> ClassRow:
    return panel.findChild(ClassRow)


def press(qtbot, panel: SamplesPanel, text: str) -> None:
    button = next(each for each in panel.findChildren(QToolButton) if each.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def pick(qtbot, box: ClassBox, name: str) -> None:
    """As a user does by keyboard: to the top, then down."""
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(name)):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == name


def fresh_noise(step: int) -> np.ndarray:
    rng = np.random.default_rng((CONDITIONAL.seed, step, 0))
    return rng.standard_normal((COUNT, CONDITIONAL.network.z_size), dtype=np.float32)


def test_names_are_those_of_the_data_set_and_numbers_beyond() -> None:
    assert catalog.class_names_of_run(SMALL) == ()
    assert catalog.class_names_of_run(CONDITIONAL) == tuple("0123456789")
    clothes = cfg.change(CONDITIONAL, "data.name", "fashion-mnist")
    assert catalog.class_names_of_run(clothes)[-1] == "ankle boot"
    assert catalog.class_names_of_run(cfg.change(clothes, "network.classes", 0)) == catalog.class_names_of_run(clothes)
    assert catalog.class_names_of_run(cfg.change(clothes, "network.classes", 12))[-2:] == ("10", "11")
    assert catalog.class_names_of_run(cfg.change(clothes, "network.classes", 2)) == ("T-shirt", "trousers")


def test_a_run_without_classes_shows_no_class_controls(
    qtbot, model: RunModel, samples: SamplesPanel, latent: LatentPanel, tmp_path: Path
) -> None:
    model.begin(SMALL)
    model.handle(snapshot(tmp_path, 0))
    for text in ("fixed z", "fresh z", "real", "both"):
        press(qtbot, samples, text)
        assert not box_of(samples).isVisible()
        assert not row_of(latent).isVisible()
    model.begin(CONDITIONAL)
    model.handle(snapshot(tmp_path, 0, CONDITIONAL))
    for text in ("fixed z", "fresh z", "real", "both"):
        press(qtbot, samples, text)
        assert box_of(samples).isVisible() == (text == "fresh z")
        assert row_of(latent).isVisible()


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
    with qtbot.waitSignal(samples.fakes.latentRequested, timeout=20_000) as got:
        qtbot.mouseClick(fake, Qt.MouseButton.LeftButton, pos=fake.centre_of(5))
    assert np.array_equal(got.args[0], fresh_noise(3)[5])
    assert got.args[1] == 7
    pick(qtbot, box_of(samples), "all")
    qtbot.waitUntil(lambda: shows(columns), timeout=20_000)


def test_the_latent_explorer_draws_the_picked_class(
    qtbot, model: RunModel, latent: LatentPanel, tmp_path: Path
) -> None:
    model.handle(snapshot(tmp_path, 3, CONDITIONAL))
    strip = latent.findChild(AxisStrip)

    def shows(label: int) -> bool:
        right = expected(tmp_path, 3, latent.z[None], CONDITIONAL, np.array([label]))
        return alike(latent.preview.pictures, right)

    def along(label: int) -> np.ndarray:
        z = latent.explorer.along_active_axis(len(strip.pictures))
        return expected(tmp_path, 3, z, CONDITIONAL, np.full(len(z), label))

    qtbot.waitUntil(lambda: shows(0), timeout=20_000)
    qtbot.mouseClick(row_of(latent).buttons[4], Qt.MouseButton.LeftButton)
    assert latent.label == 4
    assert [each.isChecked() for each in row_of(latent).buttons] == [index == 4 for index in range(10)]
    qtbot.waitUntil(lambda: shows(4), timeout=20_000)
    assert not shows(0)
    qtbot.waitUntil(lambda: strip.pictures is not None and alike(strip.pictures, along(4)), timeout=20_000)
    qtbot.mouseClick(latent.findChild(QPushButton, "randomLatentButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shows(4), timeout=20_000)
    latent.set_z(latent.z, 9)
    assert row_of(latent).buttons[9].isChecked()
    qtbot.waitUntil(lambda: shows(9), timeout=20_000)


def test_a_picture_of_the_grid_comes_with_its_class(qtbot, thread: SampleThread, tmp_path: Path) -> None:
    model = Model("run", Path(snapshot(tmp_path, 1, CONDITIONAL).path), CONDITIONAL, 1, "")
    for index in (0, 6, COUNT - 1):
        with qtbot.waitSignal(thread.on(Channel.CELL).answered, timeout=20_000) as got:
            thread.request(Channel.CELL, index, model)
        answer: Answer = got.args[0]
        assert answer.labels.tolist() == [index % CONDITIONAL.output.grid]
        assert alike(answer.pictures, expected(tmp_path, 1, answer.z, CONDITIONAL, answer.labels))


def test_another_data_set_begins_with_its_first_class(model: RunModel, latent: LatentPanel, tmp_path: Path) -> None:
    model.handle(snapshot(tmp_path, 1, CONDITIONAL))
    latent.explorer.set_label(4)
    clothes = cfg.change(CONDITIONAL, "data.name", "fashion-mnist")
    model.begin(clothes)
    model.handle(snapshot(tmp_path, 1, clothes))
    assert row_of(latent).buttons[0].isChecked()
    assert row_of(latent).buttons[0].accessibleName() == "class T-shirt"
    assert latent.label == 0
    plain = replace(CONDITIONAL, network=SMALL.network)
    model.begin(plain)
    model.handle(snapshot(tmp_path, 1, plain))
    assert latent.label is None
