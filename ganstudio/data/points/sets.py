"""Sets of points in the catalog of data sets."""

import dataclasses
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ganstudio.data.dataset import Availability, Dataset, DatasetInfo, DatasetState, PointSource
from ganstudio.data.points import drawings
from ganstudio.data.points.distributions import BUILT_IN, TITLES, Labels, Points
from ganstudio.data.points.edited import Edited
from ganstudio.data.points.edits import Edit
from ganstudio.errors import DataError
from ganstudio.system import paths

PICTURE_SIDE = 64  # pixels of the pictures that show the points
COUNT = 12_000  # points, unless the run wants another number
_CHANNELS = 3


def list_names(home: Path | None = None) -> list[str]:
    """Return the names of all sets of points."""
    return list(dict.fromkeys([*BUILT_IN, *drawings.list_names(home)]))


def is_built_in(name: str) -> bool:
    """Return whether a set of points is one of the program's own."""
    return name in BUILT_IN


def look_up(name: str, home: Path | None = None) -> DatasetInfo | None:
    """Return a set of points by its name; None if there is none."""
    if name in BUILT_IN:
        return _describe(name, TITLES[name], BUILT_IN[name].labels, built_in=True)
    return _describe(name, name, (), built_in=False) if drawings.exists(name, home) else None


def find_source(
    name: str, home: Path | None = None, kept: Path | None = None, edits: tuple[Edit, ...] = (), count: int = 0
) -> PointSource:
    """Return what the points of a set are drawn from.

    Parameters
    ----------
    name
        The set.
    home
        The data folder; None: the usual one.
    kept
        The file of a run that keeps the drawing it began with; it comes first, if it is there.
    edits
        What was changed by hand.
    count
        Number of points; 0: as many as usual.

    Raises
    ------
    DataError
        There is no such set, or its file is damaged.
    """
    path = drawings.path_of(name, home)
    if kept is not None and kept.is_file():
        path = kept
    elif name in BUILT_IN:
        return PointSource(BUILT_IN[name], count or COUNT).edited(edits)
    elif not drawings.exists(name, home):
        raise DataError(f"There is no set of points named {name!r}. Sets of points: {', '.join(list_names(home))}.")
    content = drawings.read(path)
    return PointSource(drawings.decode(content, path), count or COUNT, drawing=content).edited(edits)


def state(info: DatasetInfo, home: Path | None) -> DatasetState:
    """Return where a set is: nowhere on the disk, unless somebody drew it."""
    if info.built_in:
        return DatasetState(info, Availability.BUILT_IN, paths.resources(), 0)
    path = drawings.path_of(info.name, home)
    try:
        return DatasetState(info, Availability.READY, path, path.stat().st_size)
    except OSError:
        return DatasetState(info, Availability.READY, path, 0)


def load(info: DatasetInfo, home: Path | None, count: int, fresh: bool, kept: Path | None = None) -> Dataset:
    """Draw the points of a set, the same every time.

    Parameters
    ----------
    info
        The set.
    home, kept
        As in `find_source`.
    count
        Number of points; 0: as many as usual.
    fresh
        Whether training draws new ones for each epoch.

    Raises
    ------
    DataError
        The file of a drawing is damaged.
    """
    source = dataclasses.replace(find_source(info.name, home, kept, count=count), fresh=fresh)
    images, labels = draw(source, 0)
    return Dataset(info, images, labels, points=source)


def describe_kept(name: str) -> DatasetInfo:
    """Return what is known of a drawing that only a run has."""
    return _describe(name, name, (), built_in=False)


def draw(source: PointSource, seed: int) -> tuple[npt.NDArray[np.float32], Labels]:
    """Return points as `Dataset` has them, (N, 1, 1, 2), and their labels (N,); others for another seed.

    With changes by hand: of a set whose points stay, the same points, changed; else so many of the changed set.
    """
    if source.fresh:
        points, labels = source.distribution.sample(source.count, seed)
    else:
        points, labels = draw_changed(source, seed)
    return points[:, None, None, :], labels


def draw_changed(source: PointSource, seed: int) -> tuple[Points, Labels]:
    """Return points (N, 2) and their labels, with the changes by hand: the other points stay where they are."""
    points, labels = source.base.sample(source.count, seed)
    changed = source.distribution
    return changed.change(points, labels) if isinstance(changed, Edited) else (points, labels)


def _describe(name: str, title: str, labels: tuple[str, ...], built_in: bool) -> DatasetInfo:
    return DatasetInfo(
        name=name,
        title=title,
        count=COUNT,
        size=PICTURE_SIDE,
        channels=_CHANNELS,
        licence="none needed" if built_in else "your own",
        source="drawn at random from a formula" if built_in else "drawn by hand",
        download_bytes=0,
        built_in=built_in,
        labels=labels,
        points=True,
    )
