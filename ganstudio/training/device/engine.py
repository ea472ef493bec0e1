"""Execution of updates: precision, memory format, fused optimisers, recorded updates."""

import contextlib
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import torch
from torch import nn

from ganstudio import networks
from ganstudio.adam import Adam
from ganstudio.config import EngineConfig, OptimizerConfig
from ganstudio.training.device.cuda_graphs import CudaRecorder, Replay
from ganstudio.training.device.sgd import SGD

DEVICES_WITH_FUSED_OPTIMIZERS = ("cpu", "cuda", "xpu", "mps")
LOW_PRECISIONS = {"bfloat16": torch.bfloat16, "float16": torch.float16}


class Engine:
    """Places modules on the device and runs their passes with the configured precision.

    Parameters
    ----------
    config
        Resolved settings: nothing in it is "auto", see `autotune.resolve`.
    rngs
        Generators on the device that a recorded update draws from.
    replay
        How updates are repeated; None: recorded as CUDA graphs if the device has them and the run wants them.
    """

    def __init__(
        self, config: EngineConfig, rngs: Iterable[torch.Generator] = (), replay: Replay | None = None
    ) -> None:
        self.device = torch.device(config.device)
        self.precision = config.precision
        self._winograd = config.convolution == "winograd"
        self._scalers: dict[torch.optim.Optimizer, torch.amp.GradScaler] = {}
        records = config.graphs and self.device.type == "cuda" and self.precision != "float16"
        self.replay = replay or Replay(CudaRecorder(self.device, rngs) if records else None)

    def place(self, module: nn.Module) -> nn.Module:
        """Return `module` on the device, in channels_last, which fast convolution kernels need.

        Its convolutions are computed as configured.
        """
        networks.use_winograd(module, self._winograd)
        return module.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """Return the context of forward passes: low precision if one is chosen."""
        if self.precision not in LOW_PRECISIONS:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, LOW_PRECISIONS[self.precision])

    def make_adam(self, parameters: Iterable[nn.Parameter], lr: float, betas: tuple[float, float]) -> torch.optim.Adam:
        """Return Adam, as one kernel for all parameters if the device has it.

        Where updates are recorded the learning rate is a tensor, so that a recorded update takes a new one.
        """
        optimizer = Adam(
            parameters,
            lr=self._make_learning_rate(lr),
            betas=betas,
            fused=self.device.type in DEVICES_WITH_FUSED_OPTIMIZERS,
            capturable=self.device.type == "cuda",
        )
        self._prepare(optimizer)
        return optimizer

    def make_optimizer(
        self, parameters: Iterable[nn.Parameter], settings: OptimizerConfig, lr: float
    ) -> torch.optim.Optimizer:
        """Return the optimiser that a run wants for some of its parameters, at a learning rate; see `make_adam`."""
        if settings.name == "adam":
            return self.make_adam(parameters, lr, (settings.beta1, settings.beta2))
        fused = self.device.type in DEVICES_WITH_FUSED_OPTIMIZERS
        optimizer = SGD(parameters, lr=self._make_learning_rate(lr), fused=fused)
        self._prepare(optimizer)
        return optimizer

    def _make_learning_rate(self, lr: float) -> torch.Tensor | float:
        if self.device.type == "cuda":
            return torch.tensor(lr, device=self.device)
        return torch.tensor(lr, dtype=torch.float64) if self.replay.records else lr  # as exact as the number

    def _prepare(self, optimizer: torch.optim.Optimizer) -> None:
        if self.precision == "float16":
            self._scalers[optimizer] = torch.amp.GradScaler(self.device.type)
        forget = self.replay.forget
        optimizer.register_load_state_dict_post_hook(lambda _: forget())  # what it keeps is in other tensors then

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        """Do `work`; if updates are recorded, replay the recording of that key once there is one."""
        self.replay.run(key, work)

    def backward(self, loss: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
        """Add the gradients of `loss` (0-d) for the weights that `optimizer` will update."""
        scaler = self._scalers.get(optimizer)
        (scaler.scale(loss) if scaler else loss).backward()  # type: ignore[no-untyped-call]

    def step(self, optimizer: torch.optim.Optimizer, max_norm: float = 0.0) -> None:
        """Do the optimiser's step; gradients are first clipped to the norm `max_norm` (0: not)."""
        scaler = self._scalers.get(optimizer)
        if max_norm:
            if scaler:
                scaler.unscale_(optimizer)
            weights = (weight for group in optimizer.param_groups for weight in group["params"])
            nn.utils.clip_grad_norm_(weights, max_norm)
        if scaler:
            scaler.step(optimizer)
            scaler.update()
        else:
            optimizer.step()

    def set_learning_rate(self, optimizer: torch.optim.Optimizer, lr: float, betas: tuple[float, float]) -> None:
        """Set learning rate and betas of the next update."""
        for group in optimizer.param_groups:
            if isinstance(group["lr"], torch.Tensor):
                group["lr"].fill_(lr)
            else:
                group["lr"] = lr
            if "betas" in group:
                group["betas"] = betas

    def loss_scale(self, optimizer: torch.optim.Optimizer) -> float:
        """Return the factor of the gradients for the weights of an optimiser: 1 but in float16."""
        scaler = self._scalers.get(optimizer)
        return scaler.get_scale() if scaler else 1.0

    def loss_scales(self) -> list[float]:
        """Return the factors of float16 losses, for a checkpoint; empty in any other precision."""
        return [scaler.get_scale() for scaler in self._scalers.values()]

    def load_loss_scales(self, scales: Iterable[float]) -> None:
        """Continue from what `loss_scales` returned."""
        for scaler, scale in zip(self._scalers.values(), scales, strict=False):
            scaler.load_state_dict(scaler.state_dict() | {"scale": scale})
