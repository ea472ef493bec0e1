"""The buttons at the bottom of a dialog."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget

from ganstudio.gui.widgets.rich_text import as_tip


def make_button_row(dialog: QDialog, main: QPushButton) -> QDialogButtonBox:
    """Return a row with Cancel and `main`, which accepts what the dialog shows; Enter presses it."""
    main.setProperty("main", True)
    main.setDefault(True)
    row = QDialogButtonBox()
    row.addButton(QPushButton("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
    row.addButton(main, QDialogButtonBox.ButtonRole.AcceptRole)
    row.accepted.connect(dialog.accept)
    row.rejected.connect(dialog.reject)
    return row


def make_button(name: str, text: str, tip: str, parent: QWidget | None = None) -> QPushButton:
    """Return a button with this objectName; Enter elsewhere in the dialog does not press it."""
    button = QPushButton(text, parent)
    button.setObjectName(name)
    button.setToolTip(as_tip(tip))
    button.setAutoDefault(False)
    return button
