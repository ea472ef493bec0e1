"""The nearest training pictures: whether a generator makes anew or remembers."""

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.images import Pictures

Indices = npt.NDArray[np.int64]
Distances = npt.NDArray[np.float64]

_CELLS = 1 << 22  # distances in memory at a time
_POOL = 4096  # rows of the pool compared at a time


def nearest(queries: npt.NDArray[np.generic], pool: npt.NDArray[np.generic], k: int = 1) -> tuple[Indices, Distances]:
    """The k rows of `pool` nearest to each of `queries`, nearest first, and their Euclidean distances, both (N, k).

    Features (N, d) and (M, d) as they are; pictures uint8 (N, H, W[, 3]) as points with each value 0..1, so that black
    and white are 1 apart. Distances are exact: 0 is the very picture.

    Raises ValueError if `pool` holds fewer than k.
    """
    if not 1 <= k <= len(pool):
        raise ValueError(f"k must be from 1 to {len(pool)}; got {k}")
    part = max(1, _CELLS // _POOL)
    found = [_nearest(_points(queries[start : start + part]), pool, k) for start in range(0, len(queries), part)]
    return np.concatenate([each[0] for each in found]), np.concatenate([each[1] for each in found])


def _nearest(x: torch.Tensor, pool: npt.NDArray[np.generic], k: int) -> tuple[Indices, Distances]:
    """`nearest` for points (n, d), few enough for one matrix of distances to a part of the pool."""
    best = torch.full((len(x), 0), torch.inf)
    where = torch.zeros((len(x), 0), dtype=torch.int64)
    for start in range(0, len(pool), _POOL):
        y = _points(pool[start : start + _POOL])
        apart = y.square().sum(1) - 2 * x @ y.T  # the square of x is the same for all
        best = torch.cat([best, apart], 1)
        where = torch.cat([where, torch.arange(start, start + len(y)).expand(len(x), -1)], 1)
        best, kept = best.topk(min(k, best.shape[1]), 1, largest=False)
        where = where.gather(1, kept)
    return _sorted(x, pool, where.numpy())


def _sorted(x: torch.Tensor, pool: npt.NDArray[np.generic], where: Indices) -> tuple[Indices, Distances]:
    """The neighbours found in float32 with their distances computed anew in float64, nearest first."""
    theirs = _points(pool[where.reshape(-1)]).double().reshape(*where.shape, -1)
    exact = (theirs - x[:, None].double()).square().sum(2).sqrt().numpy()
    order = exact.argsort(1, kind="stable")
    return np.take_along_axis(where, order, 1), np.take_along_axis(exact, order, 1)


def _points(rows: npt.NDArray[np.generic]) -> torch.Tensor:
    """Rows as points (n, d), float32; pictures' values 0..1."""
    flat = torch.from_numpy(np.asarray(rows, np.float32).reshape(len(rows), -1))
    return flat / 255 if rows.dtype == np.uint8 else flat


def sheet(fakes: Pictures, pool: Pictures, indices: Indices) -> Pictures:
    """Pictures in reading order, (N * (k + 1), H, W[, 3]): each of `fakes` and then its neighbours in `pool`."""
    rows = [np.concatenate([fake[None], pool[near]]) for fake, near in zip(fakes, indices, strict=True)]
    return np.concatenate(rows)
