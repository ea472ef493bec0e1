"""DCGAN, a pair of convolutional networks with batch norm.

A. Radford, L. Metz, S. Chintala, "Unsupervised representation learning with deep convolutional generative adversarial
networks", ICLR 2016 (arXiv 1511.06434), section 3 and figure 1.

Transposed convolutions up, strided convolutions down, batch norm everywhere except at the picture, ReLU in G, LeakyReLU
0.2 in D, weights N(0, 0.02). For sides base x 2^k; D ends in a logit, without a sigmoid.
Features double with each halving of the map, as in the paper, up to `MAX_WIDTHS`: beyond it, where pictures are larger
than the paper's, one layer would have more weights than all others together.
"""

import math

import torch
from torch import nn

from ganstudio.networks.base import Shape
from ganstudio.networks.conditioning import DiscriminatorBase, GeneratorBase, input_size
from ganstudio.networks.layers import (
    FromImage,
    LogitHead,
    ProjectAndReshape,
    StridedConv2d,
    StridedConvTranspose2d,
    Tanh,
    ToImage,
)

MAX_WIDTHS = 16  # features of the deepest layers, in units of the width


def count_features(shape: Shape) -> list[int]:
    """Return the number of features at each resolution, from half the picture's sides down to the base."""
    return [shape.width * min(2**level, MAX_WIDTHS) for level in range(shape.doublings)]


class Generator(GeneratorBase):
    """DCGAN generator: z (N, z_size), standard normal -> pictures (N, channels, height, width), -1..1."""

    def __init__(self, shape: Shape) -> None:
        *outer, features = count_features(shape)
        first = ProjectAndReshape(input_size(shape), features, shape.base)
        layers: list[nn.Module] = [first, nn.BatchNorm2d(features), nn.ReLU(inplace=True)]
        for target in reversed(outer):
            layers += [StridedConvTranspose2d(features, target), nn.BatchNorm2d(target), nn.ReLU(inplace=True)]
            features = target
        super().__init__([*layers, ToImage(features, shape.channels), Tanh()], shape)


class Discriminator(DiscriminatorBase):
    """DCGAN discriminator: pictures (N, channels, height, width), -1..1 -> logits (N,).

    The sigmoid of a logit is the probability of being real. Without batch norm the convolutions have biases instead,
    which start at 0.
    """

    def __init__(self, shape: Shape) -> None:
        features, *deeper = count_features(shape)
        layers: list[nn.Module] = [FromImage(shape.channels, features), nn.LeakyReLU(0.2)]
        for target in deeper:
            layers += [StridedConv2d(features, target, bias=not shape.batch_norm)]
            layers += [nn.BatchNorm2d(target)] if shape.batch_norm else []
            layers += [nn.LeakyReLU(0.2)]
            features = target
        super().__init__(layers, LogitHead(features, shape.base), shape.classes, features * math.prod(shape.base))


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Draw weights from N(0, 0.02) and batch norm scales from N(1, 0.02); shifts and biases are 0.

    As in the paper and its authors' code.
    """
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.normal_(part.weight, 1.0, 0.02, generator=rng)
        elif isinstance(weight := getattr(part, "weight", None), nn.Parameter):
            nn.init.normal_(weight, 0.0, 0.02, generator=rng)
        if isinstance(bias := getattr(part, "bias", None), nn.Parameter):
            nn.init.zeros_(bias)
