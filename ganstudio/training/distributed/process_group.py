"""The processes that `torchrun` starts, on one machine or several, as the world that a trainer trains in."""

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from types import TracebackType
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import nn

from ganstudio.errors import ConfigError, StudioError
from ganstudio.system.cores import usable_cores
from ganstudio.training.distributed import job
from ganstudio.training.distributed.collectives import all_reduce, barrier, broadcast, watch_local_processes
from ganstudio.training.distributed.rendezvous import join
from ganstudio.training.distributed.sync_batch_norm import SyncBatchNorm
from ganstudio.training.distributed.world import World

T = TypeVar("T")

STEP_TIMEOUT = timedelta(seconds=60)  # for another process in a step
START_TIMEOUT = timedelta(minutes=15)  # for another process to start, or to read its pictures


class RankZeroFailed(StudioError):
    """The first process met an error and reports it itself."""


class ProcessGroup(World):
    """Processes that each train on their rows of every batch and average their gradients.

    Gradients are averaged by one all-reduce of them all, once they are complete. DistributedDataParallel does it piece
    by piece during the backward pass, which hides some of the time, but it hooks into exactly one forward and one
    backward pass of one module: a discriminator that judges twice before one backward, penalties that differentiate
    gradients, and `autograd.grad` do not fit. The result is the same: every loss is a mean over a batch and all
    processes have as many rows, so the mean of their gradients is that of the whole batch.

    Use it in a `with` statement, once in a process. NCCL carries tensors on GPUs, Gloo those on the CPU.

    Raises
    ------
    ConfigError
        The variables that describe the job make no sense, or the processes do not meet.
    """

    def __init__(self) -> None:
        backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() and dist.is_nccl_available() else "gloo"
        described = job.read()
        try:
            store, rank, size = join(START_TIMEOUT)
        except (TimeoutError, dist.DistError) as error:
            raise job.cannot_listen(described, error) from error
        dist.init_process_group(backend, timeout=STEP_TIMEOUT, store=store, rank=rank, world_size=size)
        self._patient_group = dist.new_group(backend="gloo", timeout=START_TIMEOUT)
        watch_local_processes(self._patient_group)
        self.rank = dist.get_rank()
        self.size = dist.get_world_size()
        self._local_rank = int(os.environ.get("LOCAL_RANK", self.rank))
        self._local_size = int(os.environ.get("LOCAL_WORLD_SIZE", self.size))  # processes on this machine

    def __enter__(self) -> "ProcessGroup":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:  # else others may hang in the middle of something, and NCCL would wait for them
            dist.destroy_process_group()

    # ---- what each process computes with ------------------------------------------------------------------------

    @property
    def cores(self) -> int:
        """Cores of the machine for each of its processes, at least 1."""
        return max(1, usable_cores() // self._local_size)

    def local_device(self, device: torch.device) -> torch.device:
        """Return the CPU, or a GPU for each process of this machine.

        Raises
        ------
        ConfigError
            There are fewer GPUs than processes, or the device is neither.
        """
        if device.type == "cpu" or self.size == 1:
            return device
        if device.type != "cuda":
            raise ConfigError(f"Several processes train on the CPU or on CUDA GPUs, not on {device.type}.")
        check_gpus(self._local_size)
        gpu = torch.device("cuda", self._local_rank)
        torch.cuda.set_device(gpu)
        return gpu

    def wrap_module(self, module: nn.Module) -> nn.Module:
        """Return the module with batch norm over the rows of all processes."""
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            return SyncBatchNorm(module)
        for name, part in module.named_children():
            setattr(module, name, self.wrap_module(part))
        return module

    # ---- what they exchange -------------------------------------------------------------------------------------

    def average_gradients(self, optimizer: torch.optim.Optimizer) -> None:
        """Replace the gradients of the optimiser's weights by their means over all processes."""
        gradients = list(_gradients(optimizer))
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        all_reduce(flat)
        flat /= self.size
        parts = torch.split(flat, [gradient.numel() for gradient in gradients])
        means = [part.view(gradient.shape) for part, gradient in zip(parts, gradients, strict=True)]
        torch._foreach_copy_(gradients, means)

    def all_mean(self, values: torch.Tensor) -> torch.Tensor:
        """Return the mean of `values` over all processes."""
        total = values.clone()
        all_reduce(total)
        return total / self.size

    def all_max(self, values: torch.Tensor) -> torch.Tensor:
        """Return the elementwise maximum of `values` over all processes; NaN where one of them has it."""
        is_nan = values.isnan()
        both = torch.stack((values.masked_fill(is_nan, -torch.inf), is_nan.to(values.dtype)))
        all_reduce(both, dist.ReduceOp.MAX)
        return both[0].masked_fill(both[1] > 0, torch.nan)

    def sync_clock(self, seconds: float, leave: bool) -> tuple[float, bool]:
        """Return the first process's seconds, which leave out what was not training, and whether any wants to leave."""
        both = torch.tensor((seconds if self.rank == 0 else 0.0, float(leave)), dtype=torch.float64)
        all_reduce(both, dist.ReduceOp.MAX)
        return float(both[0]), bool(both[1])

    def from_rank_zero(self, make: Callable[[], T]) -> T:
        """Return, in all processes, what `make` returns in the first one; it is called there only.

        Raises
        ------
        StudioError
            In the first process, what `make` raises.
        RankZeroFailed
            In the others, if `make` raised.
        """
        message: list[Any] = [None, False]  # the result, and whether there is one
        problem: Exception | None = None
        if self.rank == 0:
            try:
                message = [make(), True]
            except StudioError as error:
                problem = error
        broadcast(message)
        if problem is not None:
            raise problem
        if not message[1]:
            raise RankZeroFailed("The first process reports why.")
        result: T = message[0]
        return result

    def barrier(self) -> None:
        """Wait for all processes, longer than in a step: some read their pictures faster than others."""
        barrier(self._patient_group)


def check_gpus(processes: int) -> None:
    """Check that there is a GPU for each process.

    Raises
    ------
    ConfigError
        There are fewer; says how many.
    """
    count = torch.cuda.device_count()
    if processes > count:
        have = f"{count} GPU{'s' if count > 1 else ''}"
        raise ConfigError(
            f"{processes} processes need a GPU each, and this machine has {have}.",
            at_prompt=f"Use {count}, or --device cpu.",
        )


def _gradients(optimizer: torch.optim.Optimizer) -> Iterable[torch.Tensor]:
    for group in optimizer.param_groups:
        for weight in group["params"]:
            if weight.grad is not None:
                yield weight.grad
