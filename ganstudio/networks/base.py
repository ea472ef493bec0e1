"""Interface of a pair of networks: what it is built for and what it must offer."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from ganstudio.sizes import factor_sides


@dataclass(frozen=True)
class Shape:
    """Sizes and options that a network is built for.

    Parameters
    ----------
    size
        Height of a picture, pixels; the side of a square.
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
    across
        Width of a picture, pixels; 0: as wide as high. Only for a pair that says `Pair.rectangular`.
    layers, leaky, uniform
        Number of hidden layers, whether their neurons let a part of negative sums through, and whether G is to make its
        noise uniform. For networks that make points.
    """

    size: int
    channels: int
    z_size: int
    width: int
    classes: int = 0
    batch_norm: bool = True
    modes: int = 0
    across: int = 0
    layers: int = 0
    leaky: bool = False
    uniform: bool = False

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width of a picture, pixels."""
        return self.size, self.across or self.size

    @property
    def base(self) -> tuple[int, int]:
        """Sides (h0, w0) of the smallest map: height = h0 x 2^k and width = w0 x 2^k; see `factor_sides`."""
        h0, w0, _ = factor_sides(*self.sides)
        return h0, w0

    @property
    def doublings(self) -> int:
        """The k of `base`: how often the smallest map is doubled."""
        return factor_sides(*self.sides)[2]


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
        (N, channels, height, width), -1..1.
    discriminator
        Builds a module (pictures, labels (N,) or (N, m) or None) -> logits (N,), float32, without a sigmoid.
    initialise
        Draws all weights of either from the random generator, and from nothing else.
    has_batch_norm
        Whether the discriminator has batch norm where `Shape.batch_norm` allows it.
    rectangular
        Whether both can be built for pictures that are not square. Those of other packages, which may know one side
        only, are asked for squares unless they say so.
    points
        Whether both are for points of the plane, (N, 2, 1, 1), instead of pictures.
    """

    generator: Callable[[Shape], nn.Module]
    discriminator: Callable[[Shape], nn.Module]
    initialise: Callable[[nn.Module, torch.Generator], None]
    has_batch_norm: bool = True
    rectangular: bool = False
    points: bool = False


def factor_size(size: int) -> tuple[int, int]:
    """Return (base, k) with size = base x 2^k, of the side of a square; see `factor_sides`.

    Raises
    ------
    ValueError
        There is no such base from 3 to 8 with k >= 1.
    """
    base, _, k = factor_sides(size, size)
    return base, k
