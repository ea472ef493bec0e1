"""Thread that unpacks a run that came as one file, however large."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.errors import Cancelled
from ganstudio.gui.workers.worker import Worker
from ganstudio.runs import archive


class UnpackThread(Worker):
    """Thread that unpacks a run that came as one file.

    Parameters
    ----------
    file : Path
        The file.
    home : callable
        Returns the folder of the runs; called in the thread, which reports if there is none.
    again : bool
        Unpack it even if it was unpacked before.
    parent : QObject, optional
        Qt's parent.
    """

    alreadyUnpacked = Signal(object, object)  # the file; the folder that it was unpacked to before
    unpacked = Signal(object, object)  # the file; the run's folder

    action = "The file could not be unpacked"
    kept = "Nothing was changed."

    def __init__(self, file: Path, home: Callable[[], Path], again: bool, parent: QObject | None = None) -> None:
        super().__init__("unpackThread", parent)
        self._file, self._home = file, home
        self._again = again

    def work(self) -> None:
        """Unpack the file, unless that was done before."""
        home = self._home()
        before = None if self._again else archive.find_unpacked(self._file, home)
        if before is not None:
            self.alreadyUnpacked.emit(self._file, before.path)
        else:
            run = archive.unpack(self._file, home, self._check_stop)
            self.unpacked.emit(self._file, run.path)

    def _check_stop(self, done: int, total: int) -> None:
        if self.is_stopping():
            raise Cancelled
