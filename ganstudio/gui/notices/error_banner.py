"""The error banner: what went wrong, what was kept, what to do next. It floats over the samples and blocks nothing."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ganstudio.events import Failed
from ganstudio.gui.notices.card import Card, card_button
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_COPY_TIP = "Copy these sentences"
_REPORT_TIP = "Copy a report: the error, versions and the last lines of the log, without names and folders"
_MAX_DETAILS_HEIGHT = 120  # px; longer details scroll


class ErrorBanner(Card):
    """Card with an error; the details are folded."""

    settingsRequested = Signal()
    reportRequested = Signal(str)  # an error that nobody expected

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning", "alarm", parent)
        self.setObjectName("errorBanner")
        self.setAccessibleName("Error")
        self.kept = WrappedLabel()
        self.kept.setProperty("muted", True)
        self.texts.addWidget(self.kept)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details of the error")
        self.details.setMaximumHeight(_MAX_DETAILS_HEIGHT)
        self.details.hide()
        self.details_button = card_button("Details", "Show where the error occurred")
        self.details_button.setCheckable(True)
        self.details_button.toggled.connect(self.details.setVisible)
        self.copy_button = card_button("Copy", _COPY_TIP)
        self.copy_button.clicked.connect(self._copy)
        self.settings_button = card_button("Settings…", "Choose the folders for runs and data sets", main=True)
        self.settings_button.clicked.connect(self.settingsRequested)
        self.add_buttons(self.settings_button, self.details_button, self.copy_button)
        self.column.addWidget(self.details)
        self.hide()

    def show_failure(self, failed: Failed, advice: str = "") -> None:
        """Show an error; `advice` is what to do next."""
        self.sentence.setText(failed.message)
        self.kept.setText(" ".join(part for part in (failed.kept, advice) if part))
        self.kept.setVisible(bool(self.kept.text()))
        self.details.setPlainText(failed.details.strip())
        self.details_button.setChecked(False)
        self.details_button.setVisible(bool(failed.details))
        self.copy_button.setToolTip(as_tip(_REPORT_TIP if failed.details else _COPY_TIP))
        self.settings_button.setVisible(bool(failed.place))
        self.setAccessibleDescription(self.sentence.text())
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _copy(self) -> None:
        """Copy what can be read here; of an error that nobody expected a report, without names and folders."""
        details = self.details.toPlainText()
        text = "\n\n".join(part for part in (self.sentence.text(), self.kept.text(), details) if part)
        if details:
            self.reportRequested.emit(text)
        else:
            QGuiApplication.clipboard().setText(text)
