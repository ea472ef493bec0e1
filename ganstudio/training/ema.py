"""G_ema: the running average of G that pictures are made with."""

import copy

import torch
from torch import nn

from ganstudio.config import EmaConfig


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
