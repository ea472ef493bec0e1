"""Pair of residual networks, after R3GAN.

N. Huang, A. Gokaslan, V. Kuleshov, J. Tompkin, "The GAN is dead; long
live the GAN! A modern baseline GAN", NeurIPS 2024 (arXiv 2501.05441), section 3 and appendix.

No normalisation; fix-up initialisation (Zhang, Dauphin, Ma, 2019): every residual block starts as the identity;
LeakyReLU 0.2; resampling outside the residual branches, with a 1x1 convolution only where the number of features
changes. Made for CPUs: a branch is two plain 3x3 convolutions where R3GAN has 1x1, grouped 3x3, 1x1; resampling
is the repetition or the mean of 2x2 pixels; pictures are read and written by one strided 4x4 convolution, so that
blocks begin at half the sides, where they cost a quarter. Meant to be trained with R1 and R2.
"""

import math

import torch
from torch import nn

from ganstudio.networks.base import Shape
from ganstudio.networks.conditioning import DiscriminatorBase, GeneratorBase, input_size
from ganstudio.networks.layers import Conv1x1, FromImage, LogitHead, ProjectAndReshape, Tanh, ToImage

SLOPE = 0.2  # of LeakyReLU
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps the variance through LeakyReLU (He et al., 2015)
MAX_WIDTHS = 4  # features of the deepest layers, in units of the width
CONVOLUTIONS_PER_BRANCH = 2


def features(shape: Shape) -> list[int]:
    """Return the number of features at each resolution, from half the picture's sides down to the base."""
    return [shape.width * min(2**level, MAX_WIDTHS) for level in range(shape.doublings)]


class Block(nn.Module):
    """Residual block: x + branch(x), both (N, channels, H, W); a bias only before the activation."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.activation = nn.LeakyReLU(SLOPE)
        self.last = nn.Conv2d(channels, channels, 3, padding=1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x` (N, channels, H, W) plus its branch."""
        y: torch.Tensor = self.last(self.activation(self.first(x)))
        return x + y


def _change_channels(channels: int, target: int) -> list[nn.Module]:
    return [] if channels == target else [Conv1x1(channels, target)]


class Generator(GeneratorBase):
    """Residual generator: z (N, z_size), standard normal -> pictures (N, channels, height, width), -1..1."""

    def __init__(self, shape: Shape) -> None:
        *outer, channels = features(shape)
        layers: list[nn.Module] = [ProjectAndReshape(input_size(shape), channels, shape.base), Block(channels)]
        for target in reversed(outer):
            layers += [*_change_channels(channels, target), nn.Upsample(scale_factor=2, mode="nearest"), Block(target)]
            channels = target
        layers += [nn.LeakyReLU(SLOPE), ToImage(channels, shape.channels), Tanh()]
        super().__init__(layers, shape)


class Discriminator(DiscriminatorBase):
    """Residual discriminator: pictures (N, channels, height, width), -1..1 -> logits (N,)."""

    def __init__(self, shape: Shape) -> None:
        channels, *deeper = features(shape)
        layers: list[nn.Module] = [FromImage(shape.channels, channels), nn.LeakyReLU(SLOPE), Block(channels)]
        for target in deeper:
            layers += [nn.AvgPool2d(2), *_change_channels(channels, target), Block(target)]
            channels = target
        layers.append(nn.LeakyReLU(SLOPE))
        super().__init__(layers, LogitHead(channels, shape.base), shape.classes, channels * math.prod(shape.base))


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Draw weights by fix-up initialisation (Zhang, Dauphin, Ma, 2019); biases are 0.

    Weights are N(0, gain^2 / fan-in). The first convolution of each of L branches is scaled by L^(-1/(2m - 2)), where m
    is the number of convolutions in a branch, and the last one is 0.
    """
    blocks = [part for part in module.modules() if isinstance(part, Block)]
    scale = len(blocks) ** (-1 / (2 * CONVOLUTIONS_PER_BRANCH - 2))
    for block in blocks:
        _draw(block.first.weight, GAIN * scale, rng)
        nn.init.zeros_(block.first.bias)  # type: ignore[arg-type]
        nn.init.zeros_(block.last.weight)
    for part in module.modules():
        if isinstance(part, FromImage | Conv1x1 | ProjectAndReshape | LogitHead):
            _draw(part.weight, 1.0, rng)
        elif isinstance(part, ToImage):  # a pixel is the sum of four of the 4x4 patches that features write
            _draw(part.weight, GAIN / 2, rng)


def _draw(weight: torch.Tensor, gain: float, rng: torch.Generator) -> None:
    nn.init.normal_(weight, 0.0, gain / math.sqrt(weight[0].numel()), generator=rng)
