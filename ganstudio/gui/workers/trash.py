"""The system's trash, which runs are moved to and brought back from."""

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
    """Runs that were deleted together. The thread that moves them keeps this up to date; others only read it.

    Attributes
    ----------
    paths : list of Path
        Where the runs are, or were.
    places : list of Path
        Where they are in the trash, as far as the system says.
    names : list of str
        What the user calls those that were moved.
    moves_in_progress : int
        Moves that were requested and have not ended; counted by who requests them.
    can_be_undone : bool
        Whether there is an undo command.
    """

    paths: list[Path]
    places: list[Path] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    moves_in_progress: int = 0
    can_be_undone: bool = False

    @property
    def can_be_restored(self) -> bool:
        """Whether all of the runs are still in the trash."""
        is_complete = 0 < len(self.places) == len(self.paths)
        return is_complete and all(os.path.lexists(place) for place in self.places)


def move_to_trash(path: Path) -> Path | None:
    """Move a run to the trash.

    Parameters
    ----------
    path : Path
        Folder of the run.

    Returns
    -------
    Path or None
        Its place in the trash; None where the system does not say.

    Raises
    ------
    RunError
        The run is being trained, there is no trash, or it cannot be moved.
    """
    name = undated(display_name(path))
    if RunFolder.open(path).is_running():
        raise RunError(f"{name} is being trained, so it was not deleted.")
    # On Linux the trash is in the home's data folder, and Qt does not make one if that does not exist.
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


def restore(place: Path, path: Path) -> Path:
    """Move a run back from the trash.

    Parameters
    ----------
    place : Path
        Where it is in the trash.
    path : Path
        Where it was.

    Returns
    -------
    Path
        Where it is now: `path`, or beside it if there is another run.

    Raises
    ------
    OSError
        It cannot be moved.
    """
    target = _unused(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(place, target)
    with contextlib.suppress(OSError):  # freedesktop.org's note on where it came from
        (place.parent.parent / "info" / f"{place.name}.trashinfo").unlink()
    return target


def _unused(path: Path) -> Path:
    """Return the path, with a number after its name if that is taken."""
    number, candidate = 1, path
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate
