import math

import pytest

from ganstudio import config as cfg
from ganstudio.config import OptimizerConfig, RunConfig, ScheduleConfig
from ganstudio.training.schedule import Schedule, Turn, lr_factor, rounds_for


def test_steps_mode_gives_k_and_n_and_follows_live_changes() -> None:
    schedule = Schedule(batches_per_epoch=10)
    assert schedule.next(ScheduleConfig(d_steps=3, g_steps=2)) == Turn(3, 2)
    assert schedule.next(ScheduleConfig(d_steps=1, g_steps=1)) == Turn(1, 1)


def test_epochs_mode_lets_each_learn_for_its_epochs_in_turn() -> None:
    schedule = Schedule(batches_per_epoch=3)
    settings = ScheduleConfig(mode="epochs", d_epochs=2, g_epochs=1)
    turns = ["d" if schedule.next(settings).d else "g" for _ in range(18)]
    assert "".join(turns) == "dddddd" + "ggg" + "dddddd" + "ggg"


def test_a_turn_goes_on_where_it_was_saved() -> None:
    settings = ScheduleConfig(mode="epochs", d_epochs=1, g_epochs=2)
    whole, first, second = Schedule(4), Schedule(4), Schedule(4)
    expected = [whole.next(settings) for _ in range(20)]
    got = [first.next(settings) for _ in range(6)]
    second.load(first.state())
    got += [second.next(settings) for _ in range(14)]
    assert got == expected


def test_rounds_cover_the_batches() -> None:
    assert rounds_for(10, RunConfig(schedule=ScheduleConfig(d_steps=3))) == 4
    assert rounds_for(10, RunConfig(schedule=ScheduleConfig(mode="epochs", d_steps=3))) == 10
    accumulated = OptimizerConfig(accumulate=4)  # 3 updates
    assert rounds_for(10, RunConfig(optimizer=accumulated)) == 3
    assert rounds_for(10, RunConfig(optimizer=accumulated, schedule=ScheduleConfig(d_steps=2))) == 2


def test_rates_follow_their_curves() -> None:
    for p in (0.0, 0.25, 0.5, 0.9, 1.0):
        assert lr_factor("constant", p) == 1.0
        assert lr_factor("linear", p) == pytest.approx(1 - p)
        assert lr_factor("cosine", p) == pytest.approx((1 + math.cos(math.pi * p)) / 2)
    assert lr_factor("cosine", 0.5) == pytest.approx(0.5)


@pytest.mark.parametrize("decay", cfg.find("optimizer.decay").choices)
def test_every_declared_choice_begins_in_full_and_never_leaves_0_to_1(decay: str) -> None:
    assert lr_factor(decay, 0.0) == lr_factor(decay, -0.5) == 1.0
    assert lr_factor(decay, 1.0) == lr_factor(decay, 1.5)
    curve = [lr_factor(decay, p / 20) for p in range(21)]
    assert curve == sorted(curve, reverse=True)
    assert curve[-1] >= 0.0


def test_falling_rates_end_at_0() -> None:
    assert lr_factor("linear", 1.0) == 0.0
    assert lr_factor("cosine", 1.0) == pytest.approx(0.0, abs=1e-12)
