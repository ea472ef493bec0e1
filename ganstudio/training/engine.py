"""How a step executes: device, precision, memory format, fused optimisers."""

import contextlib
import copy
import dataclasses
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ganstudio import config as cfg
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


def hardware(device: torch.device) -> str:
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


def resolve(config: cfg.RunConfig) -> cfg.RunConfig:
    """`config` with "auto" replaced by what this machine will do, so that the run can say it and repeat it."""
    device = choose_device(config.engine.device)
    precision = config.engine.precision
    if precision == "auto":
        precision = "bfloat16" if native_bfloat16(device) else "float32"
    threads = config.engine.threads or torch.get_num_threads()
    part = dataclasses.replace(config.engine, device=str(device), precision=precision, threads=threads)
    return dataclasses.replace(config, engine=part)


class Engine:
    """Places modules and runs their passes as a resolved configuration says."""

    def __init__(self, config: cfg.EngineConfig) -> None:
        self.device = torch.device(config.device)
        self.precision = config.precision
        if self.device.type == "cpu":
            torch.set_num_threads(config.threads)  # of the calling thread, and of those it starts

    def place(self, module: nn.Module) -> nn.Module:
        """`module` on the device; convolutions in channels_last, which their fast kernels want."""
        return module.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]

    def passes(self) -> contextlib.AbstractContextManager[Any]:
        """Context of forward passes: bfloat16 where it is chosen."""
        if self.precision == "bfloat16":
            return torch.autocast(self.device.type, torch.bfloat16)
        return contextlib.nullcontext()

    def adam(self, parameters: Iterable[nn.Parameter], lr: float, betas: tuple[float, float]) -> torch.optim.Adam:
        """One kernel for all parameters, where the device has it."""
        fused = self.device.type in ("cpu", "cuda", "xpu", "mps")
        return torch.optim.Adam(parameters, lr=lr, betas=betas, fused=fused)


class Average:
    """G_ema: each weight an exponential average of G's over real pictures seen."""

    RAMP = 0.05  # half-life is at most this share of the pictures seen, so that early pictures are not of noise

    def __init__(self, G: nn.Module) -> None:
        self.module = frozen_copy(G)
        self._ema: list[torch.Tensor] = list(self.module.parameters())
        self._now: list[torch.Tensor] = list(G.parameters())
        self._buffers = list(zip(self.module.buffers(), G.buffers(), strict=True))

    @torch.no_grad()
    def update(self, batch_size: int, images: int, half_life: int) -> None:
        """After an update of G, with `images` real pictures seen so far (StyleGAN2's ramp-up)."""
        life = min(half_life, max(images * self.RAMP, 1e-8))
        decay = 0.5 ** (batch_size / life)
        torch._foreach_lerp_(self._ema, self._now, 1 - decay)
        for mine, theirs in self._buffers:  # batch norm's running mean and variance are averages already
            mine.copy_(theirs)


def frozen_copy(G: nn.Module) -> nn.Module:
    """Copy of `G` for making pictures: batch norm uses its running averages, nothing can be trained."""
    return copy.deepcopy(G).eval().requires_grad_(False)
