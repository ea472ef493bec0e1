import numpy as np
import pytest
import torch
from torch import nn
from torch.autograd import gradcheck, gradgradcheck

from ganstudio.training.penalties import clip_weights, interpolate, one_centred, perturb, zero_centred

N, C, SIDE = 3, 2, 4


def _pictures(count: int = N, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    rng = torch.Generator().manual_seed(count)
    return torch.rand((count, C, SIDE, SIDE), generator=rng, dtype=dtype) * 2 - 1


def _weights() -> torch.Tensor:
    return torch.randn(C * SIDE * SIDE, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def _quadratic(x: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """D(x) = 1/2 sum w x^2, whose gradient is w x; (N,)."""
    return (x.flatten(1).square() * weights).sum(1) / 2


def test_a_linear_d_pays_for_its_weights_alone() -> None:
    x, weights = _pictures().requires_grad_(), _weights()
    square = float((weights.numpy() ** 2).sum())
    assert zero_centred(x.flatten(1) @ weights, x).item() == pytest.approx(square / 2)
    assert one_centred(x.flatten(1) @ weights, x).item() == pytest.approx((np.sqrt(square) - 1) ** 2)


def test_each_picture_counts_by_its_own_gradient() -> None:
    x, weights = _pictures().requires_grad_(), _weights()
    squares = ((weights * x.detach().flatten(1)).numpy() ** 2).sum(1)  # |grad D|^2 of each picture
    assert zero_centred(_quadratic(x, weights), x).item() == pytest.approx(squares.mean() / 2)
    assert one_centred(_quadratic(x, weights), x).item() == pytest.approx(((np.sqrt(squares) - 1) ** 2).mean())


@pytest.mark.parametrize("penalty", [zero_centred, one_centred])
def test_their_gradients_reach_d_and_the_pictures(penalty) -> None:
    def of_both(x: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        return penalty(_quadratic(x.tanh(), weights), x)

    inputs = (_pictures(2).requires_grad_(), _weights().requires_grad_())
    assert gradcheck(of_both, inputs)
    assert gradgradcheck(of_both, inputs)


def test_a_pack_is_one_picture_to_its_d() -> None:
    x, weights = _pictures(4), torch.cat((_weights(), -2 * _weights()))
    packs = x.reshape(2, 2 * C, SIDE, SIDE)
    for penalty in (zero_centred, one_centred):
        loose, packed = x.clone().requires_grad_(), packs.clone().requires_grad_()
        of_loose = penalty(_quadratic(loose.reshape(2, 2 * C, SIDE, SIDE), weights), loose)
        of_packed = penalty(_quadratic(packed, weights), packed)
        torch.testing.assert_close(of_loose, of_packed)


def test_no_more_passes_of_d_are_made_and_its_graph_stays() -> None:
    D = nn.Sequential(nn.Flatten(), nn.Linear(C * SIDE * SIDE, 8), nn.Softplus(), nn.Linear(8, 1), nn.Flatten(0))
    passes = []
    D.register_forward_hook(lambda *_: passes.append(1))
    x = _pictures(dtype=torch.float32).requires_grad_()
    logits = D(x)
    (zero_centred(logits, x) + one_centred(logits, x) + logits.mean()).backward()
    assert len(passes) == 1
    assert all(each.grad is not None and each.grad.isfinite().all() for each in D.parameters())


@pytest.mark.parametrize("penalty", [zero_centred, one_centred])
def test_a_flat_d_gives_no_nan(penalty) -> None:
    x = _pictures().requires_grad_()
    weights = torch.zeros(C * SIDE * SIDE, dtype=torch.float64, requires_grad=True)
    paid = penalty(_quadratic(x, weights), x)
    (gradient,) = torch.autograd.grad(paid, weights)
    assert paid.item() == (1.0 if penalty is one_centred else 0.0)
    assert (gradient == 0).all()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_squares_are_taken_in_float32(dtype: torch.dtype) -> None:
    x = torch.ones((1, 1, 16, 16), dtype=dtype, requires_grad=True)
    steep = zero_centred((x * 64).flatten(1).sum(1), x)  # 256 squares of 64: over float16's largest number
    assert steep.dtype == torch.float32
    assert steep.item() == 256 * 64**2 / 2
    assert one_centred((x * 64).flatten(1).sum(1), x).item() == (16 * 64 - 1) ** 2


def test_points_between_lie_on_the_lines_from_fake_to_real() -> None:
    real, fake = _pictures().requires_grad_(), _pictures(4)[:N]
    u = torch.tensor([0.0, 1.0, 0.25], dtype=torch.float64).reshape(N, 1, 1, 1)
    points = interpolate(real, fake, u)
    torch.testing.assert_close(points[0], fake[0])
    torch.testing.assert_close(points[1], real[1])
    torch.testing.assert_close(points[2], 0.25 * real[2] + 0.75 * fake[2])
    assert points.is_leaf
    assert points.requires_grad


def test_points_near_are_moved_by_up_to_half_a_deviation_of_their_picture() -> None:
    real = _pictures() * torch.tensor([1.0, 0.1, 0.0], dtype=torch.float64).reshape(N, 1, 1, 1)
    u = torch.rand(real.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    points = perturb(real, u)
    for n in range(N):
        by_hand = real[n].numpy() + 0.5 * real[n].numpy().std() * u[n].numpy()
        np.testing.assert_allclose(points[n].detach().numpy(), by_hand)
    torch.testing.assert_close(perturb(real[1:2], u[1:2]), points[1:2])  # whatever else is in the batch
    assert points.is_leaf
    assert points.requires_grad


def test_clipping_brings_weights_into_the_box_and_leaves_the_others() -> None:
    D = nn.Linear(2, 2)
    with torch.no_grad():
        D.weight.copy_(torch.tensor([[0.5, -0.5], [0.005, -0.003]]))
        D.bias.fill_(0.01)
    places = [each.data_ptr() for each in D.parameters()]
    clip_weights(D.parameters(), 0.01)
    torch.testing.assert_close(D.weight.detach(), torch.tensor([[0.01, -0.01], [0.005, -0.003]]))
    assert D.bias.tolist() == pytest.approx([0.01, 0.01])
    assert [each.data_ptr() for each in D.parameters()] == places
    assert D.weight.requires_grad


def test_points_are_perturbed_by_the_deviation_of_their_batch() -> None:
    """One of their own would be 0 where x is y."""
    real = torch.tensor([[0.5, 0.5], [-0.5, -0.5], [1.5, 0.5]])[:, :, None, None]
    moved = perturb(real, torch.ones_like(real)) - real
    expected = 0.5 * real.flatten(1).std(0, correction=0)
    assert torch.allclose(moved.flatten(1), expected.expand(3, 2))
