"""Peak speed and memory of a device, and waiting for it."""

import time
from collections.abc import Sequence
from pathlib import Path

import torch

from ganstudio.process import usable_cores
from ganstudio.training.device import hardware
from ganstudio.training.device.engine import LOW_PRECISIONS

CPU_SIZES = (512, 1024, 2048)  # sides of the square matrices that are multiplied
ACCELERATOR_SIZES = (2048, 4096, 8192)
MIN_PRODUCTS = 3  # timed of each size


def synchronize(device: torch.device) -> None:
    """Wait until the device has done all its work."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


def peak_flops(device: torch.device, precision: str, seconds: float, sizes: Sequence[int] = ()) -> float:
    """Return the floating point operations per second of the fastest of some square matrix products.

    Parameters
    ----------
    device
        Where to compute.
    precision
        "float32", "bfloat16" or "float16".
    seconds
        Time for each size, at least.
    sizes
        Sides of the matrices; (): usual ones for the device.
    """
    sizes = sizes or (CPU_SIZES if device.type == "cpu" else ACCELERATOR_SIZES)
    return max(2 * size**3 / _product_seconds(device, precision, seconds, size) for size in sizes)


def _product_seconds(device: torch.device, precision: str, seconds: float, size: int) -> float:
    """Return the seconds of the fastest product of two matrices of that size, after one that does not count."""
    dtype = LOW_PRECISIONS.get(precision, torch.float32)
    a, b = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))
    product = a @ b
    best, begin, count = float("inf"), time.perf_counter(), 0
    while count < MIN_PRODUCTS or time.perf_counter() - begin < seconds:
        synchronize(device)
        start = time.perf_counter()
        torch.mm(a, b, out=product)
        synchronize(device)
        best = min(best, time.perf_counter() - start)
        count += 1
    return best


def peak_memory(device: torch.device) -> int:
    """Return the most bytes allocated at once on an accelerator, or resident in this process."""
    if device.type in ("cuda", "xpu"):
        return torch.accelerator.max_memory_allocated(device)
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):  # not Linux
        return hardware.memory_in_use(device)


def describe(device: torch.device) -> str:
    """Return the name of the hardware, to show; for a CPU with the number of cores that this program may use."""
    if device.type != "cpu":
        return hardware.device_name(device)
    cores = usable_cores()
    return f"{hardware.device_name(device)}, {cores} core{'' if cores == 1 else 's'}"
