"""A data set: what is known of it, whether it is there, its pictures and labels."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ganstudio.data.points.distributions import Distribution
from ganstudio.data.points.edited import Edited
from ganstudio.data.points.edits import Edit

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class DatasetInfo:
    """Description of a data set; `count`, `size`, `height`, `width` and `channels` are those of the training split."""

    name: str
    title: str
    count: int  # pictures
    size: int  # pixels a side; of pictures that are not square, the longer one
    channels: int  # 1: grey, 3: colour, 4: colour and alpha, premultiplied
    licence: str
    source: str
    download_bytes: int  # 0: built in
    built_in: bool
    labels: tuple[str, ...]
    drawn: bool = False  # at any size, and without a test split
    digits: bool = False  # handwritten digits, white on black, centred in their frame
    height: int = 0  # pixels; 0 becomes `size`
    width: int = 0
    imported: bool = False  # the user's own pictures
    points: bool = False  # points of the plane; size and channels are those of pictures that show them

    def __post_init__(self) -> None:
        object.__setattr__(self, "height", self.height or self.size)
        object.__setattr__(self, "width", self.width or self.size)

    @property
    def has_test_split(self) -> bool:
        """Whether there are pictures to measure against that are not trained on."""
        return not (self.drawn or self.imported or self.points)


class Availability(StrEnum):
    """Whether a data set can be used now. Values are shown to the user."""

    BUILT_IN = "built in"
    READY = "ready"  # in the data folder
    DOWNLOADABLE = "can be downloaded"
    INCOMPLETE = "incomplete"  # built in, but some files are in the data folder, which comes first, or misplaced there
    UNREADABLE = "unreadable"  # the data folder cannot be looked into

    @property
    def short(self) -> str:
        """Text for where there is little room."""
        return "to download" if self is Availability.DOWNLOADABLE else self.value


@dataclass(frozen=True)
class DatasetState:
    """State of a data set: `path` and `bytes` are of what is on disk, or what there is to download."""

    info: DatasetInfo
    state: Availability
    path: Path | None
    bytes: int


@dataclass(frozen=True)
class PointSource:
    """What points are drawn from.

    Parameters
    ----------
    distribution
        Their distribution, with what was changed by hand.
    count
        How many are drawn; a set that was changed by hand has some more or less.
    fresh
        Whether training draws new ones for each epoch.
    drawing
        Content of the file of a distribution that the user drew; empty of others.
    """

    distribution: Distribution
    count: int
    fresh: bool = False
    drawing: bytes = field(default=b"", repr=False)

    @property
    def base(self) -> Distribution:
        """Their distribution before it was changed by hand."""
        return self.distribution.base if isinstance(self.distribution, Edited) else self.distribution

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What was changed by hand."""
        return self.distribution.edits if isinstance(self.distribution, Edited) else ()

    def edited(self, edits: tuple[Edit, ...]) -> "PointSource":
        """Return the same with these changes by hand, and no others."""
        base = self.base
        return replace(self, distribution=Edited(base, edits, self.count) if edits else base)


@dataclass(frozen=True)
class Dataset:
    """Pictures with labels; or points of the plane, each as a picture of one pixel whose channels are x and y.

    Parameters
    ----------
    info
        What is known about the data set.
    images
        (N, H, W), (N, H, W, 3) or, premultiplied, (N, H, W, 4), uint8, 0..255, in memory or mapped from a file. Points
        are (N, 1, 1, 2), float32, as they were before any change by hand.
    labels
        (N,), uint8; int32 of imported pictures, which may have more than 256 classes.
    notes
        Sentences on what is odd about its files, but does no harm.
    fingerprint
        Tells versions of imported pictures apart; "" of other data sets.
    points
        What points are drawn from; None: these are pictures.
    """

    info: DatasetInfo
    images: npt.NDArray[Any]
    labels: npt.NDArray[np.integer[Any]]
    notes: tuple[str, ...] = ()
    fingerprint: str = ""
    points: PointSource | None = None
