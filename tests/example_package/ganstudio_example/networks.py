"""The smallest pair there is: G draws from a Gaussian in the space of pictures, D is a linear classifier."""

import math

import torch
from torch import nn

from ganstudio.networks import Pair, Shape


class Generator(nn.Module):
    """z (N, z_size) -> pictures (N, channels, size, size), -1..1; labels are not looked at."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.sides = (shape.channels, shape.size, shape.size)
        self.layer = nn.Linear(shape.z_size, math.prod(self.sides))

    def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return self.layer(z).tanh().view(-1, *self.sides)


class Discriminator(nn.Module):
    """Pictures (N, channels, size, size), -1..1 -> logits (N,)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.layer = nn.Linear(shape.channels * shape.size**2, 1)

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return self.layer(x.flatten(1)).float().squeeze(1)


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Weights N(0, 1 / fan-in), biases 0."""
    for part in module.modules():
        if isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, 0.0, part.in_features**-0.5, generator=rng)
            nn.init.zeros_(part.bias)


LINEAR = Pair(Generator, Discriminator, initialise)
