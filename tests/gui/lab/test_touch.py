"""Points changed with the mouse: what a click and a drag ask for, and what is lit meanwhile; pixels are compared."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest

from ganstudio import presets
from ganstudio.data.points.distributions import BUILT_IN
from ganstudio.data.points.edits import Added, Edit, Erased, Moved
from ganstudio.gui.lab.panel import LabPanel
from ganstudio.gui.lab.plot import PlanePlot
from ganstudio.gui.lab.touch import BRUSH, Tool
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme

LEFT, PLAIN, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(dressed, qtbot) -> Iterator[LabPanel]:
    panel = LabPanel(RunModel(presets.load("lab-ring-8").config))
    qtbot.addWidget(panel)
    panel.resize(420, 500)
    panel.show()
    qtbot.waitUntil(lambda: panel._shown == panel._number and panel.plot.plane is not None)
    yield panel
    assert panel.stop()


@pytest.fixture
def asked(panel) -> list[Edit]:
    """What was asked for."""
    asked: list[Edit] = []
    panel.editRequested.connect(asked.append)
    return asked


def at(plot: PlanePlot, x: float, y: float) -> QPoint:
    return QPointF(*plot.view.place(np.array([x, y])).tolist()).toPoint()


def drag(plot: PlanePlot, *places: tuple[float, float], modifier: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.mousePress(plot, LEFT, modifier, at(plot, *places[0]))
    for place in places[1:]:
        QTest.mouseMove(plot, at(plot, *place))
    QTest.mouseRelease(plot, LEFT, modifier, at(plot, *places[-1]))


def image(plot: PlanePlot) -> np.ndarray:
    picture = QImage(plot.size(), QImage.Format.Format_RGB888)
    painter = QPainter(picture)
    plot.paint(painter)
    painter.end()
    lines = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return lines[:, : 3 * picture.width()].reshape(picture.height(), picture.width(), 3).copy().astype(int)


def test_a_click_adds_points_a_double_click_none_and_a_drag_moves_the_view(panel, asked, qtbot, monkeypatch):
    plot = panel.plot
    before = plot.view
    QTest.mouseClick(plot, LEFT, PLAIN, at(plot, 0.25, -0.5))
    qtbot.wait(20)
    QTest.mouseDClick(plot, LEFT, PLAIN, at(plot, 0.25, -0.5))
    qtbot.wait(QGuiApplication.styleHints().mouseDoubleClickInterval() + 30)
    assert asked == []
    drag(plot, (0.25, -0.5), (0.3, -0.5), (0.5, -0.25))
    assert plot.view != before
    plot.mover.reset()
    with qtbot.waitSignal(panel.editRequested):
        QTest.mousePress(plot, LEFT, PLAIN, at(plot, 0.25, -0.5))
        QTest.mouseMove(plot, at(plot, 0.25, -0.5) + QPoint(2, 1))  # a hand trembles
        QTest.mouseRelease(plot, LEFT, PLAIN, at(plot, 0.25, -0.5))
    (added,) = asked
    assert isinstance(added, Added)
    pixel = 1 / plot.view.px
    assert added.stroke[0] == pytest.approx((0.25, -0.5), abs=pixel)
    assert (added.count, added.deviation) == (120, pytest.approx(BRUSH * pixel / 2))
    assert plot.view == before


def test_a_click_is_not_lost_where_something_else_is_done_at_once(panel, asked):
    places = ((0.25, -0.5), (-0.25, 0.25))
    for place in places:
        QTest.mouseClick(panel.plot, LEFT, PLAIN, at(panel.plot, *place))
    assert len(asked) == 1  # the second may still become a double click
    panel.tools.tool_button(Tool.ERASE).click()
    assert [added.stroke[0] for added in asked] == [
        pytest.approx(place, abs=1 / panel.plot.view.px) for place in places
    ]
    panel.tools.leave_tool()
    assert len(asked) == 2


def test_shift_and_the_tools_erase_and_add_along_a_stroke(panel, asked, qtbot):
    plot = panel.plot
    radius = BRUSH / plot.view.px
    drag(plot, (-0.5, 0.5), (0.0, 0.5), (0.5, 0.5), modifier=SHIFT)
    qtbot.mouseClick(panel.tools.tool_button(Tool.ERASE), LEFT)
    drag(plot, (-0.5, 0.5), (0.0, 0.5), (0.5, 0.5))
    for erased in asked:
        assert isinstance(erased, Erased)
        assert erased.radius == pytest.approx(radius)
        assert erased.stroke[0] == pytest.approx((-0.5, 0.5), abs=0.01)
        assert erased.stroke[-1] == pytest.approx((0.5, 0.5), abs=0.01)
        assert len(erased.stroke) == pytest.approx(1 / (radius / 2), abs=2)
    qtbot.mouseClick(panel.tools.tool_button(Tool.ADD), LEFT)
    assert not panel.tools.tool_button(Tool.ERASE).isChecked()
    QTest.mousePress(plot, LEFT, PLAIN, at(plot, 0, 0))
    for turn in range(10_000):  # a hand that does not stop: one change
        plot.touch.move(QPointF(at(plot, 0.5 * np.cos(turn / 9), 0.5 * np.sin(turn / 9))), plot.view)
    QTest.mouseRelease(plot, LEFT, PLAIN, at(plot, 0, 0))
    QTest.mouseDClick(plot, LEFT, PLAIN, at(plot, 0.25, 0))  # two dabs, and the panel stays as it is
    QTest.mouseRelease(plot, LEFT, PLAIN, at(plot, 0.25, 0))
    added = asked[2:]
    assert [type(one) for one in added] == [Added] * 2
    assert added[0].count == 120 * len(added[0].stroke) == 120 * 400


def test_a_mode_is_lit_under_the_pointer_named_and_moved_by_its_middle(panel, asked, qtbot):
    plot = panel.plot
    empty = image(plot)
    QTest.mouseMove(plot, at(plot, 0.0, 0.98))
    assert plot.touch.mode == 2
    plot.notes.show_reading("")
    lit = (np.abs(image(plot) - empty).sum(2) > 20).nonzero()
    x, y = at(plot, 0.0, 1.0).toTuple()
    assert np.hypot(lit[1] - x, lit[0] - y).min() < 8
    assert np.hypot(lit[1] - x, lit[0] - y).max() < 70  # with its name
    QTest.mouseMove(plot, at(plot, 0.0, 0.5))
    assert plot.touch.mode is None
    drag(plot, (0.0, 1.0), (0.1, 0.7), (0.25, 0.5))
    (moved,) = asked
    assert isinstance(moved, Moved)
    assert moved.mode == 2
    assert moved.by == pytest.approx((0.25, -0.5), abs=0.02)
    qtbot.mouseClick(panel.tools.tool_button(Tool.MOVE), LEFT)
    drag(plot, (0.85, 0.0), (0.6, 0.0))  # the nearest one, some way off
    assert asked[1].mode == 0
    QTest.mousePress(plot, LEFT, PLAIN, at(plot, 1.0, 0.0))
    QTest.keyClick(plot, Qt.Key.Key_Escape)  # given up
    QTest.mouseRelease(plot, LEFT, PLAIN, at(plot, 0.5, 0.0))
    assert panel.tools.tool_button(Tool.MOVE).isChecked()
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert not panel.tools.tool_button(Tool.MOVE).isChecked()
    assert len(asked) == 2


def test_the_brush_is_shown_and_works_from_the_keyboard(panel, asked, qtbot):
    plot = panel.plot
    before = image(plot)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    QTest.keyClick(plot, Qt.Key.Key_E)
    QTest.keyClick(plot, Qt.Key.Key_A)
    assert [tool for tool in (Tool.ADD, Tool.ERASE) if panel.tools.tool_button(tool).isChecked()] == [Tool.ADD]
    shown = (np.abs(image(plot) - before).sum(2) > 30).nonzero()
    distance = np.hypot(shown[1] - plot.width() / 2, shown[0] - plot.height() / 2)
    assert distance.min() > BRUSH - 4
    assert distance.max() < BRUSH + 4
    colour = QColor(theme.current().real)
    near = np.abs(image(plot)[shown] - colour.getRgb()[:3]).sum(1).min()
    assert near < 60
    QTest.keyClick(plot, Qt.Key.Key_Return)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Return)
    first, second = asked
    assert first.stroke[0] == pytest.approx((0, 0), abs=1e-4)
    assert second.stroke[0] == pytest.approx((40 / plot.view.px, 0), abs=1e-4)


def test_points_without_modes_say_why_none_can_be_moved_and_real_ones_follow_the_changes(panel, qtbot):
    model = panel._model
    qtbot.waitUntil(lambda: panel._shown == panel._number and panel.plot.plane is not None)
    model.set_pending_edits((Moved(0, (0.25, 0.0)), Erased(((0.0, 1.0),), 0.1)))
    qtbot.waitUntil(lambda: panel._shown == panel._number)
    reals = panel.plot.plane.reals
    assert (np.hypot(*(reals - (1.25, 0)).T) < 0.1).sum() > 50
    assert (np.hypot(*(reals - (1.0, 0)).T) < 0.1).sum() == (np.hypot(*(reals - (0, 1)).T) < 0.1).sum() == 0
    assert panel.plot.touch.modes.centres[0] == pytest.approx([1.25, 0])
    assert panel.tools.tool_button(Tool.MOVE).isEnabled()
    panel.tools.tool_button(Tool.MOVE).click()
    model.close_run(presets.load("lab-moons").config)
    assert not panel.tools.tool_button(Tool.MOVE).isEnabled()
    assert "no separate modes" in panel.tools.tool_button(Tool.MOVE).toolTip()
    assert panel.plot.touch.tool is Tool.VIEW
    qtbot.waitUntil(lambda: panel._shown == panel._number)
    expected = BUILT_IN["lab-moons"].sample(12_000, 0)[0][:1000]
    np.testing.assert_array_equal(panel.plot.plane.reals, expected)
