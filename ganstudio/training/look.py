"""A look at the networks between two rounds: their weights as flat copies, for whoever shows them while they train."""

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True, eq=False)
class Look:
    """The networks at a moment, copied to the CPU.

    Parameters
    ----------
    step
        Rounds done.
    G, D
        Weights and buffers of the generator that is shown and of D, as `flatten` returns them.
    centre
        Logit at which D is undecided; None if it is not known, or D only judges packs.
    """

    step: int
    G: torch.Tensor
    D: torch.Tensor
    centre: float | None

    def is_like(self, other: "Look | None") -> bool:
        """Return whether the networks are the same."""
        return other is not None and torch.equal(self.G, other.G) and torch.equal(self.D, other.D)


@torch.no_grad()
def flatten(module: nn.Module) -> torch.Tensor:
    """Return all weights and buffers of a module as one tensor (N,), float32, on the CPU: some microseconds' work."""
    return torch.cat([tensor.reshape(-1) for tensor in tensors_of(module)]).float().cpu()


@torch.no_grad()
def spread(flat: torch.Tensor, tensors: list[torch.Tensor]) -> None:
    """Give `tensors_of` a module of the same shape the numbers that `flatten` returned."""
    parts = torch.split(flat, [tensor.numel() for tensor in tensors])
    torch._foreach_copy_(tensors, [part.view_as(tensor) for part, tensor in zip(parts, tensors, strict=True)])


def tensors_of(module: nn.Module) -> list[torch.Tensor]:
    """Return the weights and buffers of a module; to search it for them takes longer than to fill them."""
    return [*module.parameters(), *module.buffers()]
