import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck
from torch.nn import functional as F

from ganstudio import networks
from ganstudio.networks import Shape, dcgan, winograd


def draw(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


# Sides of y that fill tiles of 4 and of 2, and that do not.
@pytest.mark.parametrize(("height", "width"), [(16, 16), (7, 7), (4, 4), (3, 2), (14, 6), (1, 1)])
@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_both_directions_are_those_of_torch(height: int, width: int, memory_format: torch.memory_format) -> None:
    x = draw(2, 3, 2 * height, 2 * width).contiguous(memory_format=memory_format)
    weight, y = draw(5, 3, 4, 4, seed=1), draw(2, 5, height, width, seed=2).contiguous(memory_format=memory_format)
    down, up = winograd.conv2d(x, weight), winograd.conv_transpose2d(y, weight)
    torch.testing.assert_close(down, F.conv2d(x, weight, stride=2, padding=1))
    torch.testing.assert_close(up, F.conv_transpose2d(y, weight, stride=2, padding=1))
    assert down.is_contiguous(memory_format=torch.channels_last)
    assert up.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(("height", "width"), [(2, 3), (5, 1)])
def test_derivatives_of_both_orders(height: int, width: int) -> None:
    x, weight, y = draw(1, 1, 2 * height, 2 * width), draw(2, 1, 4, 4, seed=1), draw(1, 2, height, width, seed=2)
    for tensor in (x, weight, y):
        tensor.requires_grad_(True)
    for function, inputs in ((winograd.conv2d, (x, weight)), (winograd.conv_transpose2d, (y, weight))):
        assert gradcheck(function, inputs, fast_mode=True)
        assert gradgradcheck(function, inputs, fast_mode=True)


def test_in_float32_it_errs_by_rounding_only() -> None:
    x, weight = draw(4, 64, 32, 32, dtype=torch.float32), draw(64, 64, 4, 4, seed=1, dtype=torch.float32)
    exact = F.conv2d(x.double(), weight.double(), stride=2, padding=1)
    error = (winograd.conv2d(x, weight).double() - exact).abs().max() / exact.abs().max()
    assert error < 2e-5


def trained_gradients(on: bool) -> dict[str, torch.Tensor]:
    """Return gradients of G's loss and of a gradient penalty on D, of a pair that is always the same."""
    rng = torch.Generator().manual_seed(0)
    shape = Shape(32, 3, 16, 32, batch_norm=False)
    G, D = dcgan.Generator(shape), dcgan.Discriminator(shape)
    for network in (G, D):
        dcgan.initialise(network, rng)
        assert networks.use_winograd(network, on)
    x = G(draw(4, 16, dtype=torch.float32)).detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(D(x).sum(), x, create_graph=True)
    loss = D(G(draw(4, 16, seed=1, dtype=torch.float32))).mean() + 1e4 * slope.square().sum()
    loss.backward()
    parameters = [*G.named_parameters("G"), *D.named_parameters("D")]
    return {name: weight.grad for name, weight in parameters if weight.grad is not None}


def test_a_pair_has_the_gradients_that_it_has_with_direct_convolutions(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    real = winograd.conv2d
    monkeypatch.setattr(winograd, "conv2d", lambda x, weight: (calls.append(1), real(x, weight))[1])
    direct = trained_gradients(False)
    assert not calls
    fast = trained_gradients(True)
    assert calls
    assert fast.keys() == direct.keys()
    for name, gradient in direct.items():
        scale = gradient.abs().max()
        torch.testing.assert_close(fast[name] / scale, gradient / scale, rtol=0, atol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_precisions_are_convolved_directly(dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    D = dcgan.Discriminator(Shape(32, 3, 16, 32))
    dcgan.initialise(D, torch.Generator().manual_seed(0))
    networks.use_winograd(D, True)
    monkeypatch.delattr(winograd, "conv2d")
    D.to(dtype)(draw(2, 3, 32, 32).to(dtype))
    with torch.autocast("cpu", torch.bfloat16):
        D.float()(draw(2, 3, 32, 32, dtype=torch.float32))


def test_networks_without_wide_strided_convolutions_have_nothing_to_gain() -> None:
    assert not networks.use_winograd(dcgan.Discriminator(Shape(32, 3, 16, 8)), True)
    assert networks.use_winograd(dcgan.Discriminator(Shape(32, 3, 16, 32)), True)
