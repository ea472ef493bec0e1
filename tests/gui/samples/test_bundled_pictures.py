"""Pictures of the bundled model, before there is a run."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton

from ganstudio import config as cfg
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.samples.views import View
from ganstudio.latent import models
from support.file_dialog import answer, asked
from support.panels import CONDITIONAL, alike, expected, grid, play
from support.samples_panel import choose, fake_of, with_critic


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> models.Model:
    """A generator file instead of the bundled one."""
    metadata = {"name": "mnist-conditional", "config": cfg.to_dict(CONDITIONAL), "images": 1, "epoch": 1.0}
    path = with_critic(tmp_path, 7, CONDITIONAL, **metadata)
    found = models.of_file(path, "mnist-conditional", "MNIST digits by class (bundled)")
    monkeypatch.setattr(models, "bundled", lambda name: found)
    return found


def bundled_shown(qtbot, panel: SamplesPanel) -> np.ndarray:
    panel.refresh()
    shown = fake_of(panel)
    qtbot.waitUntil(lambda: shown.pictures is not None and len(shown.pictures) == 100, timeout=20_000)
    return shown.pictures


def test_without_a_run_the_bundled_model_is_shown(qtbot, bundled, panel: SamplesPanel, model: RunModel) -> None:
    first = bundled_shown(qtbot, panel).copy()
    caption = next(each for each in panel.findChildren(QLabel) if each.isVisible())
    assert "MNIST digits by class (bundled)" in caption.text()
    with qtbot.waitSignal(panel.fakes.latentRequested, timeout=20_000) as got:
        qtbot.mouseClick(fake_of(panel), Qt.MouseButton.LeftButton, pos=fake_of(panel).centre_of(12))
    assert got.args[1] == 2  # of ten classes in turn
    made = expected(bundled.path.parent, 7, got.args[0][None], CONDITIONAL, np.array([2]))
    assert alike(first[12:13], made)
    choose(qtbot, panel, View.FRESH)
    qtbot.mouseClick(panel.findChild(QToolButton, "drawAgainButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.array_equal(fake_of(panel).pictures, first), timeout=20_000)


def test_start_takes_the_bundled_pictures_away(
    qtbot, bundled, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    bundled_shown(qtbot, panel)
    model.set_status("starting")
    assert "Getting ready" in fake_of(panel).accessibleDescription()
    assert not any(each.isVisible() and "bundled" in each.text() for each in panel.findChildren(QLabel))
    play(model, tmp_path, 0)
    assert np.array_equal(fake_of(panel).pictures, grid(0).pictures)
    model.close_run()
    model.set_status("idle")
    assert len(bundled_shown(qtbot, panel)) == 100


def test_the_bundled_models_d_is_asked_too(qtbot, bundled, panel: SamplesPanel, tips: list[str]) -> None:
    bundled_shown(qtbot, panel)
    qtbot.mouseMove(fake_of(panel), fake_of(panel).centre_of(3))
    qtbot.waitUntil(lambda: bool(tips), timeout=20_000)
    assert "% real" in tips[-1]
    assert "class 3" in tips[-1]


def test_a_bundled_model_names_the_file_of_its_pictures(qtbot, bundled, panel: SamplesPanel, tmp_path: Path) -> None:
    bundled_shown(qtbot, panel)
    panel.saver.ask_and_save()
    assert Path(asked(panel).selectedFiles()[0]).name == "mnist-conditional-samples.png"
    answer(panel, tmp_path / "in here" / "x.png")
    (tmp_path / "in here").mkdir()
    panel.saver.ask_and_save()  # begins where one was last
    assert Path(asked(panel).directory().absolutePath()) == tmp_path / "in here"
    asked(panel).close()
