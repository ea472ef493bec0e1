"""Pair of small fully connected networks for points of the plane, as GAN Lab has them (Kahng et al., 2019).

A point is a picture of one pixel with two channels, x and y, so that all that pictures go through works for points.
G ends without a tanh: it would be flat where points are far from the middle.
"""

import math

import torch
from torch import nn

from ganstudio.networks.base import Shape
from ganstudio.networks.conditioning import DiscriminatorBase, GeneratorBase, input_size

SLOPE = 0.2


class Generator(GeneratorBase):
    """Fully connected generator: z (N, z_size), standard normal -> points (N, 2, 1, 1).

    With uniform noise z is first mapped to -1..1, where all numbers are equally likely: whoever samples need not know.
    """

    def __init__(self, shape: Shape) -> None:
        layers, inputs = _hidden(input_size(shape), shape)
        super().__init__([*layers, nn.Linear(inputs, shape.channels), nn.Unflatten(1, (shape.channels, 1, 1))], shape)
        self._uniform = shape.uniform

    def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """Generate points; see `GeneratorBase.forward`."""
        return super().forward(to_uniform(z) if self._uniform else z, labels)


class Discriminator(DiscriminatorBase):
    """Fully connected discriminator: points (N, 2, 1, 1) -> logits (N,)."""

    def __init__(self, shape: Shape) -> None:
        layers, inputs = _hidden(shape.channels, shape)
        super().__init__(layers, nn.Linear(inputs, 1), shape.classes, inputs)

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """Judge points (N, 2, 1, 1); see `DiscriminatorBase.forward`."""
        return super().forward(x.flatten(1), labels)


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Draw weights from N(0, gain^2 / fan-in), as rectified layers need (He et al., 2015); the last layer's gain is 1.

    Biases are 0, but those of the first layer: neurons would else all bend at the origin, and a first layer with one
    input would have a single kink.
    """
    linear = [part for part in module.modules() if isinstance(part, nn.Linear)]
    for part in linear:
        gain = 1.0 if part is linear[-1] else nn.init.calculate_gain("leaky_relu", SLOPE)
        nn.init.normal_(part.weight, 0.0, gain / math.sqrt(part.in_features), generator=rng)
        nn.init.zeros_(part.bias)
    if len(linear) > 1:
        nn.init.normal_(linear[0].bias, 0.0, 0.5, generator=rng)


def to_uniform(z: torch.Tensor) -> torch.Tensor:
    """Map standard normal numbers to -1..1, where all are equally likely."""
    return torch.erf(z * math.sqrt(0.5))


def from_uniform(u: torch.Tensor) -> torch.Tensor:
    """Map -1..1 back: the inverse of `to_uniform`, finite at the ends as well."""
    return torch.erfinv(u.clamp(-1 + 1e-6, 1 - 1e-6)) * math.sqrt(2.0)


def _hidden(inputs: int, shape: Shape) -> tuple[list[nn.Module], int]:
    """Return the hidden layers, and the number of their outputs."""
    layers: list[nn.Module] = []
    for _ in range(shape.layers):
        layers += [nn.Linear(inputs, shape.width), nn.LeakyReLU(SLOPE) if shape.leaky else nn.ReLU()]
        inputs = shape.width
    return layers, inputs
