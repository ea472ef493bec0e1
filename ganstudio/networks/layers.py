"""Layers that more than one network uses.

`FromImage` and `ToImage` do what StyleGAN's FromRGB and ToRGB do, with any number of channels.
"""

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.networks import winograd

MIN_SLOPE = 0.1  # of `Tanh`, for gradients that lead back


class ProjectAndReshape(nn.Module):
    """DCGAN's "project and reshape": a transposed convolution on a 1x1 map, written as a matrix product.

    Input z (N, z_size); output (N, channels, *base) in channels_last.
    """

    def __init__(self, z_size: int, channels: int, base: tuple[int, int]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(math.prod(base) * channels, z_size))
        self.channels, self.base = channels, base

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Return the feature map (N, channels, *base) of z (N, z_size)."""
        rows = F.linear(z, self.weight).view(-1, *self.base, self.channels)  # -1: any batch, in ONNX too
        return rows.permute(0, 3, 1, 2)


class LogitHead(nn.Module):
    """Last layer of a D: a convolution as large as the feature map, written as a matrix product.

    Input (N, channels, *base); output logits (N,), float32.
    """

    def __init__(self, channels: int, base: tuple[int, int]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, math.prod(base) * channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits (N,) of feature maps (N, channels, *base)."""
        rows = x.permute(0, 2, 3, 1).reshape(len(x), -1)
        return F.linear(rows, self.weight).float().squeeze(1)


class Conv1x1(nn.Module):
    """1x1 convolution, written as a matrix product.

    Input (N, channels, H, W); output (N, out_channels, H, W) in channels_last.
    """

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the mixed channels (N, out_channels, H, W) of `x` (N, channels, H, W)."""
        return F.linear(x.permute(0, 2, 3, 1), self.weight).permute(0, 3, 1, 2)


class StridedConv2d(nn.Conv2d):
    """4x4 convolution of stride 2: (N, C, H, W) -> (N, K, H / 2, W / 2).

    Parameters
    ----------
    channels, out_channels
        C and K.
    bias
        Whether there is one.

    Attributes
    ----------
    winograd
        Whether it is computed by Winograd's algorithm where that is possible, see `use_winograd`.
    """

    winograd = False

    def __init__(self, channels: int, out_channels: int, bias: bool = False) -> None:
        super().__init__(channels, out_channels, 4, 2, 1, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the features (N, K, H / 2, W / 2) of `x` (N, C, H, W)."""
        if not (self.winograd and _is_float32_on_cpu(x)):
            return super().forward(x)
        y = winograd.conv2d(x, self.weight)
        return y if self.bias is None else y + self.bias[:, None, None]


class StridedConvTranspose2d(nn.ConvTranspose2d):
    """4x4 transposed convolution of stride 2, without a bias: (N, K, H, W) -> (N, C, 2 H, 2 W).

    Parameters
    ----------
    channels, out_channels
        K and C.

    Attributes
    ----------
    winograd
        Whether it is computed by Winograd's algorithm where that is possible, see `use_winograd`.
    """

    winograd = False

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__(channels, out_channels, 4, 2, 1, bias=False)

    def forward(self, x: torch.Tensor, output_size: list[int] | None = None) -> torch.Tensor:
        """Return the features (N, C, 2 H, 2 W) of `x` (N, K, H, W)."""
        if self.winograd and output_size is None and _is_float32_on_cpu(x):
            return winograd.conv_transpose2d(x, self.weight)
        return super().forward(x, output_size)


def use_winograd(module: nn.Module, on: bool) -> bool:
    """Let the strided convolutions in `module` use Winograd's algorithm, or not; return whether any of them can.

    They do so in float32 on the CPU only. Layers of few channels stay as they are.
    """
    layers = [
        part
        for part in module.modules()
        if isinstance(part, StridedConv2d | StridedConvTranspose2d)
        and min(part.in_channels, part.out_channels) >= winograd.MIN_CHANNELS
    ]
    for layer in layers:
        layer.winograd = on
    return bool(layers)


def _is_float32_on_cpu(x: torch.Tensor) -> bool:
    return x.device.type == "cpu" and x.dtype == torch.float32 and not torch.is_autocast_enabled("cpu")


class FromImage(nn.Module):
    """First layer of a D, a 4x4 convolution of stride 2, written as a rearrangement and a matrix product.

    With one to four input channels a CPU's convolution kernels run far below their peak (the gradient with respect to
    the picture most of all); the matrix product does not. Input (N, c, H, W); output (N, channels, H/2, W/2).
    """

    def __init__(self, c: int, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels, 16 * c))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the features (N, channels, H/2, W/2) of pictures (N, c, H, W)."""
        blocks = _to_blocks(F.pad(x, (1, 1, 1, 1)))  # (N, H/2 + 1, W/2 + 1, 4 c)
        corners = (blocks[:, :-1, :-1], blocks[:, :-1, 1:], blocks[:, 1:, :-1], blocks[:, 1:, 1:])
        patches = torch.cat(corners, dim=-1)  # (N, H/2, W/2, 16 c): each 4x4 patch is 2x2 blocks of 2x2
        return F.linear(patches, self.weight).permute(0, 3, 1, 2)


class ToImage(nn.Module):
    """Last layer of a G, a 4x4 transposed convolution of stride 2, written as a matrix product and a rearrangement.

    Input (N, channels, H, W); output (N, c, 2 H, 2 W). See `FromImage` for why.
    """

    def __init__(self, channels: int, c: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(16 * c, channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the pictures (N, c, 2 H, 2 W) of features (N, channels, H, W)."""
        patches = F.linear(x.permute(0, 2, 3, 1), self.weight)  # (N, H, W, 16 c)
        first, second, third, fourth = patches.chunk(4, dim=-1)  # each 4x4 patch is 2x2 blocks of 2x2
        left, right, top, bottom = (0, 1), (1, 0), (0, 1), (1, 0)
        blocks = F.pad(first, (0, 0, *left, *top)) + F.pad(second, (0, 0, *right, *top))
        blocks = blocks + F.pad(third, (0, 0, *left, *bottom)) + F.pad(fourth, (0, 0, *right, *bottom))
        return _from_blocks(blocks)[:, :, 1:-1, 1:-1]


class Tanh(nn.Tanh):
    """Hyperbolic tangent, the last layer of a G.

    Attributes
    ----------
    inward
        Whether a gradient that leads a value back towards 0 keeps at least `MIN_SLOPE` of its strength.

    Where nearly all real pictures are dark or transparent, G overshoots in its first steps: all of its pixels are -1,
    where the slope is 0, and it learns nothing for thousands of pictures.
    """

    inward = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return tanh(x), of the same shape."""
        if self.inward and torch.is_grad_enabled():
            y: torch.Tensor = _InwardTanh.apply(x)  # type: ignore[no-untyped-call]
            return y
        return super().forward(x)


def use_inward_gradient(module: nn.Module, on: bool) -> None:
    """Let each `Tanh` in `module` keep the gradients that lead back, or not."""
    for part in module.modules():
        if isinstance(part, Tanh):
            part.inward = on


class _InwardTanh(torch.autograd.Function):
    """tanh(x), whose slope counts as at least `MIN_SLOPE` where a step down the gradient brings x nearer to 0.

    The same is done for bounds in J. Ballé et al., "Variational image compression with a scale hyperprior", ICLR 2018
    (arXiv 1802.01436).
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        y = torch.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:
        (y,) = ctx.saved_tensors
        slope = 1.0 - y * y
        return gradient * torch.where(gradient * y > 0, slope.clamp_min(MIN_SLOPE), slope)


def _to_blocks(x: torch.Tensor) -> torch.Tensor:
    """Rearrange (N, c, H, W) to (N, H/2, W/2, 4 c): the four pixels of each 2x2 block side by side."""
    n, c, height, width = x.shape
    parts = x.reshape(n, c, height // 2, 2, width // 2, 2)
    return parts.permute(0, 2, 4, 3, 5, 1).reshape(n, height // 2, width // 2, 4 * c)


def _from_blocks(blocks: torch.Tensor) -> torch.Tensor:
    """Rearrange (N, H, W, 4 c) to (N, c, 2 H, 2 W): the inverse of `_to_blocks`."""
    n, height, width, four_c = blocks.shape
    parts = blocks.reshape(n, height, width, 2, 2, four_c // 4)
    return parts.permute(0, 5, 1, 3, 2, 4).reshape(n, four_c // 4, 2 * height, 2 * width)
