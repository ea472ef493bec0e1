"""The exports of the dialog, the newest first."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.export.row import ExportRow
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import SPACE

_MAX_ROWS = 3  # finished exports are removed beyond that
_MIN_ROW_HEIGHT = 24  # px
_WIDTH = 820  # px


class ExportList(QScrollArea):
    """Rows of exports in progress and of finished ones.

    It is as high as a few exports, even while there is none, so that nothing moves when an export starts or ends; in a
    small dialog it scrolls.
    """

    ended = Signal()  # an export is over

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportList")
        self.setAccessibleName("Exports")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(_MIN_ROW_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        content = QWidget()
        content.setObjectName("scrolled")
        self._empty_label = Label("Your exports appear here.")
        self._empty_label.setProperty("muted", True)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(SPACE // 2)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty_label)
        column.addLayout(self._rows)
        column.addStretch(1)
        self.setWidget(content)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _MAX_ROWS * (_MIN_ROW_HEIGHT + SPACE))

    def add(self, row: ExportRow) -> None:
        """Show an export above the others."""
        self._empty_label.hide()
        row.ended.connect(self.ended)
        self._rows.insertWidget(0, row)
        for old in [row for row in self.rows() if row.is_over][_MAX_ROWS - 1 :]:
            self._rows.removeWidget(old)
            delete_later(old)

    def rows(self) -> list[ExportRow]:
        """Return the exports that are shown, from top to bottom."""
        items = [self._rows.itemAt(index) for index in range(self._rows.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if isinstance(widget, ExportRow)]

    def files_in_progress(self) -> set[Path]:
        """Return the files that are being written."""
        return {row.out for row in self.rows() if not row.is_over}
