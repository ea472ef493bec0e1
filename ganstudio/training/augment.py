"""Augmentation of all that D sees, real and fake alike: differentiable changes of pictures, and fading noise.

S. Zhao, Z. Liu, J. Lin, J.-Y. Zhu, S. Han, "Differentiable augmentation for data-efficient GAN training", NeurIPS 2020
(arXiv 2006.10738), section 3, with its strengths. Everything has derivatives of any order, so that gradients
reach G and penalties can be taken at the plain pictures. Nothing waits for the device.

Each kind of change may be made with a probability p, drawn for each picture and kind (T. Karras et al., "Training
generative adversarial networks with limited data", NeurIPS 2020, arXiv 2006.06676): while p is well below 1, G does not
learn the changes themselves. `adaptive` chooses p.

Pictures of four channels have an opacity as the last one, and their colours are multiplied by it: fully transparent is
-1 in all channels. Colours and holes leave the opacity as it is, and what is moved in is transparent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from ganstudio.config import StabiliseConfig
from ganstudio.images import ALPHA_CHANNELS

Uniform = Callable[[tuple[int, ...]], torch.Tensor]  # shape, one row a picture -> draws from U[0, 1) of that shape

MAX_SHIFT_FRACTION = 1 / 8  # of the picture's side: translation
HOLE_FRACTION = 1 / 2  # of the picture's side: side of the cutout
_TRANSPARENT = -1.0


@dataclass(frozen=True)
class Policy:
    """Kinds of changes that are made.

    Parameters
    ----------
    colour, translation, cutout
        The kinds.
    edge
        Whether what is moved in repeats the picture's edge and a hole has the mean colour of its border; otherwise
        both are mid-grey. Neither holds for what is transparent.
    """

    colour: bool = False
    translation: bool = False
    cutout: bool = False
    edge: bool = False


def augment(x: torch.Tensor, policy: Policy, uniform: Uniform, p: torch.Tensor | None = None) -> torch.Tensor:
    """Return the pictures, each changed at random by itself.

    Parameters
    ----------
    x
        Pictures (N, C, H, W), -1..1.
    policy
        Kinds of changes; with none the pictures are returned as they are and nothing is drawn.
    uniform
        Source of randomness; called in a fixed order with shapes that begin with N.
    p
        Probability of each change, 0-d on the device. None: all are made, and nothing is drawn for it.

    Returns
    -------
    torch.Tensor
        (N, C, H, W); colours may leave -1..1 by a little.
    """
    kinds = (policy.colour, policy.translation, policy.cutout)
    made: list[torch.Tensor | None] = [None] * len(kinds)
    if p is not None and any(kinds):
        made = list((uniform((len(x), len(kinds))) < p).unbind(1))  # each (N,)
    if policy.colour:
        x = _colour(x, uniform, made[0])
    if policy.translation:
        x = _translation(x, uniform, policy.edge, made[1])
    if policy.cutout:
        x = _cutout(x, uniform, policy.edge, made[2])
    return x


def mirror(x: torch.Tensor, uniform: Uniform) -> torch.Tensor:
    """Return the pictures (N, C, H, W), half of them, at random, mirrored left to right."""
    mirrored = uniform((len(x), 1, 1, 1)) < 0.5
    return torch.where(mirrored, x.flip(3), x)


def noise_scale(settings: StabiliseConfig, images: int) -> float:
    """Return the standard deviation of the instance noise after `images` real pictures: it falls linearly to 0."""
    return settings.noise * max(0.0, 1.0 - images / settings.noise_images)


def _colour(x: torch.Tensor, uniform: Uniform, made: torch.Tensor | None) -> torch.Tensor:
    """Shift brightness by -0.5..0.5, scale saturation by 0..2 and contrast by 0.5..1.5."""
    draws = uniform((len(x), 3, 1, 1, 1))
    if made is not None:  # in the middle of their range they change nothing
        draws = torch.where(made[:, None, None, None, None], draws, 0.5)
    brightness, saturation, contrast = draws.unbind(1)  # each (N, 1, 1, 1)
    if x.shape[1] == ALPHA_CHANNELS:
        return _premultiplied_colour(x, brightness, saturation, contrast)
    x = x + (brightness - 0.5)
    if x.shape[1] > 1:  # grey pictures have no saturation
        x = _scale_from_mean(x, (1,), 2.0 * saturation)
    return _scale_from_mean(x, (1, 2, 3), contrast + 0.5)


def _premultiplied_colour(
    x: torch.Tensor, brightness: torch.Tensor, saturation: torch.Tensor, contrast: torch.Tensor
) -> torch.Tensor:
    """Do `_colour` to x = 2 c a - 1, with colours c and opacity a of 0..1: to c, where it is seen."""
    colours, alpha = x[:, :-1], x[:, -1:]
    opacity = (alpha + 1.0) / 2.0
    colours = _scale_from_mean(colours + (brightness - 0.5) * opacity, (1,), 2.0 * saturation)
    weight = opacity.sum((2, 3), keepdim=True).clamp_min(1.0)
    mean = (colours + 1.0).mean(1, keepdim=True).sum((2, 3), keepdim=True) / weight  # 2 c, of the opaque pixels
    grey = mean * opacity - 1.0
    return torch.cat((grey + (contrast + 0.5) * (colours - grey), alpha), 1)


def _scale_from_mean(x: torch.Tensor, dims: tuple[int, ...], times: torch.Tensor) -> torch.Tensor:
    """Multiply the distances from each picture's mean over `dims`."""
    mean = x.mean(dims, keepdim=True)
    return mean + times * (x - mean)


def _translation(x: torch.Tensor, uniform: Uniform, edge: bool, made: torch.Tensor | None) -> torch.Tensor:
    """Move by whole pixels, up to `MAX_SHIFT_FRACTION` of the side in each direction."""
    draws = uniform((len(x), 2)).unbind(1)
    limits = [_pixels(side, MAX_SHIFT_FRACTION) for side in x.shape[2:]]
    down, right = (_integers(u, -limit, limit) for u, limit in zip(draws, limits, strict=True))
    if made is not None:
        down, right = down * made, right * made
    if x.shape[1] == ALPHA_CHANNELS:
        return _moved(x - _TRANSPARENT, down, right) + _TRANSPARENT
    if not edge:
        return _moved(x, down, right)
    rows, columns = limits
    wide = _moved(_widened(_widened(x, 2, rows), 3, columns), down, right)
    return wide[:, :, rows : rows + x.shape[2], columns : columns + x.shape[3]]


def _moved(x: torch.Tensor, down: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    moved: torch.Tensor = _Moved.apply(x, down, right)  # type: ignore[no-untyped-call]
    return moved


def _widened(x: torch.Tensor, dim: int, by: int) -> torch.Tensor:
    """Repeat the first and the last pixels along `dim`; torch's own padding adds up its gradient in any order."""
    sizes = [-1 if each != dim else by for each in range(x.ndim)]
    first, last = x.narrow(dim, 0, 1), x.narrow(dim, x.shape[dim] - 1, 1)
    return torch.cat((first.expand(sizes), x, last.expand(sizes)), dim)


def _cutout(x: torch.Tensor, uniform: Uniform, edge: bool, made: torch.Tensor | None) -> torch.Tensor:
    """Blank a square whose side is `HOLE_FRACTION` of the picture's; its centre is anywhere in the picture."""
    draws = uniform((len(x), 2)).unbind(1)
    rows, columns = (_hole(u, side) for u, side in zip(draws, x.shape[2:], strict=True))  # (N, H) and (N, W)
    if made is not None:
        rows = rows & made[:, None]
    hole = (rows[:, :, None] & columns[:, None, :])[:, None]
    if x.shape[1] == ALPHA_CHANNELS:  # mid-grey, as far as it is not transparent
        alpha = x[:, -1:]
        return torch.cat((torch.where(hole, (alpha + 1.0) / 2.0 - 1.0, x[:, :-1]), alpha), 1)
    if not edge:
        return x.masked_fill(hole, 0.0)
    return torch.where(hole, _border_mean(x), x)


def _border_mean(x: torch.Tensor) -> torch.Tensor:
    """Return the mean of the outermost pixels of each picture and channel, (N, C, 1, 1)."""
    border = torch.cat((x[:, :, 0], x[:, :, -1], x[:, :, :, 0], x[:, :, :, -1]), 2)
    return border.mean(2)[:, :, None, None]


def _hole(u: torch.Tensor, side: int) -> torch.Tensor:
    """Return where along one side the hole is, (N, side)."""
    length = _pixels(side, HOLE_FRACTION)
    # As many places on either side of the picture's centre.
    start = _integers(u, 0, side - length % 2) - length // 2
    place = torch.arange(side, device=u.device) - start[:, None]
    return (place >= 0) & (place < length)


def _pixels(side: int, fraction: float) -> int:
    return int(side * fraction + 0.5)


def _integers(u: torch.Tensor, low: int, high: int) -> torch.Tensor:
    """Map uniform 0..1 to low..high, both included and all equally likely; (N,) int64."""
    return (u * (high - low + 1)).long() + low


class _Moved(torch.autograd.Function):
    """Pictures (N, C, H, W) moved `down` and `right` by whole pixels (N,) int64; 0 comes in at the edges.

    The gradient is moved back, by the same code. That of indexing would be added up at its places in any order on a
    GPU, and two equal runs would differ.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, down: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(down, right)
        rows, row_inside = _sources(down, x.shape[2])
        columns, column_inside = _sources(right, x.shape[3])
        pixels = (rows[:, :, None] * x.shape[3] + columns[:, None, :]).flatten(1)  # (N, H W)
        moved = x.flatten(2).gather(2, pixels[:, None].expand(-1, x.shape[1], -1)).view(x.shape)
        return moved.masked_fill_(~(row_inside[:, :, None] & column_inside[:, None, :])[:, None], 0.0)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        down, right = ctx.saved_tensors
        return _Moved.apply(gradient, -down, -right), None, None  # type: ignore[no-untyped-call]


def _sources(by: torch.Tensor, side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return where each pixel along one side comes from, (N, side), and whether that is inside the picture."""
    place = torch.arange(side, device=by.device) - by[:, None]
    inside = place.clamp(0, side - 1)
    return inside, place == inside
