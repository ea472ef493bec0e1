"""Nearest training pictures, which tell whether a generator has memorised them."""

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.images import Pictures

Indices = npt.NDArray[np.int64]
Distances = npt.NDArray[np.float64]

_MAX_DISTANCES = 1 << 22  # in memory at a time
_POOL_BATCH = 4096  # rows of the pool compared at a time


def find_nearest(
    queries: npt.NDArray[np.generic], pool: npt.NDArray[np.generic], k: int = 1
) -> tuple[Indices, Distances]:
    """Find the k rows of a pool nearest to each query.

    Parameters
    ----------
    queries, pool
        Features (N, d) and (M, d); or pictures, uint8, (N, H, W) or (N, H, W, 3), compared with values of 0..1, so that
        black and white differ by 1.
    k
        Number of neighbours.

    Returns
    -------
    tuple
        Indices into the pool and Euclidean distances, both (N, k), nearest first. Distances are exact: 0 means the same
        picture.

    Raises
    ------
    ValueError
        The pool has fewer than k rows.
    """
    if not 1 <= k <= len(pool):
        raise ValueError(f"k must be from 1 to {len(pool)}; got {k}")
    batch = max(1, _MAX_DISTANCES // _POOL_BATCH)
    results = [
        _find_nearest(_points(queries[start : start + batch]), pool, k) for start in range(0, len(queries), batch)
    ]
    return np.concatenate([indices for indices, _ in results]), np.concatenate([distances for _, distances in results])


def _find_nearest(x: torch.Tensor, pool: npt.NDArray[np.generic], k: int) -> tuple[Indices, Distances]:
    """Do `find_nearest` for points (n, d), few enough for one matrix of distances to a part of the pool."""
    best = torch.full((len(x), 0), torch.inf)
    indices = torch.zeros((len(x), 0), dtype=torch.int64)
    for start in range(0, len(pool), _POOL_BATCH):
        y = _points(pool[start : start + _POOL_BATCH])
        distances = y.square().sum(1) - 2 * x @ y.T  # the square of x is the same for all
        best = torch.cat([best, distances], 1)
        indices = torch.cat([indices, torch.arange(start, start + len(y)).expand(len(x), -1)], 1)
        best, kept = best.topk(min(k, best.shape[1]), 1, largest=False)
        indices = indices.gather(1, kept)
    return _sort_exactly(x, pool, indices.numpy())


def _sort_exactly(x: torch.Tensor, pool: npt.NDArray[np.generic], indices: Indices) -> tuple[Indices, Distances]:
    """Sort neighbours found in float32 by their distances in float64, nearest first."""
    neighbours = _points(pool[indices.reshape(-1)]).double().reshape(*indices.shape, -1)
    exact = (neighbours - x[:, None].double()).square().sum(2).sqrt().numpy()
    order = exact.argsort(1, kind="stable")
    return np.take_along_axis(indices, order, 1), np.take_along_axis(exact, order, 1)


def _points(rows: npt.NDArray[np.generic]) -> torch.Tensor:
    """Return rows as points (n, d), float32; values of pictures become 0..1."""
    flat = torch.from_numpy(np.asarray(rows, np.float32).reshape(len(rows), -1))
    return flat / 255 if rows.dtype == np.uint8 else flat


def arrange_sheet(fakes: Pictures, pool: Pictures, indices: Indices) -> Pictures:
    """Return pictures in reading order, (N * (k + 1), H, W[, 3]): each fake, followed by its neighbours in the pool."""
    rows = [np.concatenate([fake[None], pool[near]]) for fake, near in zip(fakes, indices, strict=True)]
    return np.concatenate(rows)
