"""The colours of a set of pictures, and pictures drawn with no others: as pixel art is.

Colours are compared in Oklab (B. Ottosson, 2020), where distances are about as large as they look.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from ganstudio import images
from ganstudio.images import Pictures

MIN_COLOURS, MAX_COLOURS = 2, 256
OPAQUE = 128  # alpha from which on a pixel counts as there

Colours = npt.NDArray[np.uint8]
"""(N, 3), red, green, blue; of grey pictures three equal numbers."""
_Floats = npt.NDArray[np.float64]

_ROUNDS = 20
_MAX_CANDIDATES = 1 << 15  # colours that are told apart when a palette is chosen
_AT_ONCE = 1 << 14  # colours whose nearest is looked up
_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def to_oklab(colours: Colours) -> _Floats:
    """Return sRGB colours (N, 3), uint8, in Oklab: (N, 3), lightness 0..1 and two axes around 0."""
    srgb = colours / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab: _Floats = np.cbrt(linear @ _LMS.T) @ _LAB.T
    return lab


def find_palette(pictures: Pictures, count: int) -> Colours:
    """Return the colours that suit a set of pictures best.

    Parameters
    ----------
    pictures
        (N, H, W), (N, H, W, 3) or, premultiplied, (N, H, W, 4), of which only opaque pixels count.
    count
        How many colours, `MIN_COLOURS` to `MAX_COLOURS`.

    Returns
    -------
    Colours
        Colours that occur in the pictures: all of them if there are no more than `count`, else those nearest to the
        centres of k-means. The same pictures give the same colours.
    """
    colours, weights = _count_colours(_opaque_colours(pictures))
    if len(colours) <= count:
        return colours
    if len(colours) > _MAX_CANDIDATES:
        frequent = np.sort(np.argsort(-weights, kind="stable")[:_MAX_CANDIDATES])
        colours, weights = colours[frequent], weights[frequent]
    points = to_oklab(colours)
    centres = _choose_centres(points, weights, count)
    for _ in range(_ROUNDS):
        nearest = _nearest(points, centres)
        sums = np.stack([np.bincount(nearest, weights * axis, len(centres)) for axis in points.T], axis=1)
        masses = np.bincount(nearest, weights, len(centres))
        moved = np.where(masses[:, None] > 0, sums / np.maximum(masses, 1e-12)[:, None], centres)
        if np.allclose(moved, centres, atol=1e-6):
            break
        centres = moved
    return colours[np.unique(_nearest(centres, points))]


def snap(pictures: Pictures, palette: Colours) -> Pictures:
    """Return pictures with the nearest colour of a palette for each pixel; alpha stays as it is.

    Parameters
    ----------
    pictures
        (N, H, W), (N, H, W, 3) or, premultiplied, (N, H, W, 4).
    palette
        The colours.
    """
    is_grey = pictures.ndim == 3
    straight = images.unpremultiply(pictures)
    flat = np.repeat(straight.reshape(-1, 1), 3, axis=1) if is_grey else straight[..., :3].reshape(-1, 3)
    used, places = np.unique(_pack(flat), return_inverse=True)
    nearest = palette[_nearest(to_oklab(_unpack(used)), to_oklab(palette))]
    drawn = nearest[places]
    if is_grey:
        return np.ascontiguousarray(drawn[:, 0]).reshape(pictures.shape)
    coloured = drawn.reshape(*pictures.shape[:-1], 3)
    if not images.has_alpha(pictures):
        return coloured
    return images.premultiply(np.concatenate([coloured, straight[..., 3:]], axis=-1))


def harden(pictures: Pictures, threshold: float = 0.5) -> Pictures:
    """Return premultiplied pictures (N, H, W, 4) whose pixels are opaque from a share of alpha on, others nothing."""
    straight = images.unpremultiply(pictures)
    is_there = straight[..., 3:] >= max(1, round(threshold * 255))
    opaque = np.concatenate([straight[..., :3], np.full_like(straight[..., 3:], 255)], axis=-1)
    return np.where(is_there, opaque, 0).astype(np.uint8)


def _opaque_colours(pictures: Pictures) -> Colours:
    """Return the colours of all opaque pixels, (N, 3)."""
    if pictures.ndim == 3:
        return np.repeat(pictures.reshape(-1, 1), 3, axis=1)
    straight = images.unpremultiply(pictures)
    flat = straight.reshape(-1, straight.shape[-1])
    return flat[flat[:, 3] >= OPAQUE, :3] if images.has_alpha(pictures) else flat


def _count_colours(colours: Colours) -> tuple[Colours, _Floats]:
    """Return each colour that occurs, and how often."""
    used, counts = np.unique(_pack(colours), return_counts=True)
    return _unpack(used), counts.astype(np.float64)


def _pack(colours: Colours) -> npt.NDArray[np.uint32]:
    red, green, blue = colours.astype(np.uint32).T
    packed: npt.NDArray[np.uint32] = (red << 16) | (green << 8) | blue
    return packed


def _unpack(packed: npt.NDArray[np.uint32]) -> Colours:
    return np.stack([packed >> 16, packed >> 8, packed], axis=1).astype(np.uint8)


def _choose_centres(points: _Floats, weights: _Floats, count: int) -> _Floats:
    """Return the first centres: the commonest colour, then each time the one that is worst served (k-means++)."""
    chosen = [int(np.argmax(weights))]
    distance = ((points - points[chosen[0]]) ** 2).sum(1)
    for _ in range(count - 1):
        chosen.append(int(np.argmax(distance * np.sqrt(weights))))
        distance = np.minimum(distance, ((points - points[chosen[-1]]) ** 2).sum(1))
    return points[chosen]


def _nearest(points: _Floats, others: _Floats) -> npt.NDArray[np.intp]:
    """Return for each point the index of the nearest of the others."""
    squares: Any = (others**2).sum(1)
    parts = [
        np.argmin(squares - 2 * points[start : start + _AT_ONCE] @ others.T, axis=1)
        for start in range(0, len(points), _AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.intp)
