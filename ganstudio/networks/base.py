"""What every pair of networks is made from and must offer."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Shape:
    """What a network is built for.

    size : side of a picture in pixels.  channels : of what the network makes or judges; for a D that judges m packed
    pictures, m times a picture's.  z_size : numbers in z.  width : features of the widest-resolution layer.
    classes : how many labels there are; 0: unconditional.  batch_norm : whether D may use it; not beside spectral norm,
    which takes its place and is added from outside.  modes : how many codes z chooses among in G; 0: none.
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
    """A kind of networks.

    generator : makes a module (z (N, z_size), standard normal, labels (N,) int64 or None) -> pictures
    (N, channels, size, size), -1..1.
    discriminator : makes a module (pictures, labels (N,) or (N, m) or None) -> logits (N,), float32, without a
    sigmoid.
    initialise : draws all weights of either from the random generator, and from nothing else.

    An unconditional module (`Shape.classes` 0) does not look at labels; a conditional one raises ValueError without.
    Ours also take weights (N, classes), float, in place of labels (N,), for pictures between classes; another package's
    need not: then it can be asked for whole classes only.
    """

    generator: Callable[[Shape], nn.Module]
    discriminator: Callable[[Shape], nn.Module]
    initialise: Callable[[nn.Module, torch.Generator], None]


def levels(size: int) -> tuple[int, int]:
    """(base, k) with size = base x 2^k: base 7 for 28, else 4.

    Raises ValueError for a side that no such k gives.
    """
    base = 7 if size % 7 == 0 else 4
    k = (size // base).bit_length() - 1
    if k < 1 or base * 2**k != size:
        raise ValueError(f"picture size must be 4 or 7 times a power of two; got {size}")
    return base, k
