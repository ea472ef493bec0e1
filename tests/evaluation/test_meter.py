"""Meter: repeated measurement while a generator trains."""

import numpy as np
import torch

from ganstudio.evaluation.features import Features
from ganstudio.evaluation.meter import Meter
from support.data import noise_pictures


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
    assert meter.measure(lambda count: noise_pictures(count, 14, 14)).fcd > 2 * first.fcd


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
