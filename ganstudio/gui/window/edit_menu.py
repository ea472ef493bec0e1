"""EditMenu: Undo and Redo say what they would take back or do again, and rest where there is nothing."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from ganstudio.gui.actions import Actions, tip
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.window.undo_keys import UndoKeys

_TIPS = {"undo": "Take back what was done last", "redo": "Do again what was taken back last"}


class EditMenu(QObject):
    """Keeps the actions "undo" and "redo" as the stack allows them."""

    def __init__(self, actions: Actions, stack: UndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys = UndoKeys(self)
        self._undo, self._redo = actions["undo"], actions["redo"]
        self._undo.triggered.connect(stack.undo)
        self._redo.triggered.connect(stack.redo)
        stack.undoTextChanged.connect(self._show_undo)
        stack.redoTextChanged.connect(self._show_redo)
        stack.canUndoChanged.connect(self._undo.setEnabled)
        stack.canRedoChanged.connect(self._redo.setEnabled)
        self._undo.setEnabled(stack.canUndo())
        self._redo.setEnabled(stack.canRedo())

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
