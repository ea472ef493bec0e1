"""G_ema: the running average of G that pictures are made with."""

import copy

import torch
from torch import nn

from ganstudio.config import EmaConfig

D_PART = "D/"  # before the names of D's weights, beside G's in a snapshot


class Average:
    """G_ema: each weight an exponential average of G's over real pictures seen."""

    def __init__(self, G: nn.Module) -> None:
        self.module = frozen_copy(G)
        self._ema: list[torch.Tensor] = list(self.module.parameters())
        self._now: list[torch.Tensor] = list(G.parameters())
        self._buffers = list(zip(self.module.buffers(), G.buffers(), strict=True))

    @torch.no_grad()
    def update(self, batch_size: int, images: int, settings: EmaConfig) -> None:
        """After an update of G, with `images` real pictures seen so far.

        The half-life is at most a share of these, `settings.warm_up` (0: it is full at once): StyleGAN2's ramp-up.
        """
        life = float(settings.half_life)
        if settings.warm_up:
            life = min(life, max(images * settings.warm_up, 1e-8))
        decay = 0.5 ** (batch_size / life)
        torch._foreach_lerp_(self._ema, self._now, 1 - decay)
        for mine, theirs in self._buffers:  # batch norm's running mean and variance are averages already
            mine.copy_(theirs)


def frozen_copy(G: nn.Module) -> nn.Module:
    """Copy of `G` for making pictures: batch norm uses its running averages, nothing can be trained."""
    return copy.deepcopy(G).eval().requires_grad_(False)


def halves(module: nn.Module) -> dict[str, torch.Tensor]:
    """Weights on the CPU, floating point ones in float16."""
    weights = module.state_dict()
    return {name: (each.half() if each.is_floating_point() else each).cpu().clone() for name, each in weights.items()}


def beside(D: nn.Module, d_centre: float | None) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """D for a snapshot, beside G: its weights as `halves` gives them, behind `D_PART`, and what goes into the meta.

    Nothing where `d_centre`, the logit at which D is undecided, is not known, or a weight is beyond float16.
    """
    weights = {D_PART + name: each for name, each in halves(D).items()}
    if d_centre is None or not all(torch.isfinite(each).all() for each in weights.values()):
        return {}, {}
    return weights, {"d_centre": d_centre}
