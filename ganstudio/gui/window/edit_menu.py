"""EditMenu: Undo and Redo say what they would take back or do again, and rest where there is nothing."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.undo import Command, UndoStack
from ganstudio.gui.window.actions import Actions, tip
from ganstudio.gui.window.undo_keys import UndoKeys

_TIPS = {"undo": "Undo the last action", "redo": "Redo the action that was undone last"}


class EditMenu(QObject):
    """Keeps the actions "undo" and "redo" as the stack allows them; says in words what changes out of sight."""

    def __init__(self, actions: Actions, stack: UndoStack, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack = stack
        self._notifier = notifier
        self._keys = UndoKeys(self)
        self._undo, self._redo = actions["undo"], actions["redo"]
        self._undo.triggered.connect(self._take_back)
        self._redo.triggered.connect(self._do_again)
        stack.undoTextChanged.connect(self._show_undo)
        stack.redoTextChanged.connect(self._show_redo)
        stack.canUndoChanged.connect(self._undo.setEnabled)
        stack.canRedoChanged.connect(self._redo.setEnabled)
        self._undo.setEnabled(stack.canUndo())
        self._redo.setEnabled(stack.canRedo())

    def _take_back(self) -> None:
        self._stack.prune()
        self._tell("Undone", self._stack.index() - 1)
        self._stack.undo()

    def _do_again(self) -> None:
        self._stack.prune()
        self._tell("Redone", self._stack.index())
        self._stack.redo()

    def _tell(self, how: str, index: int) -> None:
        command = self._stack.command(index) if 0 <= index < self._stack.count() else None
        if isinstance(command, Command) and not command.is_visible():
            self._notifier.say(f"{how}: {command.text()}.", topic="undo")

    def _show_undo(self, what: str) -> None:
        _show(self._undo, "Undo", _TIPS["undo"], what)

    def _show_redo(self, what: str) -> None:
        _show(self._redo, "Redo", _TIPS["redo"], what)


def _show(action: QAction, word: str, usual: str, what: str) -> None:
    text = f"{word} {what}" if what else word
    if text != action.iconText():
        action.setText(text.replace("&", "&&"))
        action.setIconText(text)
        action.setToolTip(tip(text if what else usual, action))
