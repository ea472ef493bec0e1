"""Which classes pictures fall into, and how clearly, from a classifier's probabilities."""

import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.float32]  # (N, classes), rows sum to 1
Shares = npt.NDArray[np.float64]  # (classes,), sum to 1

SURE = 0.95  # a picture is recognisable if the classifier gives one class more than this


def class_histogram(probabilities: Probabilities) -> Shares:
    """Share of the pictures whose likeliest class is each."""
    counts = np.bincount(probabilities.argmax(1), minlength=probabilities.shape[1])
    shares: Shares = counts / len(probabilities)
    return shares


def kl(histogram: Shares, reference: Shares) -> float:
    """Kullback-Leibler divergence sum p log(p / q), nats, of shares p from those of real pictures, q; 0: the same.

    Infinite where a class appears that the reference does not have.
    """
    there = histogram > 0
    if (reference[there] <= 0).any():
        return float("inf")
    return float(np.sum(histogram[there] * np.log(histogram[there] / reference[there])))


def sure(probabilities: Probabilities, threshold: float = SURE) -> float:
    """Share of the pictures of which the classifier is surer than `threshold`."""
    return float((probabilities.max(1) > threshold).mean())
