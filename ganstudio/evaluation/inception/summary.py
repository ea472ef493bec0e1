"""What is kept of pictures to compare them by FID and KID, and the comparison."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.evaluation import fidelity
from ganstudio.evaluation.fidelity import Moments
from ganstudio.evaluation.inception.kid import KernelDistance, kernel_distance
from ganstudio.evaluation.inception.network import FEATURES, Inception
from ganstudio.evaluation.inception.resize import prepare
from ganstudio.images import Pictures

BATCH = 16  # pictures at once: some 300 MB
MAX_POINTS = 10_000  # pictures whose features are kept, for KID: 82 MB

ProgressCallback = Callable[[int, int], None]  # pictures done, and in all


@dataclass(frozen=True)
class Summary:
    """Features of pictures, summed up.

    Parameters
    ----------
    count
        Number of pictures.
    moments
        Mean and covariance of all features.
    points
        Features of MAX_POINTS pictures, or of all, (n, 2048), float32.
    """

    count: int
    moments: Moments
    points: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Distances:
    """FID and KID of two sets of pictures."""

    fid: float
    kid: KernelDistance


def summarise(pictures: Pictures, inception: Inception, report: ProgressCallback) -> Summary:
    """Compute the features of pictures, part by part, so that memory does not grow with their number.

    Parameters
    ----------
    pictures
        (N, H, W[, 3 or 4]), uint8; at least two.
    inception
        The network.
    report
        Called after each part.
    """
    total = len(pictures)
    kept = np.zeros(total, bool)
    kept[np.random.default_rng(0).permutation(total)[:MAX_POINTS]] = True
    added, products = torch.zeros(FEATURES, dtype=torch.float64), torch.zeros(FEATURES, FEATURES, dtype=torch.float64)
    points = []
    for first in range(0, total, BATCH):
        part = slice(first, first + BATCH)
        features = inception(prepare(pictures[part]))
        doubles = features.double()
        added += doubles.sum(0)
        products.addmm_(doubles.T, doubles)
        points.append(features.numpy()[kept[part]])
        report(min(first + BATCH, total), total)
    mean = added / total
    covariance = (products - total * torch.outer(mean, mean)) / (total - 1)
    return Summary(total, Moments(mean, covariance), np.concatenate(points))


def compare(fake: Summary, real: Summary) -> Distances:
    """Compute FID and KID."""
    return Distances(fidelity.frechet_distance(fake.moments, real.moments), kernel_distance(fake.points, real.points))
