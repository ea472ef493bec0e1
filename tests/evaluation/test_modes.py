"""Classes: shares, divergence, certainty."""

import numpy as np
import pytest

from ganstudio.evaluation import modes

CHANCES = np.array([[0.96, 0.03, 0.01], [0.5, 0.3, 0.2], [0.0, 0.95, 0.05], [0.99, 0.0, 0.01]], np.float32)


def test_shares_of_the_likeliest_classes() -> None:
    assert modes.class_histogram(CHANCES).tolist() == [0.75, 0.25, 0.0]


def test_recognisable_is_above_the_threshold() -> None:
    assert modes.confident_fraction(CHANCES) == 0.5
    assert modes.confident_fraction(CHANCES, 0.4) == 1


def test_divergence_from_the_real_shares() -> None:
    reference = np.array([0.5, 0.25, 0.25])
    assert modes.kl_divergence(reference, reference) == 0
    assert modes.kl_divergence(np.array([1.0, 0, 0]), reference) == pytest.approx(np.log(2))
    assert modes.kl_divergence(np.array([0.75, 0.25, 0]), reference) == pytest.approx(0.75 * np.log(1.5))
    assert modes.kl_divergence(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == float("inf")
