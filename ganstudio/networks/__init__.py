"""Registry of networks by name; building of G and D from a configuration."""

import math

import torch
from torch import nn

from ganstudio import extensions
from ganstudio.config import RunConfig
from ganstudio.errors import ConfigError
from ganstudio.networks import conditioning, dcgan, mlp, points, resnet, spectral
from ganstudio.networks.base import Pair as Pair
from ganstudio.networks.base import Shape as Shape
from ganstudio.networks.layers import use_winograd as use_winograd
from ganstudio.networks.packing import pack as pack
from ganstudio.sizes import nearest_sizes

NETWORKS: dict[str, Pair] = {
    "dcgan": Pair(dcgan.Generator, dcgan.Discriminator, dcgan.initialise, rectangular=True),
    "mlp": Pair(mlp.Generator, mlp.Discriminator, mlp.initialise, has_batch_norm=False, rectangular=True),
    "resnet": Pair(resnet.Generator, resnet.Discriminator, resnet.initialise, has_batch_norm=False, rectangular=True),
    "points": Pair(points.Generator, points.Discriminator, points.initialise, has_batch_norm=False, points=True),
}
POINT_CHANNELS = 2  # x and y


def find_pair(name: str) -> Pair:
    """Return the pair of that name, built in or from another package.

    Raises
    ------
    ConfigError
        There is no such pair, or the other package's entry point gives something else.
    """
    if name in NETWORKS:
        return NETWORKS[name]
    if name not in extensions.entry_points_of(extensions.NETWORKS):
        known = extensions.names(extensions.NETWORKS, tuple(NETWORKS))
        raise ConfigError(f"network.name must be one of {', '.join(known)}; got {name!r}.")
    pair = extensions.load(extensions.NETWORKS, name)
    if not isinstance(pair, Pair):
        raise ConfigError(
            f"{name} cannot be used: its entry point must return a ganstudio.networks.Pair; got {pair!r}."
        )
    return pair


def generator(config: RunConfig, rng: torch.Generator | None = None) -> nn.Module:
    """Build G as configured, on the CPU.

    Parameters
    ----------
    config
        Settings of the run.
    rng
        What the weights are drawn from; None leaves them undefined, to be loaded.

    Raises
    ------
    ConfigError
        The settings do not fit the network, or there is no such network.
    """
    pair, shape = find_pair(config.network.name), generator_shape(config)
    with torch.random.fork_rng(devices=[]):  # torch's layers draw weights when they are built; ours come from rng
        G = pair.generator(shape)
    if shape.modes and not any(isinstance(part, conditioning.ModeEmbedding) for part in G.modules()):
        raise ConfigError(f"network.modes must be 0 with {config.network.name}, whose G has none; got {shape.modes}.")
    if rng is not None:
        pair.initialise(G, rng)
        conditioning.initialise(G, rng)
    return G


def discriminator(config: RunConfig, rng: torch.Generator) -> nn.Module:
    """Build D as configured, on the CPU; it judges pictures as `pack` joins them.

    Parameters
    ----------
    config
        Settings of the run.
    rng
        What the weights are drawn from.

    Raises
    ------
    ConfigError
        The settings do not fit the network, or there is no such network.
    """
    pair = find_pair(config.network.name)
    shape = discriminator_shape(config)
    with torch.random.fork_rng(devices=[]):
        D = pair.discriminator(shape)
    pair.initialise(D, rng)
    conditioning.initialise(D, rng)
    if config.network.spectral_norm:
        spectral.apply_spectral_norm(D, rng)
    return D


def generator_shape(config: RunConfig) -> Shape:
    """Return what G is built for. Raises ConfigError as `generator` does."""
    return _point_shape(config, 1, of_g=True) if config.makes_points else _shape(config, config.data.channels)


def discriminator_shape(config: RunConfig) -> Shape:
    """Return what D is built for. Raises ConfigError as `discriminator` does."""
    packing = config.network.packing
    if config.makes_points:
        return _point_shape(config, packing, of_g=False)
    return _shape(config, config.data.channels * packing)


def _classes(config: RunConfig) -> int:
    network = config.network
    if network.conditional and not network.classes:
        raise ConfigError("network.classes must be the number of classes before networks can be built; got 0.")
    return network.classes if network.conditional else 0


def _point_shape(config: RunConfig, packing: int, of_g: bool) -> Shape:
    network = config.network
    return Shape(
        1,
        POINT_CHANNELS * packing,
        network.z_size,
        network.g_width if of_g else network.d_width,
        classes=_classes(config),
        batch_norm=False,
        modes=network.modes,
        layers=network.g_layers if of_g else network.d_layers,
        leaky=network.activation == "leaky-relu",
        uniform=network.noise == "uniform",
    )


def _shape(config: RunConfig, channels: int) -> Shape:
    network, classes = config.network, _classes(config)
    height, width = config.data.sides
    if height != width and not find_pair(network.name).rectangular:
        side = round(math.sqrt(height * width))
        raise ConfigError(
            f"{network.name} makes square pictures only; got data.size {config.data.size}. Choose a square, such as "
            f"{nearest_sizes(side, side, 1)[0][0]}, or one of {', '.join(NETWORKS)}."
        )
    return Shape(
        height,
        channels,
        network.z_size,
        network.width,
        classes=classes,
        batch_norm=network.batch_norm and not network.spectral_norm,
        modes=network.modes,
        across=0 if width == height else width,
    )
