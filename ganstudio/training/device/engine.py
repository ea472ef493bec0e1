"""How a step executes: precision, memory format, fused optimisers, updates recorded once and replayed."""

import contextlib
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import torch
from torch import nn

from ganstudio.config import EngineConfig
from ganstudio.training.device.cuda_graphs import CudaRecorder, Replay

FUSED = ("cpu", "cuda", "xpu", "mps")  # devices that have Adam as one kernel


class Engine:
    """Places modules and runs their passes as a resolved configuration says.

    Parameters
    ----------
    config
        Nothing in it is "auto" any more; see `choice.resolve`.
    rngs
        Generators on the device that a recorded update draws from.
    replay
        How updates are repeated; None: recorded as CUDA graphs where the device has them and the run wants them.
    """

    def __init__(
        self, config: EngineConfig, rngs: Iterable[torch.Generator] = (), replay: Replay | None = None
    ) -> None:
        self.device = torch.device(config.device)
        self.precision = config.precision
        self._scalers: dict[torch.optim.Optimizer, torch.amp.GradScaler] = {}
        records = config.graphs and self.device.type == "cuda" and self.precision != "float16"
        self.replay = replay or Replay(CudaRecorder(self.device, rngs) if records else None)

    def place(self, module: nn.Module) -> nn.Module:
        """`module` on the device; convolutions in channels_last, which their fast kernels want."""
        return module.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """Context of forward passes: the low precision where one is chosen."""
        if self.precision == "float32":
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, getattr(torch, self.precision))

    def make_adam(self, parameters: Iterable[nn.Parameter], lr: float, betas: tuple[float, float]) -> torch.optim.Adam:
        """One kernel for all parameters, where the device has it; on CUDA the rate is a tensor, so that a recorded
        update takes a new one."""
        fused, capturable = self.device.type in FUSED, self.device.type == "cuda"
        rate = torch.tensor(lr, device=self.device) if capturable else lr
        optimizer = torch.optim.Adam(parameters, lr=rate, betas=betas, fused=fused, capturable=capturable)
        if self.precision == "float16":
            self._scalers[optimizer] = torch.amp.GradScaler(self.device.type)
        return optimizer

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        """Do `work`; where updates are recorded, the record of that key is replayed once there is one."""
        self.replay.run(key, work)

    def backward(self, loss: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
        """Gradients of `loss` for the weights that `optimizer` will update."""
        scaler = self._scalers.get(optimizer)
        (scaler.scale(loss) if scaler else loss).backward()  # type: ignore[no-untyped-call]

    def step(self, optimizer: torch.optim.Optimizer, longest: float = 0.0) -> None:
        """The optimiser's step; a gradient longer than `longest` (0: any) is shortened to it first."""
        scaler = self._scalers.get(optimizer)
        if longest:
            if scaler:
                scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_((each for group in optimizer.param_groups for each in group["params"]), longest)
        if scaler:
            scaler.step(optimizer)
            scaler.update()
        else:
            optimizer.step()

    def set_learning_rate(self, optimizer: torch.optim.Optimizer, lr: float, betas: tuple[float, float]) -> None:
        """Learning rate and betas of the next update."""
        for group in optimizer.param_groups:
            if isinstance(group["lr"], torch.Tensor):
                group["lr"].fill_(lr)
            else:
                group["lr"] = lr
            group["betas"] = betas

    def loss_scales(self) -> list[float]:
        """By what float16 losses are multiplied, for a checkpoint; empty in any other precision."""
        return [scaler.get_scale() for scaler in self._scalers.values()]

    def load_loss_scales(self, scales: Iterable[float]) -> None:
        """Goes on from what `scales()` gave."""
        for scaler, scale in zip(self._scalers.values(), scales, strict=False):
            scaler.load_state_dict(scaler.state_dict() | {"scale": scale})
