"""How alike two sets of pictures are, from their features: Frechet distance, precision, recall, density, coverage.

All in float64, with torch, so that its number of threads holds; matrices of distances a part at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

Floats = npt.NDArray[np.float32] | npt.NDArray[np.float64]

NEIGHBOURS = 5  # k of the papers below

_CELLS = 1 << 22  # distances in memory at a time: 32 MB


@dataclass(frozen=True)
class Moments:
    """Mean (d,) and covariance (d, d) of features, float64."""

    mean: torch.Tensor
    covariance: torch.Tensor


@dataclass(frozen=True)
class Cloud:
    """Features (N, d), float64, each with the squared distance (N,) to its k-th nearest other: its ball."""

    points: torch.Tensor
    squared_radii: torch.Tensor
    k: int


@dataclass(frozen=True)
class Overlap:
    """Shares of two clouds that lie within each other's balls; `density` may pass 1."""

    precision: float
    recall: float
    density: float
    coverage: float


def frechet(a: Floats, b: Floats) -> float:
    """Frechet distance of two normal distributions with the moments of features `a` (N, d) and `b` (M, d).

    With features of a classifier of these very pictures it is called FCD here: "FID" is that of Inception on ImageNet.

    Source: Heusel et al., 2017, eq. 6; Dowson and Landau, 1982.
    """
    return frechet_of(moments(a), moments(b))


def moments(points: Floats) -> Moments:
    """Moments of features (N, d). Raises ValueError for fewer than two."""
    x = _doubles(points)
    if len(x) < 2:
        raise ValueError(f"a covariance needs at least 2 pictures; got {len(x)}")
    return Moments(x.mean(0), torch.cov(x.T).reshape(x.shape[1], x.shape[1]))


def frechet_of(a: Moments, b: Moments) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)).

    The trace of the root is the sum of the roots of the eigenvalues of C1^(1/2) C2 C1^(1/2), which is symmetric: stays
    real and exact where features are constant or fewer pictures than features make C1 C2 singular.
    """
    apart = a.mean - b.mean
    values, vectors = torch.linalg.eigh(a.covariance)
    root = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    both = torch.linalg.eigvalsh(root @ b.covariance @ root).clamp(min=0).sqrt().sum()
    distance = apart @ apart + a.covariance.trace() + b.covariance.trace() - 2 * both
    return max(float(distance), 0.0)


def cloud(points: Floats, k: int = NEIGHBOURS) -> Cloud:
    """Features (N, d) with their balls. Raises ValueError for fewer than k + 1."""
    x = _doubles(points)
    if len(x) <= k:
        raise ValueError(f"need more than {k} pictures to find the {k} nearest of each; got {len(x)}")
    radii = torch.empty(len(x), dtype=torch.float64)
    for start, apart in _squared_distances(x, x):
        rows = torch.arange(len(apart))
        apart[rows, rows + start] = torch.inf  # no picture is its own neighbour
        radii[start : start + len(apart)] = apart.kthvalue(k, 1).values
    return Cloud(x, radii, k)


def overlap(real: Cloud, fake: Cloud) -> Overlap:
    """Precision, recall, density and coverage of `fake`.

    With X_i real, Y_j fake, and B(p) the closed ball around p up to its k-th nearest neighbour among its own kind:
    precision: share of Y_j in any B(X_i); recall: share of X_i in any B(Y_j) (Kynkaanniemi et al., 2019, eq. 1 and 2);
    density: mean over j of the number of B(X_i) that hold Y_j, by k; coverage: share of X_i whose B(X_i) holds any Y_j
    (Naeem et al., 2020, eq. 4 and 5).
    """
    holds = torch.zeros(len(fake.points), dtype=torch.int64)  # balls of real pictures around each fake one
    covered = reached = 0
    for start, apart in _squared_distances(real.points, fake.points):
        inside = apart <= real.squared_radii[start : start + len(apart), None]
        holds += inside.sum(0)
        covered += int(inside.any(1).sum())
        reached += int((apart <= fake.squared_radii).any(1).sum())
    return Overlap(
        precision=float((holds > 0).double().mean()),
        recall=reached / len(real.points),
        density=float(holds.double().mean()) / real.k,
        coverage=covered / len(real.points),
    )


def precision_recall(real: Floats, fake: Floats, k: int = NEIGHBOURS) -> tuple[float, float]:
    """Improved precision and recall (Kynkaanniemi et al., 2019) of features (N, d) and (M, d)."""
    found = overlap(cloud(real, k), cloud(fake, k))
    return found.precision, found.recall


def density_coverage(real: Floats, fake: Floats, k: int = NEIGHBOURS) -> tuple[float, float]:
    """Density and coverage (Naeem et al., 2020) of features (N, d) and (M, d)."""
    found = overlap(cloud(real, k), cloud(fake, k))
    return found.density, found.coverage


def _squared_distances(a: torch.Tensor, b: torch.Tensor) -> Iterator[tuple[int, torch.Tensor]]:
    """Squared distances (n, M) from some rows of `a` (N, d) to all of `b` (M, d), with the number of the first row."""
    rows = max(1, _CELLS // len(b))
    lengths = b.square().sum(1)
    for start in range(0, len(a), rows):
        part = a[start : start + rows]
        yield start, (part.square().sum(1)[:, None] + lengths - 2 * part @ b.T).clamp_(min=0)


def _doubles(points: Floats) -> torch.Tensor:
    return torch.from_numpy(np.asarray(points, np.float64))
