"""Table of what differs between runs: a column for each run, its quality, and the settings that are not the same."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget
from typing_extensions import override

from ganstudio.config import SETTINGS
from ganstudio.gui.compare.compare_plot import line_pen
from ganstudio.gui.compare.differences import Difference
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip, bold, wrapped
from ganstudio.text import one_line

_PADDING = 6  # px of height of a row beside its text
_SWATCH = (22, 8)  # px: a piece of a run's line
_MIN_ROWS, _MAX_ROWS = 1, 6  # that are visible at once; more scroll
_MAX_WINDOW_FRACTION = 0.3  # of the height of a large window that rows may take
_MIN_COLUMN_WIDTH = 88  # px


class SettingsTable(QTableWidget):
    """Read-only table whose rows are as high as their text; long values wrap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareSettings")
        self.setAccessibleName("What differs between the runs")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(_MIN_COLUMN_WIDTH)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setIconSize(QSize(*_SWATCH))

    def show_runs(self, names: Sequence[str], facts: Sequence[tuple[str, Sequence[str], str]]) -> None:
        """Show these runs.

        Parameters
        ----------
        names
            Titles of the runs.
        facts
            Rows above the settings: a label, a text for each run, and a tooltip.
        """
        self.clear()
        self.setColumnCount(1 + len(names))
        self.setRowCount(0)
        self.setHorizontalHeaderItem(0, QTableWidgetItem(""))
        for column, name in enumerate(names, start=1):
            item = QTableWidgetItem(name)
            item.setToolTip(as_tip(name))
            self.setHorizontalHeaderItem(column, item)
        for label, texts, tip in facts:
            self._add_row(label, texts, [tip] * (1 + len(texts)))
        self._draw_swatches()

    def show_differences(self, differences: Sequence[Difference]) -> None:
        """Show a row for each setting that differs; if none does, one that says so."""
        for difference in differences:
            setting = SETTINGS[difference.path]
            about = wrapped(bold(setting.label), setting.help)
            self._add_row(difference.label, difference.values, [about, *(wrapped(full) for full in difference.full)])
        if not differences:
            self._add_row("settings", ["the same"] * (self.columnCount() - 1), [])
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._fit_rows()

    def texts(self) -> list[list[str]]:
        """Return its texts, row by row."""
        cells = [[self.item(row, column) for column in range(self.columnCount())] for row in range(self.rowCount())]
        return [[item.text() if item else "" for item in row] for row in cells]

    def rename(self, index: int, name: str) -> None:
        """Show another name of a run."""
        item = self.horizontalHeaderItem(index + 1)
        if item is not None:
            item.setText(name)
            item.setToolTip(as_tip(name))

    def _add_row(self, label: str, texts: Sequence[str], tips: Sequence[str]) -> None:
        row = self.rowCount()
        self.insertRow(row)
        for column, text in enumerate((label, *texts)):
            item = QTableWidgetItem(one_line(text))
            if column < len(tips):
                item.setToolTip(as_tip(tips[column]))
            if not column:
                item.setForeground(QColor(theme.current().muted))
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)

    def _draw_swatches(self) -> None:
        """Draw a piece of its line before each run's name."""
        ratio = self.devicePixelRatioF()
        for column in range(1, self.columnCount()):
            swatch = QPixmap(QSize(*_SWATCH) * ratio)
            swatch.setDevicePixelRatio(ratio)
            swatch.fill(Qt.GlobalColor.transparent)
            line = line_pen(column - 1)
            line.setWidth(2)
            painter = QPainter(swatch)
            painter.setPen(line)
            painter.drawLine(0, _SWATCH[1] // 2, _SWATCH[0], _SWATCH[1] // 2)
            painter.end()
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setIcon(QIcon(swatch))

    # Room

    def _fit_rows(self) -> None:
        self.resizeRowsToContents()
        self.updateGeometry()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_rows()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_swatches()

    def _height_of(self, rows: int) -> int:
        heights = sum(self.rowHeight(row) for row in range(min(rows, self.rowCount())))
        return self.horizontalHeader().sizeHint().height() + heights + 2 * self.frameWidth() + 2

    @override
    def sizeHint(self) -> QSize:
        height = self.rowHeight(0) if self.rowCount() else 1
        most = max(_MAX_ROWS, int(self.window().height() * _MAX_WINDOW_FRACTION / max(1, height)))
        return QSize(super().sizeHint().width(), self._height_of(most))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height_of(_MIN_ROWS))
