"""Registry: a network's name -> its generator and discriminator, built as a configuration says."""

import torch
from torch import nn

from ganstudio import extensions
from ganstudio.config import RunConfig
from ganstudio.errors import ConfigError
from ganstudio.networks import conditioning, dcgan, mlp, resnet, spectral
from ganstudio.networks.base import Pair as Pair
from ganstudio.networks.base import Shape as Shape
from ganstudio.networks.packing import pack as pack

NETWORKS: dict[str, Pair] = {
    "dcgan": Pair(dcgan.Generator, dcgan.Discriminator, dcgan.initialise),
    "mlp": Pair(mlp.Generator, mlp.Discriminator, mlp.initialise),
    "resnet": Pair(resnet.Generator, resnet.Discriminator, resnet.initialise),
}


def named(name: str) -> Pair:
    """The pair of that name, ours or another package's. Raises ConfigError."""
    if name in NETWORKS:
        return NETWORKS[name]
    if name not in extensions.found(extensions.NETWORKS):
        known = extensions.names(extensions.NETWORKS, tuple(NETWORKS))
        raise ConfigError(f"network.name must be one of {', '.join(known)}; got {name!r}.")
    pair = extensions.load(extensions.NETWORKS, name)
    if not isinstance(pair, Pair):
        raise ConfigError(f"{name} cannot be used: its entry point must give a ganstudio.networks.Pair; got {pair!r}.")
    return pair


def generator(config: RunConfig, rng: torch.Generator | None = None) -> nn.Module:
    """G as configured, on the CPU; weights drawn from `rng`, or left to be loaded. Raises ConfigError."""
    pair, shape = named(config.network.name), _shape(config, config.data.channels)
    with torch.random.fork_rng(devices=[]):  # torch's layers draw weights when they are made; ours come from rng
        G = pair.generator(shape)
    if shape.modes and not any(isinstance(part, conditioning.ModeAndNoise) for part in G.modules()):
        raise ConfigError(f"network.modes must be 0 with {config.network.name}, whose G has none; got {shape.modes}.")
    if rng is not None:
        pair.initialise(G, rng)
        conditioning.initialise(G, rng)
    return G


def discriminator(config: RunConfig, rng: torch.Generator) -> nn.Module:
    """D as configured, on the CPU, weights drawn from `rng`; it judges pictures as `pack` joins them.

    Raises ConfigError.
    """
    pair = named(config.network.name)
    shape = _shape(config, config.data.channels * config.network.packing)
    with torch.random.fork_rng(devices=[]):
        D = pair.discriminator(shape)
    pair.initialise(D, rng)
    conditioning.initialise(D, rng)
    if config.network.spectral_norm:
        spectral.normalise(D, rng)
    return D


def _shape(config: RunConfig, channels: int) -> Shape:
    network = config.network
    if network.conditional and not network.classes:
        raise ConfigError("network.classes must say how many classes there are before networks can be built.")
    return Shape(
        config.data.size,
        channels,
        network.z_size,
        network.width,
        classes=network.classes if network.conditional else 0,
        batch_norm=network.batch_norm and not network.spectral_norm,
        modes=network.modes,
    )
