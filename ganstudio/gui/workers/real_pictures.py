"""RealThread: some real pictures of a run's data set, read away from the GUI thread."""

import threading
import traceback
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.config import DataConfig
from ganstudio.errors import StudioError
from ganstudio.events import Failed, Pictures


@dataclass(frozen=True)
class RealRequest:
    """`count` pictures of a data set, the same ones for the same `seed`; `home` is where data sets lie."""

    data: DataConfig
    count: int
    seed: int
    home: Path | None


class RealThread(QThread):
    """Reads the newest request's pictures."""

    answered = Signal(object, object)  # RealRequest, pictures (N, H, W) or (N, H, W, 3)
    refused = Signal(str)  # sentence: the data set is not there, or broken
    failed = Signal(object)  # Failed: an error nobody expected

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("realThread")
        self._changed = threading.Condition()
        self._pending: RealRequest | None = None
        self._stopping = False

    def request(self, wanted: RealRequest) -> None:
        """Ask for pictures; replaces what waits."""
        with self._changed:
            self._pending = wanted
            self._changed.notify()
        if not self.isRunning() and not self._stopping:
            self.start()

    def stop(self, seconds: float = 10.0) -> bool:
        """End the thread after the request it is at; False if it did not end in time."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        return self.wait(int(seconds * 1000))

    def run(self) -> None:
        """Serve requests until told to stop."""
        while (wanted := self._next()) is not None:
            try:
                self.answered.emit(wanted, real_pictures(wanted))
            except (StudioError, OSError) as error:
                self.refused.emit(str(error))
            except Exception as error:
                message = f"The real pictures could not be read: {error}"
                self.failed.emit(Failed(message, "Training is not affected.", traceback.format_exc()))

    def _next(self) -> RealRequest | None:
        with self._changed:
            while not self._stopping and self._pending is None:
                self._changed.wait()
            wanted, self._pending = self._pending, None
            return None if self._stopping else wanted


def real_pictures(wanted: RealRequest) -> Pictures:
    """Pictures (N, H, W) or (N, H, W, 3), uint8; only those that are shown are brought to the networks' size."""
    from ganstudio.data import catalog, resize

    data, info = wanted.data, catalog.find(wanted.data.name)
    if info.drawn:  # drawn at any size
        return _some(catalog.load(data.name, size=data.size, channels=data.channels).images, wanted)
    native = catalog.load(data.name, size=info.size, channels=info.channels, home=wanted.home)
    return resize.bring_to(_some(native.images, wanted), data.size, data.channels)


def _some(images: Pictures, wanted: RealRequest) -> Pictures:
    count = min(wanted.count, len(images))
    return images[np.random.default_rng(wanted.seed).choice(len(images), count, replace=False)]
