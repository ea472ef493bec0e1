"""What pictures of all sizes and kinds are made into, so that they can be trained on together."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from ganstudio.errors import DataError

READER_VERSION = 1  # counted up whenever the same file and recipe give other pixels
MAX_SIDE = 1024  # pixels
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_NAMED = {"white": (255, 255, 255), "black": (0, 0, 0)}


class Channels(StrEnum):
    """What a pixel consists of."""

    GRAY = "gray"
    RGB = "rgb"
    RGBA = "rgba"

    @property
    def count(self) -> int:  # type: ignore[override]  # that of strings has no use here
        """Number of channels."""
        return {Channels.GRAY: 1, Channels.RGB: 3, Channels.RGBA: 4}[self]


class Fit(StrEnum):
    """How a picture of another shape is brought to the size of the data set."""

    CROP = "crop"  # its middle, as large as possible
    PAD = "pad"  # the whole picture on paper
    STRETCH = "stretch"  # the whole picture, its aspect ratio changed
    NATIVE = "native"  # on paper, each pixel as it is or a square of whole pixels; for pixel art


@dataclass(frozen=True)
class Recipe:
    """What each picture of a data set is made into.

    Parameters
    ----------
    height, width
        Of the result, pixels.
    channels
        Of the result.
    fit
        How other shapes are brought to it.
    paper
        What is behind transparency where `channels` keeps none, and beside a picture that does not fill the result:
        `white`, `black`, `#rrggbb`; `edge`, the outermost pixels repeated (white behind transparency); `transparent`,
        with RGBA only.
    maximum
        The value that is white in grey pictures of 16 bits and of floating-point numbers; None for 65535, and for 1.0
        with the latter.
    minimum
        The value that is black in them; None for 0.

    Raises
    ------
    DataError
        A value is not allowed, or does not go with another.
    """

    height: int
    width: int
    channels: Channels
    fit: Fit = Fit.CROP
    paper: str = "white"
    maximum: float | None = None
    minimum: float | None = None

    def __post_init__(self) -> None:
        for name in ("height", "width"):
            side = getattr(self, name)
            if type(side) is not int or not 1 <= side <= MAX_SIDE:
                raise DataError(f"The {name} of pictures is a whole number from 1 to {MAX_SIDE}, not {side!r}.")
        for name, kind in (("channels", Channels), ("fit", Fit)):
            if getattr(self, name) not in tuple(kind):
                raise DataError(f"{name} is one of {', '.join(kind)}, not {getattr(self, name)!r}.")
            object.__setattr__(self, name, kind(getattr(self, name)))
        self._check_paper()
        self._check_range()

    @property
    def paper_colour(self) -> tuple[int, int, int]:
        """The colour behind transparency, red, green and blue, 0..255."""
        if _COLOUR.fullmatch(self.paper):
            return int(self.paper[1:3], 16), int(self.paper[3:5], 16), int(self.paper[5:7], 16)
        return _NAMED.get(self.paper, _NAMED["white"])

    def digest(self) -> str:
        """Return a hash of all that decides what a file becomes, this reader's version included."""
        text = json.dumps([READER_VERSION, self.to_mapping()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_mapping(self) -> dict[str, Any]:
        """Return the fields for a TOML file; what is None is left out."""
        return {
            name: value.value if isinstance(value, StrEnum) else value
            for name, value in asdict(self).items()
            if value is not None
        }

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Recipe":
        """Return the recipe that `to_mapping` made a mapping of.

        Raises
        ------
        DataError
            Something is missing, unknown or not allowed.
        """
        names = {field.name for field in fields(cls)}
        if unknown := sorted(set(mapping) - names):
            raise DataError(f"A recipe for pictures has no {unknown[0]!r}; it has {', '.join(sorted(names))}.")
        if missing := [name for name in ("height", "width", "channels") if name not in mapping]:
            raise DataError(f"The recipe for pictures has no {missing[0]}.")
        return cls(**mapping)

    def _check_paper(self) -> None:
        if self.paper == "transparent":
            if self.channels is not Channels.RGBA:
                raise DataError("Paper can be transparent only if transparency is kept: choose rgba, or a colour.")
        elif not isinstance(self.paper, str) or not (self.paper in (*_NAMED, "edge") or _COLOUR.fullmatch(self.paper)):
            raise DataError(
                f"The paper is white, black, edge, transparent or a colour such as #ff8800, not {self.paper!r}."
            )

    def _check_range(self) -> None:
        for name in ("minimum", "maximum"):
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise DataError(f"The {name} of pixel values is a number, not {value!r}.")
            object.__setattr__(self, name, float(value))  # 1 and 1.0 are one recipe
        low, high = self.minimum or 0.0, self.maximum
        if high is not None and low >= high:
            raise DataError(f"The maximum of pixel values, {high:g}, must be more than the minimum, {low:g}.")
