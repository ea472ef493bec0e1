"""Interface of a pair of networks: what it is built for and what it must offer."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Shape:
    """Sizes and options that a network is built for.

    Parameters
    ----------
    size
        Side of a picture, pixels.
    channels
        Channels of what the network generates or judges; for a D that judges m packed pictures, m times a picture's.
    z_size
        Numbers in z.
    width
        Features of the layers with the highest resolution.
    classes
        Number of labels; 0: unconditional.
    batch_norm
        Whether D may use batch norm; not together with spectral norm, which replaces it and is added from outside.
    modes
        Number of latent modes in G; 0: none.
    """

    size: int
    channels: int
    z_size: int
    width: int
    classes: int = 0
    batch_norm: bool = True
    modes: int = 0


@dataclass(frozen=True)
class Pair:
    """Builders of a generator and its discriminator.

    An unconditional module (`Shape.classes` 0) ignores labels; a conditional one raises ValueError without. The
    built-in ones also take weights (N, classes), float, instead of labels (N,), for pictures between classes. Those of
    other packages need not: then only whole classes can be requested.

    Parameters
    ----------
    generator
        Builds a module (z (N, z_size), standard normal, labels (N,), int64, or None) -> pictures
        (N, channels, size, size), -1..1.
    discriminator
        Builds a module (pictures, labels (N,) or (N, m) or None) -> logits (N,), float32, without a sigmoid.
    initialise
        Draws all weights of either from the random generator, and from nothing else.
    has_batch_norm
        Whether the discriminator has batch norm where `Shape.batch_norm` allows it.
    """

    generator: Callable[[Shape], nn.Module]
    discriminator: Callable[[Shape], nn.Module]
    initialise: Callable[[nn.Module, torch.Generator], None]
    has_batch_norm: bool = True


def factor_size(size: int) -> tuple[int, int]:
    """Return (base, k) with size = base x 2^k: base 7 for sides such as 28, else 4.

    Raises
    ------
    ValueError
        No k >= 1 gives this side.
    """
    base = 7 if size % 7 == 0 else 4
    k = (size // base).bit_length() - 1
    if k < 1 or base * 2**k != size:
        raise ValueError(f"picture size must be 4 or 7 times a power of two; got {size}")
    return base, k
