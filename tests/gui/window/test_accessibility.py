"""Names for tests and assistive tools, keys, and the order of the focus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QMenu,
    QScrollBar,
    QWidget,
)

NAMES = (
    "setupPanel presetCombo datasetCombo samplesPanel timeSlider curvesPanel lossPlot accuracyPlot latentPanel "
    "latentPreview randomLatentButton errorBanner progressBar speedLabel runsPanel morphSquare drawCanvas "
    "projectButton "
) + " ".join(f"latentSlider{number}" for number in range(10))


PANELS = ("setupPanel", "samplesPanel", "curvesPanel", "latentPanel")


ACTIONS = "startPauseAction stopAction stepDAction stepGAction roundAction rewindAction branchAction snapshotAction"


LATER = "coachPanel"


def test_names_for_tests_and_assistive_tools(open_window):
    window = open_window()
    assert window.objectName() == "mainWindow"
    for name in NAMES.split():
        assert window.findChild(QWidget, name) is not None, name
    for name in ACTIONS.split():
        assert window.findChild(QAction, name) is not None, name
    assert window.findChild(QAction, "startPauseAction").isCheckable()


def test_what_comes_later_is_absent(open_window):
    window = open_window()
    for name in LATER.split():
        assert window.findChild(QWidget, name) is None
        assert window.findChild(QAction, name) is None


def test_every_action_has_a_menu_entry_a_shortcut_and_a_tooltip(open_window):
    window = open_window()
    in_menus = {action for menu in window.findChildren(QMenu) for action in menu.actions()}
    keys: list[str] = []
    for action in window.findChildren(QAction):
        if action.objectName().endswith("Action"):
            in_menu = action in in_menus or action.objectName() == "startPauseAction"  # see startPauseEntry
            assert in_menu, action.objectName()
            assert action.toolTip() != action.text(), action.objectName()
            assert not action.shortcut().isEmpty(), action.objectName()
            keys.append(action.shortcut().toString())
    assert len(keys) == len(set(keys)) >= 19


def test_every_control_has_an_accessible_name(open_window):
    window = open_window()
    for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider):
        for each in window.findChildren(kind):
            ours = not each.objectName().startswith("qt_") and not isinstance(each, QScrollBar)
            if ours and each.isVisibleTo(window):
                named = each.accessibleName() or (each.text() if isinstance(each, QAbstractButton) else "")
                assert named, f"{type(each).__name__} {each.objectName()} in {each.parent()}"


@pytest.mark.parametrize("size", [(1366, 768), (683, 373)], ids=["wide", "small"])
def test_the_focus_follows_reading_order_and_is_seen(open_window, qtbot, size):
    window = open_window(size=size)
    qtbot.wait(20)
    parts = [window.findChild(QWidget, name) for name in ("toolBar", *PANELS)]
    met: list[int] = []
    window.setFocus()
    while not met or met[-1] == max(met):  # until round once
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        inside = [number for number, part in enumerate(parts) if part.isAncestorOf(focused)]
        if inside and inside != met[-1:]:
            qtbot.wait(20)
            assert window.rect().contains(focused.mapTo(window, focused.rect().center()))
        met += inside
    assert met[:-1] == sorted(met[:-1])
    assert set(met) >= {0, 1, 2, 3}
