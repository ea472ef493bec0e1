import copy

import numpy as np
import pytest
import torch

from ganstudio import networks
from ganstudio.benchmark import plain_loop
from ganstudio.images import to_float
from support.benchmark import config, dataset


def task(**changes: object) -> plain_loop.Task:
    return plain_loop.Task(
        **{"data": "digits", "size": 28, "channels": 1, "width": 4, "z_size": 8, "batch_size": 8} | changes
    )


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [28, 32, 64])
def test_networks_have_the_shapes_of_a_dcgan(size: int, channels: int) -> None:
    made = task(size=size, channels=channels)
    x = plain_loop.generator(made)(torch.randn(2, 8, 1, 1))
    assert x.shape == (2, channels, size, size)
    assert x.abs().max() <= 1
    chances = plain_loop.discriminator(made)(x)
    assert chances.shape == (2, 1, 1, 1)
    assert ((chances > 0) & (chances < 1)).all()


def test_weights_are_as_many_as_ours() -> None:
    ours = networks.generator(config(network__name="dcgan", network__z_size=8))
    G = plain_loop.generator(task())
    assert sum(each.numel() for each in G.parameters()) == sum(each.numel() for each in ours.parameters())


@pytest.mark.parametrize("colour", [False, True])
def test_pictures_come_as_ours_do(colour: bool) -> None:
    images = dataset().images
    if colour:
        images = np.stack((images, images // 2, images // 3), axis=-1)
    pictures = plain_loop.Pictures(images)
    assert len(pictures) == 40
    rows = torch.from_numpy(images if colour else images[..., None]).permute(0, 3, 1, 2)
    assert torch.allclose(pictures[7], to_float(rows)[7], atol=1e-6)


def test_step_updates_d_then_g_on_the_cross_entropy() -> None:
    torch.manual_seed(0)
    loop = plain_loop.Loop(task())
    G, D = copy.deepcopy(loop.G), copy.deepcopy(loop.D)
    real = torch.rand(8, 1, 28, 28)
    torch.manual_seed(1)
    d_loss, g_loss = loop.step(real)
    torch.manual_seed(1)
    fake = G(torch.randn(8, 8, 1, 1))
    assert d_loss == pytest.approx(-(D(real).log() + (1 - D(fake)).log()).mean().item(), rel=1e-4)
    assert g_loss == pytest.approx(-loop.D(fake).log().mean().item(), rel=1e-4)  # D as it was just updated
    for now, before in ((loop.D, D), (loop.G, G)):
        pairs = zip(now.parameters(), before.parameters(), strict=True)
        assert all(not torch.equal(new, old) for new, old in pairs)
