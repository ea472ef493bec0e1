"""Second page of an import: what was found, what the user chooses, and pictures as D will see them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from ganstudio.data.pictures.sources import Entry
from ganstudio.gui.dialogs.fitting import Scrolled
from ganstudio.gui.imports.fact_table import FactTable
from ganstudio.gui.imports.form import ImportForm
from ganstudio.gui.imports.preview import ImportPreview
from ganstudio.gui.imports.skipped_page import SkippedPage
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.picture_scan import Found

_LEFT_WIDTH = 380  # px
_SKIPPED, _CLASSES = 1, 2  # tabs


class ChoicePage(QWidget):
    """Summary and form on the left; preview, skipped files and classes on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = WrappedLabel()
        self.summary.setObjectName("importSummary")
        self.summary.setAccessibleName("What was found")
        self.form = ImportForm()
        self.preview = ImportPreview()
        self.skipped = SkippedPage()
        self.classes = FactTable("Classes", ("class", "pictures"), _describe_class)
        self.classes.setObjectName("importClasses")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.preview, "preview")
        self.tabs.addTab(self.skipped, "skipped")
        self.tabs.addTab(self.classes, "classes")
        self.tabs.tabBar().setAccessibleName("Preview, skipped files and classes")
        self._lay_out()
        self.form.labels.changed.connect(self._show_labels)

    def show_found(self, found: Found) -> None:
        """Show what a source holds."""
        self.form.show_found(found)
        self.form.setVisible(found.advice is not None)
        self.preview.show_examples(found.examples)
        self.show_skipped(found.scan.skipped, found.skipped_table)
        self.tabs.setCurrentIndex(_SKIPPED if found.advice is None else 0)

    def show_skipped(self, skipped: Sequence[Entry], csv: str) -> None:
        """Show which files are skipped."""
        self.skipped.show_skipped(skipped, csv)
        self.tabs.setTabText(_SKIPPED, f"skipped ({len(skipped):,})")

    @Slot()
    def _show_labels(self) -> None:
        found = self.form.labels.found
        if found is not None:
            self.summary.setText(found.summary)
            self.classes.show_rows(tuple(found.counts.items()))
            self.tabs.setTabText(_CLASSES, f"classes ({len(found.counts):,})")

    def _lay_out(self) -> None:
        left = QWidget()
        inside = QVBoxLayout(left)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE * 2)
        inside.addWidget(self.summary)
        inside.addWidget(self.form)
        inside.addStretch(1)
        scrolled = Scrolled(left)
        scrolled.setFixedWidth(_LEFT_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE * 2)
        row.addWidget(scrolled)
        row.addWidget(self.tabs, 1)


def _describe_class(row: Any) -> tuple[str, str]:
    name, count = row
    return str(name), f"{count:,}"
