"""Where the layers of a network are: how far from the smallest map, instead of a number in a row.

Two networks of one kind for pictures of different sizes have layers of different numbers; by place they correspond. The
depth of a map is how often the smallest one was doubled.
"""

from dataclasses import dataclass
from enum import StrEnum

from torch import nn

from ganstudio.networks.layers import (
    Conv1x1,
    FromImage,
    LogitHead,
    ProjectAndReshape,
    StridedConv2d,
    StridedConvTranspose2d,
    ToImage,
)
from ganstudio.networks.resnet import Block


class Kind(StrEnum):
    """What a layer does."""

    BASE = "base"  # from z to the smallest map, or from that to a logit
    IMAGE = "image"  # to or from the picture
    CONV = "conv"  # a convolution that also doubles or halves the map
    CHANGE = "change"  # of the number of features, before the map is doubled or after it is halved
    NORM = "norm"
    BLOCK = "block"


@dataclass(frozen=True)
class Place:
    """Where a layer is.

    Parameters
    ----------
    kind
        What it does.
    depth
        Of the map that a block or norm works on; of a layer between two maps, the larger one's.
    """

    kind: Kind
    depth: int = 0


_KINDS: tuple[tuple[type[nn.Module], Kind], ...] = (
    (ProjectAndReshape, Kind.BASE),
    (LogitHead, Kind.BASE),
    (ToImage, Kind.IMAGE),
    (FromImage, Kind.IMAGE),
    (StridedConvTranspose2d, Kind.CONV),
    (StridedConv2d, Kind.CONV),
    (Conv1x1, Kind.CHANGE),
    (nn.BatchNorm2d, Kind.NORM),
    (Block, Kind.BLOCK),
)


def locate_layers(layers: nn.Sequential, doublings: int, is_generator: bool) -> dict[Place, str]:
    """Return the names of the layers that have weights, by their place.

    Parameters
    ----------
    layers
        The row of layers of a built-in G or D.
    doublings
        How often the smallest map is doubled, the last time by the layer that makes the picture.
    is_generator
        Whether the row begins at z.
    """
    places: dict[Place, str] = {}
    outermost = doublings - 1
    depth = 0 if is_generator else outermost
    for name, layer in layers.named_children():
        kind = next((kind for type_, kind in _KINDS if isinstance(layer, type_)), None)
        between = depth + 1  # a layer between two maps is named after the larger one
        if isinstance(layer, nn.Upsample | StridedConvTranspose2d):
            depth += 1
        elif isinstance(layer, nn.AvgPool2d | StridedConv2d):
            between, depth = depth, depth - 1
        if kind is not None:
            where = {Kind.BASE: 0, Kind.IMAGE: outermost, Kind.CONV: between, Kind.CHANGE: between}.get(kind, depth)
            places[Place(kind, 0 if kind is Kind.IMAGE else where)] = name
    return places
