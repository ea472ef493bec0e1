import itertools
import math
import time
from collections.abc import Iterator

import pytest
import torch

from ganstudio import config as cfg
from ganstudio.benchmark import profiling
from ganstudio.training.device.engine import Engine
from ganstudio.training.trainer import Trainer
from support.benchmark import config, dataset


def counted(**changes: object) -> float:
    return profiling.flops_per_round(Trainer(config(**changes), dataset()))


def products(*sides: int) -> int:
    """Multiplications of a chain of layers, for one picture."""
    return sum(a * b for a, b in itertools.pairwise(sides))


def test_flops_of_a_round_are_those_of_its_matrix_products() -> None:
    n, z, h, pixels = 8, 4, 16, 28 * 28  # width 4: 16 and 32 hidden units
    g, g_inner = products(z, h, 2 * h, pixels), products(h, 2 * h, pixels)
    d, d_inner = products(pixels, 2 * h, h, 1), products(2 * h, h, 1)
    d_update = n * g + 2 * n * (d + d + d_inner)  # fakes; for real and fake forward, weights' gradients, inputs'
    g_update = n * (g + d) + n * (d + g + g_inner)  # forward; back through all of D, then G's weights and inputs
    assert counted() == 2 * (d_update + g_update)
    assert counted(schedule__d_steps=3, schedule__g_steps=2) == 2 * (3 * d_update + 2 * g_update)


def test_flops_of_lazy_penalties_are_spread_over_their_rounds() -> None:
    with_penalty, without = counted(penalty__r1=1.0), counted()
    assert with_penalty > without
    assert counted(penalty__r1=1.0, penalty__every=4) == pytest.approx((with_penalty + 3 * without) / 4)


def test_convolutions_count_in_any_layer_and_precision() -> None:
    one = counted(network__name="dcgan")
    assert counted(network__name="dcgan", optimizer__batch_size=16) == 2 * one
    if torch.cpu.get_capabilities().get("avx512_bf16"):
        assert counted(network__name="dcgan", engine__precision="bfloat16") == one


@pytest.mark.parametrize(("every", "d_steps", "rounds"), [(1, 1, 1), (4, 1, 4), (4, 2, 2), (4, 3, 4), (2, 4, 1)])
def test_cycle_ends_when_penalties_come_again(every: int, d_steps: int, rounds: int) -> None:
    lazy = config(penalty__every=every, schedule__d_steps=d_steps)
    assert profiling.rounds_per_cycle(lazy) == 1
    assert profiling.rounds_per_cycle(cfg.change(lazy, "penalty.r2", 1.0)) == rounds


def test_phase_within_another_takes_its_time_from_it() -> None:
    times: Iterator[float] = iter([0.0, 1.0, 3.0, 7.0, 15.0, 31.0])
    waits: list[None] = []
    clock = profiling.PhaseClock(lambda: waits.append(None), now=lambda: next(times))
    with clock.phase("D forward, loss"):
        with clock.phase("data"):
            pass
        assert clock.network == "D"
    with clock.phase("G optimiser"):
        assert clock.network == "G"
    spent = {name: seconds for name, seconds in clock.seconds.items() if seconds}
    assert spent == {"D forward, loss": 1.0 + 4.0, "data": 2.0, "G optimiser": 16.0}
    assert len(waits) == 6
    clock.reset()
    assert not any(clock.seconds.values())


def test_phases_find_the_slow_part_and_add_up_to_no_more_than_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    step = Engine.step

    def slow(self: Engine, optimizer: torch.optim.Optimizer, longest: float = 0.0) -> None:
        time.sleep(0.02)
        step(self, optimizer, longest)

    monkeypatch.setattr(Engine, "step", slow)
    found = profiling.profile_rounds(profiling.ProfiledTrainer(config(schedule__d_steps=2), dataset()), 0.1)
    seconds = {each.name: each.seconds for each in found.phases}
    assert tuple(seconds) == profiling.PHASES
    assert min(seconds.values()) > 0
    assert sum(seconds.values()) <= found.seconds
    assert seconds["D optimiser"] >= 0.04
    assert seconds["G optimiser"] >= 0.02
    assert seconds["average of G"] < 0.02


def test_watching_changes_nothing() -> None:
    plain, watched = Trainer(config(), dataset()), profiling.ProfiledTrainer(config(), dataset())
    for _ in range(3):
        plain.round()
        watched.round()
    ours, theirs = plain.state().tensors, watched.state().tensors
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert math.isclose(plain.epoch, watched.epoch)
