"""Lower end of the dialog of imports: what an import costs or lacks, its progress, and the buttons."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ganstudio.gui.dialogs.button_row import make_button
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


class Footer(QWidget):
    """A line of text, a progress bar and the buttons."""

    otherRequested = Signal()
    cancelRequested = Signal()
    importRequested = Signal()
    closeRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = ""
        self.problem = WrappedLabel()
        self.problem.setObjectName("importProblem")
        self.problem.setProperty("alarm", True)
        self.text = WrappedLabel()
        self.text.setObjectName("importText")
        self.text.setProperty("muted", True)
        self.progress = QProgressBar()
        self.progress.setObjectName("importProgress")
        self.progress.setAccessibleName("Progress of the import")
        self.progress.setTextVisible(False)
        self.other_button = make_button("importOther", f"Other pictures{_ELLIPSIS}", "Choose another folder or archive")
        self.cancel_button = make_button("importCancel", "Cancel", "Stop it; nothing is kept of it")
        self.close_button = make_button(
            "importClose", "Close", "Close this window; an import in progress continues (Esc)"
        )
        self.import_button = make_button("importButton", "Import", "Write the data set, and choose it for the next run")
        self.import_button.setProperty("main", True)
        self.other_button.clicked.connect(self.otherRequested)
        self.cancel_button.clicked.connect(self.cancelRequested)
        self.close_button.clicked.connect(self.closeRequested)
        self.import_button.clicked.connect(self.importRequested)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self.other_button)
        buttons.addStretch(1)
        for button in (self.cancel_button, self.close_button, self.import_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for part in (self.problem, self.text, self.progress):
            column.addWidget(part)
        column.addLayout(buttons)

    def show_buttons(self, works: bool, can_import: bool, can_ask: bool) -> None:
        """Show the buttons that do something now."""
        self.cancel_button.setVisible(works)
        self.cancel_button.setEnabled(True)
        self.progress.setVisible(works)
        self.import_button.setVisible(can_import)
        self.other_button.setVisible(can_ask)

    def show_problem(self, text: str) -> None:
        """Say why it cannot be imported; "" lets it be."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.import_button.setEnabled(not text)

    def show_failure(self, text: str) -> None:
        """Say why an import failed; it can be tried again."""
        self.show_problem(text)
        self.import_button.setEnabled(True)

    def show_text(self, text: str) -> None:
        """Show a line on the import."""
        self._what = ""
        self.text.setText(text)

    def show_progress(self, what: str, done: int, total: int) -> None:
        """Show what is done, and how far it is; `total` 0: nobody knows."""
        self._what = what
        self.show_count(done, total)

    @Slot(object, object)
    def show_count(self, done: int, total: int) -> None:
        """Show how many files of all are done."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        count = f": {done:,} of {total:,} files" if total else _ELLIPSIS
        self.text.setText(f"{self._what}{count}" if self._what else "")

    @Slot()
    def show_cancelling(self) -> None:
        """Say that it will stop."""
        self.cancel_button.setEnabled(False)
        self.text.setText(f"Cancelling{_ELLIPSIS}")
