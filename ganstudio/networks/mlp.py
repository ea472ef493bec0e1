"""Pair of fully connected networks.

I. Goodfellow et al., "Generative adversarial nets", NeurIPS 2014 (arXiv 1406.2661).

G: rectified linear layers. D: maxout layers with dropout in the paper; here LeakyReLU layers without dropout, which
train as well with Adam and add no noise to the game. D ends in a logit, without a sigmoid.
"""

import math

import torch
from torch import nn

from ganstudio.networks.base import Shape
from ganstudio.networks.conditioning import DiscriminatorBase, GeneratorBase, input_size
from ganstudio.networks.layers import Tanh

HIDDEN = 4  # hidden units per unit of width: width 64 gives layers of 256 and 512


class Generator(GeneratorBase):
    """Fully connected generator: z (N, z_size), standard normal -> pictures (N, channels, height, width), -1..1."""

    def __init__(self, shape: Shape) -> None:
        hidden, picture = HIDDEN * shape.width, (shape.channels, *shape.sides)
        layers = [
            nn.Linear(input_size(shape), hidden),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, 2 * hidden),
            nn.ReLU(inplace=True),
            nn.Linear(2 * hidden, math.prod(picture)),
            Tanh(),
            nn.Unflatten(1, picture),
        ]
        super().__init__(layers, shape)


class Discriminator(DiscriminatorBase):
    """Fully connected discriminator: pictures (N, channels, height, width), -1..1 -> logits (N,).

    The sigmoid of a logit is the probability of being real.
    """

    def __init__(self, shape: Shape) -> None:
        hidden = HIDDEN * shape.width
        layers = [
            nn.Linear(shape.channels * math.prod(shape.sides), 2 * hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(2 * hidden, hidden),
            nn.LeakyReLU(0.2),
        ]
        super().__init__(layers, nn.Linear(hidden, 1), shape.classes, hidden)

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """Judge pictures (N, channels, height, width), -1..1; see `DiscriminatorBase.forward`."""
        return super().forward(x.flatten(1), labels)


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Draw weights from N(0, 2 / fan-in), as rectified layers need (He et al., 2015); biases are 0."""
    for part in module.modules():
        if isinstance(part, nn.Linear):
            nn.init.kaiming_normal_(part.weight, 0.2, nonlinearity="leaky_relu", generator=rng)
            nn.init.zeros_(part.bias)
