"""Sets of points in the catalog of data sets."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ganstudio.data.dataset import Availability, Dataset, DatasetInfo, DatasetState, PointSource
from ganstudio.data.points.distributions import BUILT_IN, TITLES, Distribution, Labels
from ganstudio.errors import DataError
from ganstudio.system import paths

PICTURE_SIDE = 64  # pixels of the pictures that show the points
COUNT = 12_000  # points, unless the run wants another number
_CHANNELS = 3


def list_names(home: Path | None = None) -> list[str]:
    """Return the names of all sets of points."""
    return list(BUILT_IN)


def look_up(name: str, home: Path | None = None) -> DatasetInfo | None:
    """Return a set of points by its name; None if there is none."""
    if name in BUILT_IN:
        return _describe(name, TITLES[name], BUILT_IN[name].labels, built_in=True)
    return None


def find_distribution(name: str, home: Path | None = None) -> Distribution:
    """Return what the points of a set are drawn from.

    Raises
    ------
    DataError
        There is no such set.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    raise DataError(f"There is no set of points named {name!r}. Sets of points: {', '.join(list_names(home))}.")


def state(info: DatasetInfo, home: Path | None) -> DatasetState:
    """Return where a set is: nowhere on the disk, unless somebody drew it."""
    return DatasetState(info, Availability.BUILT_IN, paths.resources(), 0)


def load(info: DatasetInfo, home: Path | None, count: int, fresh: bool) -> Dataset:
    """Draw the points of a set, the same every time.

    Parameters
    ----------
    info
        The set.
    home
        The data folder; None: the usual one.
    count
        Number of points; 0: as many as usual.
    fresh
        Whether training draws new ones for each epoch.
    """
    source = PointSource(find_distribution(info.name, home), count or COUNT, fresh)
    images, labels = draw(source, 0)
    return Dataset(info, images, labels, points=source)


def draw(source: PointSource, seed: int) -> tuple[npt.NDArray[np.float32], Labels]:
    """Return points as `Dataset` has them, (N, 1, 1, 2), and their labels (N,); others for another seed."""
    points, labels = source.distribution.sample(source.count, seed)
    return points[:, None, None, :], labels


def _describe(name: str, title: str, labels: tuple[str, ...], built_in: bool) -> DatasetInfo:
    return DatasetInfo(
        name=name,
        title=title,
        count=COUNT,
        size=PICTURE_SIDE,
        channels=_CHANNELS,
        licence="none needed",
        source="drawn at random from a formula",
        download_bytes=0,
        built_in=built_in,
        labels=labels,
        points=True,
    )
