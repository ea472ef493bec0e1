"""Points as a small picture of how dense they lie: what histories, time sliders and films show of a run of points."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ganstudio.config import RunConfig
from ganstudio.data.points.distributions import LIMIT
from ganstudio.images import Pictures, to_uint8

if TYPE_CHECKING:
    import torch

REAL, FAKE = (0x56, 0xB4, 0xE9), (0xE6, 0x9F, 0x00)  # as everywhere in the window
GROUND = (0x16, 0x18, 0x1D)

SHOWN = 4096  # points in such a picture
_DOT = 1.5  # pixels: how wide the dot of a single point is
_LARGE_DOT = 1 / 32  # of the picture: radius of the dot of a single point where the picture is shown small
_FULL = 350  # parts of the points: as many in a pixel have 63 % of the full colour


def draw_density(
    points: npt.NDArray[np.floating],
    sides: tuple[int, int],
    channels: int = 3,
    colour: tuple[int, int, int] = FAKE,
) -> Pictures:
    """Draw points of the plane; those beyond `LIMIT` are outside of the picture.

    Parameters
    ----------
    points
        (N, 2). Points that are not finite are left out.
    sides
        Height and width of the picture, pixels; the shorter side reaches from -LIMIT to LIMIT.
    channels
        1: grey; 3: in `colour`.
    colour
        Red, green, blue of the densest places.

    Returns
    -------
    numpy.ndarray
        (H, W) or (H, W, 3), uint8.
    """
    height, width = sides
    counts = count_in_cells(points, (height, width), LIMIT * 2 / min(sides))
    return _coloured(1 - np.exp(-counts * (_FULL / max(len(points), 1))), channels, colour)


def with_larger_dots(picture: Pictures) -> Pictures:
    """Return a picture of points (H, W) or (H, W, 3) in which a single one is seen as well where it is shown small.

    A dot of one pixel becomes one that is as wide as a 13th of the picture.
    """
    grey = picture.ndim == 2
    ground, full = (0, 255) if grey else (GROUND[0], FAKE[0])
    strength = np.clip(((picture if grey else picture[..., 0]).astype(np.float64) - ground) / (full - ground), 0, 1)
    height, width = strength.shape
    radius = max(1, round(min(height, width) * _LARGE_DOT))
    padded = np.pad(strength, radius)
    larger = np.zeros_like(strength)
    for down in range(-radius, radius + 1):
        for across in range(-radius, radius + 1):
            if down**2 + across**2 <= (radius + 0.5) ** 2:
                top, left = radius + down, radius + across
                np.maximum(larger, padded[top : top + height, left : left + width], out=larger)
    return _coloured(larger, 1 if grey else 3, FAKE)


def is_empty(picture: Pictures) -> bool:
    """Return whether no point lies within a picture of points (H, W) or (H, W, 3)."""
    return bool((picture == (0 if picture.ndim == 2 else GROUND)).all())


def draw_each(points: npt.NDArray[np.floating], sides: tuple[int, int], channels: int = 3) -> Pictures:
    """Draw each of the points (N, 2) in a picture of its own, as a dot: (N, H, W) or (N, H, W, 3), uint8."""
    height, width = sides
    cell = LIMIT * 2 / min(sides)
    column = points[:, 0] / cell + (width - 1) / 2
    row = (height - 1) / 2 - points[:, 1] / cell
    squares = np.square(np.arange(height)[None, :, None] - row[:, None, None]) + np.square(
        np.arange(width)[None, None, :] - column[:, None, None]
    )
    strength = np.exp(-np.nan_to_num(squares, nan=np.inf) / (2 * _DOT**2))
    return _coloured(strength, channels, FAKE)


def _coloured(strength: npt.NDArray[np.floating], channels: int, colour: tuple[int, int, int]) -> Pictures:
    """Return a picture of how strong the colour is at each pixel, 0..1."""
    if channels == 1:
        return np.asarray(np.round(strength * 255), np.uint8)
    ground, full = np.array(GROUND, np.float64), np.array(colour, np.float64)
    return np.asarray(np.round(ground + strength[..., None] * (full - ground)), np.uint8)


def to_pictures(x: "torch.Tensor", config: RunConfig) -> Pictures:
    """Return what G made as pictures: (N, H, W) or (N, H, W, C), uint8; of points one picture that shows all of them.

    Parameters
    ----------
    x
        What G made, pictures (N, C, H, W), -1..1, or points (N, 2, 1, 1).
    config
        Settings of the run.
    """
    if not config.makes_points:
        return to_uint8(x)
    points = x.detach().float().cpu().flatten(1).numpy()
    return draw_density(points, config.data.sides, config.data.channels)[None]


def count_in_cells(points: npt.NDArray[np.floating], sides: tuple[int, int], cell: float) -> npt.NDArray[np.int64]:
    """Count points (N, 2) in cells around the origin, `cell` wide: (rows, columns), row 0 at the top.

    A point outside of them is counted in none.
    """
    height, width = sides
    finite = np.asarray(points, np.float64)[np.isfinite(points).all(1)]
    column = np.floor(finite[:, 0] / cell + width / 2)
    row = np.floor(height / 2 - finite[:, 1] / cell)
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    index = row[inside].astype(np.int64) * width + column[inside].astype(np.int64)
    return np.bincount(index, minlength=height * width).reshape(height, width)
