"""Search for the z of a picture, in a thread of its own."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.events import Failed
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.workers.project import Projected, ProjectThread
from ganstudio.images import Pictures
from ganstudio.latent.models import Model


class Projector(QObject):
    """One projection of a picture at a time; after `cancel` only `finished` is emitted.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    prepared = Signal(object)  # Pictures (H, W[, 3]): a file's picture, converted to the generator's size
    progressed = Signal(object)  # Pictures (H, W[, 3]): the best so far
    found = Signal(object)  # Projected
    refused = Signal(str)  # why it is not possible
    failed = Signal(object)  # Failed: an error nobody expected
    finished = Signal()  # another one can be started

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: ProjectThread | None = None

    @property
    def is_running(self) -> bool:
        """Whether a projection runs, or ends after it was cancelled."""
        return self._thread is not None

    def start(self, model: Model, picture: Pictures | Path) -> None:
        """Project a picture (H, W[, 3]) or a picture file with the generator of a model."""
        thread = self._thread = ProjectThread(model, picture, self)
        thread.prepared.connect(self._pass_prepared)
        thread.progressed.connect(self._pass_progress)
        thread.found.connect(self._pass_found)
        thread.refused.connect(self._pass_refused)
        thread.failed.connect(self.failed)
        thread.finished.connect(self._end)
        thread.start()

    def cancel(self) -> None:
        """Ask the projection to end."""
        if self._thread is not None:
            self._thread.request_stop()

    def stop(self, seconds: float = 10.0) -> bool:
        """End the projection and wait for it; return False if it did not end in time."""
        return self._thread is None or self._thread.stop(seconds)

    def _is_cancelled(self) -> bool:
        return self._thread is None or self._thread.is_stopping()

    def _pass_prepared(self, picture: Pictures) -> None:
        if not self._is_cancelled():
            self.prepared.emit(picture)

    def _pass_progress(self, picture: Pictures) -> None:
        if not self._is_cancelled():
            self.progressed.emit(picture)

    def _pass_found(self, projected: Projected) -> None:
        if not self._is_cancelled():
            self.found.emit(projected)

    def _pass_refused(self, failed: Failed) -> None:
        self.refused.emit(failed.message)

    def _end(self) -> None:
        if self._thread is not None:
            delete_later(self._thread)
        self._thread = None
        self.finished.emit()
