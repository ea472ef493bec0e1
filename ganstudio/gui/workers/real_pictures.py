"""Thread that reads some real pictures of a run's data set."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.config import DataConfig
from ganstudio.data.points.edits import Edit
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.images import Pictures
from ganstudio.sizes import image_size

if TYPE_CHECKING:
    from ganstudio.data.dataset import Dataset

_PICTURES = "pictures"


@dataclass(frozen=True)
class RealRequest:
    """`count` pictures of a data set, the same ones for the same `seed`.

    `home` is the folder of the data sets; `fingerprint` names a version of imported pictures, "" the newest one; `kept`
    is the file in which a run keeps its drawing, if it has one; `edits` says how points were changed by hand.
    """

    data: DataConfig
    count: int
    seed: int
    home: Path | None
    fingerprint: str = ""
    kept: Path | None = None
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class KnownData:
    """The data that networks were trained with; see `RealRequest`."""

    data: DataConfig
    home: Path | None
    fingerprint: str = ""
    kept: Path | None = None
    edits: tuple[Edit, ...] = ()


class RealThread(QueueWorker[str, RealRequest]):
    """Thread that reads the newest request's pictures.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    answered = Signal(object, object)  # RealRequest, pictures (N, H, W) or (N, H, W, C)

    action = "The real pictures could not be read"
    kept = "Training is not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("realThread", (_PICTURES,), parent)

    def request(self, request: RealRequest) -> None:
        """Ask for pictures; replaces what waits."""
        self.put(_PICTURES, request)

    def serve(self, channel: str, request: RealRequest) -> None:
        """Read the pictures."""
        self.answered.emit(request, real_pictures(request, self.should_stop))


def real_pictures(request: RealRequest, cancelled: Callable[[], bool] | None = None) -> Pictures:
    """Return pictures (N, H, W) or (N, H, W, C), uint8; only those are brought to the networks' size.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    DataError
        The data set cannot be read.
    """
    from ganstudio.data import catalog, resize

    data, is_kept = request.data, request.kept is not None and request.kept.is_file()
    if is_kept or catalog.find(data.name, request.home).points:
        return _draw_points(request)
    native = load_native(data, request.home, request.fingerprint, cancelled)
    return resize.resize_pictures(_choose(native.images, request), data.size, data.channels)


def load_native(
    data: DataConfig, home: Path | None, fingerprint: str = "", cancelled: Callable[[], bool] | None = None
) -> "Dataset":
    """Load the pictures of a data set in their own size, so that only those that are needed are brought to another.

    A set that is drawn at any size has that of `data`. Imported pictures stay in their file. Errors are those of
    `real_pictures`.
    """
    from ganstudio.data import catalog, imported

    info = catalog.find(data.name, home)
    if info.drawn:
        return catalog.load(data.name, size=data.size, channels=data.channels, cancelled=cancelled)
    if info.imported:
        info = imported.look_up_version(data.name, home, fingerprint) or info
    return catalog.load(
        data.name,
        size=image_size(info.height, info.width),
        channels=info.channels,
        home=home,
        cancelled=cancelled,
        fingerprint=fingerprint,
    )


def _draw_points(request: RealRequest) -> Pictures:
    """Return one picture of real points, as many as fakes are shown."""
    from ganstudio.data.points import density_picture, sets

    data = request.data
    source = sets.find_source(data.name, request.home, request.kept, request.edits, data.points)
    points, _ = source.distribution.sample(density_picture.SHOWN, request.seed)
    return density_picture.draw_density(points, data.sides, data.channels, density_picture.REAL)[None]


def _choose(images: Pictures, request: RealRequest) -> Pictures:
    count = min(request.count, len(images))
    return images[np.random.default_rng(request.seed).choice(len(images), count, replace=False)]
