"""The processes that train together: here one, alone. `distributed` has the same for many."""

import torch
from torch import nn


class World:
    """One process, which need agree with nobody."""

    rank = 0
    size = 1

    def prepare(self, module: nn.Module) -> nn.Module:
        """The module as it must be for its batches to be shared: batch norm then sees all of a batch."""
        return module

    def average_gradients(self, optimizer: torch.optim.Optimizer) -> None:
        """Gradients of the optimiser's weights become their means over all processes."""

    def mean(self, values: torch.Tensor) -> torch.Tensor:
        """Mean of `values` over all processes."""
        return values

    def highest(self, values: torch.Tensor) -> torch.Tensor:
        """Highest of each of `values` over all processes; NaN where one has it."""
        return values

    def agree(self, *wishes: bool) -> tuple[bool, ...]:
        """What the first process wishes; the same in all of them."""
        return wishes
