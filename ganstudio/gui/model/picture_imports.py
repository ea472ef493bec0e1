"""Imports of pictures, one at a time, for the dialogs and for the notices."""

from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.data.pictures.importing import Request
from ganstudio.events import Failed
from ganstudio.gui.workers.picture_import import (
    DetailsThread,
    Finished,
    ImportThread,
    PictureThread,
    RemovalThread,
    SetDetails,
    UpdateThread,
)


class Outcome(StrEnum):
    """How an import ended."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PictureImports(QObject):
    """The import or update under way, if any; it continues while no dialog shows it.

    `ended` is emitted once for each that was started.

    Attributes
    ----------
    is_update
        Whether it brings a set up to date.
    """

    started = Signal(str)  # name of the set
    progressed = Signal(str, object, object)  # name; files that are done, and all
    ended = Signal(str, str, object)  # name, `Outcome`; Finished, Failed or None
    described = Signal(str, object)  # name; SetDetails, or Failed
    removed = Signal(str, object)  # name; None, or Failed: it is still there

    def __init__(self, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._thread: PictureThread | None = None
        self._outcome: tuple[Outcome, Finished | Failed | None] = (Outcome.CANCELLED, None)
        self.is_update = False
        self._asides: list[DetailsThread | RemovalThread] = []

    @property
    def name(self) -> str:
        """Name of the set that is being written; "" while none is."""
        return self._thread.name if self._thread else ""

    def start(self, request: Request) -> None:
        """Import pictures as a new set; do nothing while another import is under way."""
        self._launch(ImportThread(request, self), is_update=False)

    def update(self, name: str, source: Path | None = None) -> None:
        """Bring a set up to date; do nothing while an import is under way."""
        self._launch(UpdateThread(name, self._home, source, self), is_update=True)

    def cancel(self) -> None:
        """Call the import off: what it has written is removed."""
        if self._thread:
            self._thread.request_stop()

    def shut_down(self, seconds: float) -> bool:
        """Stop the import, which can be continued, and wait; return False if it did not end in time."""
        asides_ended = all(thread.stop(seconds) for thread in self._asides)
        if self._thread is None:
            return asides_ended
        self._thread.suspend()
        return self._thread.stop(seconds) and asides_ended

    def describe(self, name: str) -> None:
        """Read what is stored of a set; `described` follows."""
        thread = DetailsThread(name, self._home, self)
        thread.done.connect(self._aside_done)
        self._launch_aside(thread)

    def remove(self, name: str) -> None:
        """Remove a set, also if runs need it; `removed` follows."""
        thread = RemovalThread(name, self._home, self)
        thread.done.connect(self._aside_done)
        self._launch_aside(thread)

    def _launch_aside(self, thread: DetailsThread | RemovalThread) -> None:
        thread.refused.connect(self._aside_done)
        thread.failed.connect(self._aside_done)
        thread.finished.connect(self._aside_finished)
        self._asides.append(thread)
        thread.start()

    @Slot()
    @Slot(object)
    def _aside_done(self, answer: SetDetails | Failed | None = None) -> None:
        thread = self.sender()
        if isinstance(thread, DetailsThread):
            self.described.emit(thread.name, answer)
        elif isinstance(thread, RemovalThread):
            self.removed.emit(thread.name, answer)

    @Slot()
    def _aside_finished(self) -> None:
        thread = self.sender()
        if isinstance(thread, DetailsThread | RemovalThread):
            self._asides.remove(thread)
            thread.deleteLater()

    def _launch(self, thread: PictureThread, is_update: bool) -> None:
        if self._thread is not None:
            thread.deleteLater()
            return
        self._thread, self.is_update = thread, is_update
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

    @Slot(object)
    def _done(self, finished: Finished) -> None:
        self._outcome = (Outcome.DONE, finished)

    @Slot(object)
    def _failed(self, failed: Failed) -> None:
        self._outcome = (Outcome.FAILED, failed)

    @Slot()
    def _finished(self) -> None:
        if self._thread is None:
            return
        name, thread = self._thread.name, self._thread
        self._thread = None
        thread.deleteLater()
        self.ended.emit(name, *self._outcome)
