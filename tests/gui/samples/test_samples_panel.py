"""The samples panel: its views, and what is shown when."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QToolButton, QWidget

from ganstudio import config as cfg
from ganstudio.events import Samples
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.samples.views import View
from support.panels import CONDITIONAL, SMALL, grid, play
from support.samples_panel import choose, fake_of, real_of


def test_says_how_to_start_before_a_run(panel: SamplesPanel) -> None:
    assert "Press Space to start" in fake_of(panel).accessibleDescription()
    assert not panel.saver.has_pictures


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


def test_a_grid_by_class_says_which_class_each_column_shows(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    def caption() -> str:
        return panel.caption.text() if panel.caption.isVisible() else ""

    play(model, tmp_path, 0)
    assert caption() == ""
    wide = cfg.change(CONDITIONAL, "output.grid", 10)
    model.begin(wide)
    model.set_status("starting")
    pictures = np.zeros((100, 28, 28), np.uint8)
    model.handle(Samples(0, 0.0, pictures))
    assert caption() == "Columns: 0 1 2 3 4 5 6 7 8 9"
    assert fake_of(panel).arrangement().columns % 10 == 0
    model.begin(CONDITIONAL)  # four columns: four of the classes
    model.handle(Samples(0, 0.0, pictures[:16]))
    assert caption() == "Columns: 0 1 2 3"
    choose(qtbot, panel, View.REAL)
    assert "Columns" not in caption()


def test_draw_again_is_there_for_fresh_z_alone(qtbot, panel: SamplesPanel) -> None:
    again = panel.findChild(QToolButton, "drawAgainButton")
    for index in (View.FIXED, View.FRESH, View.REAL, View.BOTH):
        choose(qtbot, panel, index)
        assert again.isVisible() == (index == View.FRESH)


def test_real_beside_fake(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    choose(qtbot, panel, View.BOTH)
    qtbot.waitUntil(lambda: real_of(panel).pictures is not None, timeout=20_000)
    assert real_of(panel).isVisible()
    assert np.array_equal(fake_of(panel).pictures, grid(0).pictures)


@pytest.mark.parametrize("room", [(690, 440), (460, 330), (390, 720)])
@pytest.mark.parametrize("settings", [CONDITIONAL, SMALL])
def test_real_and_fake_are_shown_in_one_size(
    qtbot, panel: SamplesPanel, model: RunModel, room: tuple[int, int], settings: cfg.RunConfig
) -> None:
    """Also where the classes of the fakes ask for so many columns; which stay one class each."""
    panel.resize(*room)
    model.begin(cfg.change(settings, "output.grid", 10))
    model.set_status("starting")
    model.handle(Samples(0, 0.0, np.zeros((100, 28, 28), np.uint8)))
    choose(qtbot, panel, View.BOTH)
    qtbot.waitUntil(lambda: real_of(panel).pictures is not None, timeout=20_000)
    real, fake = real_of(panel).arrangement(), fake_of(panel).arrangement()
    assert real == fake
    if settings is CONDITIONAL:
        assert fake.columns % 10 == 0
    choose(qtbot, panel, View.REAL)
    alone = real_of(panel).arrangement()
    assert alone.columns * alone.rows >= 100  # as many as there are, again


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
