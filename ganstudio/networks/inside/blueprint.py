"""The structure of the two networks of a run before there are any: built without weights."""

import functools
from dataclasses import dataclass

import torch
from torch import nn

from ganstudio import networks
from ganstudio.config import DataConfig, NetworkConfig, RunConfig
from ganstudio.errors import ConfigError
from ganstudio.networks import spectral
from ganstudio.networks.inside.structure import Network, trace

_KEPT = 16  # structures


@dataclass(frozen=True)
class Blueprint:
    """The structure of both networks of a run."""

    G: Network
    D: Network


def draw(config: RunConfig) -> Blueprint:
    """Return the structure of the networks that settings describe, with the number of classes where they need it.

    Raises
    ------
    ConfigError
        The settings do not fit the network, there is no such network, or it cannot be built or called.
    """
    return _draw(config.data, config.network)


@functools.lru_cache(maxsize=_KEPT)
def _draw(data: DataConfig, network: NetworkConfig) -> Blueprint:
    config = RunConfig(data=data, network=network)
    try:
        return _trace(config, "meta")  # shapes only: nothing is computed, and no memory taken
    except ConfigError:
        raise
    except Exception:  # whatever a network of another package does not get done without values
        try:
            return _trace(config, "cpu")
        except ConfigError:
            raise
        except Exception as problem:
            raise ConfigError(
                f"The networks {network.name} cannot be shown: with these settings they cannot be built or called "
                f"({type(problem).__name__}: {problem}). Choose others in network.name, or correct their package."
            ) from problem


def _trace(config: RunConfig, device: str) -> Blueprint:
    with torch.random.fork_rng(devices=[]), torch.device(device):
        G, D = _build(config)
        shape = networks.generator_shape(config)
        label = torch.zeros(1, dtype=torch.int64) if shape.classes else None
        packing = config.network.packing
        labels = torch.zeros((1, packing) if packing > 1 else (1,), dtype=torch.int64) if shape.classes else None
        judged = networks.discriminator_shape(config)
        pictures = torch.zeros(1, judged.channels, *judged.sides)
        return Blueprint(trace(G, torch.zeros(1, shape.z_size), label), trace(D, pictures, labels))


def _build(config: RunConfig) -> tuple[nn.Module, nn.Module]:
    """Return G and D in eval mode, with weights that nobody drew."""
    pair = networks.find_pair(config.network.name)
    G = pair.generator(networks.generator_shape(config))
    D = pair.discriminator(networks.discriminator_shape(config))
    if config.network.spectral_norm:
        spectral.parametrise(D)
    return G.eval(), D.eval()
