"""Registry: a network's name -> its generator and discriminator."""

from collections.abc import Callable
from typing import Protocol

import torch
from torch import nn

from ganstudio.config import RunConfig
from ganstudio.errors import ConfigError
from ganstudio.networks import dcgan, mlp, resnet
from ganstudio.networks.base import Shape


class GeneratorFactory(Protocol):
    """Makes a module z (N, z_size) -> (N, channels, size, size), -1..1."""

    def __call__(self, size: int, channels: int, z_size: int, width: int) -> nn.Module: ...


class DiscriminatorFactory(Protocol):
    """Makes a module (N, channels, size, size), -1..1 -> logits (N,)."""

    def __call__(self, size: int, channels: int, width: int) -> nn.Module: ...


Initialise = Callable[[nn.Module, torch.Generator], None]

NETWORKS: dict[str, tuple[GeneratorFactory, DiscriminatorFactory, Initialise]] = {
    "dcgan": (dcgan.Generator, dcgan.Discriminator, dcgan.initialise),
    "mlp": (mlp.Generator, mlp.Discriminator, mlp.initialise),
    "resnet": (
        lambda size, channels, z_size, width: resnet.Generator(Shape(size, channels, z_size, width)),
        lambda size, channels, width: resnet.Discriminator(Shape(size, channels, 0, width)),
        resnet.initialise,
    ),
}


def _named(config: RunConfig) -> tuple[GeneratorFactory, DiscriminatorFactory, Initialise]:
    if config.network.name not in NETWORKS:
        raise ConfigError(f"network.name must be one of {', '.join(NETWORKS)}; got {config.network.name!r}.")
    return NETWORKS[config.network.name]


def generator(config: RunConfig, rng: torch.Generator | None = None) -> nn.Module:
    """G as configured, on the CPU; weights drawn from `rng`, or left unset to be loaded."""
    make, _, initialise = _named(config)
    G = make(config.data.size, config.data.channels, config.network.z_size, config.network.width)
    if rng is not None:
        initialise(G, rng)
    return G


def discriminator(config: RunConfig, rng: torch.Generator) -> nn.Module:
    """D as configured, on the CPU, weights drawn from `rng`."""
    _, make, initialise = _named(config)
    D = make(config.data.size, config.data.channels, config.network.width)
    initialise(D, rng)
    return D
