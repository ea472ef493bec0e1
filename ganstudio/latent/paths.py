"""Ways through the latent space: between two points, inside a square, along key points. Needs numpy only.

z of a high dimension, standard normal, lies near a sphere of radius sqrt(z_size), and generators see nothing else while
they are trained; a straight line between two such points passes far inside. So these ways keep to the sphere: T. White,
"Sampling generative networks", 2016 (arXiv 1609.04468), section 2.1.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]
Way = Callable[[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike], Points]

_PARALLEL = 1e-4  # radians between directions that count as one


def lerp(a: npt.ArrayLike, b: npt.ArrayLike, t: npt.ArrayLike) -> Points:
    """The straight line from `a` (n,) to `b` (n,): (n,) at a share `t` of the way, (T, n) at shares (T,)."""
    a, b, share = _vectors(a, b, t)
    return _points(a + share * (b - a))


def slerp(a: npt.ArrayLike, b: npt.ArrayLike, t: npt.ArrayLike) -> Points:
    """The arc from `a` (n,) to `b` (n,): (n,) at a share `t` of the way, (T, n) at shares (T,).

    The direction turns evenly and the length goes evenly from one's to the other's. Where there is no single arc
    (parallel, opposite, or of length 0) it is the straight line.
    """
    a, b, share = _vectors(a, b, t)
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if not all(lengths):
        return lerp(a, b, t)
    one, other = a / lengths[0], b / lengths[1]
    angle = np.arccos(np.clip(one @ other, -1.0, 1.0))
    if angle < _PARALLEL or angle > np.pi - _PARALLEL:
        return lerp(a, b, t)
    turned = (np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / np.sin(angle)
    return _points(((1 - share) * lengths[0] + share * lengths[1]) * turned)


def square(corners: npt.ArrayLike, u: npt.ArrayLike, v: npt.ArrayLike) -> Points:
    """The point at (u, v), 0..1 each, of a square in latent space: (n,), or (T, n) for u and v (T,).

    corners : (4, n): top left, top right, bottom left, bottom right; u runs to the right and v down.

    The direction is that of the bilinear mean, the length the bilinear mean of the corners' lengths. Where the mean
    itself vanishes, as between opposite corners, there is no direction and the point is 0.
    """
    four = np.asarray(corners, np.float64)
    right, down = np.asarray(u, np.float64)[..., None], np.asarray(v, np.float64)[..., None]
    parts = (1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down
    shares = np.concatenate(parts, axis=-1)
    mean = shares @ four
    wanted = shares @ np.linalg.norm(four, axis=1)
    there = np.linalg.norm(mean, axis=-1)
    scale = np.divide(wanted, there, out=np.zeros_like(wanted), where=there > 0)
    return _points(mean * scale[..., None])


def blend(corners: npt.ArrayLike, u: npt.ArrayLike, v: npt.ArrayLike) -> Points:
    """The bilinear mean of what lies at the corners of a square, as `square` takes them: for mixes (4, classes)."""
    top_left, top_right, bottom_left, bottom_right = np.asarray(corners, np.float64)
    right, down = np.asarray(u, np.float64)[..., None], np.asarray(v, np.float64)[..., None]
    top, bottom = (1 - right) * top_left + right * top_right, (1 - right) * bottom_left + right * bottom_right
    return _points((1 - down) * top + down * bottom)


def walk(keys: npt.ArrayLike, frames_between: int, loop: bool = False) -> Points:
    """z along the arcs from key to key (K, n): (F, n), with `frames_between` points between two keys.

    loop : goes back to the first key and stops one point short of it, so that it can be repeated without a jolt.
    """
    return _along(keys, frames_between, loop, slerp)


def mixes(keys: npt.ArrayLike, frames_between: int, loop: bool = False) -> Points:
    """Mixes of classes along the straight lines from key to key (K, classes), in step with `walk`: (F, classes)."""
    return _along(keys, frames_between, loop, lerp)


def at_places(keys: npt.ArrayLike, places: npt.ArrayLike, way: Way = slerp) -> Points:
    """z (T, n) at `places` (T,) along keys (K, n), counted in keys: 1.5 is half-way from the second to the third.

    Past the last key the way leads back to the first one, so that K is the first key again.  way : `slerp` for z,
    `lerp` for mixes of classes.
    """
    points, at = np.asarray(keys, np.float32), np.asarray(places, np.float64)
    if points.ndim != 2 or not len(points):
        raise ValueError(f"a walk needs at least one key point, as (K, n); got {points.shape}")
    before = np.floor(at).astype(int)
    ends = zip(before % len(points), (before + 1) % len(points), at - before, strict=True)
    return np.stack([way(points[first], points[second], share) for first, second, share in ends])


def _along(keys: npt.ArrayLike, frames_between: int, loop: bool, way: Way) -> Points:
    points = np.asarray(keys, np.float32)
    if points.ndim != 2 or not len(points):
        raise ValueError(f"a walk needs at least one key point, as (K, n); got {points.shape}")
    if frames_between < 0:
        raise ValueError(f"there cannot be {frames_between} points between two keys")
    shares = np.arange(frames_between + 1) / (frames_between + 1)
    ends = np.roll(points, -1, axis=0) if loop else points[1:]
    parts = [way(a, b, shares) for a, b in zip(points, ends, strict=False)]
    return np.concatenate(parts if loop else [*parts, points[-1:]])


def _vectors(
    a: npt.ArrayLike, b: npt.ArrayLike, t: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    return np.asarray(a, np.float64), np.asarray(b, np.float64), np.asarray(t, np.float64)[..., None]


def _points(numbers: npt.NDArray[np.float64]) -> Points:
    return np.asarray(numbers, np.float32)
