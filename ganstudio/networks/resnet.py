"""The residual pair, in the manner of R3GAN: N. Huang, A. Gokaslan, V. Kuleshov, J. Tompkin, "The GAN is dead; long
live the GAN! A modern baseline GAN", NeurIPS 2024 (arXiv 2501.05441), section 3 and appendix.

No normalisation; fix-up initialisation (Zhang, Dauphin, Ma, 2019): every residual block starts as the identity;
LeakyReLU 0.2; resampling outside the residual branches, with a 1x1 convolution only where the number of features
changes. Made for processors: a branch is two plain 3x3 convolutions where R3GAN has 1x1, grouped 3x3, 1x1; resampling
is the repetition or the mean of 2x2 pixels; pictures are read and written by one strided 4x4 convolution, so that
blocks begin at half their side, where they cost a quarter. Meant to be trained with R1 and R2.
"""

import math

import torch
from torch import nn

from ganstudio.networks.base import Shape, levels
from ganstudio.networks.conditioning import Judge, Maker, joined_size
from ganstudio.networks.layers import FromPicture, PerPixel, ToLogit, ToMap, ToPicture

SLOPE = 0.2  # of LeakyReLU
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps the variance through LeakyReLU (He et al., 2015)
WIDEST = 4  # features of the deepest layers, in widths
CONVOLUTIONS = 2  # in a residual branch


def features(shape: Shape) -> list[int]:
    """Features at each resolution, from half the picture's side down to the base."""
    _, k = levels(shape.size)
    return [shape.width * min(2**level, WIDEST) for level in range(k)]


class Block(nn.Module):
    """x + branch(x), both (N, channels, H, W); a bias only before the activation."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.activation = nn.LeakyReLU(SLOPE)
        self.last = nn.Conv2d(channels, channels, 3, padding=1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.last(self.activation(self.first(x)))
        return x + y


def _changed(channels: int, wanted: int) -> list[nn.Module]:
    return [] if channels == wanted else [PerPixel(channels, wanted)]


class Generator(Maker):
    """z (N, z_size), standard normal -> pictures (N, channels, size, size), -1..1."""

    def __init__(self, shape: Shape) -> None:
        base, _ = levels(shape.size)
        *outer, channels = features(shape)
        layers: list[nn.Module] = [ToMap(joined_size(shape), channels, base), Block(channels)]
        for wanted in reversed(outer):
            layers += [*_changed(channels, wanted), nn.Upsample(scale_factor=2, mode="nearest"), Block(wanted)]
            channels = wanted
        layers += [nn.LeakyReLU(SLOPE), ToPicture(channels, shape.channels), nn.Tanh()]
        super().__init__(layers, shape)


class Discriminator(Judge):
    """Pictures (N, channels, size, size), -1..1 -> logits (N,)."""

    def __init__(self, shape: Shape) -> None:
        base, _ = levels(shape.size)
        channels, *deeper = features(shape)
        layers: list[nn.Module] = [FromPicture(shape.channels, channels), nn.LeakyReLU(SLOPE), Block(channels)]
        for wanted in deeper:
            layers += [nn.AvgPool2d(2), *_changed(channels, wanted), Block(wanted)]
            channels = wanted
        layers.append(nn.LeakyReLU(SLOPE))
        super().__init__(layers, ToLogit(channels, base), shape.classes, channels * base * base)


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Fix-up: N(0, gain^2 / fan-in) with the first convolution of each of L branches scaled by L^(-1/(2m - 2)), where m
    is the number of convolutions in a branch, and the last one 0; biases 0."""
    blocks = [part for part in module.modules() if isinstance(part, Block)]
    scale = len(blocks) ** (-1 / (2 * CONVOLUTIONS - 2))
    for block in blocks:
        _draw(block.first.weight, GAIN * scale, rng)
        nn.init.zeros_(block.first.bias)  # type: ignore[arg-type]
        nn.init.zeros_(block.last.weight)
    for part in module.modules():
        if isinstance(part, FromPicture | PerPixel | ToMap | ToLogit):
            _draw(part.weight, 1.0, rng)
        elif isinstance(part, ToPicture):  # a pixel is the sum of four of the 4x4 patches that features write
            _draw(part.weight, GAIN / 2, rng)


def _draw(weight: torch.Tensor, gain: float, rng: torch.Generator) -> None:
    nn.init.normal_(weight, 0.0, gain / math.sqrt(weight[0].numel()), generator=rng)
