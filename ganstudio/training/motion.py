"""How the weights of a network move: their gradients and the size of their steps, from copies before and after a round.

Nothing is asked of the updates themselves: a recorded one has no gradients that could be read. What an update did is in
what the optimiser keeps, wherever the update was done.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

MAX_NUMBERS = 1 << 24  # weights of a network; of a larger one no copies are made
MIN_NORM = 1e-12  # of a gradient; one of rounding errors has no direction
MIN_SIZE = 1e-3  # root mean square of a matrix: the relative change of one that began as zero says nothing


@dataclass(frozen=True)
class Motion:
    """What a round has done to a network.

    Parameters
    ----------
    gradients
        Mean gradients of the weights in the round's updates.
    norm
        Their norm, 0-d; after clipping, if they are clipped.
    move
        Change of the weights by an update, relative to the weights: the median over all matrices, 0-d.
    """

    gradients: list[torch.Tensor]
    norm: torch.Tensor
    move: torch.Tensor


class MotionMeter:
    """Meter of what a round does to the weights of an optimiser; nothing waits for the device.

    Parameters
    ----------
    optimizer
        Adam, or plain gradient descent.
    """

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self._optimizer = optimizer
        self._before: _Copy | None = None

    def begin(self) -> None:
        """Keep what there is before a round."""
        weights = [weight for group in self._optimizer.param_groups for weight in group["params"]]
        is_small = sum(weight.numel() for weight in weights) <= MAX_NUMBERS
        self._before = _Copy.take(self._optimizer, weights) if is_small else None

    @torch.no_grad()
    def end(self, updates: int) -> Motion | None:
        """Return what so many updates have done since `begin`; None if it cannot be told."""
        before, self._before = self._before, None
        if before is None or not before.weights or not updates:
            return None
        after = _Copy.look(self._optimizer, before.of)
        changes = list(torch._foreach_sub(after.weights, before.weights))
        gradients = self._gradients(before, after, changes, updates)
        norm = torch.stack(torch._foreach_norm(gradients)).norm()
        return Motion(gradients, norm, _median_move(before.weights, changes) / updates)

    def _gradients(
        self, before: "_Copy", after: "_Copy", changes: list[torch.Tensor], updates: int
    ) -> list[torch.Tensor]:
        group = self._optimizer.param_groups[0]
        if before.means is None or after.means is None:  # plain gradient descent
            rate = float(group["lr"]) * updates
            return list(torch._foreach_div(changes, -rate if rate else 1.0))
        kept = group["betas"][0] ** updates  # of what Adam had before
        gradients = torch._foreach_sub(after.means, torch._foreach_mul(before.means, kept))
        return list(torch._foreach_div(gradients, 1 - kept))


@dataclass(frozen=True)
class _Copy:
    """Weights that an optimiser has moved, and Adam's means of their gradients."""

    of: list[torch.Tensor]
    weights: list[torch.Tensor]
    means: list[torch.Tensor] | None

    @classmethod
    def look(cls, optimizer: torch.optim.Optimizer, of: list[torch.Tensor]) -> "_Copy":
        """Return the tensors themselves."""
        means = [optimizer.state[weight]["exp_avg"] for weight in of] if _keeps_means(optimizer, of) else None
        return cls(of, [weight.detach() for weight in of], means)

    @classmethod
    @torch.no_grad()
    def take(cls, optimizer: torch.optim.Optimizer, weights: list[torch.Tensor]) -> "_Copy":
        """Return copies of what moves; a weight that was never updated, or is frozen, is left out."""
        if "betas" in optimizer.param_groups[0]:
            weights = [weight for weight in weights if "exp_avg" in optimizer.state.get(weight, {})]
        now = cls.look(optimizer, weights)
        return cls(weights, _clones(now.weights), None if now.means is None else _clones(now.means))


def _keeps_means(optimizer: torch.optim.Optimizer, weights: Sequence[torch.Tensor]) -> bool:
    return all("exp_avg" in optimizer.state.get(weight, {}) for weight in weights)


def _clones(tensors: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    return [tensor.detach().clone() for tensor in tensors]


def _median_move(weights: list[torch.Tensor], changes: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the median of the relative changes of the matrices, 0-d; nan if there are none."""
    matrices = [index for index, weight in enumerate(weights) if weight.ndim > 1]
    if not matrices:
        return torch.full((), torch.nan)
    sizes = torch.stack(torch._foreach_norm([weights[index] for index in matrices]))
    moves = torch.stack(torch._foreach_norm([changes[index] for index in matrices]))
    least = MIN_SIZE * torch.tensor([float(weights[index].numel()) for index in matrices], device=sizes.device).sqrt()
    return torch.where(sizes > least, moves / sizes, torch.nan).nanmedian()


@torch.no_grad()
def cosine(one: Motion, other: Motion) -> torch.Tensor:
    """Return the cosine of the angle between the gradients of two rounds, -1..1, 0-d; nan where one has none."""
    pairs = zip(one.gradients, other.gradients, strict=True)
    product = torch.stack([torch.dot(a.flatten(), b.flatten()) for a, b in pairs]).sum()
    size = one.norm * other.norm
    return torch.where(size > MIN_NORM**2, product / size, torch.nan).clamp(-1, 1)
