"""Thread that looks for the training pictures nearest to generated ones."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.config import DataConfig
from ganstudio.errors import DataError
from ganstudio.evaluation.near_copies import MAX_NUMBERS, Likeness
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.images import Pictures
from ganstudio.process import lower_thread_share, use_one_core
from ganstudio.system import libraries


@dataclass(frozen=True)
class TrainingSet:
    """The pictures that a generator learned from.

    `mirrors`: half of them were mirrored at random. `home` is the folder of the data sets; `fingerprint` names a
    version of imported pictures, "" the newest one.
    """

    data: DataConfig
    mirrors: bool
    home: Path | None
    fingerprint: str = ""


@dataclass(frozen=True, eq=False)
class NearestRequest:
    """Generated pictures (N, H, W) or (N, H, W, C), and what they are compared with; `stamp` says when it was made."""

    pictures: Pictures
    training_set: TrainingSet
    stamp: float


@dataclass(frozen=True, eq=False)
class NearestPictures:
    """The training pictures nearest to generated ones.

    Parameters
    ----------
    request : NearestRequest
        What was asked for.
    pictures : ndarray of uint8
        The nearest training picture of each, of the same shape, mirrored where its mirror image is the nearest.
    names : tuple of str
        The file of each, in an imported set; else its number.
    likeness : Likeness
        How like the generated ones are to them.
    """

    request: NearestRequest
    pictures: Pictures
    names: tuple[str, ...]
    likeness: Likeness


class Channel(Enum):
    """What is asked of the thread."""

    RELEASE = 0
    PICTURES = 1


class NearestThread(QueueWorker[Channel, NearestRequest | None]):
    """Thread that answers the newest request with one core, and with what training leaves of it.

    It keeps the data set of the last request. It imports torch with the first one.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    answered = Signal(object)  # NearestPictures

    action = "The nearest training pictures could not be found"
    kept = "Training is not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("nearestThread", Channel, parent)
        self._set: TrainingSet | None = None
        self._pictures: Pictures | None = None
        self._names: list[str] = []

    def request(self, request: NearestRequest) -> None:
        """Ask for the nearest pictures; replaces what waits."""
        self.put(Channel.PICTURES, request)

    def release(self) -> None:
        """Forget what waits, and the data set."""
        self.drop(Channel.PICTURES)
        if self.isRunning():
            self.put(Channel.RELEASE, None)

    def work(self) -> None:
        """Serve requests until the thread is asked to end."""
        lower_thread_share()
        libraries.load_torch()
        use_one_core()
        super().work()
        self._forget()

    def serve(self, channel: Channel, request: NearestRequest | None) -> None:
        """Find the nearest pictures, or forget the data set."""
        if request is None:
            self._forget()
        else:
            self.answered.emit(self._find(request))

    def _forget(self) -> None:
        self._set, self._pictures, self._names = None, None, []

    def _find(self, request: NearestRequest) -> NearestPictures:
        from ganstudio.evaluation import neighbours

        wanted = request.training_set
        train = self._read(wanted)
        likeness = neighbours.compare(request.pictures, train, mirrors=wanted.mirrors, cancelled=self.should_stop)
        indices = likeness.indices[:, 0]
        nearest = train[indices]
        nearest[likeness.mirrored] = neighbours.mirror(nearest[likeness.mirrored])
        names = tuple(self._names[index] if self._names else f"number {index + 1:,}" for index in indices)
        return NearestPictures(request, np.asarray(nearest), names, likeness)

    def _read(self, wanted: TrainingSet) -> Pictures:
        """Return all pictures of a data set, (N, H, W) or (N, H, W, C).

        Raises
        ------
        Cancelled
            The thread is to end.
        DataError
            It cannot be read, or has too many.
        """
        from ganstudio.data import catalog, imported

        if self._pictures is None or wanted != self._set:
            self._forget()
            data, version = wanted.data, wanted.fingerprint
            loaded = catalog.load(
                data.name,
                size=data.size,
                channels=data.channels,
                home=wanted.home,
                cancelled=self.should_stop,
                fingerprint=version,
            )
            if loaded.images.size > MAX_NUMBERS:
                raise DataError(f"{loaded.info.title} has too many pictures to look through them all.")
            names = imported.file_names(data.name, wanted.home, version) if loaded.info.imported else []
            self._set, self._pictures, self._names = wanted, loaded.images, names
        return self._pictures
