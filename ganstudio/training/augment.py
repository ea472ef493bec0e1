"""Augmentation of all that D sees, real and fake alike: differentiable changes of pictures, and fading noise.

S. Zhao, Z. Liu, J. Lin, J.-Y. Zhu, S. Han, "Differentiable augmentation for data-efficient GAN training", NeurIPS 2020
(arXiv 2006.10738), section 3, with its strengths. Everything has derivatives of any order, so that gradients
reach G and penalties can be taken at the plain pictures. Nothing waits for the device.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from ganstudio.config import StabiliseConfig

Uniform = Callable[[tuple[int, ...]], torch.Tensor]  # shape, one row a picture -> draws from U[0, 1) of that shape

MAX_SHIFT_FRACTION = 1 / 8  # of the picture's side: translation
HOLE_FRACTION = 1 / 2  # of the picture's side: side of the cutout


@dataclass(frozen=True)
class Policy:
    """Kinds of changes that are made."""

    colour: bool = False
    translation: bool = False
    cutout: bool = False


def augment(x: torch.Tensor, policy: Policy, uniform: Uniform) -> torch.Tensor:
    """Return the pictures, each changed at random by itself.

    Parameters
    ----------
    x
        Pictures (N, C, H, W), -1..1.
    policy
        Kinds of changes; with none the pictures are returned as they are and nothing is drawn.
    uniform
        Source of randomness; called in a fixed order with shapes that begin with N.

    Returns
    -------
    torch.Tensor
        (N, C, H, W); colours may leave -1..1 by a little, what is moved in or cut out is 0, mid-grey.
    """
    if policy.colour:
        x = _colour(x, uniform)
    if policy.translation:
        x = _translation(x, uniform)
    if policy.cutout:
        x = _cutout(x, uniform)
    return x


def noise_scale(settings: StabiliseConfig, images: int) -> float:
    """Return the standard deviation of the instance noise after `images` real pictures: it falls linearly to 0."""
    return settings.noise * max(0.0, 1.0 - images / settings.noise_images)


def _colour(x: torch.Tensor, uniform: Uniform) -> torch.Tensor:
    """Shift brightness by -0.5..0.5, scale saturation by 0..2 and contrast by 0.5..1.5."""
    brightness, saturation, contrast = uniform((len(x), 3, 1, 1, 1)).unbind(1)  # each (N, 1, 1, 1)
    x = x + (brightness - 0.5)
    if x.shape[1] > 1:  # grey pictures have no saturation
        x = _scale_from_mean(x, (1,), 2.0 * saturation)
    return _scale_from_mean(x, (1, 2, 3), contrast + 0.5)


def _scale_from_mean(x: torch.Tensor, dims: tuple[int, ...], times: torch.Tensor) -> torch.Tensor:
    """Multiply the distances from each picture's mean over `dims`."""
    mean = x.mean(dims, keepdim=True)
    return mean + times * (x - mean)


def _translation(x: torch.Tensor, uniform: Uniform) -> torch.Tensor:
    """Move by whole pixels, up to `MAX_SHIFT_FRACTION` of the side in each direction."""
    draws = uniform((len(x), 2)).unbind(1)
    limits = ((u, _pixels(side, MAX_SHIFT_FRACTION)) for u, side in _by_side(draws, x))
    down, right = (_integers(u, -limit, limit) for u, limit in limits)
    moved: torch.Tensor = _Moved.apply(x, down, right)  # type: ignore[no-untyped-call]
    return moved


def _cutout(x: torch.Tensor, uniform: Uniform) -> torch.Tensor:
    """Set a square to 0 whose side is `HOLE_FRACTION` of the picture's; its centre is anywhere in the picture."""
    draws = uniform((len(x), 2)).unbind(1)
    rows, columns = (_hole(u, side) for u, side in _by_side(draws, x))  # (N, H) and (N, W)
    return x.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], 0.0)


def _hole(u: torch.Tensor, side: int) -> torch.Tensor:
    """Return where along one side the hole is, (N, side)."""
    length = _pixels(side, HOLE_FRACTION)
    # As many places on either side of the picture's centre.
    start = _integers(u, 0, side - length % 2) - length // 2
    place = torch.arange(side, device=u.device) - start[:, None]
    return (place >= 0) & (place < length)


def _by_side(draws: Iterable[torch.Tensor], x: torch.Tensor) -> Iterator[tuple[torch.Tensor, int]]:
    """Return draws (N,) for the height, then those for the width, each with its length in pixels."""
    return zip(draws, x.shape[2:], strict=True)


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
