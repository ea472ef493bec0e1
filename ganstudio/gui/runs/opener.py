"""Opens runs that the user names: a folder, the run.toml in it, or a run as one file, which is unpacked."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.session import Session
from ganstudio.gui.workers.unpack import UnpackThread
from ganstudio.runs import archive
from ganstudio.system import paths
from ganstudio.system.existence import is_file, is_folder

_ENDINGS = (archive.SUFFIX, f"{archive.SUFFIX}.zip")  # some programs append what they take the file for
ACCEPTED = "Open a run's folder, the run.toml in it, or a .ganrun file."


def find_run(path: Path) -> Path | None:
    """Return the run's folder, or the run as one file, that a path names; None if it names none."""
    if path.name == "run.toml" and is_file(path):
        return path.parent
    if path.name.lower().endswith(_ENDINGS) and is_file(path):
        return path
    return path if is_file(path / "run.toml") else None


class Opener(QObject):
    """Asks the user for runs, opens those that are dropped, and reports what it cannot open.

    Parameters
    ----------
    session : Session
        Opens runs.
    window : QWidget
        Qt's parent, over which dialogs open.
    """

    failed = Signal(object)  # Failed

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._unpacking: set[Path] = set()

    def ask(self) -> None:
        """Ask for a run in a dialog and open it."""
        file_dialogs.ask_run(self._window, self.open)

    @property
    def is_unpacking(self) -> bool:
        """Whether a run is being unpacked."""
        return bool(self._unpacking)

    def open(self, path: Path) -> None:
        """Open the run that a path names, or report why that is not possible."""
        run = find_run(path)
        if run is None:
            self._post(f"{path} is not a run. {ACCEPTED}")
        elif is_folder(run):
            self._session.open_run(run)
        else:
            self._unpack(run)

    def _unpack(self, file: Path, again: bool = False) -> None:
        if file in self._unpacking:
            return
        self._unpacking.add(file)
        self._post(f"Unpacking {file.name}\N{HORIZONTAL ELLIPSIS}")
        thread = UnpackThread(file, paths.runs_home, again, self)
        thread.alreadyUnpacked.connect(self._offer_unpacked)
        thread.unpacked.connect(self._open_unpacked)
        thread.refused.connect(self.failed)
        thread.failed.connect(self.failed)
        thread.finished.connect(partial(self._unpacking.discard, file))
        self._session.threads.launch(thread)

    @Slot(object, object)
    def _offer_unpacked(self, file: Path, folder: Path) -> None:
        choices = (
            ("Open that run", partial(self._session.open_run, folder)),
            ("Unpack again", partial(self._unpack, file, True)),
        )
        self._post(f"{file.name} has already been unpacked to {folder}.", choices)

    @Slot(object, object)
    def _open_unpacked(self, file: Path, folder: Path) -> None:
        self._session.runsChanged.emit()
        self._session.open_run(folder)

    def _post(self, text: str, choices: tuple[tuple[str, partial[None]], ...] = ()) -> None:
        self._session.notifier.post(Notice(text, choices))
