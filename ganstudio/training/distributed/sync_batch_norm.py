"""Batch norm over a batch that is shared among processes.

S. Ioffe, C. Szegedy, "Batch normalization", ICML 2015 (arXiv 1502.03167), algorithm 1, with the mean and variance of
all processes' rows together. torch.nn.SyncBatchNorm does not do: it is for GPUs only and cannot be differentiated
twice, which gradient penalties need. This one works on every device.
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F

from ganstudio.training.distributed.collectives import all_reduce

Moments = tuple[torch.Tensor, torch.Tensor]  # mean and variance (divided by the count) of each channel


class SyncBatchNorm(nn.modules.batchnorm._BatchNorm):
    """Batch norm of x (n, C, ...), of which every process holds the same number of rows.

    Parameters
    ----------
    norm
        The module to replace; weights and running averages stay the same tensors, under the same names.
    """

    def __init__(self, norm: nn.modules.batchnorm._BatchNorm) -> None:
        super().__init__(norm.num_features, norm.eps, norm.momentum, norm.affine, norm.track_running_stats)
        self._parameters = norm._parameters
        self._buffers = norm._buffers
        self.train(norm.training)

    def _check_input_dim(self, input: torch.Tensor) -> None:
        """Accept any number of dimensions."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Normalise each channel over the rows of all processes to mean 0 and variance 1, scale and shift it."""
        if not self.training:
            return super().forward(x)
        features = self.num_features
        weight = self.weight if self.affine else torch.ones(features, device=x.device)
        bias = self.bias if self.affine else torch.zeros(features, device=x.device)
        y, mean, variance = _Normalise.apply(x, weight, bias, self.eps)  # type: ignore[no-untyped-call]
        self._update_running_averages(mean, variance, dist.get_world_size() * x.numel() // x.shape[1])
        normalised: torch.Tensor = y
        return normalised

    @torch.no_grad()
    def _update_running_averages(self, mean: torch.Tensor, variance: torch.Tensor, count: int) -> None:
        """Move running averages towards those of this batch; that of the variance towards the unbiased one."""
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked.add_(1)
        weight = 1.0 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, weight)
        self.running_var.lerp_(variance * (count / max(1, count - 1)), weight)


class _Normalise(torch.autograd.Function):
    """y, mean, variance of x (n, C, ...) under weight and bias (C,).

    The kernels of torch's batch norm do the work, as if mean and variance were given; the part of the gradient that
    goes through these is added here. If the gradient itself is to be differentiated, it is that of plain operations.
    """

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float
    ) -> tuple[torch.Tensor, ...]:
        mean, variance = _global_moments(_moments(x))
        ctx.save_for_backward(x, weight, bias, mean, variance)
        ctx.eps = eps
        ctx.mark_non_differentiable(mean, variance)
        return F.batch_norm(x, mean, variance, weight, bias, eps=eps), mean, variance

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        x, weight, bias, mean, variance = ctx.saved_tensors
        if torch.is_grad_enabled():
            inputs = [tensor for tensor in (x, weight, bias) if tensor.requires_grad]
            y = _differentiable(x, weight, bias, ctx.eps)
            by_input = iter(torch.autograd.grad(y, inputs, gradients[0], create_graph=True))
            return (*(next(by_input) if tensor.requires_grad else None for tensor in (x, weight, bias)), None)
        by_x, by_weight, by_bias = torch.ops.aten.native_batch_norm_backward(
            gradients[0], x, weight, mean, variance, None, None, False, ctx.eps, (True, True, True)
        )
        if ctx.needs_input_grad[0]:
            more = _through_moments(x, weight, mean, (variance + ctx.eps).rsqrt(), by_weight, by_bias)
            by_x.add_(more.to(by_x.dtype))
        return by_x, by_weight, by_bias, None


def _through_moments(
    x: torch.Tensor,
    weight: torch.Tensor,
    mean: torch.Tensor,
    inverse: torch.Tensor,
    by_weight: torch.Tensor,
    by_bias: torch.Tensor,
) -> torch.Tensor:
    """Return what the moments add to the gradient with respect to x.

    The whole gradient is w / s (dy - mean(dy) - x_hat mean(dy x_hat)), with x_hat = (x - m) / s; kernels gave the first
    term, and as gradients of bias and weight this process's sums of dy and dy x_hat. The means are over all processes.
    """
    sums = torch.stack((by_bias, by_weight))
    all_reduce(sums)
    dy, dy_x = sums / (dist.get_world_size() * x.numel() // x.shape[1])
    slope = -weight * inverse.square() * dy_x
    offset = -weight * inverse * dy - slope * mean
    shape = _along_channels(x)
    return torch.addcmul(offset.view(shape), x.float(), slope.view(shape))


def _differentiable(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float) -> torch.Tensor:
    """Return the same y, by operations that can be differentiated any number of times."""
    mean, variance = _global_moments(_moments(x))
    shape = _along_channels(x)
    scale = (variance + eps).rsqrt() * weight
    return ((x.float() - mean.view(shape)) * scale.view(shape) + bias.view(shape)).to(x.dtype)


def _along_channels(x: torch.Tensor) -> tuple[int, ...]:
    return (1, -1, *(1 for _ in x.shape[2:]))


def _moments(x: torch.Tensor) -> Moments:
    """Return mean and variance of each channel of this process's rows, float32.

    By sums: var_mean takes twenty times as long over any but the last dimension.
    """
    rows = x.float().movedim(1, -1).flatten(0, -2)
    mean = rows.mean(0)
    return mean, (rows - mean).square().mean(0)


def _global_moments(local: Moments) -> Moments:
    """Return mean and variance of all processes' rows, of which each has the same number; float32."""
    rank, size = dist.get_rank(), dist.get_world_size()
    own = torch.stack(local)  # (2, C)
    table = torch.stack([own if row == rank else torch.zeros_like(own) for row in range(size)])
    means, variances = _Sum.apply(table).unbind(1)  # type: ignore[no-untyped-call]
    mean = means.mean(0)
    return mean, variances.mean(0) + (means - mean).square().mean(0)


class _Sum(torch.autograd.Function):
    """Sum over all processes, in each of them; its gradient is that of the sum of all processes' losses."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        total = x.detach().clone()
        all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:
        total: torch.Tensor = _Sum.apply(gradient)  # type: ignore[no-untyped-call]
        return total
