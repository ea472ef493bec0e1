"""The error banner: what went wrong, what was kept, what to do next. It floats over the samples and blocks nothing."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ganstudio.events import Failed
from ganstudio.gui.notices.card import Card, card_button
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_MAX_DETAILS_HEIGHT = 120  # px; longer details scroll


class ErrorBanner(Card):
    """Card with an error; the details are folded."""

    settingsRequested = Signal()

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
        self.copy_button = card_button("Copy", "Copy the error with all details, to report it")
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
        self.settings_button.setVisible(bool(failed.place))
        self.setAccessibleDescription(self.sentence.text())
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _copy(self) -> None:
        parts = (self.sentence.text(), self.kept.text(), self.details.toPlainText())
        QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))
