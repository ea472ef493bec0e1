"""Downloads of data sets, one at a time, for the notices and for the dialog of data sets."""

from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.events import Failed
from ganstudio.gui.workers.download import DownloadThread


class Outcome(StrEnum):
    """How a download ended."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Downloads(QObject):
    """The download under way, if any. `ended` is emitted once for every download that was started.

    Attributes
    ----------
    is_watched
        Whether a dialog shows how downloads end, so that no notice is needed.
    """

    started = Signal(str)  # name of the data set
    progressed = Signal(str, object, object)  # name, bytes done, bytes in all
    ended = Signal(str, str, object)  # name, `Outcome`, Failed or None

    def __init__(self, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._thread: DownloadThread | None = None
        self._outcome: tuple[Outcome, Failed | None] = (Outcome.FAILED, None)
        self.is_watched = False

    @property
    def name(self) -> str:
        """Name of the data set that is being downloaded; "" while none is."""
        return self._thread.name if self._thread else ""

    def start(self, name: str) -> None:
        """Download a data set; do nothing while another download is under way."""
        if self._thread is not None:
            return
        self._thread = thread = DownloadThread(name, self._home, self)
        thread.progressed.connect(self._progressed)
        thread.done.connect(self._done)
        thread.refused.connect(self._failed)
        thread.failed.connect(self._failed)
        thread.cancelled.connect(self._cancelled)
        thread.finished.connect(self._finished)
        thread.start()
        self.started.emit(name)

    def cancel(self) -> None:
        """Cancel the download."""
        if self._thread:
            self._thread.request_stop()

    def shut_down(self, seconds: float) -> bool:
        """Cancel the download and wait; return False if it did not end in time."""
        return self._thread is None or self._thread.stop(seconds)

    def _progressed(self, done: int, total: int) -> None:
        self.progressed.emit(self.name, done, total)

    def _done(self) -> None:
        self._outcome = (Outcome.DONE, None)

    def _failed(self, failed: Failed) -> None:
        self._outcome = (Outcome.FAILED, failed)

    def _cancelled(self) -> None:
        self._outcome = (Outcome.CANCELLED, None)

    def _finished(self) -> None:
        if self._thread is None:
            return
        name, thread = self._thread.name, self._thread
        self._thread = None
        thread.deleteLater()
        self.ended.emit(name, *self._outcome)
