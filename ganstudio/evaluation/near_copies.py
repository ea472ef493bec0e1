"""What a near-copy of a training picture is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FEW_PICTURES = 500  # from fewer than that a model may learn them by heart: it is always looked for copies
COPY_LIKENESS = 0.5  # times a training picture's distance to the next, below which a sample is a near-copy of it
MAX_NUMBERS = 1 << 27  # of a data set, pixels times channels: a core compares a grid with them in some seconds

Indices = npt.NDArray[np.int64]
Distances = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Likeness:
    """How like samples are to the training pictures nearest to them.

    Parameters
    ----------
    indices, distances
        Of the neighbours, (N, k), nearest first.
    ratios
        (N,): the distance to the nearest as a multiple of the distance from that one to the next; 0 is a copy.
    mirrored
        (N,): whether these are neighbours of the mirrored sample.
    """

    indices: Indices
    distances: Distances
    ratios: Distances
    mirrored: npt.NDArray[np.bool_]

    @property
    def are_copies(self) -> npt.NDArray[np.bool_]:
        """(N,): whether a sample is less than half as far from a training picture as that one is from the next."""
        return self.ratios < COPY_LIKENESS
