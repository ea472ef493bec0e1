"""First page of an import: where the pictures are. They can be dropped on it, too."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_WIDTH = 480  # px of the text
ARCHIVE_ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
ARRAY_ENDINGS = (".npz", ".npy", ".csv", "-ubyte", "-ubyte.gz")  # of numpy, and of MNIST's files
_FILES = f"Archives and arrays ({' '.join(f'*{ending}' for ending in ARCHIVE_ENDINGS + ARRAY_ENDINGS)});;All files (*)"
_INVITATION = (
    "Choose a folder or an archive (zip, tar) with pictures, or drop it here. "
    "Arrays work, too: npz, npy, a pair of idx files, or a CSV file of pixels. "
    "The pictures are looked at first, and nothing is ever written beside them. "
    "Classes come from the names of sub-folders, or from a table (CSV, TSV, JSON)."
)


class SourcePage(QWidget):
    """Two buttons that ask for pictures, and what was wrong with those that were named before."""

    chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = WrappedLabel()
        self.message.setObjectName("importSourceProblem")
        self.message.setProperty("alarm", True)
        self.message.hide()
        self.folder_button = _button("importFolder", "Folder\N{HORIZONTAL ELLIPSIS}", "Choose a folder with pictures")
        self.archive_button = _button(
            "importArchive", "File\N{HORIZONTAL ELLIPSIS}", "Choose a zip or tar archive, or a file of arrays"
        )
        self.folder_button.clicked.connect(self._ask_folder)
        self.archive_button.clicked.connect(self._ask_archive)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addStretch(1)
        row.addWidget(self.folder_button)
        row.addWidget(self.archive_button)
        row.addStretch(1)
        middle = QWidget()
        middle.setFixedWidth(_WIDTH)
        column = QVBoxLayout(middle)
        column.setSpacing(SPACE * 2)
        column.addStretch(1)
        column.addWidget(self.message)
        column.addWidget(WrappedLabel(_INVITATION))
        column.addLayout(row)
        column.addStretch(1)
        whole = QHBoxLayout(self)
        whole.addStretch(1)
        whole.addWidget(middle)
        whole.addStretch(1)

    def show_problem(self, text: str) -> None:
        """Say why the pictures that were named cannot be imported; "" if nothing is wrong."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _ask_folder(self) -> None:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        file_dialogs.ask_folder(self, "Folder with pictures", Path(pictures), self.chosen.emit)

    def _ask_archive(self) -> None:
        file_dialogs.ask_open(self, "Archive or array with pictures", _FILES, self.chosen.emit)


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(tip)
    button.setToolTip(as_tip(tip))
    button.setAutoDefault(False)
    return button
