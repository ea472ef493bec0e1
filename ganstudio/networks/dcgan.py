"""DCGAN, a pair of convolutional networks with batch norm.

A. Radford, L. Metz, S. Chintala, "Unsupervised representation learning with deep convolutional generative adversarial
networks", ICLR 2016 (arXiv 1511.06434), section 3 and figure 1.

Transposed convolutions up, strided convolutions down, batch norm everywhere except at the picture, ReLU in G, LeakyReLU
0.2 in D, weights N(0, 0.02). For any side base x 2^k; D ends in a logit, without a sigmoid.
"""

import torch
from torch import nn

from ganstudio.networks.base import Shape, factor_size
from ganstudio.networks.conditioning import DiscriminatorBase, GeneratorBase, input_size
from ganstudio.networks.layers import (
    FromImage,
    LogitHead,
    ProjectAndReshape,
    StridedConv2d,
    StridedConvTranspose2d,
    ToImage,
)


class Generator(GeneratorBase):
    """DCGAN generator: z (N, z_size), standard normal -> pictures (N, channels, size, size), -1..1."""

    def __init__(self, shape: Shape) -> None:
        base, k = factor_size(shape.size)
        features = shape.width * 2 ** (k - 1)
        first = ProjectAndReshape(input_size(shape), features, base)
        layers: list[nn.Module] = [first, nn.BatchNorm2d(features), nn.ReLU(inplace=True)]
        for _ in range(k - 1):
            layers += [
                StridedConvTranspose2d(features, features // 2),
                nn.BatchNorm2d(features // 2),
                nn.ReLU(inplace=True),
            ]
            features //= 2
        super().__init__([*layers, ToImage(features, shape.channels), nn.Tanh()], shape)


class Discriminator(DiscriminatorBase):
    """DCGAN discriminator: pictures (N, channels, size, size), -1..1 -> logits (N,).

    The sigmoid of a logit is the probability of being real. Without batch norm the convolutions have biases instead,
    which start at 0.
    """

    def __init__(self, shape: Shape) -> None:
        base, k = factor_size(shape.size)
        layers: list[nn.Module] = [FromImage(shape.channels, shape.width), nn.LeakyReLU(0.2)]
        features = shape.width
        for _ in range(k - 1):
            layers += [StridedConv2d(features, features * 2, bias=not shape.batch_norm)]
            layers += [nn.BatchNorm2d(features * 2)] if shape.batch_norm else []
            layers += [nn.LeakyReLU(0.2)]
            features *= 2
        super().__init__(layers, LogitHead(features, base), shape.classes, features * base * base)


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
