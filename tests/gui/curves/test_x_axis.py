"""All plots share an x axis, which follows the run until the user zooms."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from ganstudio.events import Marked, MarkKind
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.model.run_model import RunModel
from support.curves import drawn, train, view


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


def test_who_zooms_just_after_a_rewind_sees_what_is_left(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, *range(1, 50))
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 49)
    model.handle(Marked(20, MarkKind.RESUME, "rewound to step 20"))
    loss = view(panel, "lossPlot")
    qtbot.keyClick(loss, Qt.Key.Key_Minus)
    assert len(drawn(panel, "lossPlot", "d_loss")) == 20


def test_who_points_just_after_a_rewind_is_told_what_is_left(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    train(model, *range(1, 50))
    qtbot.waitUntil(lambda: len(panel.feed.ticks) == 49)
    model.handle(Marked(20, MarkKind.RESUME, "rewound to step 20"))
    assert panel.feed.ticks.nearest(4.9) == 19


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
