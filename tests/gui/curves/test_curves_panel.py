"""The panel draws the open run as it grows."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolButton

from ganstudio.events import Marked
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.plot_footer import half_life
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.slider import Slider
from support.curves import colours_of, drawn, plot, train, view
from support.panels import SMALL, Seen, play


def test_a_redraw_is_one_paint(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, 10, 20, 30)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 3)
    qtbot.wait(100)
    painted = Seen(view(panel, "lossPlot").viewport(), QEvent.Type.Paint)
    train(model, 40, d_loss=1.2)  # x range and line change, the y range rests
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 4)
    qtbot.wait(100)
    assert painted.count == 1


def test_redraws_become_rarer_where_they_cost_much(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, 10)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 1)
    panel.feed.redraw_seconds = 0.002
    assert panel.feed.interval == pytest.approx(500, abs=1)
    panel.feed.redraw_seconds = 1e-4
    assert panel.feed.interval == 100
    panel.feed.redraw_seconds = 100.0
    assert panel.feed.interval == 1000


def test_shows_the_ticks_as_they_come(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    panel.findChild(Slider, "smoothingSlider").setValue(0)
    train(model, 10, 20, 30, d_loss=0.5, g_loss=1.25)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 3)
    assert drawn(panel, "lossPlot", "d_loss").tolist() == [0.5] * 3
    assert drawn(panel, "lossPlot", "g_loss").tolist() == [1.25] * 3
    assert drawn(panel, "accuracyPlot", "d_acc_real").tolist() == [0.75] * 3
    assert plot(panel, "lossPlot").legend["g_loss"].accessibleDescription() == "1.25"
    assert plot(panel, "accuracyPlot").legend["d_acc_fake"].accessibleDescription() == "65\N{NARROW NO-BREAK SPACE}%"


def test_the_probability_of_augmentation_has_a_line_where_there_is_one(qtbot, panel: CurvesPanel, model) -> None:
    panel.findChild(Slider, "smoothingSlider").setValue(0)
    legend = plot(panel, "accuracyPlot").legend["augment_p"]
    train(model, 10)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 1)
    assert legend.isHidden()
    train(model, 20, 30, augment_p=0.25)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 3)
    assert not legend.isHidden()
    assert legend.accessibleDescription() == "25\N{NARROW NO-BREAK SPACE}%"
    assert drawn(panel, "accuracyPlot", "augment_p").tolist() == [0.25] * 2


def test_redraws_at_most_ten_times_a_second(qtbot, panel: CurvesPanel, model: RunModel, monkeypatch) -> None:
    draws = []
    monkeypatch.setattr(Plot, "draw", lambda self, *_: draws.append(self))
    for step in range(1, 61):
        train(model, step)
        qtbot.wait(5)
    seconds = 0.3
    assert len(draws) <= 4 * (10 * seconds * 3)  # a slow machine waits longer than it was asked to


def test_hidden_it_draws_nothing_and_shown_again_it_is_up_to_date(
    qtbot, panel: CurvesPanel, model: RunModel, monkeypatch
) -> None:
    panel.hide()
    train(model, 10, 20)
    qtbot.wait(150)
    assert len(panel.feed.ticks) == 0
    panel.show()
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 2)


def test_losses_that_are_none_leave_no_hole_and_the_last_value_muted(qtbot, panel: CurvesPanel, model) -> None:
    panel.findChild(Slider, "smoothingSlider").setValue(0)
    train(model, 1, 2)
    train(model, 3, g_loss=None)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 3)
    legend = plot(panel, "lossPlot").legend["g_loss"]
    assert legend.accessibleDescription() == "2.00, not measured since"
    train(model, 4, g_loss=3.0)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 4)
    assert drawn(panel, "lossPlot", "g_loss").tolist() == [2.0, 2.0, 3.0]  # of steps 1, 2 and 4: one line
    assert len(drawn(panel, "lossPlot", "d_loss")) == 4
    assert legend.accessibleDescription() == "3.00"


def test_steps_by_hand_at_one_place_are_one_point_not_a_bar(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    panel.findChild(Slider, "smoothingSlider").setValue(0)
    train(model, 1)
    for loss in (2.0, 4.0, 8.0):
        train(model, 2, g_loss=loss, d_loss=None)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 4)
    assert drawn(panel, "lossPlot", "g_loss").tolist() == [2.0, 8.0]
    assert drawn(panel, "lossPlot", "d_loss").tolist() == [1.0]


def test_lines_have_the_colours_of_their_meaning(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, *range(1, 60), d_acc_real=0.9, d_acc_fake=0.2)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 59)
    for palette in (theme.LIGHT, theme.DARK):  # the other tests are dark
        change_theme(palette.name)
        assert shows_hues(panel, "accuracyPlot", palette.real, palette.fake)
        assert shows_hues(panel, "lossPlot", palette.d_loss, palette.g_loss)


def shows_hues(panel: CurvesPanel, name: str, *colours: str) -> bool:
    """Whether something in the plot has the hue of each colour; smooth lines blend with what is behind them."""
    found = {QColor(each).hue() for each in colours_of(panel, name) if QColor(each).saturation() > 40}
    return all(any(abs(QColor(colour).hue() - hue) <= 8 for hue in found) for colour in colours)


def change_theme(name: str) -> None:
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, name)
    QApplication.processEvents()


def test_smoothing_calms_the_line(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    for step in range(1, 200):
        train(model, step, d_loss=float(step % 2))
    slider, spread = panel.findChild(Slider, "smoothingSlider"), []
    for position in (0, 4, 40):
        slider.setValue(position)
        panel.redraw()
        spread.append(np.ptp(drawn(panel, "lossPlot", "d_loss")[50:]))
    assert spread[0] == 1.0
    assert spread[0] > spread[1] > spread[2]
    qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton)
    assert slider.value() == 6
    assert half_life(0) == 0.0
    assert half_life(1) == 1.0


def test_marks_stand_in_every_plot(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, *range(1, 101))
    model.handle(Marked(20, "change", "one"))
    model.handle(Marked(80, "warning", "two"))
    qtbot.waitUntil(lambda: len(plot(panel, "lossPlot").drawing.marks) == 2)
    for each in filter(Plot.isVisible, panel.plots):
        assert [(x, kind) for x, kind, _ in each.drawing.marks] == [(2.0, "change"), (8.0, "warning")]
    alarm, found = QColor(theme.DARK.alarm), colours_of(panel, "valuePlot")
    assert any(QColor(each).hue() == alarm.hue() or abs(QColor(each).hue() - alarm.hue()) < 4 for each in found)


def test_the_cursor_of_the_viewed_step(qtbot, panel: CurvesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0, 10, 20)
    model.view(10)
    qtbot.waitUntil(lambda: plot(panel, "lossPlot").drawing.viewed is not None)
    assert plot(panel, "accuracyPlot").drawing.viewed == pytest.approx(1.0)
    model.view(None)
    qtbot.waitUntil(lambda: plot(panel, "lossPlot").drawing.viewed is None)


def test_a_resume_takes_ticks_back(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, *range(1, 50))
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 49)
    model.handle(Marked(20, "resume", "resumed at step 20"))
    train(model, 21, d_loss=9.0)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 21)
    assert view(panel, "lossPlot").x_range() == (0.0, 2.1)
    model.begin(SMALL)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 0)
    assert plot(panel, "lossPlot").legend["d_loss"].accessibleDescription() == "\N{EN DASH}"


def test_plots_can_be_hidden_but_not_all(qtbot, panel: CurvesPanel) -> None:
    buttons = [
        each
        for each in panel.findChildren(QToolButton)
        if each.accessibleName().startswith("show plot") and each.isVisible()
    ]
    for button in buttons:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [each.isVisible() for each in panel.plots] == [False, False, False, True, True]  # the fifth was off at first
    qtbot.mouseClick(buttons[3], Qt.MouseButton.LeftButton)
    for _ in range(2):  # the last one stays
        assert [each.isVisible() for each in panel.plots] == [False, False, False, False, True]
        assert [each.isChecked() for each in buttons] == [False, False, False, False, True]
        qtbot.mouseClick(buttons[4], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert [each.isVisible() for each in panel.plots] == [True, False, False, False, True]


def test_a_low_panel_shows_what_fits_and_what_is_asked_for(qtbot, panel: CurvesPanel) -> None:
    buttons = [
        each
        for each in panel.findChildren(QToolButton)
        if each.accessibleName().startswith("show plot") and each.isVisible()
    ]
    panel.resize(300, 206)
    assert [each.isVisible() for each in panel.plots] == [True, True, False, False, False]
    qtbot.mouseClick(buttons[3], Qt.MouseButton.LeftButton)
    assert panel.plots[3].isVisible()
    panel.resize(300, 640)
    assert [each.isVisible() for each in panel.plots] == [True, True, True, True, False]
