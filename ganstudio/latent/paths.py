"""Points in the latent space and paths between them: arcs, the inside of a square, walks. Needs numpy only.

Standard normal z of a high dimension is near a sphere of radius sqrt(z_size), and generators see nothing else while
they are trained; a straight line between two such points passes far inside. So these paths keep to the sphere: T.
White, "Sampling generative networks", 2016 (arXiv 1609.04468), section 2.1.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ganstudio.images import Labels

Points = npt.NDArray[np.float32]
Noise = Points  # z, (N, z_size) or (z_size,), standard normal
Mix = Points  # shares of the classes, (N, classes) or (classes,), 0..1; they sum to 1
Interpolation = Callable[[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike], Points]

_MIN_ANGLE = 1e-4  # radians; directions closer than that count as parallel


def noise(count: int, z_size: int, seed: int) -> Noise:
    """Return z (count, z_size), standard normal, the same for the same seed on every machine."""
    return np.random.default_rng(seed).standard_normal((count, z_size), dtype=np.float32)


def one_hot(labels: Labels | int, classes: int) -> Mix:
    """Return the mix (N, classes) that is all of one class for labels (N,), or (classes,) for one label."""
    mix: Mix = np.eye(classes, dtype=np.float32)[labels]
    return mix


def lerp(a: npt.ArrayLike, b: npt.ArrayLike, t: npt.ArrayLike) -> Points:
    """Interpolate on the straight line from `a` (n,) to `b` (n,): (n,) for a fraction `t`, (T, n) for several (T,)."""
    a, b, fraction = _vectors(a, b, t)
    return _points(a + fraction * (b - a))


def slerp(a: npt.ArrayLike, b: npt.ArrayLike, t: npt.ArrayLike) -> Points:
    """Interpolate on the arc from `a` (n,) to `b` (n,): (n,) for a fraction `t`, (T, n) for several (T,).

    The direction turns at a constant rate and the length changes linearly. Where there is no unique arc (parallel,
    opposite, or of length 0) it is the straight line.
    """
    a, b, fraction = _vectors(a, b, t)
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if not all(lengths):
        return lerp(a, b, t)
    one, other = a / lengths[0], b / lengths[1]
    angle = np.arccos(np.clip(one @ other, -1.0, 1.0))
    if angle < _MIN_ANGLE or angle > np.pi - _MIN_ANGLE:
        return lerp(a, b, t)
    turned = (np.sin((1 - fraction) * angle) * one + np.sin(fraction * angle) * other) / np.sin(angle)
    return _points(((1 - fraction) * lengths[0] + fraction * lengths[1]) * turned)


def interpolate_square(corners: npt.ArrayLike, u: npt.ArrayLike, v: npt.ArrayLike) -> Points:
    """Interpolate z inside a square in latent space.

    The direction is that of the bilinear mean, the length the bilinear mean of the corners' lengths. Where the mean
    itself vanishes, as between opposite corners, there is no direction and the point is 0.

    Parameters
    ----------
    corners
        (4, n): top left, top right, bottom left, bottom right.
    u, v
        Position from left to right and from top to bottom, 0..1; scalars or (T,).

    Returns
    -------
    numpy.ndarray
        (n,), or (T, n) for several positions.
    """
    four = np.asarray(corners, np.float64)
    right, down = np.asarray(u, np.float64)[..., None], np.asarray(v, np.float64)[..., None]
    parts = (1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down
    weights = np.concatenate(parts, axis=-1)
    mean = weights @ four
    length = weights @ np.linalg.norm(four, axis=1)
    mean_length = np.linalg.norm(mean, axis=-1)
    scale = np.divide(length, mean_length, out=np.zeros_like(length), where=mean_length > 0)
    return _points(mean * scale[..., None])


def interpolate_bilinear(corners: npt.ArrayLike, u: npt.ArrayLike, v: npt.ArrayLike) -> Points:
    """Interpolate mixes (4, classes) inside a square, with corners and positions as `interpolate_square` takes them."""
    top_left, top_right, bottom_left, bottom_right = np.asarray(corners, np.float64)
    right, down = np.asarray(u, np.float64)[..., None], np.asarray(v, np.float64)[..., None]
    top, bottom = (1 - right) * top_left + right * top_right, (1 - right) * bottom_left + right * bottom_right
    return _points((1 - down) * top + down * bottom)


def walk(keys: npt.ArrayLike, frames_between: int, loop: bool = False) -> Points:
    """Return z along the arcs from key to key.

    Parameters
    ----------
    keys
        (K, n).
    frames_between
        Number of points between two keys.
    loop
        Whether the walk returns to the first key; it stops one point short of it, so that it repeats smoothly.

    Returns
    -------
    numpy.ndarray
        (F, n).

    Raises
    ------
    ValueError
        There is no key, or `frames_between` is negative.
    """
    return _walk(keys, frames_between, loop, slerp)


def walk_mixes(keys: npt.ArrayLike, frames_between: int, loop: bool = False) -> Points:
    """Return mixes (F, classes) on the straight lines from key to key (K, classes), in step with `walk`."""
    return _walk(keys, frames_between, loop, lerp)


def walk_at(keys: npt.ArrayLike, positions: npt.ArrayLike, interpolate: Interpolation = slerp) -> Points:
    """Return the points at given positions of a walk.

    Parameters
    ----------
    keys
        (K, n).
    positions
        (T,), counted in keys: 1.5 is half-way from the second key to the third. After the last key the walk returns
        to the first one, so that K is the first key again.
    interpolate
        `slerp` for z, `lerp` for mixes of classes.

    Returns
    -------
    numpy.ndarray
        (T, n).

    Raises
    ------
    ValueError
        There is no key.
    """
    points, at = np.asarray(keys, np.float32), np.asarray(positions, np.float64)
    if points.ndim != 2 or not len(points):
        raise ValueError(f"a walk needs at least one key point, as (K, n); got {points.shape}")
    before = np.floor(at).astype(int)
    ends = zip(before % len(points), (before + 1) % len(points), at - before, strict=True)
    return np.stack([interpolate(points[first], points[second], fraction) for first, second, fraction in ends])


def _walk(keys: npt.ArrayLike, frames_between: int, loop: bool, interpolate: Interpolation) -> Points:
    points = np.asarray(keys, np.float32)
    if points.ndim != 2 or not len(points):
        raise ValueError(f"a walk needs at least one key point, as (K, n); got {points.shape}")
    if frames_between < 0:
        raise ValueError(f"there cannot be {frames_between} points between two keys")
    fractions = np.arange(frames_between + 1) / (frames_between + 1)
    ends = np.roll(points, -1, axis=0) if loop else points[1:]
    parts = [interpolate(a, b, fractions) for a, b in zip(points, ends, strict=False)]
    return np.concatenate(parts if loop else [*parts, points[-1:]])


def _vectors(
    a: npt.ArrayLike, b: npt.ArrayLike, t: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    return np.asarray(a, np.float64), np.asarray(b, np.float64), np.asarray(t, np.float64)[..., None]


def _points(numbers: npt.NDArray[np.float64]) -> Points:
    return np.asarray(numbers, np.float32)
