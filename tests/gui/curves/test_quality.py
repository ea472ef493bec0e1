"""The measured quality of a run in the curves panel: a plot of its own, and how often each class is made."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QToolButton, QToolTip

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.events import Marked, Measured, Started
from ganstudio.gui.curves.class_histogram import ClassHistogram
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.plot_tips import plot_tip
from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.gui.curves.quality import describe_measure, viewed_measure
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.plots.specs import SPECS
from support.panels import SMALL, play, tick


def measured(step: int, fcd: float, **values: object) -> Measured:
    usual: dict[str, object] = {
        "precision": 0.75,
        "recall": 0.5,
        "density": 0.9,
        "coverage": 0.25,
        "kl": 0.02,
        "classes": (0.2, 0.0, *(0.1,) * 8),
        "sure": 0.9,
    }
    return Measured(step, step / 10, 1.0, "digit-classifier", 2000, fcd, **usual | values)


def quality(panel: CurvesPanel) -> Plot:
    return panel.findChild(PlotView, "qualityPlot").parentWidget()


def histogram(panel: CurvesPanel) -> ClassHistogram:
    return panel.findChild(ClassHistogram, "classHistogram")


def button(panel: CurvesPanel) -> QToolButton:
    return next(each for each in panel.findChildren(QToolButton) if each.text() == "quality")


def measure(panel: CurvesPanel, model: RunModel, *fcds: float, **values: object) -> None:
    """A run of ten steps a measure, at the steps 10, 20, ..."""
    for index, fcd in enumerate(fcds, start=1):
        model.handle(tick(10 * index))
        model.handle(measured(10 * index, fcd, **values))
    panel.redraw()


def said(panel: CurvesPanel) -> list[str]:
    return [each.accessibleDescription() for each in quality(panel).legend.values()]


def shown(panel: CurvesPanel) -> set[str]:
    return {each.spec.short_title for each in panel.plots if each.isVisible()}


FOUR = {"loss", "accuracy", "D(x)", "V(D, G)"}


def test_the_plot_joins_the_others_with_the_first_measure_and_goes_with_the_run(panel, model: RunModel) -> None:
    model.handle(tick(10))
    assert shown(panel) == FOUR
    assert not button(panel).isChecked()
    measure(panel, model, 30.0)
    assert shown(panel) == FOUR | {"quality"}
    assert button(panel).isChecked()
    assert histogram(panel).isVisible()
    model.begin(SMALL)
    assert shown(panel) == FOUR
    assert not histogram(panel).isVisible()


def test_of_points_no_classes_are_shown(panel, model: RunModel) -> None:
    model.begin(presets.load("lab-ring-8").config)
    measure(panel, model, 30.0)
    assert "quality" in shown(panel)
    assert not histogram(panel).isVisible()


def test_where_there_is_no_room_the_button_tells_and_nothing_gives_way(qtbot, panel, model: RunModel) -> None:
    panel.resize(392, 440)
    assert shown(panel) == FOUR
    measure(panel, model, 30.0)
    assert shown(panel) == FOUR
    assert button(panel).property("offered")
    qtbot.mouseClick(button(panel), Qt.MouseButton.LeftButton)
    assert "quality" in shown(panel)
    assert not button(panel).property("offered")


def test_before_the_first_measure_the_plot_says_when_it_comes(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    note = quality(panel).note
    qtbot.mouseClick(button(panel), Qt.MouseButton.LeftButton)
    panel.redraw()
    assert note.isVisible()
    assert "Nothing has been measured yet" in note.text()
    model.set_status("starting")
    model.handle(Started(SMALL, "cpu", "a chip", "float32", 1, 1, 80, 10, 100))
    model.handle_all([tick(step) for step in range(1, 7)])  # 4 steps a second, 10 an epoch
    panel.redraw()
    assert "The next measurement is due after epoch 1, in about 1 s" in note.text()
    model.set_measuring(True)
    panel.redraw()
    assert note.text() == "Measuring 2,000 pictures…"
    model.handle(Marked(6, "warning", "The pictures cannot be measured: why. Training continues."))
    assert not model.is_measuring
    model.set_config(cfg.change(SMALL, "measure.every", 0))
    panel.redraw()
    assert "“measure every” is 0" in note.text()
    measure(panel, model, 30.0)
    assert not note.isVisible()


def test_lines_are_what_was_measured_and_shares_span_the_height(panel: CurvesPanel, model: RunModel) -> None:
    measure(panel, model, 300.0, 200.0, 100.0)
    lines = {line.column: quality(panel).drawing.trace(line.column) for line in quality(panel).spec.lines}
    assert lines["fcd"].x.tolist() == [1.0, 2.0, 3.0]
    assert lines["fcd"].y.tolist() == [300.0, 200.0, 100.0]
    low, high = quality(panel).view.y_range()
    assert low < 100 < 300 < high
    assert (lines["precision"].y - low) / (high - low) == pytest.approx([0.75] * 3)
    assert (lines["coverage"].y - low) / (high - low) == pytest.approx([0.25] * 3)


@pytest.mark.parametrize("measures", [1, 3])
def test_the_numbers_of_shares_are_read_wherever_the_points_lie(panel, model: RunModel, measures: int) -> None:
    def numbers() -> list[QRect]:
        view = quality(panel).view
        items = quality(panel).drawing.fraction_scale.numbers
        assert all(each.isVisible() for each in items)
        return [view.mapFromScene(each.sceneBoundingRect()).boundingRect() for each in items]

    def seen() -> list[QImage]:
        panel.redraw()
        return [quality(panel).view.grab(each).toImage() for each in numbers()]

    measure(panel, model, *(0.0,) * measures, precision=0.5, recall=0.5, coverage=0.5)
    middle = seen()
    whole = quality(panel).view.viewport().rect()
    assert [each for each in numbers() if not whole.contains(each)] == []
    model.begin(SMALL)
    measure(panel, model, *(50.0,) * measures, precision=1.0, recall=0.99, coverage=0.0)
    assert seen() == middle
    edges = {plot.view.getPlotItem().vb.sceneBoundingRect().right() for plot in panel.plots if plot.isVisible()}
    assert len(edges) == 1  # x axes in line


def test_the_first_measure_alone_is_seen(panel: CurvesPanel, model: RunModel) -> None:
    measure(panel, model, 120.0)
    shot = quality(panel).view.grab().toImage()
    hues = {QColor(shot.pixelColor(x, y)).hue() for x in range(50, shot.width()) for y in range(shot.height())}
    for colour in (theme.DARK.fake, theme.DARK.real):
        assert any(abs(hue - QColor(colour).hue()) < 5 for hue in hues)
    low, high = quality(panel).view.y_range()
    assert low <= 0 < high  # a distance begins at 0


def test_the_pointer_tells_the_nearest_measure(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    for step in range(1, 31):
        model.handle(tick(step))
    for step, fcd in ((10, 90.0), (30, 30.0)):
        model.handle(measured(step, fcd, precision=fcd / 100))
    panel.redraw()
    assert said(panel)[:2] == ["30.00", "30\N{NARROW NO-BREAK SPACE}%"]
    area = panel.findChild(PlotView, "lossPlot")
    place = area.mapFromScene(area.getPlotItem().vb.mapViewToScene(QPointF(1.5, 1.0)))
    qtbot.mouseMove(area.viewport(), place)
    qtbot.waitUntil(lambda: said(panel)[:2] == ["90.00", "90\N{NARROW NO-BREAK SPACE}%"])
    assert quality(panel).drawing.cursor == pytest.approx(1.0)
    place = area.mapFromScene(area.getPlotItem().vb.mapViewToScene(QPointF(2.5, 1.0)))
    qtbot.mouseMove(area.viewport(), place)
    qtbot.waitUntil(lambda: said(panel)[0] == "30.00")


def test_the_pointer_on_it_tells_a_measure_in_words(qtbot, panel: CurvesPanel, model: RunModel, monkeypatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, words, *_: told.append(words))
    measure(panel, model, 90.0, 31.5)
    area = quality(panel).view
    place = area.mapFromScene(area.getPlotItem().vb.mapViewToScene(QPointF(1.9, 50.0)))
    qtbot.mouseMove(area.viewport(), place)
    qtbot.waitUntil(lambda: bool(told))
    assert "FCD 31.50, precision 75" in told[-1]
    assert "2,000 pictures at step 20, seen by digit-classifier" in told[-1]
    count = len(told)
    help_asked = QHelpEvent(QEvent.Type.ToolTip, place, area.viewport().mapToGlobal(place))
    assert QApplication.sendEvent(area.viewport(), help_asked)  # the pointer rests: Qt would show its own, empty one
    assert len(told) == count


@pytest.mark.parametrize("width", [392, 480])
def test_its_legend_has_room_for_values(qtbot, panel: CurvesPanel, model: RunModel, width: int) -> None:
    panel.resize(width, 640)
    measure(panel, model, 123.4)
    buttons = quality(panel).legend.values()
    qtbot.waitUntil(lambda: all(each.width() >= each.sizeHint().width() - 2 for each in buttons))


def test_a_small_screen_begins_with_few_plots_of_a_good_height(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    panel.resize(392, 480)
    measure(panel, model, 30.0)
    assert shown(panel) == FOUR
    qtbot.mouseClick(button(panel), Qt.MouseButton.LeftButton)
    assert all(each.isVisible() for each in panel.plots)


def test_its_lines_can_be_hidden_and_it_stands_on_steps_too(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    measure(panel, model, 30.0, 20.0)
    qtbot.mouseClick(quality(panel).legend["recall"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not quality(panel).drawing.trace("recall").isVisible())
    assert quality(panel).drawing.trace("precision").isVisible()
    panel.footer.findChild(QComboBox).setCurrentIndex(1)
    assert quality(panel).drawing.trace("fcd").x.tolist() == [10.0, 20.0]
    model.handle(Marked(10, "change", "noted"))
    panel.redraw()
    assert quality(panel).drawing.marks == [(10.0, "change", "noted")]


def test_the_distance_on_a_logarithmic_scale_leaves_shares_as_they_are(qtbot, panel: CurvesPanel, model) -> None:
    measure(panel, model, 100.0, 10.0)
    qtbot.mouseClick(panel.findChild(QToolButton, "logScaleButton"), Qt.MouseButton.LeftButton)
    lines = {line.column: quality(panel).drawing.trace(line.column) for line in quality(panel).spec.lines}
    assert lines["fcd"].y == pytest.approx([2.0, 1.0])
    low, high = quality(panel).view.y_range()
    assert (lines["recall"].y - low) / (high - low) == pytest.approx([0.5, 0.5])


def test_a_rewind_drops_the_measures_after_it(panel: CurvesPanel, model: RunModel) -> None:
    measure(panel, model, 30.0, 20.0, 10.0)
    model.handle(Marked(20, "resume", "rewound to step 20"))
    panel.redraw()
    assert quality(panel).drawing.trace("fcd").y.tolist() == [30.0, 20.0]
    assert said(panel)[0] == "20.00"


def test_the_bars_are_the_shares_of_the_classes(panel: CurvesPanel, model: RunModel) -> None:
    measure(panel, model, 30.0)
    bars = histogram(panel).bars()
    assert len(bars) == 10
    assert bars[0].height() == pytest.approx(2 * bars[2].height())
    assert bars[1].height() == 0
    assert histogram(panel).reference == pytest.approx(0.1)
    assert bars[9].right() <= histogram(panel).width()
    shot = histogram(panel).grab().toImage()
    assert shot.pixelColor(bars[0].center().toPoint()).name().upper() == theme.DARK.fake
    assert shot.pixelColor(int(bars[1].center().x()), int(bars[0].bottom()) - 2).name().upper() != theme.DARK.fake


def test_the_bars_belong_to_the_viewed_step(panel: CurvesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 10, 20)
    for step, first in ((10, 0.5), (20, 0.3)):
        model.handle(measured(step, 9.0, classes=(first, *((1 - first) / 9,) * 9)))
    panel.redraw()
    assert histogram(panel).fractions[0] == 0.3
    model.view(10)
    panel.redraw()
    assert histogram(panel).fractions[0] == 0.5
    assert viewed_measure(model).step == 10
    model.view(None)
    panel.redraw()
    assert histogram(panel).fractions[0] == 0.3


def test_a_bars_tooltip_tells_its_share_and_kl(panel: CurvesPanel, model: RunModel, monkeypatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, words, *_: told.append(words))
    measure(panel, model, 30.0, kl=0.0421)
    place = histogram(panel).bars()[0].center().toPoint()
    QApplication.sendEvent(histogram(panel), QHelpEvent(QEvent.Type.ToolTip, place, QPoint(0, 0)))
    assert "20.0 % of the fakes" in told[-1]
    assert "0.0421" in told[-1]
    QApplication.sendEvent(histogram(panel), QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), QPoint(0, 0)))
    assert "of the fakes." not in told[-1]
    assert "1: 0" in histogram(panel).accessibleDescription()


def test_without_a_classifier_for_the_data_it_says_so(panel: CurvesPanel, model: RunModel) -> None:
    measure(panel, model, 30.0, classes=None, kl=None, sure=None)
    assert histogram(panel).bars() == []
    assert "no classifier" in histogram(panel).toolTip()
    histogram(panel).grab()


def test_words_explain_the_figures_and_never_say_fid() -> None:
    spec = next(each for each in SPECS if each.object_name == "qualityPlot")
    words = [plot_tip(spec, "minimax"), *(line.help for line in spec.lines), *(line.name for line in spec.lines)]
    assert "FID" not in " ".join(words)
    helps = {line.name: line.help for line in spec.lines}
    assert "classifier distance" in helps["FCD"]
    assert "fakes" in helps["precision"]
    assert "variety" in helps["recall"]
    assert "real pictures" in helps["coverage"]


def test_measures_are_saved_as_a_table(qtbot, panel: CurvesPanel, model: RunModel, tmp_path: Path) -> None:
    measure(panel, model, 30.5, 20.0, kl=None)
    action = next(each for each in panel.menu().actions() if "measurements" in each.text())
    assert action.isEnabled()
    with qtbot.waitSignal(panel.written, timeout=20_000):
        panel.files.save_measures(tmp_path / "measures.csv")
    rows = list(csv.DictReader((tmp_path / "measures.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["step"], row["fcd"], row["kl"]) for row in rows] == [("10", "30.5", ""), ("20", "20", "")]
    with qtbot.waitSignal(panel.written, timeout=20_000):
        panel.files.save(tmp_path / "curves.svg")
    assert "FCD" in (tmp_path / "curves.svg").read_text(encoding="utf-8")


def test_there_is_no_table_of_measures_before_the_first(panel: CurvesPanel) -> None:
    action = next(each for each in panel.menu().actions() if "measurements" in each.text())
    assert not action.isEnabled()


@pytest.mark.parametrize("size", [(420, 640), (320, 420), (230, 250)], ids=lambda size: "x".join(map(str, size)))
def test_nothing_is_clipped(qtbot, panel: CurvesPanel, model: RunModel, size: tuple[int, int]) -> None:
    panel.resize(*size)
    measure(panel, model, 30.0, 20.0)
    qtbot.wait(20)
    for each in [*panel.findChildren(QToolButton), *panel.findChildren(QLabel)]:
        if each.isVisible():
            assert each.visibleRegion().boundingRect().size() == each.size(), each.text()
    below = [each for each in (*panel.plots, histogram(panel), panel.footer) if each.isVisible()]
    for one, other in itertools.pairwise(below):
        assert one.geometry().bottom() < other.geometry().top()
    assert panel.rect().contains(below[-1].geometry())
    assert all(each.height() >= 64 for each in below[:-2])


def test_bars_of_ten_named_classes_are_told_apart(panel: CurvesPanel, model: RunModel) -> None:
    model.begin(cfg.change(SMALL, "data.name", "fashion-mnist"))
    measure(panel, model, 30.0)
    assert len(set(histogram(panel).names)) == 10
    assert np.all([histogram(panel).shorten(name) for name in histogram(panel).names])


def test_of_a_run_of_points_the_plot_shows_the_measures_of_points(panel: CurvesPanel, model: RunModel) -> None:
    model.begin(cfg.change(SMALL, "network.name", "points"))
    found = Measured(
        10, 1.0, 0.1, "points", 4096, js=0.125, js_floor=0.006, sw=0.02, modes=7, of_modes=8, hq=0.9, mode_kl=0.01
    )
    model.handle_all([tick(10), found, tick(11)])
    panel.redraw()
    legend = quality(panel).legend
    assert list(legend) == ["js", "js_floor", "sw", "hq", "mode_share"]
    assert legend["js"].accessibleDescription() == "0.125"
    assert not legend["mode_share"].isHidden()
    assert describe_measure(found).startswith("JS 0.125, SW 0.02")
    assert "7 of 8 modes" in describe_measure(found)
    model.begin(SMALL)
    assert list(quality(panel).legend) == ["fcd", "precision", "recall", "coverage"]
    assert all(each.isHidden() for each in legend.values())
