"""Commands of the Run menu: Space, which actions are enabled, saving a picture."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
    QToolButton,
)

from support.window import WAIT, reach


def test_space_starts_pauses_and_goes_on(open_window, qtbot):
    window = open_window()
    start = window.actions_["startPause"]
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    reach(window, qtbot, "training", ticks=2)
    assert start.isChecked()
    assert start.text() == "Pause"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    reach(window, qtbot, "paused")
    assert not start.isChecked()
    assert start.text() == "Resume"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    reach(window, qtbot, "training")


def test_space_after_a_click_on_a_button_still_starts(open_window, qtbot):
    window = open_window()
    qtbot.mouseClick(window.findChild(QPushButton, "randomLatentButton"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Space)
    reach(window, qtbot, "training")


def test_space_on_a_button_reached_by_tab_presses_it(open_window, qtbot):
    window = open_window()
    button = window.findChild(QToolButton, "datasetsButton")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert window.model.status == "idle"
    assert window.dialogs["datasets"].isVisible()
    window.dialogs["datasets"].close()


def test_buttons_are_enabled_when_they_do_something(open_window, qtbot):
    window = open_window()

    def enabled() -> set[str]:
        names = ("startPause", "stop", "stepD", "stepG", "round", "snapshot", "exportGrid", "exportCurves")
        return {name for name in names if window.actions_[name].isEnabled()}

    assert enabled() == {"startPause"}
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=1)
    assert enabled() == {"startPause", "stop", "snapshot", "exportGrid", "exportCurves"}
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "paused")
    assert enabled() >= {"startPause", "stop", "stepD", "stepG", "round"}
    window.actions_["round"].trigger()
    qtbot.waitUntil(lambda: any(mark.kind == "hand" for mark in window.model.marks), timeout=WAIT)
    window.actions_["stop"].trigger()
    reach(window, qtbot, "finished")
    assert enabled() == {"startPause", "snapshot", "exportGrid", "exportCurves"}


def test_snapshot_saves_the_grid_beside_the_run(open_window, qtbot, monkeypatch):
    window = open_window()
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=1)
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "paused")
    window.actions_["snapshot"].trigger()
    qtbot.waitUntil(lambda: bool(window.notice_bar.cards), timeout=WAIT)
    saved = list((window.model.folder.path / "pictures").glob("*.png"))
    assert len(saved) == 1
    [card] = window.notice_bar.cards
    assert saved[0].name in card.sentence.text()
    assert not card.notice.is_question  # it goes by itself
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    card.findChild(QPushButton).click()
    assert [url.toLocalFile() for url in opened] == [str(saved[0].parent)]
