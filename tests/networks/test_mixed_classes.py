"""Conditional networks take weights of classes instead of a label."""

import pytest
import torch
from torch.nn import functional as F

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.networks.conditioning import LabelEmbedding, Projection

NAMES = sorted(networks.NETWORKS)
LABELS = torch.tensor([4, 0, 2])
PURE = F.one_hot(LABELS, 5).float()


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def config(name: str) -> cfg.RunConfig:
    return cfg.RunConfig(network=cfg.NetworkConfig(name, 6, 4, conditional=True, classes=5))


@pytest.mark.parametrize("name", NAMES)
def test_a_pure_mix_is_the_label(name: str) -> None:
    G, D = networks.generator(config(name), rng()).eval(), networks.discriminator(config(name), rng()).eval()
    z = torch.randn(3, 6, generator=rng(1))
    with torch.no_grad():
        by_label, by_mix = G(z, LABELS), G(z, PURE)
        torch.testing.assert_close(by_mix, by_label)
        torch.testing.assert_close(D(by_label, PURE), D(by_label, LABELS))
        assert not torch.allclose(G(z, PURE.roll(1, 0)), by_label, atol=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_reach_the_weights_of_classes(name: str) -> None:
    G = networks.generator(config(name), rng()).eval()
    mix = torch.full((2, 5), 0.2, requires_grad=True)
    G(torch.randn(2, 6, generator=rng(1)), mix).square().sum().backward()
    assert mix.grad is not None
    assert mix.grad.abs().sum() > 0


def test_mixed_codes_have_the_length_of_pure_ones_and_count_classes_alike() -> None:
    join, z = LabelEmbedding(2, 6), torch.zeros(3, 6)
    with torch.no_grad():
        join.codes.weight[:] = torch.eye(2, 6) * torch.tensor([[1.0], [9.0]])  # one code far longer than the other
        codes = join(z, torch.tensor([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]))[:, 6:]
    torch.testing.assert_close(codes.norm(dim=1), torch.full((3,), 6**0.5))
    torch.testing.assert_close(codes[1, 0], codes[1, 1])


def test_the_projection_of_a_mix_is_the_mean_of_its_classes() -> None:
    fit, features = Projection(3, 4), torch.randn(1, 4, generator=rng())
    with torch.no_grad():
        each = torch.cat([fit(features, torch.tensor([label])) for label in range(3)])
        mixed = fit(features, torch.tensor([[0.25, 0.75, 0.0]]))
    torch.testing.assert_close(mixed, (0.25 * each[0] + 0.75 * each[1])[None])


def test_packed_labels_still_add_up() -> None:
    fit, features = Projection(3, 4), torch.randn(2, 4, generator=rng())
    packed = torch.tensor([[0, 1], [2, 2]])
    with torch.no_grad():
        apart = [fit(features, packed[:, part]) for part in (0, 1)]
        torch.testing.assert_close(fit(features, packed), apart[0] + apart[1])
