"""Thread that looks for a run that was cut off."""

from collections.abc import Collection, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.errors import InputError
from ganstudio.gui.workers.worker import Worker
from ganstudio.runs import cut_off
from ganstudio.system import paths


class CutOffThread(Worker):
    """Thread that looks for runs that were cut off, and reports the newest that can be resumed.

    Parameters
    ----------
    folders
        Folders of runs to look at beside those in the folder of the runs.
    known
        Keys of those that the user knows of.
    parent
        Qt's parent.
    """

    found = Signal(object, object, object)  # CutOff; int, of any size: step that it resumes from; list[CutOff]: others

    action = "Runs that were cut off could not be looked for"
    kept = "The runs themselves are not affected."

    def __init__(self, folders: Iterable[Path], known: Collection[str], parent: QObject | None = None) -> None:
        super().__init__("cutOffThread", parent)
        self._folders = list(folders)
        self._known = set(known)

    def work(self) -> None:
        """Look for them."""
        try:
            listed = sorted(paths.runs_home().iterdir())
        except (OSError, InputError):  # InputError: a user without a home
            listed = []
        runs = cut_off.find((path.absolute() for path in (*self._folders, *listed)), self._known)
        for run in runs:
            if self.is_stopping():
                return
            if (step := run.resumes_from()) is not None:
                self.found.emit(run, step, [other for other in runs if other is not run])
                return
