"""Bytes that are alive and operations, counted on tensors with and without memory."""

import dataclasses
import signal
from collections.abc import Iterator

import pytest
import torch

from ganstudio import presets
from ganstudio.errors import Cancelled
from ganstudio.training.device.engine import Engine
from ganstudio.training.estimates import simulation
from ganstudio.training.estimates.counting import Counter
from ganstudio.training.estimates.rehearsal import Rehearsal
from support.training import config


def test_what_is_freed_counts_no_more_and_views_count_once() -> None:
    with Counter() as counter:
        first = torch.empty(1000)
        rows = first.view(10, 100)[2:]
        assert counter.live == 4000
        second = first + 1
        del second
        assert (counter.live, counter.peak) == (4000, 8000)
        del first
        assert counter.live == 4000  # the rows hold it
        del rows
        assert counter.live == 0
        counter.restart()
        assert counter.peak == 0


def test_products_and_their_gradients_are_counted() -> None:
    with Counter() as counter:
        a, b = torch.ones(3, 4, requires_grad=True), torch.ones(4, 5, requires_grad=True)
        product = a @ b
        assert counter.flops == 2 * 3 * 4 * 5
        product.sum().backward()
    assert counter.flops == 3 * 2 * 3 * 4 * 5


def count(**changes: object) -> tuple[int, int, float]:
    """Return bytes that stay and at the peak of the updates, and the operations of D's penalised update, for real."""
    settings, peak, flops = config(**changes), 0, 0.0
    with Counter() as counter:
        parts = Rehearsal(settings, Engine(settings.engine))
        for penalised in (False, True):
            counter.restart()
            parts.update_d(penalised)
            peak, flops = max(peak, counter.peak), counter.flops
            counter.restart()
            parts.update_g()
            peak = max(peak, counter.peak)
        average = sum(each.numel() * each.element_size() for each in (*parts.G.parameters(), *parts.G.buffers()))
        return counter.live + average, peak + average, flops


@pytest.mark.parametrize(
    "changes",
    [
        {"network.name": "dcgan", "network.spectral_norm": True, "penalty.gradient": 1.0},
        {"network.name": "resnet", "objective.loss": "relativistic", "penalty.r1": 1.0, "optimizer.accumulate": 2},
    ],
)
def test_tensors_without_memory_need_what_real_ones_do(changes: dict[str, object]) -> None:
    found, (kept, peak, flops) = simulation.run(config(**changes)), count(**changes)
    assert found.kept == pytest.approx(kept, rel=0.02)
    assert found.training == pytest.approx(peak, rel=0.02)
    assert found.penalised_d_update.flops == flops


def test_a_simulation_that_is_called_off_ends_after_the_update_and_leaves_nothing_behind() -> None:
    """Not within it: PyTorch asks for devices where no error can pass, and the process would be aborted."""
    settings, asked = config(**{"network.name": "dcgan", "penalty.gradient": 1.0}), 0

    def is_cancelled(most: int) -> bool:
        nonlocal asked
        asked += 1
        return asked > most

    whole = simulation.run(settings, lambda: is_cancelled(10**9))
    count, state = asked, torch.get_rng_state()
    first = next(most for most in range(0, count, count // 12) if most > 0)
    for most in (0, *range(first, first + 40), count - 1):  # among them are questions for a device
        asked = 0
        with pytest.raises(Cancelled):
            simulation.run(settings, lambda most=most: is_cancelled(most))
        assert most < asked <= count
        assert torch.equal(torch.get_rng_state(), state)
        assert type(torch.ones(2) + 1) is torch.Tensor
    assert simulation.run(settings) == whole


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Where a shell runs the tests in the background, it has Ctrl+C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupted_simulation_ends_after_the_update(interruptible: None) -> None:
    settings, asked = config(**{"network.name": "dcgan"}), 0

    def interrupt(at: int) -> bool:
        nonlocal asked
        asked += 1
        if asked == at:
            signal.raise_signal(signal.SIGINT)
        return False

    simulation.run(settings, lambda: interrupt(-1))
    count = asked
    for at in (1, *range(count // 12, count // 12 + 40), count):  # among them are questions for a device
        asked = 0
        with pytest.raises(KeyboardInterrupt):
            simulation.run(settings, lambda at=at: interrupt(at))
        assert at <= asked <= count
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_updates_of_points_are_simulated_with_points_and_their_optimiser() -> None:
    settings = presets.load("lab-gaussians").config
    engine = dataclasses.replace(settings.engine, device="cpu", precision="float32", convolution="direct")
    found = simulation.run(dataclasses.replace(settings, engine=engine))
    weights = (2 * 8 + 8 + 8 * 2 + 2, 2 * 8 + 8 + 8 + 1)
    assert (found.g_weights, found.d_weights) == weights
    assert found.kept == pytest.approx(4 * (2 * sum(weights) + weights[0]), abs=100)  # gradients, average; no moments
    assert found.grid > 4096 * 8 * 4
    assert found.d_update.flops > 150 * 2 * (2 * 8 + 8)
