"""The files that an import skips, each with its reason; all of them can be copied as a table."""

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ganstudio.data.pictures.sources import Entry, show
from ganstudio.gui.imports.fact_table import FactTable
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import SPACE


class SkippedPage(QWidget):
    """Table of skipped files, and a button that copies all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._csv = ""
        self.table = FactTable("Skipped files", ("file", "kind", "reason"), describe_entry)
        self.table.setObjectName("importSkipped")
        self.copy_button = QPushButton("Copy all")
        self.copy_button.setObjectName("importCopySkipped")
        self.copy_button.setToolTip("Copy the whole table as CSV")
        self.copy_button.setProperty("small", True)
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._copy)
        self._none = Label("No file was skipped.")
        self._none.setProperty("muted", True)
        row = QHBoxLayout()
        row.addWidget(self._none)
        row.addStretch(1)
        row.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.table, 1)
        column.addLayout(row)

    def show_skipped(self, skipped: Sequence[Entry], csv: str) -> None:
        """Show skipped files; `csv` is the table of them."""
        self._csv = csv
        self.table.show_rows(skipped)
        self.copy_button.setEnabled(bool(skipped))
        self._none.setVisible(not skipped)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._csv)


def describe_entry(entry: Entry) -> tuple[str, str, str]:
    """Return the texts of a skipped file."""
    return show(entry.path), entry.verdict.value, entry.why
