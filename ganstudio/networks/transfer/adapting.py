"""Weights for other sides, channels, inputs and classes."""

from collections.abc import Sequence

import torch
from torch.nn import functional as F

from ganstudio.networks.base import Shape
from ganstudio.networks.transfer.job import How, Network, compare_sizes

TAPS = 4  # along a side of a strided convolution, each of which gives a pixel to half of them
OPAQUE = 3  # number of the channel with transparency, and of the colours before it


def resize_map(weight: torch.Tensor, sides: tuple[int, int]) -> torch.Tensor:
    """Return weights (h, w, ...) for a map of other sides, interpolated."""
    height, width, *rest = weight.shape
    if (height, width) == sides:
        return weight
    flat = weight.reshape(height, width, -1).permute(2, 0, 1)[None]
    resized = F.interpolate(flat, sides, mode="bilinear", antialias=True)
    return resized[0].permute(1, 2, 0).reshape(*sides, *rest)


def embed(old: torch.Tensor, fresh: torch.Tensor, outputs: int) -> torch.Tensor:
    """Return `fresh` with `old` in its first rows and columns, in which no old output listens to a new input.

    Parameters
    ----------
    old, fresh
        Weights whose first two dimensions are outputs and inputs, in either order.
    outputs
        Which of these dimensions is the one of outputs.
    """
    made, rows, columns = fresh.clone(), min(len(old), len(fresh)), min(old.shape[1], fresh.shape[1])
    if outputs == 0:
        made[:rows, columns:] = 0
    else:
        made[rows:, :columns] = 0
    made[:rows, :columns] = old[:rows, :columns]
    return made


def describe_channels(old: Network, new: Network) -> list[How]:
    """Return what becomes of a layer at the picture with another number of channels."""
    had, has = old.channels, new.channels
    if had == 1 and has > 1:
        return [How.REPEATED, *[How.PADDED] * (has > OPAQUE)]
    if has == 1 and had > 1:
        return [How.AVERAGED, *[How.CUT] * (had > OPAQUE)]
    return compare_sizes((had,), (has,))


def adapt_channels(weight: torch.Tensor, axis: int, old: Network, new: Network, is_generator: bool) -> torch.Tensor:
    """Return weights at the picture for another number of channels.

    Grey becomes three equal colours, and colours become their mean. A new channel with transparency has no weights.

    Parameters
    ----------
    weight
        Weights whose dimension `axis` has the channels of all pictures that are judged at once.
    axis
        That dimension.
    old, new
        The networks.
    is_generator
        Whether channels are made. Those that D reads are summed, so that equal colours count as much as grey did.
    """
    had, has = old.channels, new.channels
    split = weight.reshape(*weight.shape[:axis], old.pictures, had, *weight.shape[axis + 1 :])
    parts = split.movedim(axis + 1, 0)
    colours = parts[:OPAQUE]
    if had == 1 and has > 1:
        colours = colours.expand(OPAQUE, *colours.shape[1:]) / (1 if is_generator else OPAQUE)
    elif has == 1 and had > 1:
        colours = colours.mean(0, keepdim=True) if is_generator else colours.sum(0, keepdim=True)
    if has > OPAQUE:
        alpha = parts[OPAQUE:] if had > OPAQUE else torch.zeros_like(colours[:1])
        colours = torch.cat((colours, alpha))
    return colours.movedim(0, axis + 1).flatten(axis, axis + 1)


def adapt_inputs(weight: torch.Tensor, old: Shape, new: Shape) -> torch.Tensor:
    """Return G's first layer, (..., inputs), for other inputs: z, then the codes of the mode and of the class.

    What the old one had not has no weight, so that it makes the same pictures, whatever the class.
    """
    parts, start = [], 0
    for had, has in ((True, True), (old.modes > 0, new.modes > 0), (old.classes > 0, new.classes > 0)):
        block = weight[..., start : start + old.z_size] if had else weight.new_zeros(*weight.shape[:-1], old.z_size)
        start += old.z_size if had else 0
        if has:
            parts.append(block)
    return torch.cat(parts, -1)


def match_rows(old: torch.Tensor, matches: Sequence[int | None], fresh: torch.Tensor) -> torch.Tensor:
    """Return a row for each class: that of the same class, else the mean of all with noise as large as their spread.

    Parameters
    ----------
    old
        (old classes, numbers).
    matches
        For each new class its old number or None.
    fresh
        (new classes, numbers); what the noise is made from.
    """
    spread = old.std(0) if len(old) > 1 else torch.zeros_like(old[0])
    others = old.mean(0) + spread * fresh / fresh.std().clamp_min(1e-8)
    return torch.stack([others[row] if match is None else old[match] for row, match in enumerate(matches)])


def to_taps(weight: torch.Tensor, channels: int) -> torch.Tensor:
    """Rearrange (16 channels, F) of a layer at the picture to (4, 4, channels, F): rows, columns; see `FromImage`."""
    corners = weight.reshape(2, 2, 2, 2, channels, -1)  # rows and columns of blocks, then of pixels in them
    return corners.permute(0, 2, 1, 3, 4, 5).reshape(TAPS, TAPS, channels, -1)


def from_taps(taps: torch.Tensor) -> torch.Tensor:
    """Rearrange (4, 4, channels, F) to (16 channels, F): the inverse of `to_taps`."""
    corners = taps.reshape(2, 2, 2, 2, *taps.shape[2:])
    return corners.permute(0, 2, 1, 3, 4, 5).reshape(-1, taps.shape[3])
