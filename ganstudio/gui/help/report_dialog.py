"""Dialog with a report of a problem, to be read before it is copied and sent."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.dialogs.fitting import FittingDialog
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_SIZE = QSize(680, 460)  # px, where the screen has room for it
_ABOUT = (
    "Versions, this computer, and the last lines of the log: paste it into a report of a problem. "
    "Your name, the computer's name and folders are left out; please look through it before you send it."
)


class ReportDialog(FittingDialog):
    """Dialog that shows a report and copies it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reportDialog")
        self.setWindowTitle("Report a problem")
        self.text = QPlainTextEdit()
        self.text.setObjectName("reportText")
        self.text.setAccessibleName("Report")
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy_button = QPushButton("Copy")
        self.copy_button.setToolTip("Copy the whole report")
        self.copy_button.setProperty("main", True)
        self.copy_button.setEnabled(False)
        self.copy_button.clicked.connect(self._copy)
        close = QPushButton("Close")
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.copy_button)
        buttons.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addWidget(WrappedLabel(_ABOUT))
        whole.addWidget(self.text, 1)
        whole.addLayout(buttons)

    def show_report(self, text: str) -> None:
        """Show a report."""
        self.text.setPlainText(text)
        self.copy_button.setEnabled(bool(text))

    @override
    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(_SIZE)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
