"""The system's trash: runs go there, and come back from it."""

import contextlib
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QFile, QStandardPaths

from ganstudio.errors import RunError
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.labels import display_name, undated


@dataclass
class Deletion:
    """Runs that were deleted together. The thread that moves them keeps this true; others read it."""

    paths: list[Path]  # where they are, or were
    places: list[Path] = field(default_factory=list)  # where they lie in the trash; of those that the system tells of
    names: list[str] = field(default_factory=list)  # what a person calls those that were moved
    under_way: int = 0  # moves asked for whose end was not told yet; kept by who asks
    can_be_undone: bool = False  # there is a command for it

    @property
    def can_come_back(self) -> bool:
        """Whether all of them still lie where the trash put them."""
        whole = 0 < len(self.places) == len(self.paths)
        return whole and all(os.path.lexists(place) for place in self.places)


def throw_away(path: Path) -> Path | None:
    """Move a run to the trash. Gives its place there, None where the system does not tell. Raises RunError."""
    name = undated(display_name(path))
    if RunFolder.open(path).is_running():
        raise RunError(f"{name} is being trained, so it was not deleted.")
    # On Linux the trash lies in the home's data folder, and Qt does not make one where that is not there.
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    with contextlib.suppress(OSError):
        Path(data).mkdir(parents=True, exist_ok=True)
    file = QFile(str(path))
    if not file.supportsMoveToTrash():
        raise RunError(
            f"This computer has no trash, so {name} was not deleted. You can delete {path} in a file manager."
        )
    if not file.moveToTrash():
        raise RunError(
            f"{name} cannot be moved to the trash ({path}). It is still there; you can delete it in a file manager."
        )
    return Path(file.fileName()) if file.fileName() else None


def put_back(place: Path, path: Path) -> Path:
    """Move a run from its place in the trash to where it was, or beside it if that is taken. Raises OSError."""
    home = free(path)
    home.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(place, home)
    with contextlib.suppress(OSError):  # freedesktop.org's note on where it came from
        (place.parent.parent / "info" / f"{place.name}.trashinfo").unlink()
    return home


def free(path: Path) -> Path:
    """The path, with a number behind its name if that is taken."""
    number, found = 1, path
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found
