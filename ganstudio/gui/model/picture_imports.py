"""Imports of pictures, one at a time, for the dialogs and for the notices."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from typing_extensions import override

from ganstudio.data.pictures.importing import Request
from ganstudio.events import Failed
from ganstudio.gui.model.dataset_work import DatasetWork
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.workers.picture_import import (
    DetailsThread,
    ImportThread,
    PictureThread,
    RemovalThread,
    SetDetails,
    UpdateThread,
)


class PictureImports(DatasetWork):
    """The import or update under way, if any; what an import has written is removed if it is cancelled.

    Attributes
    ----------
    is_update
        Whether it brings a set up to date.
    """

    described = Signal(str, object)  # name; SetDetails, or Failed
    removed = Signal(str, object)  # name; None, or Failed: it is still there

    def __init__(self, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self.is_update = False
        self._asides: list[DetailsThread | RemovalThread] = []

    def start(self, request: Request) -> None:
        """Import pictures as a new set; do nothing while another import is under way."""
        self._begin(ImportThread(request, self), is_update=False)

    def update(self, name: str) -> None:
        """Bring a set up to date; do nothing while an import is under way."""
        self._begin(UpdateThread(name, self._home, self), is_update=True)

    @override
    def shut_down(self, seconds: float) -> bool:
        if isinstance(self._thread, PictureThread):
            self._thread.suspend()  # what is written is kept: the same import goes on from there
        ended = [thread.stop(seconds) for thread in self._asides]  # every one, whatever the others say
        return super().shut_down(seconds) and all(ended)

    def describe(self, name: str) -> None:
        """Read what is stored of a set; `described` follows."""
        self._launch_aside(DetailsThread(name, self._home, self))

    def remove(self, name: str) -> None:
        """Remove a set, also if runs need it; `removed` follows."""
        self._launch_aside(RemovalThread(name, self._home, self))

    def _begin(self, thread: PictureThread, is_update: bool) -> None:
        if not self.name:
            self.is_update = is_update
        self.launch(thread)

    def _launch_aside(self, thread: DetailsThread | RemovalThread) -> None:
        thread.done.connect(self._aside_done)
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
            delete_later(thread)
