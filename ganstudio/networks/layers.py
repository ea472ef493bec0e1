"""Layers that more than one network uses.

`FromImage` and `ToImage` do what StyleGAN's FromRGB and ToRGB do, with any number of channels.
"""

import torch
from torch import nn
from torch.nn import functional as F


class ProjectAndReshape(nn.Module):
    """DCGAN's "project and reshape": a transposed convolution on a 1x1 map, written as a matrix product.

    Input z (N, z_size); output (N, channels, base, base) in channels_last.
    """

    def __init__(self, z_size: int, channels: int, base: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(base * base * channels, z_size))
        self.channels, self.base = channels, base

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Return the feature map (N, channels, base, base) of z (N, z_size)."""
        rows = F.linear(z, self.weight).view(-1, self.base, self.base, self.channels)  # -1: any batch, in ONNX too
        return rows.permute(0, 3, 1, 2)


class LogitHead(nn.Module):
    """Last layer of a D: a convolution as large as the feature map, written as a matrix product.

    Input (N, channels, base, base); output logits (N,), float32.
    """

    def __init__(self, channels: int, base: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, base * base * channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits (N,) of feature maps (N, channels, base, base)."""
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


class FromImage(nn.Module):
    """First layer of a D, a 4x4 convolution of stride 2, written as a rearrangement and a matrix product.

    With one or three input channels a CPU's convolution kernels run far below their peak (the gradient with respect to
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
