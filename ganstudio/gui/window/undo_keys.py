"""Ctrl+Z and Ctrl+Shift+Z: a text field with typed text takes them first, then the window."""

import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QWidget,
)
from typing_extensions import override

_TEXT_FIELDS = (QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit)


class UndoKeys(QObject):
    """Watches the text field that has the focus: Qt's fields take both keys even where they have nothing to undo."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watched: QWidget | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)

    def _focus_changed(self, _: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and shiboken6.isValid(self._watched):  # it loses the focus also as it is deleted
            self._watched.removeEventFilter(self)
        self._watched = now if isinstance(now, _TEXT_FIELDS) else None
        if self._watched is not None:
            self._watched.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        undo = event.matches(QKeySequence.StandardKey.Undo)
        if (undo or event.matches(QKeySequence.StandardKey.Redo)) and not _has_own(watched, undo):
            event.ignore()  # the window's action takes it
            return True
        return False


def _has_own(field: QObject, undo: bool) -> bool:
    """Return whether a field holds typed text that can be undone, or redone, and has not been taken yet."""
    if isinstance(field, QPlainTextEdit | QTextEdit):
        document = field.document()
        return not field.isReadOnly() and (document.isUndoAvailable() if undo else document.isRedoAvailable())
    line = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
    if not isinstance(line, QLineEdit) or line.isReadOnly():
        return False
    if isinstance(field, QAbstractSpinBox) and not _is_pending(field, line):
        return False
    return line.isUndoAvailable() if undo else line.isRedoAvailable()


def _is_pending(box: QAbstractSpinBox, line: QLineEdit) -> bool:
    """Return whether the text of a number box differs from its value; a value that was taken, the window undoes."""
    if isinstance(box, QSpinBox):
        text = box.textFromValue(int(box.value()))
    elif isinstance(box, QDoubleSpinBox):
        text = box.textFromValue(float(box.value()))
    else:
        return True
    return line.text() != f"{box.prefix()}{text}{box.suffix()}"
