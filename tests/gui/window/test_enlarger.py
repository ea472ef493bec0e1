"""One panel large, the whole screen, and back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QTabBar, QToolButton

from ganstudio.events import Failed
from ganstudio.gui.window_settings import WindowSettings


def places(window) -> list[tuple[str, bool, object]]:
    return [(dock.objectName(), dock.isVisible(), dock.geometry()) for dock in window.dock_layout.docks]


def button_of(panel) -> QToolButton:
    return panel.enlarge_button


@pytest.mark.parametrize("size", [(1366, 768), (900, 600)], ids=["wide", "middling"])
def test_a_panel_takes_the_window_and_gives_it_back(open_window, qtbot, size):
    window = open_window(size=size)
    qtbot.wait(30)
    for name in ("samples", "curves", "latent"):
        assert_takes_the_window_and_gives_it_back(window, qtbot, name)


def assert_takes_the_window_and_gives_it_back(window, qtbot, name):
    panel, before, own = getattr(window, name), places(window), window.dock_layout.is_custom
    if not button_of(panel).isVisibleTo(window):
        window.dock_layout.latent.raise_()
    button_of(panel).click()
    qtbot.wait(20)
    assert window.enlarger.large is panel
    assert panel.isVisible()
    assert not any(dock.isVisible() for dock in window.dock_layout.docks)
    assert panel.width() > 0.95 * window.width()
    assert panel.height() > 0.75 * window.height()
    assert window.samples.isVisible() == (name == "samples")
    assert "Back" in button_of(panel).toolTip()
    window.show_failure(Failed("It broke."))  # errors are seen meanwhile
    assert window.error_banner.isVisible()
    window.error_banner.hide()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.wait(30)
    assert window.enlarger.large is None
    assert places(window) == before
    assert window.samples.isVisible()
    assert window.dock_layout.is_custom == own
    assert "Enlarge" in button_of(panel).toolTip()


def test_the_key_enlarges_what_has_the_focus_and_takes_it_back(open_window, qtbot):
    window = open_window()
    qtbot.wait(20)
    window.curves.plots[0].view.setFocus()
    window.enlarger.panel_under_pointer = lambda: None  # wherever this machine's pointer is
    for expected in (window.curves, None):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F)
        assert window.enlarger.large is expected
        assert window.actions_["enlarge"].isChecked() == (expected is not None)


def test_a_double_click_on_a_plot_shows_it_alone_and_on_a_zoomed_one_returns(open_window, qtbot):
    window = open_window()
    qtbot.wait(30)
    curves = window.curves
    view = curves.plots[1].view
    shown = curves.stack.shown_plots()

    def double_click() -> None:
        port = view.viewport()
        qtbot.mouseDClick(port, Qt.MouseButton.LeftButton, pos=port.rect().center())
        qtbot.wait(20)

    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert not curves.following
    double_click()
    assert curves.following
    assert window.enlarger.large is None
    double_click()
    assert window.enlarger.large is curves
    assert curves.stack.shown_plots() == [curves.plots[1]]
    assert view.height() > 0.6 * window.height()
    double_click()
    assert window.enlarger.large is None
    assert curves.stack.shown_plots() == shown


def test_double_clicks_on_a_title_a_tab_and_beside_the_pictures(open_window, qtbot):
    window = open_window()
    qtbot.wait(30)
    curves_dock = window.dock_layout.curves
    qtbot.mouseDClick(curves_dock.titleBarWidget(), Qt.MouseButton.LeftButton, pos=QPoint(40, 8))
    assert window.enlarger.large is window.curves
    assert not curves_dock.isFloating()
    window.enlarger.restore()
    window.resize(900, 600)
    qtbot.wait(30)
    bar = next(each for each in window.findChildren(QTabBar) if each.isVisible() and each.tabText(0) == "Curves")
    qtbot.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    assert window.enlarger.large is window.latent
    window.enlarger.restore()
    qtbot.mouseDClick(window.samples.fake_grid, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert window.enlarger.large is window.samples


def test_the_docks_come_back_in_the_turn_after_the_panel_left_and_nothing_is_lost_between(open_window, qtbot):
    window = open_window()
    qtbot.wait(30)
    before = places(window)
    between = {
        "nothing": lambda: None,
        "another panel is enlarged": lambda: window.enlarger.toggle(window.samples),
        "a dock is shown": window.dock_layout.latent.show,
    }
    for what, do in between.items():
        window.enlarger.enlarge(window.curves)
        qtbot.wait(20)
        window.enlarger.toggle(window.curves)
        assert window.enlarger.large is None
        assert window.samples.isVisible()
        assert not any(dock.isVisible() for dock in window.dock_layout.docks)
        do()
        if window.enlarger.large is not None:
            window.enlarger.toggle(window.samples)
        qtbot.waitUntil(lambda: all(dock.isVisible() for dock in window.dock_layout.docks), timeout=1000)
        qtbot.wait(30)
        assert places(window) == before, what


def test_closed_while_the_docks_are_about_to_come_back_they_are_remembered(open_window, qtbot):
    window = open_window()
    qtbot.wait(30)
    before = places(window)
    window.enlarger.enlarge(window.curves)
    window.enlarger.toggle(window.curves)
    window.close()
    again = open_window(size=None)
    qtbot.wait(30)
    assert [each[:2] for each in places(again)] == [each[:2] for each in before]


def test_who_asks_for_another_panel_gets_all_back(open_window, qtbot):
    window = open_window()
    window.enlarger.enlarge(window.samples)
    window.navigator.show_latent()
    qtbot.wait(20)
    assert window.enlarger.large is None
    assert window.latent.isVisible()
    assert window.dock_layout.setup.isVisible()


def test_a_dock_that_is_shown_meanwhile_comes_back_with_all_others_once_qt_is_done_with_it(open_window, qtbot):
    window = open_window()
    for dock in window.dock_layout.docks:
        window.enlarger.enlarge(window.samples)
        qtbot.wait(20)
        dock.toggleViewAction().trigger()
        assert window.enlarger.large is window.samples  # Qt crashes where docks change while it shows one
        qtbot.waitUntil(lambda: not any(other.isHidden() for other in window.dock_layout.docks))
        assert window.enlarger.large is None
        assert dock.isVisible()
        assert not window.dock_layout._is_behind(dock)


def test_closed_while_enlarged_all_panels_come_back(open_window, qtbot):
    window = open_window()
    qtbot.wait(30)
    before = places(window)
    window.enlarger.enlarge(window.curves)
    window.close()
    again = open_window(size=None)
    qtbot.wait(30)
    assert again.enlarger.large is None
    assert [each[:2] for each in places(again)] == [each[:2] for each in before]
    assert not WindowSettings().layout[2]


def test_a_window_made_smaller_meanwhile_is_arranged_for_its_size(open_window, qtbot):
    window = open_window()
    window.enlarger.enlarge(window.samples)
    window.resize(900, 600)
    qtbot.wait(20)
    assert not any(dock.isVisible() for dock in window.dock_layout.docks)
    window.enlarger.restore()
    qtbot.wait(20)
    assert window.dock_layout.shape == "middling"


def test_full_screen_and_back(open_window, qtbot):
    window = open_window()
    action = window.actions_["fullScreen"]
    action.trigger()
    assert window.isFullScreen()
    window.enlarger.enlarge(window.samples)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.isFullScreen()  # one thing at a time
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    qtbot.waitUntil(lambda: not action.isChecked())
