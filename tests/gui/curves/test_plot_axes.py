"""Numbers, levels and scales of the plots."""

import itertools

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QToolButton

from ganstudio import config as cfg
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.slider import Slider
from ganstudio.text import MINUS
from support.curves import drawn, plot, train, view
from support.panels import SMALL


@pytest.mark.parametrize("size", [1e-6, 1e-3, 1.0, 1e5, 1e10, 1e30])
def test_an_axis_of_any_size_has_several_numbers_that_say_it(qtbot, panel: CurvesPanel, model, size: float) -> None:
    panel.findChild(Slider, "smoothingSlider").setValue(0)
    for step in range(1, 30):
        train(model, step, d_loss=size * (1 + step % 7), g_loss=-size * step / 10)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 29)
    shown, axis = plot(panel, "lossPlot"), view(panel, "lossPlot").getAxis("left")
    assert 3 <= len(shown.drawing.numbers) <= 12
    font = axis.style["tickFont"]
    for value, words in shown.drawing.numbers:
        assert float(words.replace(MINUS, "-").replace(",", "")) == pytest.approx(value, abs=size * 1e-9)
        assert QFontMetrics(font).horizontalAdvance(words) <= axis.width() - 4, words
    for button in shown.legend.values():
        assert button.width() >= button.sizeHint().width()
        words = button.accessibleDescription().replace(MINUS, "-").replace(",", "")
        column = next(name for name, each in shown.legend.items() if each is button)
        assert float(words) == pytest.approx(drawn(panel, "lossPlot", column)[-1], rel=0.06)


def test_the_logarithmic_scale_is_offered_where_it_shows_more(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    log = panel.findChild(QToolButton, "logScaleButton")
    train(model, 1, 2)
    panel.redraw()
    assert not log.property("offered")
    panel.findChild(Slider, "smoothingSlider").setValue(0)
    train(model, 3, d_loss=3.2e10)
    panel.redraw()
    assert log.property("offered")
    assert "1.00 to 3.2e10" in log.toolTip()
    log.click()
    assert not log.property("offered")
    numbers = plot(panel, "lossPlot").drawing.numbers
    assert 3 <= len(numbers) <= 8


def test_two_numbers_of_an_axis_never_touch(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    for each in (-1.6, -1.2, -0.7, -2.4):
        train(model, 1, 2, value=each)
        for height in (330, 420, 640):
            panel.resize(420, height)
            panel.redraw()
            shown = plot(panel, "valuePlot")
            if not shown.isVisible():
                continue
            low, high = shown.view.y_range()
            scale = shown.view.getPlotItem().vb.height() / (high - low)
            places = sorted(value * scale for value, _ in shown.drawing.numbers if low <= value <= high)
            assert all(b - a >= 10 for a, b in itertools.pairwise(places)), shown.drawing.numbers


def test_another_run_begins_with_bare_axes(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, 1, 2, d_loss=1e5)
    panel.redraw()
    assert len(plot(panel, "lossPlot").drawing.numbers) > 1
    model.begin(SMALL)
    assert plot(panel, "lossPlot").drawing.numbers == []
    assert [words for _, words in plot(panel, "valuePlot").drawing.numbers] == [f"{MINUS}log 4"]


def test_equilibrium_lines(panel: CurvesPanel) -> None:
    levels = {plot.spec.object_name: plot.drawing.equilibrium for plot in panel.plots}
    assert levels == {
        "lossPlot": None,
        "accuracyPlot": 0.5,
        "probabilityPlot": 0.5,
        "valuePlot": pytest.approx(-1.3863, abs=1e-4),
        "qualityPlot": None,
    }


def test_a_note_is_not_crossed_by_the_line_of_the_equilibrium(panel: CurvesPanel, model: RunModel) -> None:
    value = plot(panel, "valuePlot")
    for loss, is_defined in (("relativistic", False), ("non-saturating", True)):
        model.set_config(cfg.change(SMALL, "objective.loss", loss))
        panel.redraw()
        assert value.note.isVisible() is not is_defined
        assert (value.drawing.equilibrium is not None) is is_defined


def test_logarithmic_losses(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, 1, d_loss=0.01)
    train(model, 2, d_loss=100.0)
    panel.findChild(Slider, "smoothingSlider").setValue(0)
    qtbot.mouseClick(panel.findChild(QToolButton, "logScaleButton"), Qt.MouseButton.LeftButton)
    assert drawn(panel, "lossPlot", "d_loss").tolist() == pytest.approx([-2.0, 2.0])


@pytest.mark.parametrize("level", [-3.2084e-12, -1.2345e30, 987_654.0, -3.0e6])
def test_numbers_of_a_level_line_fit_their_axis_and_all_areas_begin_at_one_place(
    qtbot, panel: CurvesPanel, model: RunModel, level: float
) -> None:
    for step in range(1, 10):
        train(model, step, d_loss=level * (1 + 1e-5 * step), g_loss=level)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 9)
    panel.redraw()
    shown, axis = plot(panel, "lossPlot"), view(panel, "lossPlot").getAxis("left")
    metrics = QFontMetrics(axis.style["tickFont"])
    assert len({words for _, words in shown.drawing.numbers}) >= 2
    for _, words in shown.drawing.numbers:
        assert metrics.horizontalAdvance(words) <= axis.width() - 4, words
    assert {each.view.getPlotItem().getAxis("left").width() for each in panel.stack.shown_plots()} == {axis.width()}


def test_the_ground_of_a_plot_follows_the_theme(dressed, qtbot) -> None:
    shown = PlotView("plot", "a plot")
    qtbot.addWidget(shown)
    shown.resize(200, 100)
    shown.show()

    def ground() -> str:
        return shown.grab().toImage().pixelColor(3, 3).name().upper()

    assert ground() == theme.DARK.surface.upper()
    theme.apply(dressed, "light")
    dressed.processEvents()
    light = ground()
    theme.apply(dressed, "dark")
    assert light == theme.LIGHT.surface.upper()


def test_a_plot_that_changes_its_parent_does_not_take_the_same_colours_again(
    dressed, panel, qtbot, monkeypatch
) -> None:
    taken: list[str] = []
    for each in panel.plots:
        monkeypatch.setattr(each.drawing, "restyle", lambda font: taken.append(theme.current().name))
    dressed.sendEvent(panel, QEvent(QEvent.Type.PaletteChange))
    assert not taken
    for name in ("light", "dark"):
        theme.apply(dressed, name)
        qtbot.waitUntil(lambda: not dressed.findChildren(QObject, "restyling"))
    assert taken == [name for name in ("light", "dark") for _ in panel.plots]
