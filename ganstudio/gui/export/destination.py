"""Fields for the file that an export writes."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ganstudio.export.files import with_ending
from ganstudio.export.formats import FORMATS, Format
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.system.existence import exists, is_file, is_folder
from ganstudio.system.homes import expand, home_or_root
from ganstudio.text import one_line

_ENDINGS = frozenset(kind.suffix for kind in FORMATS.values())
_LINE_BREAK = "\N{ZERO WIDTH SPACE}"  # where a long path may continue on the next line


class Destination(QWidget):
    """Name of the file, its folder, and a button that asks for both.

    A proposed name says what the file contains. One that the user typed stays, apart from its ending.

    Parameters
    ----------
    reserved : callable
        Returns the files that are being written: their names are not proposed, as those of existing files are not.
    parent : QWidget, optional
        Qt's parent.
    """

    changed = Signal()

    def __init__(self, reserved: Callable[[], set[Path]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reserved = reserved
        self._stem, self._kind = "", next(iter(FORMATS.values()))
        self._folder = _default_folder()
        self.name = QLineEdit()
        self.name.setObjectName("exportPath")
        self.name.setAccessibleName("file")
        self.name.setToolTip("Name of the file. An existing file of that name is replaced only if the export succeeds.")
        self.name.textChanged.connect(self._show_folder)
        self._browse = QPushButton("Choose\N{HORIZONTAL ELLIPSIS}")
        self._browse.setObjectName("exportChoose")
        self._browse.setAccessibleName("choose a file")
        self._browse.setToolTip("Choose the folder and the name of the file")
        self._browse.setAutoDefault(False)
        self._browse.clicked.connect(self._ask)
        self._folder_label = Label()
        self._folder_label.setObjectName("exportFolder")
        self._folder_label.setAccessibleName("folder of the file")
        self._folder_label.setProperty("muted", True)
        self._folder_label.setProperty("small", True)
        self._folder_label.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self._folder_label, 1)
        row.addWidget(self._browse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.name)
        column.addLayout(row)

    @property
    def path(self) -> Path:
        """The file or folder that is written."""
        return with_ending(self._folder / expand(self.name.text().strip()), self._kind.suffix)

    def problem(self) -> str:
        """Return a sentence that says why nothing can be written there; "" if it can."""
        if not self.name.text().strip():
            return "Enter a file name."
        if self._kind.suffix and is_folder(self.path):
            return f"{self.path.name} is a folder. Enter another name."
        if not self._kind.suffix and is_file(self.path):
            return f"{self.path.name} is a file. Enter another name."
        return "" if is_folder(self.path.parent) else f"There is no folder {one_line(str(self.path.parent))}."

    def set_folder(self, folder: Path) -> None:
        """Let file names be relative to a folder."""
        self._folder = folder
        self._update_name()

    def set_editable(self, editable: bool) -> None:
        """Let the user change the file, or not."""
        self.name.setEnabled(editable)
        self._browse.setEnabled(editable)

    def propose(self, stem: str, kind: Format) -> None:
        """Propose a file name; give one that the user typed the ending of the format.

        Parameters
        ----------
        stem : str
            The name without its ending.
        kind : Format
            The format that is written.
        """
        self._stem, self._kind = stem, kind
        self._update_name()

    def propose_next(self) -> None:
        """Propose another name for the next file, in the same folder, even if the user typed the last one."""
        self._folder = self.path.parent
        self.name.setModified(False)
        self._update_name()

    @property
    def is_typed(self) -> bool:
        """Whether the user typed the name."""
        return self.name.isModified()

    def _update_name(self) -> None:
        suffix, typed = self._kind.suffix, Path(self.name.text())
        with QSignalBlocker(self.name):
            if not self.name.isModified() or not self.name.text():
                self.name.setText(_unused(self._folder / f"{self._stem}{suffix}", self._reserved()).name)
            elif typed.suffix.lower() not in ("", suffix) and typed.suffix.lower() in _ENDINGS:
                self.name.setText(str(typed.with_suffix(suffix)))
                self.name.setModified(True)
        self._show_folder()

    def _show_folder(self) -> None:
        self._folder_label.setText(f"Folder: {self.path.parent}".replace(os.sep, os.sep + _LINE_BREAK))
        self.changed.emit()

    def _ask(self) -> None:
        if self._kind.suffix:
            filters = f"{self._kind.title} (*{self._kind.suffix})"
            file_dialogs.ask_save(self, "Export", self.path.name, filters, self._set_file, folder=self.path.parent)
        else:
            file_dialogs.ask_folder(self, "Export", self.path.parent, self.set_folder)

    def _set_file(self, path: Path) -> None:
        self._folder = path.parent
        self.name.setText(path.name)
        self.name.setModified(True)
        self._update_name()


def _default_folder() -> Path:
    pictures = home_or_root() / "Pictures"
    return pictures if is_folder(pictures) else home_or_root()


def _unused(path: Path, reserved: set[Path]) -> Path:
    """Return the path, with a number after its name if that is taken."""
    number, candidate = 1, path
    while exists(candidate) or candidate in reserved:
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate
