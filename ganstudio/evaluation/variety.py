"""How different pictures are from each other, from their features: repetition is seen long before coverage falls."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

_TWIN_QUANTILE = 0.01  # of the distances of real pictures to the nearest other: nearer ones are twins

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Repetition:
    """How much pictures repeat each other, beside as many real ones.

    Parameters
    ----------
    nn
        Median distance to the nearest other, as a multiple of that of real pictures; 1: as different as these.
    twins
        Share of them that are nearer to another than all but 1 % of the real pictures are.
    """

    nn: float | None
    twins: float


class Variety:
    """Real pictures that others are compared with.

    Parameters
    ----------
    real
        Features (N, d).
    """

    def __init__(self, real: Floats) -> None:
        distances = _to_nearest(real)
        self._median = float(distances.median()) if len(distances) else 0.0
        self._twin = float(distances.quantile(_TWIN_QUANTILE)) if len(distances) else 0.0

    def compare(self, features: Floats) -> Repetition:
        """Return how much pictures with these features, as many as the real ones, repeat each other."""
        distances = _to_nearest(features)
        nn = float(distances.median()) / self._median if self._median and len(distances) else None
        return Repetition(nn, float((distances < self._twin).float().mean()) if len(distances) else 0.0)


def _to_nearest(features: Floats) -> torch.Tensor:
    """Return the distance of each to the nearest other, (N,), of finite features; empty if there is no other."""
    x = torch.from_numpy(np.asarray(features, np.float32))
    if len(x) < 2:
        return x.new_empty(0)
    distances = torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist")
    distances.fill_diagonal_(torch.inf)
    return distances.min(1).values
