"""Opener: opens what a person names: a run's folder, the run.toml in it, or a run as one file, which it unpacks."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ganstudio import paths
from ganstudio.errors import Cancelled, StudioError
from ganstudio.events import Failed
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.session import Session
from ganstudio.gui.workers.train import Worker
from ganstudio.runs import archive

TAKES = "Open a run's folder, the run.toml in it, or a .ganrun file."


def run_at(path: Path) -> Path | None:
    """The run's folder, or the run as one file, that a path names; None if it names none."""
    if path.name == "run.toml" and path.is_file():
        return path.parent
    if path.suffix.lower() == archive.SUFFIX and path.is_file():
        return path
    return path if (path / "run.toml").is_file() else None


class UnpackThread(Worker):
    """Unpacks a run that came as one file, however large."""

    known = Signal(object, object)  # the file; the folder that it was unpacked in before
    done = Signal(object, object)  # the file; the run's folder
    failed = Signal(object)  # Failed

    def __init__(self, file: Path, home: Path, again: bool, parent: QObject | None = None) -> None:
        """`again`: though it was unpacked before."""
        super().__init__("unpackThread", parent)
        self._file, self._home, self._again = file, home, again

    def run(self) -> None:
        """Look for it, unpack it."""
        try:
            before = None if self._again else archive.find_unpacked(self._file, self._home)
            if before is not None:
                self.known.emit(self._file, before.path)
            else:
                self.done.emit(self._file, archive.unpack(self._file, self._home, self._tell).path)
        except Cancelled:
            pass  # the window was closed
        except StudioError as error:
            self.failed.emit(Failed(str(error), "Nothing was changed.", place=error.place))

    def _tell(self, done: int, total: int) -> None:
        if self.stopping():
            raise Cancelled


class Opener(QObject):
    """Asks for runs, takes those that are dropped, and says what it cannot open."""

    failed = Signal(object)  # Failed

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._unpacking: set[Path] = set()

    def ask(self) -> None:
        """Ask for a run in a dialog."""
        file_dialogs.ask_run(self._window, self.open)

    def open(self, path: Path) -> None:
        """Open the run that a path names, or say why not."""
        run = run_at(path)
        if run is None:
            self._say(f"{path} is not a run. {TAKES}")
        elif run.is_dir():
            self._session.open_run(run)
        else:
            self._unpack(run)

    def _unpack(self, file: Path, again: bool = False) -> None:
        if file in self._unpacking:
            return
        self._unpacking.add(file)
        self._say(f"Unpacking {file.name}…")
        thread = UnpackThread(file, paths.runs_home(), again, self)
        thread.known.connect(self._known)
        thread.done.connect(self._unpacked)
        thread.failed.connect(self.failed)
        thread.finished.connect(partial(self._unpacking.discard, file))
        self._session.threads.launch(thread)

    @Slot(object, object)
    def _known(self, file: Path, folder: Path) -> None:
        choices = (
            ("Open that run", partial(self._session.open_run, folder)),
            ("Unpack again", partial(self._unpack, file, True)),
        )
        self._say(f"{file.name} has already been unpacked in {folder}.", choices)

    @Slot(object, object)
    def _unpacked(self, file: Path, folder: Path) -> None:
        self._session.runsChanged.emit()
        self._session.open_run(folder)

    def _say(self, text: str, choices: tuple[tuple[str, partial[None]], ...] = ()) -> None:
        self._session.notifier.post(Notice(text, choices))
