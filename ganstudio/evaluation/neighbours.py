"""Nearest training pictures, which tell whether a generator has memorised them."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.errors import Cancelled
from ganstudio.evaluation.near_copies import Distances, Indices, Likeness
from ganstudio.images import Pictures

_MAX_DISTANCES = 1 << 22  # in memory at a time
_POOL_BATCH = 4096  # rows of the pool compared at a time, unless they are long
_MAX_NUMBERS = 1 << 22  # of these rows, in memory at a time
_MAX_QUERIES = 1 << 26  # numbers of the queries, in memory at a time
_SAME = 4 / 255  # root mean square by which two files of one picture differ at most
_OTHERS = 8  # neighbours of a training picture among which a different one is looked for


def compare(
    samples: Pictures,
    pool: Pictures,
    k: int = 1,
    mirrors: bool = False,
    cancelled: Callable[[], bool] | None = None,
) -> Likeness:
    """Find the training pictures nearest to samples in pixels, and say how like they are.

    Distance is judged relative to how near that picture's own nearest one is, or thin strokes would always come first.
    A second file of the same picture does not count as its next.

    Parameters
    ----------
    samples, pool
        Pictures, uint8, of one shape: (N, H, W) or (N, H, W, C).
    k
        Number of neighbours.
    mirrors
        Whether the training pictures were mirrored left to right at random, so that copies may be as well.
    cancelled
        Called many times a second.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    ValueError
        The pool has fewer than k pictures.
    """
    indices, distances = find_nearest(samples, pool, k, cancelled)
    mirrored = np.zeros(len(samples), bool)
    if mirrors:
        of_mirrored = find_nearest(mirror(samples), pool, k, cancelled)
        mirrored = of_mirrored[1][:, 0] < distances[:, 0]
        indices = np.where(mirrored[:, None], of_mirrored[0], indices)
        distances = np.where(mirrored[:, None], of_mirrored[1], distances)
    nearest, places = np.unique(indices[:, 0], return_inverse=True)
    ratios = distances[:, 0] / np.maximum(_distances_to_next(nearest, pool, cancelled)[places], 1e-6)
    return Likeness(indices, distances, ratios, mirrored)


def mirror(pictures: Pictures) -> Pictures:
    """Return pictures (N, H, W) or (N, H, W, C) mirrored left to right."""
    return pictures[:, :, ::-1]


def _distances_to_next(indices: Indices, pool: Pictures, cancelled: Callable[[], bool] | None) -> Distances:
    """Return how far pictures of the pool are from the nearest that differs from them to the eye."""
    pictures = pool[indices]
    size = pictures[0].size
    found = find_nearest(pictures, pool, min(_OTHERS, len(pool)), cancelled)[1]
    found[found <= _SAME * size**0.5] = np.inf
    nearest: Distances = found.min(1)
    flat = pictures.reshape(len(pictures), -1) / 255
    return np.where(np.isfinite(nearest), nearest, flat.std(1) * size**0.5)  # all are the same: to an even picture


def find_nearest(
    queries: npt.NDArray[np.generic],
    pool: npt.NDArray[np.generic],
    k: int = 1,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Indices, Distances]:
    """Find the k rows of a pool nearest to each query.

    Parameters
    ----------
    queries, pool
        Features (N, d) and (M, d); or pictures, uint8, (N, H, W) or (N, H, W, C), compared with values of 0..1, so that
        black and white differ by 1.
    k
        Number of neighbours.
    cancelled
        Called many times a second.

    Returns
    -------
    tuple
        Indices into the pool and Euclidean distances, both (N, k), nearest first. Distances are exact: 0 means the same
        picture.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    ValueError
        The pool has fewer than k rows.
    """
    if not 1 <= k <= len(pool):
        raise ValueError(f"k must be from 1 to {len(pool)}; got {k}")
    batch = max(1, min(_MAX_DISTANCES // _POOL_BATCH, _MAX_QUERIES // _row_size(pool)))
    results = [
        _find_nearest(_points(queries[start : start + batch]), pool, k, cancelled or (lambda: False))
        for start in range(0, len(queries), batch)
    ]
    return np.concatenate([indices for indices, _ in results]), np.concatenate([distances for _, distances in results])


def _find_nearest(
    x: torch.Tensor, pool: npt.NDArray[np.generic], k: int, cancelled: Callable[[], bool]
) -> tuple[Indices, Distances]:
    """Do `find_nearest` for points (n, d), few enough for one matrix of distances to a part of the pool."""
    best = torch.full((len(x), 0), torch.inf)
    indices = torch.zeros((len(x), 0), dtype=torch.int64)
    batch = max(1, min(_POOL_BATCH, _MAX_NUMBERS // _row_size(pool)))
    for start in range(0, len(pool), batch):
        if cancelled():
            raise Cancelled
        y = _points(pool[start : start + batch])
        distances = y.square().sum(1) - 2 * x @ y.T  # the square of x is the same for all
        best = torch.cat([best, distances], 1)
        indices = torch.cat([indices, torch.arange(start, start + len(y)).expand(len(x), -1)], 1)
        best, kept = best.topk(min(k, best.shape[1]), 1, largest=False)
        indices = indices.gather(1, kept)
    return _sort_exactly(x, pool, indices.numpy())


def _sort_exactly(x: torch.Tensor, pool: npt.NDArray[np.generic], indices: Indices) -> tuple[Indices, Distances]:
    """Sort neighbours found in float32 by their distances in float64, nearest first."""
    exact = np.empty(indices.shape)
    batch = max(1, _MAX_NUMBERS // (_row_size(pool) * indices.shape[1]))
    for start in range(0, len(x), batch):
        part = slice(start, start + batch)
        neighbours = _points(pool[indices[part].reshape(-1)]).double().reshape(*indices[part].shape, -1)
        exact[part] = (neighbours - x[part, None].double()).square().sum(2).sqrt().numpy()
    order = exact.argsort(1, kind="stable")
    return np.take_along_axis(indices, order, 1), np.take_along_axis(exact, order, 1)


def _row_size(rows: npt.NDArray[np.generic]) -> int:
    """Return how many numbers a row has."""
    return max(1, int(np.prod(rows.shape[1:])))


def _points(rows: npt.NDArray[np.generic]) -> torch.Tensor:
    """Return rows as points (n, d), float32; values of pictures become 0..1."""
    flat = torch.from_numpy(np.asarray(rows, np.float32).reshape(len(rows), -1))
    return flat / 255 if rows.dtype == np.uint8 else flat


def arrange_sheet(fakes: Pictures, pool: Pictures, indices: Indices) -> Pictures:
    """Return pictures in reading order, (N * (k + 1), H, W[, C]): each fake, followed by its neighbours in the pool."""
    rows = [np.concatenate([fake[None], pool[near]]) for fake, near in zip(fakes, indices, strict=True)]
    return np.concatenate(rows)
