"""Report: all measures of fake pictures compared with real ones."""

import numpy as np
import pytest

from ganstudio.evaluation import classifier, features, report
from ganstudio.evaluation.features import Features
from support.data import noise_pictures


def test_real_pictures_measure_better_than_noise(digits: np.ndarray, random_features: Features) -> None:
    real, others = digits[::2], digits[1::2]
    good = report.measure(others, real, random_features)
    blurred = report.measure((others // 2).astype(np.uint8), real, random_features)
    bad = report.measure(noise_pictures(len(others), 14, 14), real, random_features)
    assert good.fcd < blurred.fcd < bad.fcd
    assert good.precision > 0.8 > blurred.precision
    assert bad.precision == bad.coverage == 0
    assert good.recall > 0.8
    assert good.density == pytest.approx(1, abs=0.25)
    assert good.coverage > 0.8
    assert (good.features, good.count, good.real_count) == ("random-conv-64", 898, 899)
    assert good.classes is good.kl is good.sure is None


def test_with_a_classifier_the_report_counts_classes(digits: np.ndarray, untrained: classifier.Classifier) -> None:
    large = digits.repeat(2, axis=1).repeat(2, axis=2)
    seeing = features.classifier_features(untrained)
    found = report.measure(large[:100], large[100:200], seeing)
    chances = seeing.probabilities(large[:100])
    assert chances is not None
    assert found.classes == tuple(np.bincount(chances.argmax(1), minlength=10) / 100)
    assert found.kl is not None
    assert found.kl >= 0
    assert found.sure == float((chances.max(1) > 0.95).mean())
