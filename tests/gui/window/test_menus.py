"""Menus: letters, what stands in them, and why something rests."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from ganstudio.gui.widgets.mnemonics import mnemonic, plain, with_mnemonics
from ganstudio.gui.window_settings import WindowSettings
from support.window import WAIT


def menus_of(window) -> list[QMenu]:
    """The menus of the menu bar and, in them, theirs."""
    found = [action.menu() for action in window.menuBar().actions()]
    for menu in found:
        menu.aboutToShow.emit()
        found += [action.menu() for action in menu.actions() if action.menu() is not None]
    return found


def test_every_entry_has_a_letter_of_its_own(open_window, tmp_path):
    for name in ("one", "other", "a & b"):
        (tmp_path / name).mkdir()
        WindowSettings().remember_run(tmp_path / name)
    window = open_window()
    assert [mnemonic(action) for action in window.menuBar().actions()] == ["f", "e", "r", "v", "h"]
    menus = menus_of(window)
    assert len(menus) >= 9
    for menu in menus:
        letters = [mnemonic(action) for action in menu.actions() if not action.isSeparator()]
        assert all(letters), menu.title()
        assert len(set(letters)) == len(letters), menu.title()
        menu.aboutToShow.emit()
        assert letters == [mnemonic(action) for action in menu.actions() if not action.isSeparator()]
    assert [plain(each.text()) for each in window.menus.recent.actions()] == ["a & b", "other", "one"]
    button = window.tools.widgetForAction(window.actions_["branch"])
    assert "&" not in button.text()  # letters are for menus


def test_letters_are_first_ones_where_they_are_free():
    assert with_mnemonics(["Start", "Stop", "D step", "a&b", "Sty"]) == ["&Start", "S&top", "&D step", "&a&&b", "St&y"]
    assert with_mnemonics(["A", "a"]) == ["&A", "a"]
    assert mnemonic(QAction("Save && &close")) == "c"
    assert plain("&a&&b") == "a&b"


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_a_menu_opens_by_its_letter(open_window, qtbot):
    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    popup = QApplication.activePopupWidget()
    assert popup.title() == "&Run"
    popup.close()


def test_no_check_mark_stands_beside_pause(open_window, qtbot):
    window = open_window()
    entry = window.findChild(QAction, "startPauseEntry")
    assert entry.text().startswith("Start\t")
    entry.trigger()
    qtbot.waitUntil(lambda: window.model.status == "training", timeout=WAIT)
    assert window.actions_["startPause"].isChecked()
    assert entry.text().startswith("Pause\t")
    assert not entry.isCheckable()
    assert entry.toolTip() == window.actions_["startPause"].toolTip()
    window.model.set_status("saving")
    assert not entry.isEnabled()
    window.model.set_status("training")


def test_what_rests_says_why(open_window):
    window = open_window()
    for name, status, words in (
        ("stepD", "idle", "start a run and pause it first"),
        ("round", "training", "pause first"),
        ("stepG", "saving", "being saved"),
        ("stop", "idle", "no run is being trained"),
        ("rewind", "idle", "nothing has been saved yet"),
        ("rewind", "following", "another program"),
        ("exportGrid", "idle", "no run with pictures"),
        ("exportCurves", "idle", "no curves"),
    ):
        window.model.set_status(status)
        assert words in window.actions_[name].toolTip(), (name, status)
        assert not window.actions_[name].isEnabled(), (name, status)
        window.model.set_status("paused")
        if name in ("stepD", "round", "stepG", "stop"):
            assert "Not now" not in window.actions_[name].toolTip(), name
        window.model.set_status("idle")
