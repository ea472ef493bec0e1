"""Undo: what a person did can be taken back, and done again."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ganstudio.gui.fields import NumberBox
from ganstudio.gui.model.undo import Command, UndoStack
from ganstudio.gui.window.undo_keys import UndoKeys


class Put(Command):
    """Puts a number into a list; those of one kind are joined."""

    def __init__(self, where: list[int], old: int, new: int, kind: int = -1) -> None:
        super().__init__(f"put {new}")
        self.kind, self.good = kind, True
        self._where, self._old, self._new = where, old, new

    def take_back(self) -> None:
        self._where[0] = self._old

    def do_again(self) -> None:
        self._where[0] = self._new

    def fits(self) -> bool:
        return self.good

    def joins(self, later: Command) -> bool:
        self._new = later._new
        self.setText(later.text())
        return True


def put(stack: UndoStack, where: list[int], new: int, kind: int = -1) -> Put:
    command = Put(where, where[0], new, kind)
    where[0] = new
    stack.push(command)
    return command


def test_a_pushed_command_is_done_and_can_be_taken_back_and_done_again(qapp):
    stack, where = UndoStack(), [0]
    put(stack, where, 1)
    put(stack, where, 2)
    assert where == [2]
    stack.undo()
    assert where == [1]
    assert (stack.undoText(), stack.redoText()) == ("put 1", "put 2")
    stack.redo()
    assert where == [2]
    stack.undo()
    stack.undo()
    stack.undo()  # there is nothing more
    assert where == [0]


def test_commands_of_a_kind_are_joined(qapp):
    stack, where = UndoStack(), [0]
    for new in (1, 2, 3):
        put(stack, where, new, kind=7)
    assert stack.count() == 1
    assert stack.undoText() == "put 3"
    stack.undo()
    assert where == [0]
    stack.redo()
    assert where == [3]


def test_what_no_longer_fits_leaves_the_stack_and_what_is_below_it_is_undone(qapp):
    stack, where = UndoStack(), [0]
    put(stack, where, 1)
    stale, later = put(stack, where, 2), put(stack, where, 3)
    stale.good = later.good = False
    stack.prune()
    assert stack.undoText() == "put 1"
    stack.undo()
    assert where == [0]
    assert stack.count() == 1
    stack.redo()
    assert where == [1]


@pytest.fixture
def fields(qtbot, dressed):
    """Fields in a window with the keys' watcher."""
    window = QWidget()
    column = QVBoxLayout(window)
    window.fields = QLineEdit(), NumberBox(), QPlainTextEdit()
    for each in window.fields:
        column.addWidget(each)
    window.keys = UndoKeys(window)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    return window


def test_a_text_field_has_the_keys_while_something_is_typed_in_it(fields, open_window, qtbot):
    window = open_window()
    done = []
    window.actions_["undo"].triggered.connect(lambda: done.append("undo"))
    where = [0]
    put(window.undo_stack, where, 1)
    field = window.setup.field("optimizer.d_lr").editor
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.lineEdit().text() != "0.5"  # its own
    assert where == [1]
    field.selectAll()
    qtbot.keyClicks(field, "0.25")
    qtbot.keyClick(field, Qt.Key.Key_Return)  # told: now it is the window's to take back
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert done == ["undo"]


def test_the_edit_menu_says_what_would_be_undone(open_window):
    window = open_window()
    undo, redo = window.actions_["undo"], window.actions_["redo"]
    assert not undo.isEnabled()
    where = [0]
    put(window.undo_stack, where, 1)
    assert undo.isEnabled()
    assert undo.text() == "Undo put 1"
    assert undo.toolTip() == "Undo put 1 (Ctrl+Z)"
    undo.trigger()
    assert where == [0]
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)
    assert (redo.text(), redo.isEnabled()) == ("Redo put 1", True)
    redo.trigger()
    assert where == [1]
