"""Read-only table of many rows, which can be copied."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.text import one_line

Index = QModelIndex | QPersistentModelIndex
Rows = Sequence[Any]
_ROOT = QModelIndex()
_MEASURED_ROWS = 100  # that decide how wide the columns are


class FactModel(QAbstractTableModel):
    """Rows that are put into words only as they are shown: there may be a hundred thousand.

    Parameters
    ----------
    headings
        Of the columns.
    describe
        Returns the texts of a row.
    """

    def __init__(self, headings: Sequence[str], describe: Callable[[Any], Sequence[str]]) -> None:
        super().__init__()
        self._headings = headings
        self._describe = describe
        self._rows: Rows = ()

    def show_rows(self, rows: Rows) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def texts(self, row: int) -> Sequence[str]:
        """Return the texts of a row."""
        return self._describe(self._rows[row])

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return len(self._headings)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        text = self.texts(index.row())[index.column()]
        return one_line(text) if role == Qt.ItemDataRole.DisplayRole else as_tip(text)


class FactTable(QTableView):
    """Table of facts; Copy copies the selected rows, a line each, with tabs between the columns.

    Parameters
    ----------
    name
        Accessible name.
    headings, describe
        As of `FactModel`.
    """

    def __init__(
        self,
        name: str,
        headings: Sequence[str],
        describe: Callable[[Any], Sequence[str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._model = FactModel(headings, describe)
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(_MEASURED_ROWS)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def show_rows(self, rows: Rows) -> None:
        """Show other rows."""
        self._model.show_rows(rows)

    def texts(self) -> list[list[str]]:
        """Return its texts, row by row."""
        return [list(self._model.texts(row)) for row in range(self._model.rowCount())]

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(index.row() for index in self.selectionModel().selectedRows())
            QGuiApplication.clipboard().setText("\n".join("\t".join(self._model.texts(row)) for row in rows))
        else:
            super().keyPressEvent(event)
