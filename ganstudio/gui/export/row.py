"""One export in the list of the dialog."""

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.events import Failed
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.export import ExportThread
from ganstudio.system.existence import is_folder

_ICON_SIZE = 16  # px
_PROGRESS_WIDTH = 96  # px
_MAX_IN_BAR = 2**30  # a bar counts to 2**31


class _Outcome(Enum):
    """How an export ended."""

    DONE = auto()
    CANCELLED = auto()
    FAILED = auto()


class ExportRow(QWidget):
    """An export with its progress and Cancel; when it is over, its result and Show in folder.

    A coloured icon shows how it ended, so that a failure does not look like a result.

    Parameters
    ----------
    thread : ExportThread
        The export.
    out : Path
        The file or folder that it writes.
    parent : QWidget, optional
        Qt's parent.
    """

    ended = Signal()

    def __init__(self, thread: ExportThread, out: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.out = out
        self._thread: ExportThread | None = thread
        self._outcome: _Outcome | None = None
        self._icon = Label()
        self._icon.setFixedSize(_ICON_SIZE, _ICON_SIZE)
        self.label = _label(out)
        self.progress = _progress_bar(out)
        self.button = QPushButton("Cancel")
        self.button.setProperty("small", True)
        self.button.setAutoDefault(False)
        self.button.setObjectName("exportCancel")
        self.button.setToolTip("Stop this export; no half-written file is left")
        self.button.clicked.connect(self._cancel_or_show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._icon)
        row.addWidget(self.label, 1)
        row.addWidget(self.progress)
        row.addWidget(self.button)
        thread.waits.connect(self._show_waiting)
        thread.began.connect(self._show_began)
        thread.progressed.connect(self._show_progress)
        thread.done.connect(self._show_done)
        thread.cancelled.connect(self._show_cancelled)
        thread.refused.connect(self._show_failed)
        thread.failed.connect(self._show_failed)

    @property
    def is_over(self) -> bool:
        """Whether the export has ended, with or without a file."""
        return self._outcome is not None

    @property
    def has_failed(self) -> bool:
        """Whether it ended without a file, though nobody cancelled it."""
        return self._outcome is _Outcome.FAILED

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def _show_waiting(self) -> None:
        self.label.setText(f"{self.out.name}: waiting until the export before it is done")
        self.progress.setRange(0, 1)  # empty, and at rest
        self.progress.setValue(0)

    def _show_began(self) -> None:
        self.progress.setRange(0, 0)
        if self.button.isEnabled():  # it is not being cancelled
            self.label.setText(_in_progress(self.out))

    def _show_progress(self, done: int, total: int) -> None:
        unit = 1 + total // _MAX_IN_BAR
        self.progress.setRange(0, max(1, total // unit))
        self.progress.setValue(done // unit)

    def _show_done(self, description: str) -> None:
        self.button.setText("Show in folder")
        self.button.setEnabled(True)
        self.button.setObjectName("exportShow")
        self.button.setToolTip(as_tip(f"Open {self._folder()}"))
        self._end(_Outcome.DONE, f"{self.out.name}: {description}")
        self.button.show()

    def _show_cancelled(self) -> None:
        self._end(_Outcome.CANCELLED, f"{self.out.name} was cancelled; no file was left behind.")

    def _show_failed(self, failed: Failed) -> None:
        self._end(_Outcome.FAILED, f"{self.out.name} was not exported. {failed.message}")

    def _end(self, outcome: _Outcome, text: str) -> None:
        self._outcome, self._thread = outcome, None
        self.label.setText(text)
        self._draw_icon()
        self.progress.hide()
        self.button.hide()
        self.ended.emit()

    def _draw_icon(self) -> None:
        if self._outcome is None:
            return
        colours = theme.current()
        name, colour = {
            _Outcome.DONE: ("check", colours.good),
            _Outcome.CANCELLED: ("close", colours.muted),
            _Outcome.FAILED: ("warning", colours.alarm),
        }[self._outcome]
        pixmap = theme.pixmap(name, colour, 2 * _ICON_SIZE)
        pixmap.setDevicePixelRatio(2.0)
        self._icon.setPixmap(pixmap)

    def _folder(self) -> Path:
        return self.out if is_folder(self.out) else self.out.parent

    def _cancel_or_show(self) -> None:
        if self._thread is not None:
            self._thread.request_stop()
            self.button.setEnabled(False)
            self.label.setText(f"{self.out.name}: cancelling\N{HORIZONTAL ELLIPSIS}")
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder())))


def _in_progress(out: Path) -> str:
    return f"{out.name}\N{HORIZONTAL ELLIPSIS}"


def _label(out: Path) -> Label:
    label = Label(_in_progress(out))
    label.setObjectName("exportWords")
    label.setToolTip(as_tip(str(out)))
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    return label


def _progress_bar(out: Path) -> QProgressBar:
    bar = QProgressBar()
    bar.setObjectName("exportProgress")
    bar.setAccessibleName(f"Progress of {out.name}")
    bar.setTextVisible(False)
    bar.setRange(0, 0)
    bar.setFixedWidth(_PROGRESS_WIDTH)
    return bar
