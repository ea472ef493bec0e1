import pytest
import torch
from torch.nn import functional as F

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.networks import Shape, dcgan
from ganstudio.networks.base import factor_size
from ganstudio.networks.layers import FromImage, LogitHead, ProjectAndReshape, Tanh, ToImage, use_inward_gradient


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def drawn(module: torch.nn.Module) -> torch.nn.Module:
    for weight in module.parameters():
        torch.nn.init.normal_(weight, generator=rng())
    return module


@pytest.mark.parametrize("name", sorted(name for name, pair in networks.NETWORKS.items() if not pair.points))
@pytest.mark.parametrize("size", [28, 32, 64, 128])  # others: test_shapes.py
@pytest.mark.parametrize("channels", [1, 3])
def test_every_network_makes_and_judges_every_size(name: str, size: int, channels: int) -> None:
    config = cfg.RunConfig(data=cfg.DataConfig(size=size, channels=channels), network=cfg.NetworkConfig(name, 10, 4))
    G, D = networks.generator(config, rng()), networks.discriminator(config, rng())
    x = G(torch.randn(3, 10, generator=rng()))
    assert x.shape == (3, channels, size, size)
    assert x.min() >= -1
    assert x.max() <= 1
    logits = D(x)
    assert logits.shape == (3,)
    assert logits.dtype == torch.float32
    logits.sum().backward()
    assert all(weight.grad is not None for weight in (*G.parameters(), *D.parameters()))


def test_the_declared_choices_are_the_registered_networks() -> None:
    assert set(cfg.find("network.name").choices) == set(networks.NETWORKS)


@pytest.mark.parametrize("size", [30, 7, 4, 44])
def test_a_side_that_is_not_base_times_power_of_two_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=str(size)):
        factor_size(size)


def test_dcgan_has_the_papers_layers_at_28_and_64() -> None:
    """Counts of weights written out from the paper's figure: no biases but batch norm's."""
    f, z = 64, 128
    G = dcgan.Generator(Shape(28, 1, z, f))
    assert sum(each.numel() for each in G.parameters()) == z * 2 * f * 49 + 2 * f * f * 16 + f * 16 + 2 * (2 * f + f)
    D = dcgan.Discriminator(Shape(64, 3, z, f))
    convolutions = 3 * f * 16 + f * 2 * f * 16 + 2 * f * 4 * f * 16 + 4 * f * 8 * f * 16 + 8 * f * 16
    assert sum(each.numel() for each in D.parameters()) == convolutions + 2 * (2 + 4 + 8) * f


def test_dcgan_weights_are_normal_with_deviation_0_02() -> None:
    G = dcgan.Generator(Shape(64, 3, 100, 32))
    dcgan.initialise(G, rng())
    for module in G.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            assert abs(float(module.weight.detach().mean()) - 1) < 0.02
        elif isinstance(module, torch.nn.ConvTranspose2d):
            assert abs(float(module.weight.detach().std()) - 0.02) < 0.001


@pytest.mark.parametrize("c", [1, 3, 4])
def test_from_picture_is_a_strided_convolution(c: int) -> None:
    x = torch.randn(2, c, 12, 8, generator=rng())
    layer = drawn(FromImage(c, 5))
    kernel = layer.weight.view(5, 2, 2, 2, 2, c).permute(0, 5, 1, 3, 2, 4).reshape(5, c, 4, 4)
    torch.testing.assert_close(layer(x), F.conv2d(x, kernel, stride=2, padding=1), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("c", [1, 3, 4])
def test_to_picture_is_a_transposed_convolution(c: int) -> None:
    x = torch.randn(2, 5, 6, 4, generator=rng())
    layer = drawn(ToImage(5, c))
    kernel = layer.weight.view(2, 2, 2, 2, c, 5).permute(5, 4, 0, 2, 1, 3).reshape(5, c, 4, 4)
    torch.testing.assert_close(layer(x), F.conv_transpose2d(x, kernel, stride=2, padding=1), atol=1e-5, rtol=1e-5)


def test_to_map_and_to_logit_are_convolutions_of_the_whole_map() -> None:
    z = torch.randn(2, 6, generator=rng())
    to_map = drawn(ProjectAndReshape(6, 3, (4, 5)))
    kernel = to_map.weight.view(4, 5, 3, 6).permute(3, 2, 0, 1)
    torch.testing.assert_close(to_map(z), F.conv_transpose2d(z[..., None, None], kernel), atol=1e-5, rtol=1e-5)
    x = torch.randn(2, 3, 4, 5, generator=rng())
    to_logit = drawn(LogitHead(3, (4, 5)))
    kernel = to_logit.weight.view(1, 4, 5, 3).permute(0, 3, 1, 2)
    torch.testing.assert_close(to_logit(x), F.conv2d(x, kernel).flatten(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", ["dcgan", "mlp", "resnet"])
def test_what_is_wholly_black_or_white_can_be_led_back_where_that_is_wanted(name: str) -> None:
    G = networks.NETWORKS[name].generator(networks.Shape(16, 1, 4, 4))
    tanh = next(part for part in G.modules() if isinstance(part, Tanh))
    x = torch.tensor([-9.0, -9.0, 9.0, 9.0, 0.3, 0.3], requires_grad=True)
    down = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])  # a step against the gradient makes these pixels darker
    plain = (down * (1.0 - torch.tanh(x) ** 2)).detach()
    led_back = torch.cat((plain[:1], torch.tensor([-0.1, 0.1]), plain[3:]))
    for on, expected in ((False, plain), (True, led_back)):
        use_inward_gradient(G, on)
        y = tanh(x)
        assert torch.equal(y, torch.tanh(x))
        (gradient,) = torch.autograd.grad((down * y).sum(), x)
        torch.testing.assert_close(gradient, expected, atol=1e-6, rtol=1e-3)
