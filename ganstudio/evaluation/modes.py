"""Class balance and confidence of pictures, from a classifier's probabilities."""

import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.float32]  # (N, classes), rows sum to 1
Shares = npt.NDArray[np.float64]  # (classes,), sum to 1

CONFIDENCE_THRESHOLD = 0.95  # a picture is recognised if the classifier gives one class more than this


def class_histogram(probabilities: Probabilities) -> Shares:
    """Return the share of pictures in each class, by the likeliest class of each picture."""
    counts = np.bincount(probabilities.argmax(1), minlength=probabilities.shape[1])
    shares: Shares = counts / len(probabilities)
    return shares


def kl_divergence(histogram: Shares, reference: Shares) -> float:
    """Return the Kullback-Leibler divergence, sum p log(p / q), of shares p from those of real pictures, q.

    In nats; 0: the same shares; infinite if a class appears that the reference does not have.
    """
    present = histogram > 0
    if (reference[present] <= 0).any():
        return float("inf")
    return float(np.sum(histogram[present] * np.log(histogram[present] / reference[present])))


def confident_fraction(probabilities: Probabilities, threshold: float = CONFIDENCE_THRESHOLD) -> float:
    """Return the fraction of pictures with one class more probable than `threshold`."""
    return float((probabilities.max(1) > threshold).mean())
