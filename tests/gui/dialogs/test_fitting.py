"""Dialogs show all their contents where the screen has room, and fit small screens."""

from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtWidgets import (
    QLabel,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from ganstudio.gui.compare import window as compare_window
from ganstudio.gui.dialogs.fitting import FittingDialog
from ganstudio.gui.export import dialog as export_dialog
from ganstudio.gui.help import help_window
from ganstudio.gui.runs.branch_dialog import BranchDialog
from support.walk.stage import Stage
from support.walk.states import run_on_disk
from support.window import WAIT, assert_whole, shown


class Screen:
    """One of 1366x768, whatever the tests run on."""

    def __init__(self, *_: object) -> None:
        pass

    def availableGeometry(self) -> QRect:
        return QRect(0, 0, 1366, 768)


def test_dialogs_fit_a_small_screen_and_do_not_block(open_window):
    window = open_window(size=(683, 373))
    for name in ("shortcuts", "about", "datasets", "settings"):
        window.actions_[name].trigger()
        dialog = window.dialogs[name]
        assert dialog.isVisible(), name
        assert not dialog.isModal(), name
        assert dialog.minimumSizeHint().width() <= 683, name
        assert dialog.minimumSizeHint().height() <= 373, name
        dialog.close()


def test_dialogs_show_all_where_there_is_room(open_window, qtbot, monkeypatch):
    monkeypatch.setattr(FittingDialog, "screen", Screen)
    window = open_window()
    for name in ("shortcuts", "datasets", "shortcuts", "datasets"):  # the second time, too
        window.actions_[name].trigger()
        dialog = window.dialogs[name]
        qtbot.waitUntil(partial(assert_shows_all, dialog), timeout=2000)
        dialog.close()


def assert_shows_all(dialog: QWidget) -> None:
    assert QRect(0, 0, 1366, 768).contains(QRect(0, 0, dialog.width(), dialog.height()))
    assert not [bar for bar in shown(dialog, QScrollBar) if bar.maximum() > 0]
    for label in shown(dialog, QLabel):
        assert_whole(label, (1366, 768))


SMALLEST = QSize(683, 384) - QSize(8, 40)  # 1366x768 at 200 %, without a window manager's frame


def assert_fits(dialog: QWidget) -> None:
    least = dialog.minimumSizeHint()
    assert least.boundedTo(SMALLEST) == least, f"{dialog.objectName()} needs {least.width()} x {least.height()}"


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_large_dialogs_fit_a_small_screen_at_twice_the_size(open_window, qtbot, tmp_path, monkeypatch):
    for module in (export_dialog, help_window, compare_window):
        monkeypatch.setattr(module, "room_for_dialog", lambda: SMALLEST)
    window = open_window(size=(683, 373))
    stage = Stage.of(window, tmp_path)
    stage.open("paused")
    export = window.export_commands.show_export()
    for name in ("gif", "png", "csv"):
        export.choose(name)
        assert_fits(export)
        assert export.size().boundedTo(SMALLEST) == export.size()
    window.actions_["help"].trigger()
    assert window.dialogs["help"].size().boundedTo(SMALLEST) == window.dialogs["help"].size()
    window.actions_["branch"].trigger()
    (branch,) = window.findChildren(BranchDialog)
    assert_fits(branch)
    branch.close()
    window.comparison.compare([run_on_disk(stage, f"run {number} of a student") for number in range(6)])
    (compared,) = window.findChildren(compare_window.CompareWindow)
    qtbot.waitUntil(lambda: len(compared.titles()) == 6, timeout=WAIT)
    assert_fits(compared)
    assert compared.size().boundedTo(SMALLEST) == compared.size()


class Handle(QObject):
    """The window of a dialog, which the window manager has not placed until it says so."""

    def __init__(self) -> None:
        super().__init__()
        self.is_placed = False

    def isVisible(self) -> bool:
        return True

    def isExposed(self) -> bool:
        return self.is_placed

    def place(self) -> None:
        self.is_placed = True
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.Expose))


@pytest.fixture
def being_placed(qtbot, monkeypatch: pytest.MonkeyPatch) -> tuple[FittingDialog, QLabel, Handle]:
    """A dialog of one label, and its window."""
    dialog, text, handle = FittingDialog(), QLabel("short"), Handle()
    text.setMinimumSize(1, 1)  # else Qt itself would make the dialog larger
    qtbot.addWidget(dialog)
    monkeypatch.setattr(dialog, "windowHandle", lambda: handle)
    monkeypatch.setattr(FittingDialog, "screen", Screen)
    QVBoxLayout(dialog).addWidget(text)
    dialog.show()
    return dialog, text, handle


def test_a_dialog_that_is_being_placed_is_left_alone(being_placed, qtbot):
    dialog, text, handle = being_placed
    before = dialog.geometry()
    text.setText("\n".join(["many words, which come late"] * 40))
    qtbot.wait(150)
    assert dialog.geometry() == before
    handle.place()
    qtbot.waitUntil(lambda: dialog.size() == dialog.sizeHint(), timeout=WAIT)
    assert dialog.height() > before.height()


def test_a_dialog_that_is_placed_beyond_an_edge_comes_back_until_the_user_moves_it(being_placed, qtbot):
    dialog, _, handle = being_placed
    dialog.move(-1, -20)
    handle.place()
    qtbot.waitUntil(lambda: dialog.pos() == QPoint(0, 0), timeout=WAIT)
    qtbot.wait(150)
    dialog.move(-40, 30)
    handle.place()  # another window went away from over it
    qtbot.wait(150)
    assert dialog.x() < -30
