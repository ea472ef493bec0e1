"""Measures of points in the plane: pure functions of two sets of points, or of points and the modes to be found."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganstudio.data.points.density_picture import count_in_cells
from ganstudio.data.points.distributions import LIMIT, Modes
from ganstudio.evaluation.modes import kl_divergence

Points = npt.NDArray[np.floating]  # (N, 2)
Shares = npt.NDArray[np.float64]

CELLS = 32  # along a side of the plane, from -LIMIT to LIMIT
DIRECTIONS = 32
MAX_DEVIATIONS = 3.0  # from its mode, up to which a point is of high quality


@dataclass(frozen=True)
class ModeFigures:
    """What points have of the modes of a distribution.

    Parameters
    ----------
    found
        Number of modes with at least one point of high quality.
    high_quality
        Share of the points that are within 3 standard deviations of their nearest mode, 0..1.
    kl
        Reverse Kullback-Leibler divergence: of the points' shares of the modes, by the nearest one, from the modes' own
        shares, nats.
    """

    found: int
    high_quality: float
    kl: float


def histogram(points: Points) -> Shares:
    """Return the share of points in each of 32 x 32 cells of the plane, and outside of them as the last one."""
    counts = count_in_cells(points, (CELLS, CELLS), 2 * LIMIT / CELLS).ravel()
    shares: Shares = np.append(counts, len(points) - counts.sum()) / len(points)
    return shares


def jensen_shannon(p: Shares, q: Shares) -> float:
    """Return the Jensen-Shannon divergence of two histograms, bits: 0 if they are equal, 1 without a common cell.

    J. Lin, "Divergence measures based on the Shannon entropy", 1991, equation 4.1 with equal weights.
    """
    middle = (p + q) / 2
    return float((_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2)


def _relative_entropy(p: Shares, q: Shares) -> float:
    present = p > 0
    return float(np.sum(p[present] * np.log2(p[present] / q[present])))


def sliced_wasserstein(a: Points, b: Points) -> float:
    """Return the sliced Wasserstein-1 distance of as many points: how far they move, seen from a direction, on average.

    N. Bonneel, J. Rabin, G. Peyre, H. Pfister, "Sliced and Radon Wasserstein barycenters of measures", 2015. It
    needs no cells: along a line the cheapest way to move points onto others is in their order. 32 directions, evenly
    spread.
    """
    angles = np.pi * (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS
    directions = np.stack((np.cos(angles), np.sin(angles)))  # (2, DIRECTIONS)
    first, second = (np.sort(np.asarray(points, np.float64) @ directions, axis=0) for points in (a, b))
    return float(np.abs(first - second).mean())


def count_modes(points: Points, modes: Modes) -> ModeFigures:
    """Return what points have of the modes.

    The protocol of A. Srivastava et al., "VEEGAN", 2017, and of Z. Lin et al., "PacGAN", 2018, for which 2,500 points
    are drawn.
    """
    distances = modes.distances(points)
    nearest = distances.argmin(1)
    good = distances.min(1) <= MAX_DEVIATIONS
    shares = np.bincount(nearest, minlength=len(modes)) / len(points)
    return ModeFigures(
        len(np.unique(nearest[good])), float(good.mean()), max(0.0, kl_divergence(shares, modes.weights))
    )
