"""Training on points: the same engine as for pictures, with networks of any depth, width and noise."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.data import catalog
from ganstudio.data.dataset_switch import switch_dataset
from ganstudio.data.points import density_picture
from ganstudio.errors import ConfigError
from ganstudio.events import Samples
from ganstudio.networks import points
from ganstudio.objectives import OBJECTIVES, Objective
from ganstudio.training.rng import grid_noise
from ganstudio.training.trainer import Trainer
from support.rounds import POINTS
from support.training import dataset

BASE = {**POINTS, "steps": 5}


def config(changes: dict[str, Any] | None = None) -> cfg.RunConfig:
    made = cfg.RunConfig()
    for path, value in {**BASE, **(changes or {})}.items():
        made = cfg.change(made, path, value)
    return made


def trainer(changes: dict[str, Any] | None = None) -> Trainer:
    made = config(changes)
    return Trainer(made, catalog.load_for(made))


def weights(of: Trainer) -> list[torch.Tensor]:
    return [weight.clone() for part in (of.G, of.D, of.G_ema.module) for weight in part.state_dict().values()]


@pytest.mark.parametrize(
    "changes",
    [
        {"data.fresh": True, "optimizer.name": "sgd", "network.noise": "uniform"},
        {"network.conditional": True, "network.packing": 2, "penalty.r1": 0.1, "penalty.gradient": 1.0},
        {"objective.loss": "relativistic", "penalty.r2": 0.1, "stabilise.noise": 0.1, "penalty.dragan": 1.0},
    ],
    ids=["fresh-sgd-uniform", "classes-packing", "relativistic"],
)
def test_a_run_of_points_resumes_to_the_bit(changes: dict[str, Any]) -> None:
    whole = trainer(changes)
    for _ in range(4):
        whole.round()
    state = whole.state()
    for _ in range(3):
        whole.round()
    made = config(changes)
    resumed = Trainer(made, catalog.load_for(made), state)
    for _ in range(3):
        resumed.round()
    assert all(torch.equal(one, other) for one, other in zip(weights(whole), weights(resumed), strict=True))
    assert not torch.equal(weights(whole)[0], weights(trainer(changes))[0])


@pytest.mark.parametrize("layers", [0, 1, 5])
@pytest.mark.parametrize("width", [1, 7])
def test_networks_have_the_layers_and_neurons_that_were_set_each_its_own(layers: int, width: int) -> None:
    made = config({"network.g_layers": layers, "network.g_width": width, "network.z_size": 3})
    G, D = networks.generator(made, torch.Generator()), networks.discriminator(made, torch.Generator())
    linear = [part for part in G.modules() if isinstance(part, torch.nn.Linear)]
    assert [(part.in_features, part.out_features) for part in linear] == list(
        zip([3, *[width] * layers], [*[width] * layers, 2], strict=True)
    )
    assert len([part for part in D.modules() if isinstance(part, torch.nn.Linear)]) == 3
    assert D(G(torch.randn(4, 3))).shape == (4,)


@pytest.mark.parametrize(("path", "value"), [("network.g_width", 0), ("network.d_width", 0), ("network.z_size", 0)])
def test_a_layer_without_neurons_and_noise_without_numbers_are_refused_in_words(path: str, value: int) -> None:
    with pytest.raises(ConfigError, match=rf"{path} must be a whole number from 1 to .*; got 0\."):
        config({path: value})


def test_uniform_noise_is_uniform_and_centred_and_whoever_samples_gives_normal_z() -> None:
    z = torch.randn(20_000, 1, generator=torch.Generator().manual_seed(0))
    u = points.to_uniform(z)
    assert -1 < u.min() < -0.99 < 0.99 < u.max() < 1
    counts = torch.histc(u, 10, -1, 1)
    assert counts.min() > 0.9 * 2000
    assert torch.allclose(points.from_uniform(u[z.abs() < 3]), z[z.abs() < 3], atol=1e-3)
    made = config({"network.noise": "uniform", "network.g_layers": 0})
    G = networks.generator(made, torch.Generator().manual_seed(1))
    normal = networks.generator(cfg.change(made, "network.noise", "normal"), torch.Generator().manual_seed(1))
    z = torch.randn(5, 2)
    assert torch.allclose(G(z), normal(points.to_uniform(z)))


def test_generated_points_are_centred_and_unbounded() -> None:
    made = config({"network.g_layers": 0})
    G = networks.generator(made, torch.Generator().manual_seed(0))
    assert torch.allclose(G(-torch.ones(1, 2)), -G(torch.ones(1, 2)))
    far = G(torch.full((1, 2), 100.0)).flatten()
    assert far.abs().max() > 5


def test_samples_are_one_picture_of_all_points_of_the_fixed_noise() -> None:
    run = trainer({"output.grid": 8})
    assert run.config.output.grid == 1
    samples = [event for event in run.train() if isinstance(event, Samples)]
    z, _ = grid_noise(run.config, torch.device("cpu"))
    with torch.no_grad():
        made = run.G_ema.module(z).flatten(1).numpy()
    assert samples[-1].pictures.shape == (1, 64, 64, 3)
    assert np.array_equal(samples[-1].pictures[0], density_picture.draw_density(made, (64, 64), 3))
    assert not np.array_equal(samples[0].pictures, samples[-1].pictures)


def test_plain_gradient_descent_moves_weights_by_the_rate_times_the_gradient() -> None:
    run = trainer({"optimizer.name": "sgd", "optimizer.d_lr": 0.25, "optimizer.g_lr": 0.5})
    before = [weight.detach().clone() for weight in run.D.parameters()]
    run.update_d()
    for weight, old in zip(run.D.parameters(), before, strict=True):
        assert weight.grad is not None
        assert torch.allclose(weight, old - 0.25 * weight.grad)
    assert not any(name.startswith("opt_") for name in run.state().tensors)


def test_the_loss_that_was_chosen_is_the_one_that_trains_also_after_a_resume() -> None:
    run = trainer({"objective.loss": "least-squares"})
    run.round()
    made = cfg.change(config(), "objective.loss", "least-squares")
    again = Trainer(made, catalog.load_for(made), run.state())
    other = Trainer(config(), catalog.load_for(config()), run.state())
    for each in (run, again, other):
        each.round()
    assert torch.equal(weights(run)[0], weights(again)[0])
    assert not torch.equal(weights(run)[0], weights(other)[0])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"network.name": "mlp", "output.grid": 2}, "Ring of 8 is a set of points, but the networks mlp make pictures"),
        ({"stabilise.mirror": True}, "stabilise.mirror changes pictures, but Ring of 8 is a set of points"),
        ({"data.channels": 4}, "grey or colour"),
        ({"network.conditional": True, "data.name": "lab-line"}, "Line has no labels"),
    ],
)
def test_what_does_not_fit_points_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        trainer(changes)


def test_pictures_are_refused_by_networks_that_make_points() -> None:
    with pytest.raises(ConfigError, match="networks points make points, but UCI digits is a set of pictures"):
        Trainer(config(), dataset(size=64, channels=3))


def test_weights_of_a_snapshot_of_points_are_exact() -> None:
    run = trainer()
    run.round()
    tensors, meta = run.snapshot_state()
    assert all(torch.equal(tensors[name], weight) for name, weight in run.G_ema.module.state_dict().items())
    assert math.isfinite(meta["d_centre"])


def test_the_same_seed_makes_the_same_points_and_another_one_others() -> None:
    runs = [trainer({"data.fresh": True, "seed": seed}) for seed in (3, 3, 4)]
    for run in runs:
        for _ in range(4):  # into the second epoch
            run.round()
    first, again, other = (weights(run) for run in runs)
    assert all(torch.equal(one, two) for one, two in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])


@pytest.mark.parametrize("loss", list(OBJECTIVES))
def test_every_loss_trains_points_with_what_goes_with_it(loss: str) -> None:
    """With every gradient penalty, an average of G, a batch of any size, and the tests for missed modes as data."""
    penalty = {"penalty.r1": 0.1, "penalty.r2": 0.1, "penalty.gradient": 0.1, "penalty.dragan": 0.1}
    sizes = {"optimizer.batch_size": 7, "data.name": "lab-grid-25", "ema.half_life": 50, "ema.warm_up": 0.0}
    run = trainer({"objective.loss": loss, **penalty, **sizes})
    before = weights(run)
    run.round()
    for old, new in zip(before, weights(run), strict=True):
        assert new.isfinite().all()
        assert len(old) == 1 or not torch.equal(old, new)  # the bias of D's output is moved by some losses only
    raw, average = (next(iter(G.parameters())) for G in (run.G, run.G_ema.module))
    step = before[0] + (raw - before[0]) * (1 - 0.5 ** (7 / 50))
    assert torch.allclose(average, step, atol=1e-6)


def test_the_chosen_loss_trains_other_points_too(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []

    def count(name: str, loss: Objective) -> Objective:
        def g_loss(fake: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
            used.append(name)
            return loss.g_loss(fake, real)

        return replace(loss, g_loss=g_loss)

    for name, loss in list(OBJECTIVES.items()):
        monkeypatch.setitem(OBJECTIVES, name, count(name, loss))
    made = switch_dataset(config({"objective.loss": "least-squares"}), "lab-spiral")
    assert made.objective.loss == "least-squares"
    Trainer(made, catalog.load_for(made)).round()
    assert used == ["least-squares"]


def test_what_is_reported_of_d_is_the_mean_of_all_its_updates_of_a_round() -> None:
    changes = {"schedule.d_steps": 3, "optimizer.name": "sgd", "optimizer.d_lr": 0.5}
    run, by_hand = trainer(changes), trainer(changes)
    run.round()
    losses: list[float] = []
    for _ in range(3):
        by_hand.update_d()
        losses.append(by_hand.game.stats.read().d_loss or 0.0)
    assert len({0.0, *losses}) == 4
    assert run.game.stats.read().d_loss == pytest.approx(np.mean(losses), rel=1e-5)
    assert run.images == 3 * run.config.optimizer.batch_size
