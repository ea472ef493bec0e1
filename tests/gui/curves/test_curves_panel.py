import csv
import html
import itertools
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtWidgets import QComboBox, QToolButton, QToolTip

from ganstudio import config as cfg
from ganstudio.events import Marked
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.plot_footer import half_life
from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.slider import Slider
from ganstudio.objectives import OBJECTIVES, objective
from ganstudio.text import MINUS, format_number, log_ticks, round_range, round_ticks
from support.panels import SMALL, Seen, play, tick


@pytest.fixture
def model(qapp) -> RunModel:
    theme.apply(qapp, "dark")
    return RunModel(SMALL)


@pytest.fixture
def panel(qtbot, model: RunModel) -> Iterator[CurvesPanel]:
    panel = CurvesPanel(model)
    qtbot.addWidget(panel)
    panel.resize(420, 640)
    panel.show()
    yield panel
    assert panel.stop()


def view(panel: CurvesPanel, name: str) -> PlotView:
    return panel.findChild(PlotView, name)


def plot(panel: CurvesPanel, name: str) -> Plot:
    return view(panel, name).parentWidget()


def drawn(panel: CurvesPanel, name: str, column: str) -> np.ndarray:
    return plot(panel, name).drawing.trace(column).y


def plot_buttons(panel: CurvesPanel) -> list[QToolButton]:
    found = panel.findChildren(QToolButton)
    return [each for each in found if each.accessibleName().startswith("show plot") and each.isVisible()]


def train(model: RunModel, *steps: int, **values: float | None) -> None:
    for step in steps:
        model.handle(tick(step, **values))


def colours_of(panel: CurvesPanel, name: str) -> set[str]:
    shot = view(panel, name).grab().toImage()
    return {shot.pixelColor(x, y).name().upper() for x in range(shot.width()) for y in range(shot.height())}


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
    assert len(panel.feed.ticks) == 2


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


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3.2e10, "3.2e10"),
        (-3.1947e10, f"{MINUS}3.2e10"),
        (3194.6, "3,195"),
        (88.88, "88.88"),
        (-0.1234, f"{MINUS}0.123"),
        (-0.0001, f"{MINUS}1e{MINUS}4"),
        (1.27e-6, f"1.3e{MINUS}6"),
        (-0.0, "0.00"),
        (float("inf"), "∞"),
        (float("-inf"), f"{MINUS}∞"),
        (float("nan"), "NaN"),
    ],
)
def test_numbers_of_any_size_in_few_signs(value: float, words: str) -> None:
    assert format_number(value) == words


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


def test_a_legend_keeps_its_values_where_there_is_little_room(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, 1, d_loss=-3.2e-10, g_loss=-3.2e10)
    for width in (420, 240, 180):
        panel.resize(width, 640)
        qtbot.wait(10)
        panel.redraw()
        for each in (*plot(panel, "lossPlot").legend.values(), *plot(panel, "accuracyPlot").legend.values()):
            assert each.width() >= each.sizeHint().width(), (width, each.accessibleName())
            assert each.height() >= each.sizeHint().height()


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


def test_lines_have_the_colours_of_their_meaning(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, *range(1, 60), d_acc_real=0.9, d_acc_fake=0.2)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 59)
    for palette in (theme.DARK, theme.LIGHT):
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


def test_equilibrium_lines(panel: CurvesPanel) -> None:
    levels = {plot.spec.object_name: plot.drawing.equilibrium for plot in panel.plots}
    assert levels == {
        "lossPlot": None,
        "accuracyPlot": 0.5,
        "probabilityPlot": 0.5,
        "valuePlot": pytest.approx(-1.3863, abs=1e-4),
        "qualityPlot": None,
    }


def test_all_plots_share_x_and_follow_the_run(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, *range(1, 50))
    qtbot.waitUntil(lambda: view(panel, "lossPlot").x_range() == (0.0, 4.9))
    train(model, *range(50, 100))
    qtbot.waitUntil(lambda: view(panel, "lossPlot").x_range() == (0.0, 9.9))
    assert {each.view.x_range() for each in panel.plots} == {(0.0, 9.9)}


def test_zooming_stops_following_and_a_double_click_returns(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, *range(1, 50))
    qtbot.waitUntil(lambda: view(panel, "lossPlot").x_range() == (0.0, 4.9))
    loss = view(panel, "lossPlot")
    for _ in range(3):
        qtbot.keyClick(loss, Qt.Key.Key_Plus)
    zoomed = loss.x_range()
    assert zoomed[1] - zoomed[0] == pytest.approx(4.9 * 0.8**3)
    assert not panel.following
    train(model, *range(50, 80))
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 79)
    assert {each.view.x_range() for each in panel.plots} == {zoomed}
    qtbot.mouseDClick(loss.viewport(), Qt.MouseButton.LeftButton, pos=loss.viewport().rect().center())
    qtbot.waitUntil(lambda: loss.x_range() == (0.0, 7.9))
    assert panel.following


def test_a_right_click_asks_for_the_menu_and_a_right_drag_does_not(qtbot, panel: CurvesPanel) -> None:
    area, asked = view(panel, "valuePlot"), []
    area.menuRequested.disconnect(panel.show_menu)
    area.menuRequested.connect(asked.append)
    centre = area.viewport().rect().center()
    qtbot.mousePress(area.viewport(), Qt.MouseButton.RightButton, pos=centre)
    qtbot.mouseRelease(area.viewport(), Qt.MouseButton.RightButton, pos=centre + QPoint(40, 0))
    assert not asked
    qtbot.mouseClick(area.viewport(), Qt.MouseButton.RightButton, pos=centre)
    assert asked == [QPointF(area.viewport().mapToGlobal(centre))]


def test_dragging_pans_every_plot(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, *range(1, 50))
    qtbot.waitUntil(lambda: view(panel, "lossPlot").x_range() == (0.0, 4.9))
    area = view(panel, "accuracyPlot")
    centre = area.viewport().rect().center()
    qtbot.mousePress(area.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    for away in (10, 40, 80):
        qtbot.mouseMove(area.viewport(), centre - QPoint(away, 0))
    qtbot.mouseRelease(area.viewport(), Qt.MouseButton.LeftButton, pos=centre - QPoint(80, 0))
    assert area.x_range()[0] > 0.2
    assert view(panel, "lossPlot").x_range() == area.x_range()
    assert not panel.following


def test_a_legend_hides_and_shows_its_line(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, 10, 20)
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 2)
    button = plot(panel, "lossPlot").legend["g_loss"]
    line = plot(panel, "lossPlot").drawing.trace("g_loss")
    for shown in (False, True):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda wanted=shown: line.isVisible() == wanted)


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


def test_logarithmic_losses(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, 1, d_loss=0.01)
    train(model, 2, d_loss=100.0)
    panel.findChild(Slider, "smoothingSlider").setValue(0)
    qtbot.mouseClick(panel.findChild(QToolButton, "logScaleButton"), Qt.MouseButton.LeftButton)
    assert drawn(panel, "lossPlot", "d_loss").tolist() == pytest.approx([-2.0, 2.0])


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


def test_saved_as_table_picture_and_drawing(qtbot, panel: CurvesPanel, model: RunModel, tmp_path: Path) -> None:
    train(model, 1, 2)
    train(model, 3, g_loss=None)
    panel.redraw()
    with qtbot.waitSignal(panel.written, timeout=20_000):
        panel.files.save(tmp_path / "curves.csv")
    rows = list(csv.DictReader((tmp_path / "curves.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["step"] for row in rows] == ["1", "2", "3"]
    assert [row["g_loss"] for row in rows] == ["2", "2", ""]
    assert [float(row["d_real"]) for row in rows] == [0.6] * 3
    with qtbot.waitSignal(panel.written, timeout=20_000):
        panel.files.save(tmp_path / "curves.png")
    assert QImage(str(tmp_path / "curves.png")).width() > 400
    with qtbot.waitSignal(panel.written, timeout=20_000):
        panel.files.save(tmp_path / "curves.svg")
    drawing = ElementTree.parse(tmp_path / "curves.svg").getroot()
    words = {each.text for each in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Loss", "V(D, G)", "real"} <= {str(each).strip() for each in words}


def test_the_chart_that_is_saved_is_what_the_panel_shows(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    for step in range(1, 100):
        train(model, step, d_loss=1 + 0.2 * np.sin(step))
    model.handle(Marked(50, "change", "learning rate of D: 0.1 to 0.2"))
    qtbot.waitUntil(lambda: bool(plot(panel, "lossPlot").drawing.marks))
    plot(panel, "lossPlot").legend["g_loss"].click()
    plot_buttons(panel)[3].click()
    panel.findChild(QToolButton, "logScaleButton").click()
    panel.footer.findChild(QComboBox).setCurrentText("steps")
    qtbot.keyClick(view(panel, "lossPlot"), Qt.Key.Key_Plus)
    panel.redraw()
    chart = panel.files.chart()
    assert [shown.spec.title for shown in chart.plots] == ["Loss", "Accuracy", "D(x)"]
    loss, accuracy, _ = chart.plots
    assert (loss.log, accuracy.log) == (True, False)
    assert list(loss.curves) == ["d_loss"]
    assert chart.x_range == view(panel, "lossPlot").x_range()
    assert chart.unit == "step"
    assert chart.marks == ((50.0, "change"),)
    drawing = plot(panel, "lossPlot").drawing.trace("d_loss")
    assert np.array_equal(np.log10(loss.curves["d_loss"].line), drawing.y)  # smoothed alike


@pytest.mark.parametrize("kind", ["csv", "png", "svg"])
def test_a_file_that_cannot_be_written_is_said(qtbot, panel: CurvesPanel, model: RunModel, tmp_path, kind) -> None:
    train(model, 1, 2)
    with qtbot.waitSignal(panel.failed, timeout=20_000) as got:
        panel.files.save(tmp_path / "no" / f"curves.{kind}")
    assert "could not be written" in got.args[0].message


def test_the_menu_offers_the_files_and_the_way_back(panel: CurvesPanel) -> None:
    texts = [each.text() for each in panel.menu().actions() if each.text()]
    assert [kind for text in texts[:3] for kind in ("PNG", "SVG", "CSV") if kind in text] == ["PNG", "SVG", "CSV"]
    assert texts[4:] == ["Show the whole run"]


def test_round_numbers() -> None:
    assert round_range(0.31, 0.97) == pytest.approx((0.2, 1.0))
    low, high = round_range(2.0, 2.0)
    assert low < 2.0 < high
    assert [words for _, words in round_ticks(-0.5, 1.0, 4)] == ["\N{MINUS SIGN}0.5", "0.0", "0.5", "1.0"]
    assert [words for _, words in log_ticks(-2.0, 1.0, 5)] == ["0.01", "0.1", "1", "10"]


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
