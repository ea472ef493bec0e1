"""Fidelity and diversity of pictures, from features: Frechet distance, precision, recall, density, coverage.

Everything is computed in float64, with torch, so that its number of threads applies; matrices of distances in parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

Floats = npt.NDArray[np.float32] | npt.NDArray[np.float64]

NEIGHBOURS = 5  # k of the papers below

_MAX_DISTANCES = 1 << 22  # in memory at a time: 32 MB


@dataclass(frozen=True)
class Moments:
    """First two moments of features.

    Parameters
    ----------
    mean
        (d,), float64.
    covariance
        (d, d), float64.
    """

    mean: torch.Tensor
    covariance: torch.Tensor


@dataclass(frozen=True)
class Manifold:
    """Estimate of the manifold that features lie on: balls around them (Kynkaanniemi et al., 2019, section 3).

    Parameters
    ----------
    points
        Features (N, d), float64.
    squared_radii
        Squared distance of each to its k-th nearest other, (N,), float64.
    k
        Number of neighbours.
    """

    points: torch.Tensor
    squared_radii: torch.Tensor
    k: int


@dataclass(frozen=True)
class Overlap:
    """Overlap of the manifolds of real and fake pictures: fractions 0..1; `density` may exceed 1."""

    precision: float
    recall: float
    density: float
    coverage: float


def compute_moments(points: Floats) -> Moments:
    """Compute the moments of features (N, d).

    Raises
    ------
    ValueError
        There are fewer than two.
    """
    x = _doubles(points)
    if len(x) < 2:
        raise ValueError(f"a covariance needs at least 2 pictures; got {len(x)}")
    return Moments(x.mean(0), torch.cov(x.T).reshape(x.shape[1], x.shape[1]))


def frechet_distance(a: Moments, b: Moments) -> float:
    """Return the Frechet distance of two normal distributions, |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)).

    Heusel et al., 2017, eq. 6; Dowson and Landau, 1982. With features of a classifier of such pictures it is called FCD
    here: "FID" is that of Inception on ImageNet.

    The trace of the root is the sum of the roots of the eigenvalues of C1^(1/2) C2 C1^(1/2), which is symmetric: it
    stays real and exact if features are constant, or if there are fewer pictures than features, so that C1 C2 is
    singular.
    """
    difference = a.mean - b.mean
    values, vectors = torch.linalg.eigh(a.covariance)
    root = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    trace = torch.linalg.eigvalsh(root @ b.covariance @ root).clamp(min=0).sqrt().sum()
    distance = difference @ difference + a.covariance.trace() + b.covariance.trace() - 2 * trace
    return max(float(distance), 0.0)


def estimate_manifold(points: Floats, k: int = NEIGHBOURS) -> Manifold:
    """Estimate the manifold of features (N, d).

    Raises
    ------
    ValueError
        There are fewer than k + 1.
    """
    x = _doubles(points)
    if len(x) <= k:
        raise ValueError(f"need more than {k} pictures to find the {k} nearest of each; got {len(x)}")
    radii = torch.empty(len(x), dtype=torch.float64)
    for start, distances in _squared_distances(x, x):
        rows = torch.arange(len(distances))
        distances[rows, rows + start] = torch.inf  # no picture is its own neighbour
        radii[start : start + len(distances)] = distances.kthvalue(k, 1).values
    return Manifold(x, radii, k)


def measure_overlap(real: Manifold, fake: Manifold) -> Overlap:
    """Compute precision, recall, density and coverage of fake pictures.

    With X_i real, Y_j fake, and B(p) the closed ball around p up to its k-th nearest neighbour of the same kind:
    precision: fraction of Y_j in any B(X_i); recall: fraction of X_i in any B(Y_j) (Kynkaanniemi et al., 2019, eq. 1
    and 2); density: mean over j of the number of B(X_i) that contain Y_j, divided by k; coverage: fraction of X_i whose
    B(X_i) contains any Y_j (Naeem et al., 2020, eq. 4 and 5).
    """
    containing = torch.zeros(len(fake.points), dtype=torch.int64)  # balls of real pictures around each fake one
    covered = recalled = 0
    for start, distances in _squared_distances(real.points, fake.points):
        inside = distances <= real.squared_radii[start : start + len(distances), None]
        containing += inside.sum(0)
        covered += int(inside.any(1).sum())
        recalled += int((distances <= fake.squared_radii).any(1).sum())
    return Overlap(
        precision=float((containing > 0).double().mean()),
        recall=recalled / len(real.points),
        density=float(containing.double().mean()) / real.k,
        coverage=covered / len(real.points),
    )


def _squared_distances(a: torch.Tensor, b: torch.Tensor) -> Iterator[tuple[int, torch.Tensor]]:
    """Yield squared distances (n, M) from some rows of `a` (N, d) to all of `b` (M, d), with the first row's number."""
    rows = max(1, _MAX_DISTANCES // len(b))
    lengths = b.square().sum(1)
    for start in range(0, len(a), rows):
        part = a[start : start + rows]
        yield start, (part.square().sum(1)[:, None] + lengths - 2 * part @ b.T).clamp_(min=0)


def _doubles(points: Floats) -> torch.Tensor:
    return torch.from_numpy(np.asarray(points, np.float64))
