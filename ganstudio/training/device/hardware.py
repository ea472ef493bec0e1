"""Devices of this machine: names, native precision, memory in use."""

import os
import platform
from pathlib import Path

import torch

from ganstudio.errors import ConfigError


def devices() -> list[str]:
    """Return the names that `engine.device` takes on this machine, best first."""
    accelerators: list[str] = []
    kind = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if kind is not None:
        count = torch.accelerator.device_count()
        accelerators = [kind.type] if kind.type == "mps" else [f"{kind.type}:{index}" for index in range(count)]
    return [*accelerators, "cpu"]


def choose_device(name: str) -> torch.device:
    """Return the device of that name; "auto": the first accelerator, else the CPU.

    Raises
    ------
    ConfigError
        It is not on this machine.
    """
    present = devices()
    if name == "auto":
        return torch.device(present[0])
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ConfigError(f"engine.device must be auto or one of {', '.join(present)}; got {name!r}.") from None
    if not any(name in (other, other.split(":")[0]) for other in present):
        raise ConfigError(f"There is no device {name} on this machine. Devices: {', '.join(present)}.")
    if ":" not in name and device.type in ("cuda", "xpu"):
        device = torch.device(device.type, 0)
    return device


def device_name(device: torch.device) -> str:
    """Return the name of the hardware, to show: "NVIDIA H200", "AMD EPYC"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def native_bfloat16(device: torch.device) -> bool:
    """Return whether the device multiplies bfloat16 in hardware, so that it is worth using."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        capabilities = torch.cpu.get_capabilities()
        return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    return False


def memory_in_use(device: torch.device) -> int:
    """Return the bytes allocated on an accelerator, or resident in this process."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # not Linux: the peak is what the standard library can tell
        return _peak_memory()


def _peak_memory() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024
