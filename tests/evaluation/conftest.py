"""Fixtures of the evaluation tests: pictures, features, and a classifier that is not trained."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.data import catalog
from ganstudio.evaluation import classifier, features
from ganstudio.evaluation.features import Features


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """The built-in digits (1797, 14, 14)."""
    return catalog.load("digits", size=14, channels=1).images


@pytest.fixture(scope="module")
def random_features() -> Features:
    return features.random_conv_features(14, 1)


@pytest.fixture
def untrained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> classifier.Classifier:
    """A classifier in the place of the bundled one."""
    monkeypatch.setattr(classifier.paths, "resources", lambda: tmp_path)
    (tmp_path / "pretrained").mkdir()
    torch.manual_seed(0)
    classifier.save(classifier.bundled_path(), classifier.Classifier(), {})
    return classifier.load(classifier.bundled_path())
