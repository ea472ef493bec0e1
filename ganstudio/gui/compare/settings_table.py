"""SettingsTable: what differs between runs, a column a run: how good they are, and the settings that are not alike."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from ganstudio.config import SETTINGS
from ganstudio.gui.compare.compare_plot import pen
from ganstudio.gui.compare.differences import Difference
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import plain, wrapped

_PADDING = 6  # px of height of a row beside its text
_SAMPLE = (22, 8)  # px: a piece of a run's line
_LEAST_ROWS, _MOST_ROWS = 1, 6  # that are seen at once; more scroll
_OF_WINDOW = 0.3  # of its height that rows may take in a large one
_LEAST_COLUMN = 88  # px


class SettingsTable(QTableWidget):
    """Read only. Its rows are as high as the words in them; values that are too long wrap."""

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
        header.setMinimumSectionSize(_LEAST_COLUMN)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setIconSize(QSize(*_SAMPLE))

    def show_runs(self, names: Sequence[str], facts: Sequence[tuple[str, Sequence[str], str]]) -> None:
        """Columns for these runs; `facts` are rows above the settings: what, words of each run, and a tooltip."""
        self.clear()
        self.setColumnCount(1 + len(names))
        self.setRowCount(0)
        self.setHorizontalHeaderItem(0, QTableWidgetItem(""))
        for column, name in enumerate(names, start=1):
            item = QTableWidgetItem(name)
            item.setToolTip(name)
            self.setHorizontalHeaderItem(column, item)
        for what, words, tip in facts:
            self._add(what, words, [tip] * (1 + len(words)))
        self._draw_samples()

    def show_differences(self, found: Sequence[Difference]) -> None:
        """Rows for these settings; without any, one that says so."""
        for each in found:
            setting = SETTINGS[each.path]
            about = wrapped(f"<b>{plain(setting.label)}</b>", plain(setting.help))
            self._add(each.label, each.values, [about, *(wrapped(plain(full)) for full in each.full)])
        if not found:
            self._add("settings", ["the same"] * (self.columnCount() - 1), [])
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._fit_rows()

    def words(self) -> list[list[str]]:
        """What stands in it, row by row."""
        cells = [[self.item(row, column) for column in range(self.columnCount())] for row in range(self.rowCount())]
        return [[each.text() if each else "" for each in row] for row in cells]

    def rename(self, index: int, name: str) -> None:
        """A run has another name."""
        item = self.horizontalHeaderItem(index + 1)
        if item is not None:
            item.setText(name)
            item.setToolTip(name)

    def _add(self, what: str, words: Sequence[str], tips: Sequence[str]) -> None:
        row = self.rowCount()
        self.insertRow(row)
        for column, text in enumerate((what, *words)):
            item = QTableWidgetItem(text)
            if column < len(tips):
                item.setToolTip(tips[column])
            if not column:
                item.setForeground(QColor(theme.current().muted))
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)

    def _draw_samples(self) -> None:
        """A piece of its line before each run's name."""
        ratio = self.devicePixelRatioF()
        for column in range(1, self.columnCount()):
            drawn = QPixmap(QSize(*_SAMPLE) * ratio)
            drawn.setDevicePixelRatio(ratio)
            drawn.fill(Qt.GlobalColor.transparent)
            line = pen(column - 1)
            line.setWidth(2)
            painter = QPainter(drawn)
            painter.setPen(line)
            painter.drawLine(0, _SAMPLE[1] // 2, _SAMPLE[0], _SAMPLE[1] // 2)
            painter.end()
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setIcon(QIcon(drawn))

    # Room

    def _fit_rows(self) -> None:
        self.resizeRowsToContents()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_rows()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_samples()

    def _height_of(self, rows: int) -> int:
        heights = sum(self.rowHeight(row) for row in range(min(rows, self.rowCount())))
        return self.horizontalHeader().sizeHint().height() + heights + 2 * self.frameWidth() + 2

    def sizeHint(self) -> QSize:
        height = self.rowHeight(0) if self.rowCount() else 1
        most = max(_MOST_ROWS, int(self.window().height() * _OF_WINDOW / max(1, height)))
        return QSize(super().sizeHint().width(), self._height_of(most))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height_of(_LEAST_ROWS))
