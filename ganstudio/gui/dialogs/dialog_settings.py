"""What dialogs for files and colours keep from one to the next, and from one start to the next."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray

from ganstudio.gui.stored_settings import open_settings
from ganstudio.system.existence import is_folder


class DialogSettings:
    """Settings of dialogs, in the file of those of the window."""

    def __init__(self) -> None:
        self._settings = open_settings("window")

    def folder(self, kind: str) -> Path | None:
        """Return where the user last saved or opened a file of that kind; None if the folder is gone."""
        path = Path(str(self._settings.value(f"folders/{kind}", "")))
        return path if path.is_absolute() and is_folder(path) else None

    def remember_folder(self, kind: str, path: Path) -> None:
        """Store the folder in which a file of that kind was saved or opened."""
        self._settings.set(f"folders/{kind}", str(path))

    @property
    def file_look(self) -> QByteArray:
        """Columns, bookmarks and view of Qt's own dialog for files, as Qt saves them; at first empty."""
        look = self._settings.value("fileDialog")
        return look if isinstance(look, QByteArray) else QByteArray()

    def remember_file_look(self, look: QByteArray) -> None:
        """Store the look of Qt's own dialog for files."""
        self._settings.set("fileDialog", look)

    @property
    def own_colours(self) -> list[str]:
        """Colours, #AARRGGBB, that the user keeps in the dialog for colours; at first none."""
        known: Any = self._settings.value("colours", [])
        return [str(name) for name in ([known] if isinstance(known, str) else known or [])]

    def remember_own_colours(self, names: Iterable[str]) -> None:
        """Store the colours, #AARRGGBB, that the user keeps in the dialog for colours."""
        self._settings.set("colours", list(names))
