"""Dialogs of the Help menu: all shortcuts on a page, and what this program is."""

import math
import platform
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from ganstudio import __version__
from ganstudio.errors import InputError
from ganstudio.gui.dialogs.fitting import FittingDialog, Scrolled
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.mnemonics import plain
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.system import paths
from ganstudio.system.installing import installed_version

_OTHER_SHORTCUTS = (
    ("A, E, V", "In the lab: add points, erase points, move a mode; Esc puts the tool away"),
    ("Arrow keys", "On a slider or in the grid: move by one"),
    ("Home, End", "On the time slider: step 0, or live"),
)
_COLUMNS = 2  # of shortcuts
_DESCRIPTIONS = {  # of actions whose text follows the run, or needs the menu around it
    "startPauseAction": "Start, pause or resume",
    "undoAction": "Undo",
    "redoAction": "Redo",
    "slowerAction": "Slower training",
    "fasterAction": "Faster training",
    "textLargerAction": "Larger text",
    "textSmallerAction": "Smaller text",
    "textUsualAction": "Default text size",
}


class ShortcutList(FittingDialog):
    """Dialog with every shortcut and what it does."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutList")
        self.setWindowTitle("Keyboard shortcuts")
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE * 2)
        grid.setVerticalSpacing(SPACE // 2)
        native = QKeySequence.SequenceFormat.NativeText
        rows = [(action.shortcut().toString(native), _describe(action)) for action in actions]
        shortcuts = [row for row in rows if row[0]] + list(_OTHER_SHORTCUTS)
        column_length = math.ceil(len(shortcuts) / _COLUMNS)
        grid.setRowStretch(column_length, 1)
        for index, (keys, description) in enumerate(shortcuts):
            row, column = index % column_length, index // column_length * 2
            left = Label(keys)
            left.setProperty("muted", True)
            grid.addWidget(left, row, column, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(Label(description), row, column + 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE * 2)
        whole.addWidget(Scrolled(body), 1)
        whole.addWidget(_close_button(self), 0, Qt.AlignmentFlag.AlignRight)


def _describe(action: QAction) -> str:
    return _DESCRIPTIONS.get(action.objectName(), plain(action.text()).rstrip("…"))


class AboutBox(QDialog):
    """Dialog with name, version, licences, and the folders in use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutBox")
        self.setWindowTitle("About GAN Studio")
        title = Label("GAN Studio")
        title.setProperty("large", True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE * 2)
        grid.setVerticalSpacing(SPACE // 2)
        for row, (name, value) in enumerate(_facts()):
            left, right = Label(name), Label(value)
            left.setProperty("muted", True)
            right.setWordWrap(True)
            right.setMinimumWidth(360)
            right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(right, row, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addWidget(title)
        whole.addWidget(Label("Trains generative adversarial networks before your eyes."))
        whole.addSpacing(SPACE)
        whole.addLayout(grid)
        whole.addSpacing(SPACE)
        whole.addWidget(_close_button(self), 0, Qt.AlignmentFlag.AlignRight)


def _facts() -> list[tuple[str, str]]:
    found = {name: installed_version(name) for name in ("torch", "PySide6-Essentials")}
    versions = [
        f"Python {platform.python_version()}",
        *(f"{name} {version}" for name, version in found.items() if version),
    ]
    return [
        ("version", __version__),
        ("licence", "MIT; MNIST: CC BY-SA 3.0, UCI digits: CC BY 4.0"),
        ("runs with", ", ".join(versions)),
        ("runs", _runs_home()),
        ("data sets", str(paths.data_home())),
        ("log", str(paths.log_file())),
    ]


def _runs_home() -> str:
    try:
        return str(paths.runs_home())
    except InputError as error:
        return str(error)


def _close_button(dialog: QDialog) -> QPushButton:
    button = QPushButton("Close")
    button.clicked.connect(dialog.reject)
    return button
