"""Bytes that are alive and operations, counted on tensors with and without memory."""

import torch

from ganstudio.networks import NETWORKS
from ganstudio.training.device.engine import Engine
from ganstudio.training.estimates import simulation
from ganstudio.training.estimates.counting import Counter
from ganstudio.training.estimates.rehearsal import Rehearsal
from ganstudio.training.updates import has_gradient_penalty
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


def count(made: object, **changes: object) -> tuple[int, int, float]:
    """Return bytes that stay and at the peak of the updates, and the operations of D's penalised update, for real."""
    settings = config(**changes)
    with Counter() as counter:
        parts = Rehearsal(settings, Engine(settings.engine))
        peak = 0
        for penalised in (False, has_gradient_penalty(settings.penalty)):
            for update in (lambda penalised=penalised: parts.update_d(penalised), parts.update_g):
                counter.restart()
                update()
                peak = max(peak, counter.peak)
                flops = counter.flops if update is not parts.update_g else flops
        average = sum(each.numel() * each.element_size() for each in (*parts.G.parameters(), *parts.G.buffers()))
        return counter.live + average, peak + average, flops


def test_tensors_without_memory_need_what_real_ones_do() -> None:
    for name in NETWORKS:
        changes = {"network.name": name, "penalty.r1": 1.0, "network.spectral_norm": name == "mlp"}
        if name == "resnet":
            changes |= {"objective.loss": "relativistic", "optimizer.accumulate": 2, "engine.precision": "float32"}
        found, (kept, peak, flops) = simulation.run(config(**changes)), count(None, **changes)
        assert abs(found.kept / kept - 1) < 0.02, name
        assert abs(found.training / peak - 1) < 0.02, name
        assert found.penalised_d_update.flops == flops, name
