"""The processes that train together: here one, alone. `process_group` has the same interface for several."""

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

from ganstudio.system.cores import max_threads

T = TypeVar("T")


class World:
    """One process that trains alone.

    Parameters
    ----------
    threads
        How many it may use; 0: as many as there are cores for it.
    """

    rank = 0
    size = 1

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads

    @property
    def cores(self) -> int:
        """Threads that this process may use: a core each."""
        return self._threads or max_threads()

    def local_device(self, device: torch.device) -> torch.device:
        """Return `device`, or the one of its kind that this process is to use."""
        return device

    def wrap_module(self, module: nn.Module) -> nn.Module:
        """Return the module with batch norm that sees the rows of all processes."""
        return module

    def average_gradients(self, optimizer: torch.optim.Optimizer) -> None:
        """Replace the gradients of the optimiser's weights by their means over all processes."""

    def all_mean(self, values: torch.Tensor) -> torch.Tensor:
        """Return the mean of `values` over all processes."""
        return values

    def all_max(self, values: torch.Tensor) -> torch.Tensor:
        """Return the elementwise maximum of `values` over all processes; NaN where one of them has it."""
        return values

    def sync_clock(self, seconds: float, leave: bool) -> tuple[float, bool]:
        """Return the first process's seconds, which leave out what was not training, and whether any wants to leave."""
        return seconds, leave

    def from_rank_zero(self, make: Callable[[], T]) -> T:
        """Return, in all processes, what `make` returns in the first one; it is called there only."""
        return make()

    def barrier(self) -> None:
        """Wait for all processes, longer than in a step: some read their pictures faster than others."""
