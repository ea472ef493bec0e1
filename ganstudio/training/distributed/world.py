"""The processes that train together: here one, alone. `distributed` has the same for many."""

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

T = TypeVar("T")


class World:
    """One process, which need agree with nobody."""

    rank = 0
    size = 1

    @property
    def cores(self) -> int:
        """Threads that this process may use."""
        return torch.get_num_threads()

    def local_device(self, device: torch.device) -> torch.device:
        """`device`, or the one of its kind that this process is to use."""
        return device

    def wrap_module(self, module: nn.Module) -> nn.Module:
        """The module as it must be for its batches to be shared: batch norm then sees all of a batch."""
        return module

    def average_gradients(self, optimizer: torch.optim.Optimizer) -> None:
        """Gradients of the optimiser's weights become their means over all processes."""

    def all_mean(self, values: torch.Tensor) -> torch.Tensor:
        """Mean of `values` over all processes."""
        return values

    def all_max(self, values: torch.Tensor) -> torch.Tensor:
        """Highest of each of `values` over all processes; NaN where one has it."""
        return values

    def sync_clock(self, seconds: float, leave: bool) -> tuple[float, bool]:
        """One time for all, that of the first process, which knows what was not training; and whether any wishes to
        leave."""
        return seconds, leave

    def from_rank_zero(self, make: Callable[[], T]) -> T:
        """What `make` gives in the first process, in all of them; it is called there alone."""
        return make()

    def barrier(self) -> None:
        """Wait until all have come here, longer than for a step: some read their pictures faster than others."""
