"""Devices of this machine: names, native precision, memory in use."""

import os
import platform
from pathlib import Path

import torch

from ganstudio.errors import ConfigError
from ganstudio.training.device import trial


def devices() -> list[str]:
    """Return the names that `engine.device` takes on this machine, best first."""
    accelerators: list[str] = []
    kind = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if kind is not None:
        count = torch.accelerator.device_count()
        accelerators = [kind.type] if kind.type == "mps" else [f"{kind.type}:{index}" for index in range(count)]
    return [*accelerators, "cpu"]


def choose_device(name: str) -> torch.device:
    """Return the device of that name; "auto": the first accelerator that can train, else the CPU.

    Raises
    ------
    ConfigError
        It is not on this machine, or PyTorch cannot train on it.
    """
    present = devices()
    if name == "auto":
        return torch.device(next(other for other in present if not trial.trouble(other)))
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ConfigError(f"engine.device must be auto or one of {', '.join(present)}; got {name!r}.") from None
    if not any(name in (other, other.split(":")[0]) for other in present):
        raise ConfigError(
            f"There is no device {name} on this machine. Choose auto or one of: {', '.join(present)}.",
            at_prompt=f"For example: --device {present[0]}",
        )
    if ":" not in name and device.type in ("cuda", "xpu"):
        device = torch.device(device.type, 0)
    if problem := trial.trouble(str(device)):
        raise ConfigError(f"{problem} Choose the device cpu.", at_prompt="That is: --device cpu")
    return device


def why_not_taken(name: str) -> str:
    """Return why "auto" passes over accelerators of this machine, as sentences; "" if it does not, or for a name."""
    if name != "auto":
        return ""
    problems = []
    for other in devices():
        if not (problem := trial.trouble(other)):
            break
        problems.append(problem)
    return " ".join(problems)


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


def describe_processor() -> str:
    """Return the processor's name and whether it computes bfloat16: what runs here may not fit another one."""
    cpu = torch.device("cpu")
    return f"{device_name(cpu)}, {'bfloat16' if native_bfloat16(cpu) else 'no bfloat16'}"


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
