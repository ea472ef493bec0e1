"""Answers a dialog for files, as a user does."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def asked(parent: QWidget) -> QFileDialog:
    """The dialog for files that is open over a widget."""
    return next(each for each in parent.findChildren(QFileDialog) if each.isVisible())


def answer(parent: QWidget, path: Path) -> None:
    """Choose a file or folder in that dialog."""
    dialog = asked(parent)
    dialog.fileSelected.emit(str(path))
    dialog.close()
