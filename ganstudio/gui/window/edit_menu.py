"""The actions Undo and Redo, whose texts say what they would undo or redo."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.undo import Command, UndoStack
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.window.actions import Actions, tooltip
from ganstudio.gui.window.undo_keys import UndoKeys
from ganstudio.text import one_line

_MAX_TEXT = 100  # characters of an entry
_TIPS = {"Undo": "Undo the last action", "Redo": "Redo the action that was undone last"}


class EditMenu(QObject):
    """Keeps the actions "undo" and "redo" as the stack allows them; a notice tells changes that cannot be seen."""

    def __init__(self, actions: Actions, stack: UndoStack, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack = stack
        self._notifier = notifier
        self._keys = UndoKeys(self)
        self._undo, self._redo = actions["undo"], actions["redo"]
        self._undo.triggered.connect(self._undo_last)
        self._redo.triggered.connect(self._redo_next)
        stack.undoTextChanged.connect(self._show_undo)
        stack.redoTextChanged.connect(self._show_redo)
        stack.canUndoChanged.connect(self._undo.setEnabled)
        stack.canRedoChanged.connect(self._redo.setEnabled)
        self._undo.setEnabled(stack.canUndo())
        self._redo.setEnabled(stack.canRedo())

    def _undo_last(self) -> None:
        self._stack.prune()
        self._report("Undone", self._stack.index() - 1)
        self._stack.undo()

    def _redo_next(self) -> None:
        self._stack.prune()
        self._report("Redone", self._stack.index())
        self._stack.redo()

    def _report(self, verb: str, index: int) -> None:
        command = self._stack.command(index) if 0 <= index < self._stack.count() else None
        if isinstance(command, Command) and not command.is_visible():
            self._notifier.say(f"{verb}: {command.text()}.", topic="undo")

    def _show_undo(self, text: str) -> None:
        _show(self._undo, "Undo", text)

    def _show_redo(self, text: str) -> None:
        _show(self._redo, "Redo", text)


def _show(action: QAction, verb: str, command: str) -> None:
    text = f"{verb} {command}" if command else verb
    if text != action.iconText():
        action.setText(one_line(text, _MAX_TEXT).replace("&", "&&"))
        action.setIconText(text)
        action.setToolTip(as_tip(tooltip(text if command else _TIPS[verb], action)))
