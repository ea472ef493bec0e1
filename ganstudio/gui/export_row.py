"""ExportRow: an export that is under way or over: how far it is, Cancel, what came of it, Show in folder."""

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from ganstudio.events import Failed
from ganstudio.gui.collapsible import ElidedLabel
from ganstudio.gui.export_thread import ExportThread
from ganstudio.gui.theme import SPACE


class ExportRow(QWidget):
    """One export."""

    ended = Signal()

    def __init__(self, thread: ExportThread, out: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.out = out
        self.over = False
        self._thread: ExportThread | None = thread
        self.words = ElidedLabel(out.name)
        self.words.setObjectName("exportWords")
        self.progress = QProgressBar()
        self.progress.setObjectName("exportProgress")
        self.progress.setAccessibleName(f"Progress of {out.name}")
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 0)
        self.progress.setFixedWidth(96)
        self.button = QPushButton("Cancel")
        self.button.setProperty("small", True)
        self.button.setAutoDefault(False)
        self.button.setObjectName("exportCancel")
        self.button.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.words, 1)
        row.addWidget(self.progress)
        row.addWidget(self.button)
        thread.progressed.connect(self._show_progress)
        thread.done.connect(self._show_done)
        thread.cancelled.connect(self._show_cancelled)
        thread.refused.connect(self._show_end)
        thread.failed.connect(self._show_failed)

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, max(1, total))
        self.progress.setValue(done)

    def _show_done(self, words: str) -> None:
        self.button.setText("Show in folder")
        self.button.setObjectName("exportShow")
        self._show_end(words)
        self.button.show()

    def _show_cancelled(self) -> None:
        self._show_end(f"{self.out.name} was cancelled; nothing is left of it.")

    def _show_failed(self, failed: Failed) -> None:
        self._show_end(failed.message)

    def _show_end(self, words: str) -> None:
        self.over, self._thread = True, None
        self.words.set_full(words)
        self.progress.hide()
        self.button.hide()
        self.ended.emit()

    def _act(self) -> None:
        if self._thread is not None:
            self._thread.cancel()
            self.button.setEnabled(False)
            self.words.set_full(f"{self.out.name}: cancelling\N{HORIZONTAL ELLIPSIS}")
        elif self.over:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.out if self.out.is_dir() else self.out.parent)))
