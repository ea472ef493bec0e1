"""Devices of this machine: their names, what they compute natively, memory in use."""

import os
import platform
from pathlib import Path

import torch

from ganstudio.errors import ConfigError


def devices() -> list[str]:
    """Names that `engine.device` takes on this machine, best first."""
    found: list[str] = []
    kind = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if kind is not None:
        count = torch.accelerator.device_count()
        found = [kind.type] if kind.type == "mps" else [f"{kind.type}:{index}" for index in range(count)]
    return [*found, "cpu"]


def choose_device(wanted: str) -> torch.device:
    """Device for `wanted` ("auto": the first accelerator, else the CPU); ConfigError if it is not here."""
    here = devices()
    if wanted == "auto":
        return torch.device(here[0])
    try:
        device = torch.device(wanted)
    except RuntimeError:
        raise ConfigError(f"engine.device must be auto or one of {', '.join(here)}; got {wanted!r}.") from None
    if not any(name == wanted or name.split(":")[0] == wanted for name in here):
        raise ConfigError(f"There is no device {wanted} on this machine. Devices: {', '.join(here)}.")
    if ":" not in wanted and device.type in ("cuda", "xpu"):
        device = torch.device(device.type, 0)
    return device


def device_name(device: torch.device) -> str:
    """Name of the hardware, for people: "NVIDIA H200", "AMD EPYC"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def native_bfloat16(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 in hardware, so that it is worth using."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        has = torch.cpu.get_capabilities()
        return bool(has.get("avx512_bf16") or has.get("amx_bf16") or has.get("bf16"))
    return False


def memory_in_use(device: torch.device) -> int:
    """Bytes allocated on an accelerator, or resident in this process."""
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
