"""Feature networks: which one is chosen, and what it returns."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.evaluation import classifier, features
from ganstudio.evaluation.features import Features
from ganstudio.sizes import ImageSize, sides
from support.data import noise_pictures


@pytest.mark.parametrize(("size", "channels"), [(2, 1), (28, 1), (32, 3), (45, 3), (128, 3), ("48x24", 4)])
def test_random_features_take_any_size(size: ImageSize, channels: int) -> None:
    network = features.random_conv_features(size, channels)
    pictures = noise_pictures(3, *(sides(size) if channels == 1 else (*sides(size), channels)))
    seen = network.extract(pictures)
    assert (seen.shape, seen.dtype) == ((3, 64), np.float32)
    assert network.probabilities(pictures) is None
    assert np.array_equal(features.random_conv_features(size, channels).extract(pictures), seen)  # one network for ever
    assert np.abs(seen[0] - seen[1]).max() > 1e-3


def test_random_features_are_these_and_no_others() -> None:
    """Figures written down long ago must stay comparable: this fails if the network changes."""
    seen = features.random_conv_features(28, 1).extract(np.full((1, 28, 28), 255, np.uint8))[0]
    assert seen[:4] == pytest.approx([-0.14936, -0.34332, -0.24390, 0.80656], abs=1e-4)


@pytest.mark.usefixtures("untrained")
def test_features_leave_the_global_random_state() -> None:
    before = torch.get_rng_state()
    assert features.choose("mnist", 28, 1).name == "digit-classifier"
    features.random_conv_features(28, 1)
    assert torch.equal(torch.get_rng_state(), before)


def test_parts_are_seen_as_the_whole(
    digits: np.ndarray, random_features: Features, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = random_features.extract(digits[:20])
    monkeypatch.setattr(features, "_MOST_AT_ONCE", 7)
    assert random_features.extract(digits[:20]) == pytest.approx(whole, abs=1e-5)
    with pytest.raises(ValueError, match="no pictures"):
        random_features.extract(digits[:0])


@pytest.mark.parametrize(
    ("data", "size", "channels", "name"),
    [
        ("mnist", 28, 1, "digit-classifier"),
        ("digits", 28, 1, "digit-classifier"),
        ("mnist", 32, 1, "random-conv-64"),
        ("mnist", 28, 3, "random-conv-64"),
        ("fashion-mnist", 28, 1, "random-conv-64"),
    ],
)
@pytest.mark.usefixtures("untrained")
def test_the_classifier_judges_digits_only(data: str, size: int, channels: int, name: str) -> None:
    assert features.choose(data, size, channels).name == name


def test_without_the_classifier_digits_have_random_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier.paths, "resources", lambda: tmp_path)
    assert features.choose("mnist", 28, 1).name == "random-conv-64"


def test_the_classifiers_features_and_probabilities(untrained: classifier.Classifier) -> None:
    pictures = noise_pictures(5, 28, 28)
    chosen = features.choose("mnist", 28, 1)
    seen, chances = chosen.read(pictures)
    x = classifier.scale(pictures)
    assert seen == pytest.approx(untrained.features(x).numpy(), abs=1e-4)
    assert chances == pytest.approx(untrained(x).softmax(1).numpy(), abs=1e-4)
    assert chosen.probabilities(pictures) == pytest.approx(chances)
