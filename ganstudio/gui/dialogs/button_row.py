"""The buttons at the bottom of a dialog that asks for something."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton


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
