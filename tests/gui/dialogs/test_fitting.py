"""Dialogs show all their contents where the screen has room, and fit small screens."""

from functools import partial

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import (
    QLabel,
    QScrollBar,
    QWidget,
)

from ganstudio.gui.dialogs.fitting import FittingDialog
from support.window import assert_whole, shown


class Screen:
    """One of 1366x768, whatever the tests run on."""

    def __init__(self, *_: object) -> None:
        pass

    def availableGeometry(self) -> QRect:
        return QRect(0, 0, 1366, 768)


@pytest.mark.parametrize("name", ["shortcuts", "about", "datasets", "settings"])
def test_dialogs_fit_a_small_screen_and_do_not_block(open_window, qtbot, name):
    window = open_window(size=(683, 373))
    window.actions_[name].trigger()
    dialog = window.dialogs[name]
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert dialog.minimumSizeHint().width() <= 683
    assert dialog.minimumSizeHint().height() <= 373
    dialog.close()


@pytest.mark.parametrize("name", ["shortcuts", "datasets"])
def test_dialogs_show_all_where_there_is_room(open_window, qtbot, name, monkeypatch):
    monkeypatch.setattr(FittingDialog, "screen", Screen)
    window = open_window()
    for _ in range(2):
        window.actions_[name].trigger()
        dialog = window.dialogs[name]
        qtbot.waitUntil(partial(assert_shows_all, dialog), timeout=2000)
        dialog.close()


def assert_shows_all(dialog: QWidget) -> None:
    assert QRect(0, 0, 1366, 768).contains(QRect(0, 0, dialog.width(), dialog.height()))
    assert not [bar for bar in shown(dialog, QScrollBar) if bar.maximum() > 0]
    for label in shown(dialog, QLabel):
        assert_whole(label, (1366, 768))
