"""A picture of the data that D judges."""

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.real_pictures import RealRequest, RealThread
from ganstudio.images import Pictures
from ganstudio.latent.models import Model

_COUNT = 16  # pictures that are read at once, and shown in turn


class RealPicture(QObject):
    """Reads some pictures of the data that networks were trained with, and hands out one after the other.

    Parameters
    ----------
    model
        The open run.
    parent
        Qt's parent.
    """

    read = Signal(object)  # picture (1, H, W) or (1, H, W, C)
    refused = Signal(str)
    failed = Signal(object)  # Failed

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._thread = RealThread(self)
        self._thread.answered.connect(self._take)
        self._thread.refused.connect(self._refuse)
        self._thread.failed.connect(self.failed)
        self._asked: RealRequest | None = None
        self._pictures: Pictures | None = None
        self._next = 0

    def stop(self) -> bool:
        """End the thread; False if it did not end in time."""
        return self._thread.stop()

    def show_next(self, networks: Model) -> None:
        """Hand out another picture of the data of these networks."""
        run = self._model.folder
        home = self._model.data_home or (run.data_home() if run is not None else None)
        version = run.info.data_fingerprint if run is not None and run.name == networks.name else ""
        request = RealRequest(networks.config.data, _COUNT, networks.config.seed, home, version)
        if request == self._asked and self._pictures is not None:
            self._next = (self._next + 1) % len(self._pictures)
            self._emit()
        elif request != self._asked:
            self._asked, self._pictures, self._next = request, None, 0
            self._thread.request(request)

    @Slot(object, object)
    def _take(self, request: RealRequest, pictures: Pictures) -> None:
        if request == self._asked:
            self._pictures = pictures
            self._emit()

    @Slot(object)
    def _refuse(self, failed: object) -> None:
        self._asked = None
        self.refused.emit(getattr(failed, "message", ""))

    def _emit(self) -> None:
        if self._pictures is not None and len(self._pictures):
            self.read.emit(self._pictures[self._next, None])
