"""What is computed for the plane, with a D and a G whose answers are known."""

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks, presets
from ganstudio.latent import plane
from ganstudio.latent.critic import Critic
from ganstudio.latent.sampler import Sampler
from ganstudio.plots.plane import Area


class Rising(nn.Module):
    """D whose logit is 3 x - 2 y - 1."""

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return 3 * x[:, 0, 0, 0] - 2 * x[:, 1, 0, 0] - 1


POINTS = np.array([[0.2, -0.4], [1.0, 1.0], [-2.0, 0.5]], np.float32)
LOGITS = 3 * POINTS[:, 0] - 2 * POINTS[:, 1] - 1


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(
    ("loss", "strength"),
    [("minimax", sigmoid(LOGITS)), ("non-saturating", sigmoid(-LOGITS)), ("wasserstein", np.ones(3))],
)
def test_pushes_are_the_gradient_of_the_loss_that_g_is_trained_with(loss, strength):
    pushes = plane.pushes(Critic(Rising(), loss, 0.0), POINTS, POINTS, None)
    np.testing.assert_allclose(pushes, strength[:, None] * [3, -2], rtol=1e-5)


def test_a_loss_that_compares_pushes_a_fake_by_its_own_real_point():
    reals = np.array([[5, 0], [-5, 0], [0, 0]], np.float32)
    pushes = plane.pushes(Critic(Rising(), "relativistic", 0.0), POINTS, reals, None)
    np.testing.assert_allclose(pushes, sigmoid(3 * reals[:, 0] - 1 - LOGITS)[:, None] * [3, -2], rtol=1e-4, atol=1e-7)


def test_slopes_are_those_of_the_opinion_by_the_objective():
    chances = sigmoid(LOGITS - 0.7)
    slopes = plane.slopes(Critic(Rising(), "non-saturating", 0.7), POINTS, None)
    np.testing.assert_allclose(slopes, (chances * (1 - chances))[:, None] * [3, -2], rtol=1e-5)


def test_the_map_of_opinions_has_its_first_row_at_the_top():
    area = Area(-1, -1, 1, 1)
    opinions = plane.opinion_map(Critic(Rising(), "non-saturating", 0.0), area, 4, 2)
    assert opinions.shape == (4, 2)
    assert opinions[0, 0] == pytest.approx(sigmoid(np.float64(3 * -0.5 - 2 * 0.75 - 1)))


def test_the_best_d_is_undecided_where_g_is_perfect_and_sure_where_only_one_kind_is():
    rng = np.random.default_rng(0)
    real, same = rng.normal(0, 0.3, (2, 4096, 2)).astype(np.float32)
    area = Area(-2, -2, 2, 2)
    best = plane.BestD(real)
    perfect = best.map(same, area, 16, 16)
    assert np.abs(perfect[7:9, 7:9] - 0.5).max() < 0.05
    assert np.isnan(perfect[0, 0])
    near = Area(-1, -1, 1, 1)
    np.testing.assert_array_equal(best.map(same, near, 16, 16), plane.BestD(real).map(same, near, 16, 16))
    apart = best.map(same + 1.2, area, 16, 16)
    assert apart[8, 7] > 0.9
    assert apart[3, 12] < 0.1


@pytest.mark.parametrize(("noise", "z_size"), [("uniform", 2), ("normal", 1)])
def test_the_manifold_is_g_of_an_even_grid_of_noise(noise, z_size):
    config = presets.load("lab-ring-8").config
    config = dataclasses.replace(config, network=dataclasses.replace(config.network, noise=noise, z_size=z_size))

    class Same(nn.Module):
        def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
            u = torch.erf(z / 2**0.5)
            return torch.cat((u, torch.zeros_like(u)), 1)[:, :2, None, None]

    z, labels = plane.even_noise(config)
    assert labels is None
    grid = plane.manifold(Sampler(Same(), z_size, 0, cfg.DataConfig("lab-ring-8")).sample_points(z), config)
    most = 1.0 if noise == "uniform" else 0.99
    line = np.linspace(-most, most, 21)
    expected = np.stack(np.meshgrid(line, line, indexing="ij"), -1) if z_size == 2 else np.stack((line, 0 * line), -1)
    np.testing.assert_allclose(grid, expected, atol=1e-4)


def test_maps_of_units_are_the_answers_of_a_hidden_layer_each_by_its_largest():
    config = presets.load("lab-gaussians").config
    D = networks.discriminator(config, torch.Generator().manual_seed(2))
    critic = Critic(D, config.objective.loss, 0.0)
    area = Area(-1, -1, 1, 1)
    places = torch.from_numpy(area.centres(4, 6))
    layers = plane.hidden_layers(critic)
    first, last = (plane.unit_maps(critic, number, area, 4, 6) for number in (0, len(layers) - 1))
    linear = next(part for part in D.modules() if isinstance(part, nn.Linear))
    answers = layers[0](linear(places)).detach()
    expected = answers / answers.abs().amax(0).clamp_min(1e-12)
    np.testing.assert_allclose(first, expected.T.reshape(-1, 4, 6), atol=1e-6)
    assert np.abs(last).max((1, 2)).max() == pytest.approx(1)
    assert not critic.D._forward_hooks
    assert not layers[0]._forward_hooks
