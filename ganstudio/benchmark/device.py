"""What a device can do at best, and how it is waited for."""

import time
from collections.abc import Sequence
from pathlib import Path

import torch

from ganstudio.process import usable_cores
from ganstudio.training.device import hardware

CPU_SIZES = (512, 1024, 2048)  # sides of the square matrices that are multiplied
ACCELERATOR_SIZES = (2048, 4096, 8192)
LEAST = 3  # products timed of each size


def wait(device: torch.device) -> None:
    """Until the device has done all that it was given."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


def peak_flops(device: torch.device, precision: str, seconds: float, sizes: Sequence[int] = ()) -> float:
    """Floating point operations per second of the fastest of some square matrix products in that precision.

    seconds : that each size is tried for, at least. sizes : sides of the matrices; () takes the device's.
    """
    sizes = sizes or (CPU_SIZES if device.type == "cpu" else ACCELERATOR_SIZES)
    return max(2 * size**3 / _product_seconds(device, precision, seconds, size) for size in sizes)


def _product_seconds(device: torch.device, precision: str, seconds: float, size: int) -> float:
    """Seconds of the fastest product of two matrices of that size, after one that is not counted."""
    dtype = getattr(torch, precision)
    a, b = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))
    product = a @ b
    best, begun, times = float("inf"), time.perf_counter(), 0
    while times < LEAST or time.perf_counter() - begun < seconds:
        wait(device)
        at = time.perf_counter()
        torch.mm(a, b, out=product)
        wait(device)
        best = min(best, time.perf_counter() - at)
        times += 1
    return best


def peak_memory(device: torch.device) -> int:
    """Most bytes that were allocated at once on an accelerator, or resident in this process."""
    if device.type in ("cuda", "xpu"):
        return torch.accelerator.max_memory_allocated(device)
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):  # not Linux
        return hardware.memory_in_use(device)


def name(device: torch.device) -> str:
    """The hardware, for people; a processor with the number of cores that this program may use."""
    if device.type != "cpu":
        return hardware.device_name(device)
    cores = usable_cores()
    return f"{hardware.device_name(device)}, {cores} core{'' if cores == 1 else 's'}"
