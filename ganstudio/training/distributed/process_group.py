"""The processes that `torchrun` starts, on one machine or many, as the world that a trainer trains in."""

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from types import TracebackType
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import nn

from ganstudio.errors import ConfigError, StudioError
from ganstudio.process import usable_cores
from ganstudio.training.distributed.rendezvous import join
from ganstudio.training.distributed.sync_batch_norm import SyncBatchNorm
from ganstudio.training.distributed.world import World

T = TypeVar("T")

LONGEST = timedelta(seconds=60)  # that one process waits for another in a step before it gives up
READING = timedelta(minutes=15)  # ... for another to have started, or to have read its pictures


class RankZeroFailed(StudioError):
    """The first process met an error, and says so itself."""


def is_started_by_torchrun() -> bool:
    """Whether `torchrun` (or what does as it does) started this process, with others or alone."""
    return {"RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"} <= os.environ.keys()


class ProcessGroup(World):
    """Processes that each train on their rows of every batch and average their gradients.

    Gradients are averaged by one all-reduce of them all, once they are complete. DistributedDataParallel does it piece
    by piece during the backward pass, which hides some of the time, but it hooks into exactly one forward and one
    backward pass of one module: a discriminator that judges twice before one backward, penalties that differentiate
    gradients, and `autograd.grad` do not fit. What comes out is the same: every loss is a mean over a batch, all
    processes have as many rows, so the mean of their gradients is that of the whole batch.

    To be used in a `with` statement, once in a process. NCCL carries what lies on GPUs, Gloo what lies on the CPU.
    """

    def __init__(self) -> None:
        backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() and dist.is_nccl_available() else "gloo"
        store, rank, size = join(READING)
        dist.init_process_group(backend, timeout=LONGEST, store=store, rank=rank, world_size=size)
        self._patient = dist.new_group(backend="gloo", timeout=READING)
        self.rank, self.size = dist.get_rank(), dist.get_world_size()
        self._place = int(os.environ.get("LOCAL_RANK", self.rank))  # among the processes of this machine
        self._here = int(os.environ.get("LOCAL_WORLD_SIZE", self.size))

    def __enter__(self) -> "ProcessGroup":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:  # else others may hang in the middle of something, and NCCL would wait for them
            dist.destroy_process_group()

    # ---- what each computes with --------------------------------------------------------------------------------

    @property
    def cores(self) -> int:
        """This process's share of the machine's cores, at least 1."""
        return max(1, usable_cores() // self._here)

    def local_device(self, device: torch.device) -> torch.device:
        """The CPU, or a GPU for each process of this machine. Raises ConfigError where there are fewer."""
        if device.type == "cpu" or self.size == 1:
            return device
        if device.type != "cuda":
            raise ConfigError(f"Several processes train on the CPU or on CUDA GPUs, not on {device.type}.")
        check_gpus(self._here)
        mine = torch.device("cuda", self._place)
        torch.cuda.set_device(mine)
        return mine

    def wrap_module(self, module: nn.Module) -> nn.Module:
        """The module, with batch norm over all processes' rows."""
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            return SyncBatchNorm(module)
        for name, part in module.named_children():
            setattr(module, name, self.wrap_module(part))
        return module

    # ---- what they tell each other ------------------------------------------------------------------------------

    def average_gradients(self, optimizer: torch.optim.Optimizer) -> None:
        """Gradients of the optimiser's weights become their means over all processes."""
        gradients = list(_gradients(optimizer))
        whole = torch.cat([each.reshape(-1) for each in gradients])
        dist.all_reduce(whole)
        whole /= self.size
        parts = torch.split(whole, [each.numel() for each in gradients])
        torch._foreach_copy_(gradients, [part.view(each.shape) for part, each in zip(parts, gradients, strict=True)])

    def all_mean(self, values: torch.Tensor) -> torch.Tensor:
        """Mean of `values` over all processes."""
        total = values.clone()
        dist.all_reduce(total)
        return total / self.size

    def all_max(self, values: torch.Tensor) -> torch.Tensor:
        """Highest of each of `values` over all processes; NaN where one has it."""
        unknown = values.isnan()
        both = torch.stack((values.masked_fill(unknown, -torch.inf), unknown.to(values.dtype)))
        dist.all_reduce(both, dist.ReduceOp.MAX)
        return both[0].masked_fill(both[1] > 0, torch.nan)

    def sync_clock(self, seconds: float, leave: bool) -> tuple[float, bool]:
        """One time for all, that of the first process, which knows what was not training; and whether any wishes to
        leave."""
        both = torch.tensor((seconds if self.rank == 0 else 0.0, float(leave)), dtype=torch.float64)
        dist.all_reduce(both, dist.ReduceOp.MAX)
        return float(both[0]), bool(both[1])

    def from_rank_zero(self, make: Callable[[], T]) -> T:
        """What `make` gives in the first process, in all of them; it is called there alone.

        Raises what `make` raises in the first process, RankZeroFailed in the others.
        """
        found: list[Any] = [None, False]
        problem: Exception | None = None
        if self.rank == 0:
            try:
                found = [make(), True]
            except StudioError as error:
                problem = error
        dist.broadcast_object_list(found, src=0, device=torch.device("cpu"))
        if problem is not None:
            raise problem
        if not found[1]:
            raise RankZeroFailed("The first process reports why.")
        made: T = found[0]
        return made

    def barrier(self) -> None:
        """Wait until all have come here, longer than for a step: some read their pictures faster than others."""
        dist.barrier(group=self._patient)


def check_gpus(processes: int) -> None:
    """Raises ConfigError if there is not a GPU for each of so many processes."""
    there = torch.cuda.device_count()
    if processes > there:
        have = f"{there} GPU{'s' if there > 1 else ''}"
        raise ConfigError(
            f"{processes} processes need a GPU each, and this machine has {have}.",
            at_prompt=f"Use {there}, or --device cpu.",
        )


def _gradients(optimizer: torch.optim.Optimizer) -> Iterable[torch.Tensor]:
    for group in optimizer.param_groups:
        for each in group["params"]:
            if each.grad is not None:
                yield each.grad
