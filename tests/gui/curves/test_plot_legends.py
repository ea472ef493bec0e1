"""Legends, tooltips and notes of the plots."""

import html

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QToolButton, QToolTip

from ganstudio import config as cfg
from ganstudio.events import Marked
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.slider import Slider
from ganstudio.objectives import OBJECTIVES, objective
from support.curves import plot, train, view
from support.panels import SMALL


@pytest.mark.parametrize("augment_p", [None, 1.0])
def test_a_legend_keeps_its_values_where_there_is_little_room(
    qtbot, panel: CurvesPanel, model: RunModel, augment_p: float | None
) -> None:
    train(model, 1, d_loss=-3.2e-10, g_loss=-3.2e10, augment_p=augment_p)
    for width in (420, 240, 180):
        panel.resize(width, 640)
        qtbot.wait(10)
        panel.redraw()
        accuracy = plot(panel, "accuracyPlot").legend
        left_out = ["augment_p"] if augment_p is None or width == 180 else []
        assert [name for name, each in accuracy.items() if each.isHidden()] == left_out
        for each in (*plot(panel, "lossPlot").legend.values(), *accuracy.values()):
            if each.isHidden():
                continue
            assert each.width() >= each.sizeHint().width(), (width, each.accessibleName())
            assert each.height() >= each.sizeHint().height()


def test_a_legend_hides_and_shows_its_line(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, 10, 20)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 2)
    button = plot(panel, "lossPlot").legend["g_loss"]
    line = plot(panel, "lossPlot").drawing.trace("g_loss")
    for shown in (False, True):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda wanted=shown: line.isVisible() == wanted)


def test_the_pointer_tells_values_and_marks(qtbot, panel: CurvesPanel, model: RunModel, monkeypatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, words, *_: told.append(words))
    panel.findChild(Slider, "smoothingSlider").setValue(0)
    for step in range(1, 101):
        train(model, step, d_loss=step / 100)
    model.handle(Marked(50, "change", "learning rate of D: 0.1 to 0.2"))
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 100 and bool(plot(panel, "lossPlot").drawing.marks))
    loss, box = view(panel, "lossPlot"), view(panel, "lossPlot").getPlotItem().vb
    for x, value, mark in ((5.0, "0.500", "learning rate of D: 0.1 to 0.2"), (8.02, "0.800", "")):
        place = loss.mapFromScene(box.mapViewToScene(QPointF(x, 0.5)))
        qtbot.mouseMove(loss.viewport(), place)
        qtbot.waitUntil(lambda wanted=value: plot(panel, "lossPlot").legend["d_loss"].accessibleDescription() == wanted)
        assert told[-1] == mark
    assert plot(panel, "valuePlot").drawing.cursor == pytest.approx(8.0)
    loss.left.emit()
    assert plot(panel, "valuePlot").drawing.cursor is None
    assert plot(panel, "lossPlot").legend["d_loss"].accessibleDescription() == "1.00"


def tips(panel: CurvesPanel, name: str) -> list[str]:
    """Every tooltip that tells of a plot: its title's, its lines', and that of its button."""
    one = plot(panel, name)
    button = next(each for each in panel.findChildren(QToolButton) if each.text() == one.spec.short_title)
    return [one.title.toolTip(), button.toolTip(), *(each.toolTip() for each in one.legend.values())]


@pytest.mark.parametrize("loss", cfg.SETTINGS["objective.loss"].choices)
def test_tooltips_say_what_d_of_x_means_under_the_loss(panel: CurvesPanel, model: RunModel, loss: str) -> None:
    model.set_config(cfg.change(SMALL, "objective.loss", "hinge" if loss == "minimax" else "minimax"))
    model.set_config(cfg.change(SMALL, "objective.loss", loss))
    for name in ("accuracyPlot", "probabilityPlot"):
        for tip in tips(panel, name):
            assert f"<b>{loss}</b>" in tip
            assert html.escape(OBJECTIVES[loss].explain, quote=False) in tip
            assert tip.count("D(x) is ") == OBJECTIVES[loss].explain.count("D(x) is ")
    undefined = [tip for tip in tips(panel, "valuePlot") if "Not defined" in tip]
    assert bool(undefined) != objective(loss).probability


def test_where_the_value_is_not_defined_its_plot_says_so(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    note = plot(panel, "valuePlot").note
    train(model, 10, 20)
    panel.redraw()
    assert not note.isVisible()
    model.set_config(cfg.change(SMALL, "objective.loss", "hinge"))  # during the run: what was before stays in view
    train(model, 30, value=None)
    panel.redraw()
    assert not note.isVisible()
    model.begin(cfg.change(SMALL, "objective.loss", "wasserstein"))
    train(model, 10, 20, value=None)
    panel.redraw()
    assert note.isVisible()
    assert "wasserstein" in note.text()
    model.begin(SMALL)
    panel.redraw()
    assert not note.isVisible()
