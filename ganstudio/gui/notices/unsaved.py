"""What is said after the window has closed, where the run that it trained could not be saved."""

import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMessageBox

from ganstudio.events import Failed
from ganstudio.text import readable

PATIENCE_MS = 60_000  # the system may wait for the program, to shut down


def show_unsaved(failed: Failed) -> None:
    """Say it in a message box and on the terminal, and wait until it is read, at most `PATIENCE_MS`."""
    text = readable(" ".join(part for part in (failed.message, failed.kept) if part))
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n")
    box = QMessageBox(QMessageBox.Icon.Critical, "GAN Studio", text, QMessageBox.StandardButton.Close)
    box.setObjectName("unsavedBox")
    box.setTextFormat(Qt.TextFormat.PlainText)
    QTimer.singleShot(PATIENCE_MS, box, box.reject)
    box.exec()
