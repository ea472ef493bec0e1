"""Gauges: figures beside the losses are right, cost little, and leave the training as it is, to the bit."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.data import catalog
from ganstudio.evaluation.variety import Variety
from ganstudio.events import Tick
from ganstudio.training import gauges, pulse
from ganstudio.training.device import tape
from ganstudio.training.gauges import Budget
from ganstudio.training.pulse import Beat, Pulse
from ganstudio.training.rng import make_generator
from ganstudio.training.trainer import Trainer
from support import training
from support.rounds import POINTS

MOTIONS = {"d_grad", "g_grad", "d_move", "g_move", "d_cos", "g_cos"}
OF_PICTURES = {"nn", "nn_raw", "twins", "twins_raw", "copies", "checker", "wrong_class"}
BLOBS = {"output.tick_seconds": 0.1, "steps": 6, "engine.precision": "float32"}
PLANE = {**POINTS, "network.g_width": 6, "network.d_width": 6, "data.points": 40, "optimizer.batch_size": 12}


@pytest.fixture(autouse=True)
def a_gauge_at_every_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gauges, "MOTION_SHARE", 1e9)
    monkeypatch.setattr(gauges, "PULSE_SHARE", 1e9)
    monkeypatch.setattr(gauges, "PULSE_SECONDS", 0.0)
    monkeypatch.setattr(pulse, "COUNT", 32)
    monkeypatch.setattr(pulse, "MIN_COUNT", 16)
    monkeypatch.setattr(pulse, "FOLLOWED", 16)
    monkeypatch.setattr(pulse, "MIN_HELD_OUT", 16)
    monkeypatch.setattr(pulse, "SURE", 0.0)
    monkeypatch.setattr(tape, "WARM_UP", 2)


def trainer(gauged: bool, changes: dict[str, Any]) -> Trainer:
    config = training.config(**{**BLOBS, **changes})
    made = Trainer(config, catalog.load_for(config) if config.makes_points else training.dataset(400))
    made.slow = True  # a tick after each round
    made._gauges._is_on = gauged
    return made


def read(made: Trainer) -> dict[str, float]:
    """Return what the ticks of a whole run have beside the losses, the newest of each."""
    names = [each.name for each in fields(Tick) if each.default is None and each.name != "augment_p"]
    ticks = [event for event in made.train() if isinstance(event, Tick)]
    return {name: value for tick in ticks for name in names if (value := getattr(tick, name)) is not None}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"network.conditional": True, "stabilise.clip_gradient": 0.5}, {"gap"}),
        (
            {
                "objective.loss": "relativistic",
                "stabilise.colour": True,
                "stabilise.probability_rule": "adaptive",
                "ema.show_raw": True,
            },
            {"lag", "wrong_class"},
        ),
        (PLANE, OF_PICTURES | {"gap"}),
    ],
    ids=["pictures", "held-back", "points"],
)
def test_a_run_is_the_same_to_the_bit_with_gauges_and_without(changes: dict[str, Any], missing: set[str]) -> None:
    with_gauges, without = trainer(True, changes), trainer(False, changes)
    untouched = make_generator(with_gauges.config.seed, "noise").get_state()
    assert torch.equal(with_gauges.game.noise.rng.get_state(), untouched)
    found = read(with_gauges)
    assert read(without) == {}
    assert found.keys() == (MOTIONS | OF_PICTURES | {"drift", "lag", "gap"}) - missing
    one, other = with_gauges.state(), without.state()
    assert [name for name, value in one.tensors.items() if not torch.equal(value, other.tensors[name])] == []
    recorded = with_gauges.game.engine.replay.recorded
    assert recorded == without.game.engine.replay.recorded
    assert bool(recorded) == with_gauges.config.engine.graphs


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_gradients_and_steps_are_those_of_the_updates(optimizer: str) -> None:
    made = trainer(True, {"optimizer.name": optimizer, "optimizer.beta1": 0.5, "engine.graphs": False})
    seen: list[tuple[torch.Tensor, float]] = []
    for _ in range(4):  # the fourth is the second one that is watched
        weights = list(made.G.parameters())
        before = [weight.detach().clone() for weight in weights]
        made._gauges.before_round()
        made.round()
        made._gauges.after_round()
        gradient = torch.cat([weight.grad.flatten() for weight in weights if weight.grad is not None])
        moves = [
            float((now.detach() - old).norm() / old.norm())
            for now, old in zip(weights, before, strict=True)
            if old.ndim > 1
        ]
        seen.append((gradient, float(np.median(moves))))
        found = made._gauges._read_motions() if len(seen) == 4 else {}
        if len(seen) == 2:
            made._gauges.read(made.config, 0.0)
    (first, _), (second, move) = seen[-2:]
    assert found["g_grad"] == pytest.approx(float(second.norm()), rel=1e-3)
    assert found["g_move"] == pytest.approx(move, rel=1e-3)
    assert found["g_cos"] == pytest.approx(float(torch.cosine_similarity(first, second, 0)), abs=1e-3)


def test_what_a_recorded_update_does_is_measured_as_that_of_a_plain_one() -> None:
    recorded, plain = (read(trainer(True, {**PLANE, "engine.graphs": graphs})) for graphs in (True, False))
    assert recorded == plain


def test_few_pictures_again_and_again_are_told_from_as_many_different_ones() -> None:
    rng = np.random.default_rng(0)
    real = Variety(rng.normal(size=(256, 16)).astype(np.float32))
    varied = real.compare(rng.normal(size=(256, 16)).astype(np.float32))
    few = rng.normal(size=(10, 16))[rng.integers(10, size=256)] + rng.normal(size=(256, 16)) / 20
    repeated = real.compare(few.astype(np.float32))
    assert varied.nn == pytest.approx(1, abs=0.1)
    assert varied.twins < 0.05
    assert repeated.nn is not None
    assert repeated.nn < 0.2
    assert repeated.twins > 0.95


def test_a_pattern_of_single_pixels_is_told_from_smooth_pictures() -> None:
    smooth = np.full((4, 16, 16), 100, np.uint8)
    striped = smooth + 51 * (np.arange(16) % 2).astype(np.uint8)
    assert pulse._fine_pattern(smooth) == 0
    assert pulse._fine_pattern(striped) == pytest.approx(0.1 / 3**0.5)
    assert pulse._fine_pattern(np.repeat(striped[..., None], 3, 3)) == pytest.approx(pulse._fine_pattern(striped))


def test_gauges_wait_until_they_are_paid_for() -> None:
    clock = [0.0]
    budget = Budget(0.01, 5.0, lambda: clock[0])
    assert not budget.is_due(100.0)  # in the middle of a run that is resumed
    clock[0] = 5.0
    assert budget.is_due(105.0)
    budget.begin()
    with budget.spending():
        clock[0] += 1.0
    assert not budget.is_due(120.0)
    clock[0] = 199.0
    assert not budget.is_due(300.0)
    clock[0] = 201.0
    assert budget.is_due(302.0)


@pytest.mark.parametrize(("kind", "work"), [("_motion", "cosine"), ("_pulses", "compare")])
def test_comparing_is_paid_for_too_so_that_it_becomes_rarer(
    kind: str, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, asked = [0.0], []
    made = trainer(True, {"engine.graphs": False})
    owner: Any = gauges if work == "cosine" else Variety
    compare = getattr(owner, work)

    def slow(*compared: Any) -> Any:
        asked.append(clock[0])
        clock[0] += 1.0
        return compare(*compared)

    monkeypatch.setattr(owner, work, slow)
    setattr(made._gauges, kind, Budget(0.2, now=lambda: clock[0]))
    for _ in range(50):
        made._gauges.before_round()
        made.round()
        made._gauges.after_round()
        clock[0] += 1.0
        made._gauges.read(made.config, clock[0])
    times = 2  # of one reading: both networks, or the pictures raw and averaged
    assert times < len(asked) <= 0.2 * clock[0] + times


def test_a_first_pulse_that_would_be_felt_is_not_taken_and_large_pictures_are_fewer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gauges, "MAX_PULSE_SECONDS", 0.0)
    made = trainer(True, {})
    assert made._gauges._pulse.count == 32
    assert read(made).keys() == MOTIONS
    monkeypatch.setattr(pulse, "MAX_NUMBERS", 20 * 28 * 28)
    assert trainer(True, {})._gauges._pulse.count == 20


def test_a_pulse_that_fails_is_the_last_one_and_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def take(*_: object) -> Beat:
        asked.append(1)
        raise ValueError("no features for such pictures")

    monkeypatch.setattr(Pulse, "take", take)
    assert read(trainer(True, {})).keys() == MOTIONS
    assert asked == [1]
