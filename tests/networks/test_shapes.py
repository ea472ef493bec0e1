"""Every pair at every kind of size and number of channels, without memory or arithmetic: on the meta device."""

import dataclasses

import pytest
import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.errors import ConfigError
from ganstudio.networks import NETWORKS, Pair, Shape, dcgan, mlp, pack
from ganstudio.networks.layers import use_winograd

NAMES = sorted(name for name, pair in NETWORKS.items() if not pair.points)
SIDES = [(28, 28), (32, 32), (64, 64), (128, 128), (96, 128), (192, 256), (256, 256), (48, 24)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("height", "width"), SIDES)
def test_every_network_makes_and_judges_every_shape(name: str, height: int, width: int) -> None:
    pair = NETWORKS[name]
    with torch.device("meta"):
        for channels in (1, 3, 4):
            shape = Shape(height, channels, 16, 64, classes=3, modes=2, across=width)
            z, labels = torch.empty(4, 16), torch.empty(4, dtype=torch.int64)
            x = pair.generator(shape)(z, labels)
            assert x.shape == (4, channels, height, width)
            two = dataclasses.replace(shape, channels=2 * channels)
            assert pair.discriminator(two)(*pack(x, labels, 2)).shape == (2,)


def test_dcgan_doubles_up_to_16_widths() -> None:
    def count(side: int) -> list[int]:
        return dcgan.count_features(Shape(side, 3, 100, 8))

    assert count(128) == [8, 16, 32, 64, 128]
    assert count(256) == [8, 16, 32, 64, 128, 128]


@pytest.mark.parametrize("name", NAMES)
def test_height_comes_before_width_and_weights_are_drawn_for_four_channels(name: str) -> None:
    config = cfg.RunConfig(data=cfg.DataConfig(size="24x16", channels=4), network=cfg.NetworkConfig(name, 4, 4))
    rng = torch.Generator().manual_seed(0)
    G, D = networks.generator(config, rng).eval(), networks.discriminator(config, rng).eval()
    x = G(torch.randn(2, 4, generator=rng))
    assert x.shape == (2, 4, 24, 16)
    assert D(x).shape == (2,)


def test_winograd_agrees_with_direct_convolutions_on_a_rectangle() -> None:
    config = cfg.RunConfig(data=cfg.DataConfig(size="24x40", channels=4), network=cfg.NetworkConfig("dcgan", 4, 32))
    rng = torch.Generator().manual_seed(0)
    G, D = networks.generator(config, rng), networks.discriminator(config, rng)
    z = torch.randn(3, 4, generator=rng)
    with torch.no_grad():
        direct = D(G(z))
        assert use_winograd(G, True)
        assert use_winograd(D, True)
        torch.testing.assert_close(D(G(z)), direct, rtol=1e-4, atol=1e-5)


def test_a_pair_that_knows_one_side_only_makes_squares_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(networks.NETWORKS, "square", Pair(mlp.Generator, mlp.Discriminator, mlp.initialise))
    square = cfg.RunConfig(data=cfg.DataConfig(size=48), network=cfg.NetworkConfig("square", 4, 4))
    assert networks.generator(square)(torch.zeros(1, 4)).shape == (1, 1, 48, 48)
    wide = dataclasses.replace(square, data=cfg.DataConfig(size="96x128"))
    with pytest.raises(
        ConfigError,
        match=r"makes square pictures only; got data\.size 96x128\. Choose a square, such as 112, or one of dcgan",
    ):
        networks.generator(wide)
