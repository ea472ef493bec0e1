"""Features, the report, and the meter that measures again and again."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.data import catalog
from ganstudio.evaluation import classifier, features, report
from ganstudio.evaluation.features import Features
from ganstudio.evaluation.meter import Meter


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """The built-in digits (1797, 14, 14)."""
    return catalog.load("digits", size=14, channels=1).images


@pytest.fixture(scope="module")
def random_features() -> Features:
    return features.random_conv_features(14, 1)


def noise(count: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, *shape), np.uint8)


@pytest.mark.parametrize(("size", "channels"), [(2, 1), (28, 1), (32, 3), (45, 3), (128, 3)])
def test_random_features_take_any_size(size: int, channels: int) -> None:
    network = features.random_conv_features(size, channels)
    pictures = noise(3, *((size, size) if channels == 1 else (size, size, 3)))
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
    monkeypatch.setattr(features, "BATCH", 7)
    assert random_features.extract(digits[:20]) == pytest.approx(whole, abs=1e-5)
    with pytest.raises(ValueError, match="no pictures"):
        random_features.extract(digits[:0])


@pytest.fixture
def untrained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> classifier.Classifier:
    """A classifier in the place of the bundled one."""
    monkeypatch.setattr(classifier.paths, "resources", lambda: tmp_path)
    (tmp_path / "pretrained").mkdir()
    torch.manual_seed(0)
    classifier.save(classifier.bundled_path(), classifier.Classifier(), {})
    return classifier.load(classifier.bundled_path())


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
    pictures = noise(5, 28, 28)
    chosen = features.choose("mnist", 28, 1)
    seen, chances = chosen.read(pictures)
    x = classifier.scale(pictures)
    assert seen == pytest.approx(untrained.features(x).numpy(), abs=1e-4)
    assert chances == pytest.approx(untrained(x).softmax(1).numpy(), abs=1e-4)
    assert chosen.probabilities(pictures) == pytest.approx(chances)


def test_real_pictures_measure_better_than_noise(digits: np.ndarray, random_features: Features) -> None:
    real, others = digits[::2], digits[1::2]
    good = report.measure(others, real, random_features)
    blurred = report.measure((others // 2).astype(np.uint8), real, random_features)
    bad = report.measure(noise(len(others), 14, 14), real, random_features)
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


def test_the_meter_measures_as_many_as_it_was_told(digits: np.ndarray, random_features: Features) -> None:
    asked: list[int] = []

    def make(count: int) -> np.ndarray:
        asked.append(count)
        return digits[:count]

    found = Meter(digits, random_features, count=200).measure(make)
    assert asked == [200]
    assert (found.count, found.real_count) == (200, 200)
    assert Meter(digits[:50], random_features, count=200).measure(make).real_count == 50


def test_the_meter_sees_the_real_pictures_once(digits: np.ndarray, random_features: Features) -> None:
    seen: list[int] = []

    def counted(pictures: torch.Tensor) -> tuple[torch.Tensor, None]:
        seen.append(len(pictures))
        return random_features.forward(pictures)[0], None

    meter = Meter(digits, Features("counted", "", counted), count=100)
    first = meter.measure(lambda count: digits[:count])
    again = meter.measure(lambda count: digits[:count])
    assert seen == [100, 100, 100]
    assert first == again
    assert meter.measure(lambda count: noise(count, 14, 14)).fcd > 2 * first.fcd


def test_the_meters_real_pictures_are_spread_over_the_data(digits: np.ndarray, random_features: Features) -> None:
    """Data sorted by class must not make the real side one class."""
    two = np.concatenate([digits[:500], 255 - digits[:500]])
    found = Meter(two, random_features, count=300).measure(lambda count: two[:: len(two) // count][:count])
    assert found.recall > 0.8


def test_measuring_leaves_the_global_random_state_and_threads(digits: np.ndarray, random_features: Features) -> None:
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    Meter(digits, random_features, count=50).measure(lambda count: digits[:count])
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads
