import math

import pytest

from ganstudio import config as cfg
from ganstudio.training.rates import factor


def test_rates_follow_their_curves() -> None:
    for p in (0.0, 0.25, 0.5, 0.9, 1.0):
        assert factor("constant", p) == 1.0
        assert factor("linear", p) == pytest.approx(1 - p)
        assert factor("cosine", p) == pytest.approx((1 + math.cos(math.pi * p)) / 2)
    assert factor("cosine", 0.5) == pytest.approx(0.5)


@pytest.mark.parametrize("decay", cfg.find("optimizer.decay").setting.choices)
def test_every_declared_choice_begins_in_full_and_never_leaves_0_to_1(decay: str) -> None:
    assert factor(decay, 0.0) == factor(decay, -0.5) == 1.0
    assert factor(decay, 1.0) == factor(decay, 1.5)
    curve = [factor(decay, p / 20) for p in range(21)]
    assert curve == sorted(curve, reverse=True)
    assert curve[-1] >= 0.0


def test_falling_rates_end_at_0() -> None:
    assert factor("linear", 1.0) == 0.0
    assert factor("cosine", 1.0) == pytest.approx(0.0, abs=1e-12)
