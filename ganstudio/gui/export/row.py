"""ExportRow: an export that is under way or over: how far it is, Cancel, what came of it, Show in folder."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from ganstudio.events import Failed
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.export import ExportThread

_SIGN = 16  # px
_GOOD, _BAD, _OFF = ("check", "good"), ("warning", "alarm"), ("close", "muted")  # icon and colour of an end


class ExportRow(QWidget):
    """One export. A sign in colour says how it ended: a failure does not look like a result."""

    ended = Signal()

    def __init__(self, thread: ExportThread, out: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.out = out
        self.over = False
        self._thread: ExportThread | None = thread
        self._end: tuple[str, str] | None = None
        self._sign = QLabel()
        self._sign.setFixedSize(_SIGN, _SIGN)
        self.words = QLabel(f"{out.name}\N{HORIZONTAL ELLIPSIS}")
        self.words.setObjectName("exportWords")
        self.words.setToolTip(str(out))
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
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
        self.button.setToolTip("Stop this export; no half-written file is left")
        self.button.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._sign)
        row.addWidget(self.words, 1)
        row.addWidget(self.progress)
        row.addWidget(self.button)
        thread.progressed.connect(self._show_progress)
        thread.done.connect(self._show_done)
        thread.cancelled.connect(self._show_cancelled)
        thread.refused.connect(self._show_refused)
        thread.failed.connect(self._show_failed)

    @property
    def failed(self) -> bool:
        """Whether it ended without a file, though nobody called it off."""
        return self._end == _BAD

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, max(1, total))
        self.progress.setValue(done)

    def _show_done(self, words: str) -> None:
        self.button.setText("Show in folder")
        self.button.setObjectName("exportShow")
        self.button.setToolTip(f"Open {self.out if self.out.is_dir() else self.out.parent}")
        self._show_end(f"{self.out.name}: {words}", _GOOD)
        self.button.show()

    def _show_cancelled(self) -> None:
        self._show_end(f"{self.out.name} was cancelled; no file was left behind.", _OFF)

    def _show_refused(self, sentence: str) -> None:
        self._show_end(f"{self.out.name} was not exported. {sentence}", _BAD)

    def _show_failed(self, failed: Failed) -> None:
        self._show_refused(failed.message)

    def _show_end(self, words: str, end: tuple[str, str]) -> None:
        self.over, self._thread, self._end = True, None, end
        self.words.setText(words)
        self._draw_sign()
        self.progress.hide()
        self.button.hide()
        self.ended.emit()

    def _draw_sign(self) -> None:
        if self._end is not None:
            icon, colour = self._end
            drawn = theme.pixmap(icon, getattr(theme.current(), colour), 2 * _SIGN)
            drawn.setDevicePixelRatio(2.0)
            self._sign.setPixmap(drawn)

    def _act(self) -> None:
        if self._thread is not None:
            self._thread.cancel()
            self.button.setEnabled(False)
            self.words.setText(f"{self.out.name}: cancelling\N{HORIZONTAL ELLIPSIS}")
        elif self.over:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.out if self.out.is_dir() else self.out.parent)))
