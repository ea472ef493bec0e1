"""Work of a thread on a data set, one at a time; it continues while no dialog shows it."""

from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.events import Failed
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.workers.download import DownloadThread
from ganstudio.gui.workers.picture_import import Finished, PictureThread


class Outcome(StrEnum):
    """How the work ended."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DatasetWork(QObject):
    """The thread under way, if any. `ended` is emitted once for each that was started."""

    started = Signal(str)  # name of the data set
    progressed = Signal(str, object, object)  # name; bytes or files that are done, and all
    ended = Signal(str, str, object)  # name, `Outcome`; Failed, what an import did, or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: DownloadThread | PictureThread | None = None
        self._outcome: tuple[Outcome, Finished | Failed | None] = (Outcome.CANCELLED, None)

    @property
    def name(self) -> str:
        """Name of the data set that is worked on; "" while none is."""
        return self._thread.name if self._thread else ""

    def cancel(self) -> None:
        """Call the work off."""
        if self._thread:
            self._thread.request_stop()

    def shut_down(self, seconds: float) -> bool:
        """Stop the work and wait; return False if it did not end in time."""
        return self._thread is None or self._thread.stop(seconds)

    def launch(self, thread: DownloadThread | PictureThread) -> None:
        """Start a thread; do nothing while another one is under way."""
        if self._thread is not None:
            delete_later(thread)
            return
        self._thread = thread
        self._outcome = (Outcome.CANCELLED, None)
        thread.progressed.connect(self._progressed)
        thread.done.connect(self._done)
        thread.refused.connect(self._failed)
        thread.failed.connect(self._failed)
        thread.finished.connect(self._finished)
        thread.start()
        self.started.emit(thread.name)

    @Slot(object, object)
    def _progressed(self, done: int, total: int) -> None:
        self.progressed.emit(self.name, done, total)

    @Slot()
    @Slot(object)
    def _done(self, result: Finished | None = None) -> None:
        self._outcome = (Outcome.DONE, result)

    @Slot(object)
    def _failed(self, failed: Failed) -> None:
        self._outcome = (Outcome.FAILED, failed)

    @Slot()
    def _finished(self) -> None:
        if self._thread is None:
            return
        name, thread = self._thread.name, self._thread
        self._thread = None
        delete_later(thread)
        self.ended.emit(name, *self._outcome)
