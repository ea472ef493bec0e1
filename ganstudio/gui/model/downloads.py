"""Downloads of data sets, one at a time, for whoever asks: the notice bar or the dialog."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.errors import UserFolder
from ganstudio.events import Failed
from ganstudio.gui.workers.download import DownloadThread

DONE, FAILED, CANCELLED = "done", "failed", "cancelled"


class Downloads(QObject):
    """Owns the download under way. `ended` comes once for each that was started."""

    started = Signal(str)  # name of the data set
    progressed = Signal(str, object, object)  # name, bytes done, bytes in all
    ended = Signal(str, str, object)  # name, DONE / FAILED / CANCELLED, Failed or None

    def __init__(self, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._thread: DownloadThread | None = None
        self._outcome: tuple[str, Failed | None] = (FAILED, None)
        self.place: UserFolder | None = None  # of the last that failed: its folder could not be written
        self.watched = False  # a dialog shows how each ends

    @property
    def name(self) -> str:
        """Data set that is being fetched; "" while none is."""
        return self._thread.name if self._thread else ""

    def start(self, name: str) -> None:
        """Fetch a data set; does nothing while another is under way."""
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
        """Call the download off."""
        if self._thread:
            self._thread.request_stop()

    def shut_down(self, seconds: float) -> bool:
        """Call it off and wait; False if it did not end in time."""
        return self._thread is None or self._thread.stop(seconds)

    def _progressed(self, done: int, total: int) -> None:
        self.progressed.emit(self.name, done, total)

    def _done(self) -> None:
        self._outcome = (DONE, None)

    def _failed(self, failed: Failed) -> None:
        self._outcome = FAILED, failed
        self.place = failed.place

    def _cancelled(self) -> None:
        self._outcome = (CANCELLED, None)

    def _finished(self) -> None:
        if self._thread is None:
            return
        name, thread = self._thread.name, self._thread
        self._thread = None
        thread.deleteLater()
        self.ended.emit(name, *self._outcome)
