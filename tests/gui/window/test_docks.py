"""Docks and the size of the window: nothing is clipped; the arrangement follows the size until the user changes it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPushButton,
    QScrollBar,
    QToolButton,
    QWidget,
)

from ganstudio.gui.setup.form import SECTIONS
from ganstudio.gui.window_settings import WindowSettings
from support.window import SIZES, assert_whole, reach, shown


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_the_window_fits_its_docks_stand_as_the_size_allows_and_nothing_is_clipped_or_scrolls(open_window, qtbot, size):
    window = open_window(size=size)
    assert_docks_stand_as_the_size_allows(window, qtbot, size)
    assert_the_window_fits(window, qtbot, size)
    assert_an_opened_section_never_scrolls_sideways(window, qtbot)
    assert_nothing_is_clipped_and_nothing_scrolls(window, qtbot, size)


def assert_the_window_fits(window, qtbot, size):
    qtbot.wait(50)
    assert (window.width(), window.height()) == size
    assert window.minimumSizeHint().width() <= 683
    assert window.minimumSizeHint().height() <= 373


def assert_nothing_is_clipped_and_nothing_scrolls(window, qtbot, size):
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=2)
    window.actions_["startPause"].trigger()  # so that no number grows while it is looked at
    reach(window, qtbot, "paused")
    assert not shown(window, QMenu)
    for dock in window.dock_layout.docks:
        dock.raise_()
        qtbot.wait(50)
        behind = [other for other in window.dock_layout.docks if other is not dock]
        for each in shown(window, QLabel) + shown(window, QPushButton) + shown(window, QToolButton):
            if not any(other.isAncestorOf(each) for other in behind):
                assert_whole(each, size)
        bars = [bar for bar in shown(window, QScrollBar) if not any(other.isAncestorOf(bar) for other in behind)]
        assert not [bar.parent().parent() for bar in bars if bar.maximum() > 0], size


def assert_an_opened_section_never_scrolls_sideways(window, qtbot):
    area, before = window.setup.sections.area, window.setup.sections.opened
    for title in SECTIONS:
        window.setup.sections.open("")
        window.setup.sections.button(title).click()
        qtbot.wait(10)
        assert area.widget().width() <= area.viewport().width() <= window.setup.width()
        assert window.setup.width() <= window.dock_layout.setup.width()
        assert window.setup.sections.opened == title
    window.setup.sections.open(before)


def assert_docks_stand_as_the_size_allows(window, qtbot, size):
    together = {dock.objectName() for dock in window.dock_layout.docks if window.tabifiedDockWidgets(dock)}
    if size != (911, 512):
        wide = {"setupDock", "runsDock"}
        assert together == (wide if size == (1366, 768) else {*wide, "curvesDock", "latentDock"})
    qtbot.wait(20)
    assert not window.setup.visibleRegion().isEmpty()  # of those on the left, it is in front


def test_a_persons_own_arrangement_is_left_alone(open_window, qtbot):
    window = open_window()
    _, curves, latent, _ = window.dock_layout.docks
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, latent)
    window.resize(900, 600)
    qtbot.wait(20)
    assert not window.tabifiedDockWidgets(latent)
    window.actions_["resetLayout"].trigger()
    qtbot.wait(20)
    assert window.tabifiedDockWidgets(latent) == [curves]


def test_a_layout_of_a_wide_screen_is_arranged_anew_on_a_small_one(open_window, qtbot):
    window = open_window(size=(1366, 768))
    window.close()
    state, shape, own = WindowSettings().layout
    small = open_window(size=(683, 384))
    assert not own
    small.dock_layout.restore(state, shape, own)  # as if this screen were the wide one
    small.dock_layout.fit(small.size())
    qtbot.wait(20)
    assert len(small.tabifiedDockWidgets(small.dock_layout.setup)) == 3
    small.close()


def test_a_dock_behind_comes_forward_once_qt_has_moved_the_focus_into_it(open_window, qtbot):
    window = open_window(size=(683, 373))
    qtbot.wait(20)
    layout = window.dock_layout
    layout.setup.raise_()
    qtbot.wait(20)
    field = window.runs.findChild(QLineEdit)
    assert layout._is_behind(layout.runs)
    QApplication.instance().focusChanged.emit(None, field)  # as in the midst of hiding the dock that had it
    assert layout._is_behind(layout.runs)
    field.setFocus()
    qtbot.waitUntil(lambda: not layout._is_behind(layout.runs))


def test_nothing_else_moves_docks_while_one_is_dragged_or_glides_to_its_place(open_window, monkeypatch):
    window = open_window()
    assert not window.dockOptions() & QMainWindow.DockOption.AnimatedDocks  # dropped, it is there
    monkeypatch.setattr(QWidget, "mouseGrabber", lambda: window.dock_layout.latent)
    window.enlarger.toggle(window.samples)
    assert window.enlarger.large is None
    window.resize(683, 373)
    assert window.dock_layout.shape == "wide"
    monkeypatch.setattr(QWidget, "mouseGrabber", lambda: None)
    window.resize(690, 373)
    assert window.dock_layout.shape == "small"
    window.enlarger.toggle(window.samples)
    assert window.enlarger.large is window.samples
