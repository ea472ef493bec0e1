"""G_ema: the exponential moving average of G, which pictures are made with."""

import copy

import torch
from torch import nn

from ganstudio.config import EmaConfig


class EMA:
    """Exponential moving average of G's weights over the real pictures seen.

    Parameters
    ----------
    G
        The generator that is trained; its copy is `module`.
    """

    def __init__(self, G: nn.Module) -> None:
        self.module = frozen_copy(G)
        self._averages: list[torch.Tensor] = list(self.module.parameters())
        self._weights: list[torch.Tensor] = list(G.parameters())
        self._buffers = list(zip(self.module.buffers(), G.buffers(), strict=True))

    @torch.no_grad()
    def update(self, batch_size: int, images: int, settings: EmaConfig) -> None:
        """Move the averages towards G's weights, after an update of G.

        Parameters
        ----------
        batch_size
            Pictures of the update.
        images
            Real pictures seen so far.
        settings
            The half-life, in real pictures. It is at most the fraction `warm_up` of `images` (0: it is full at once):
            StyleGAN2's ramp-up.
        """
        half_life = float(settings.half_life)
        if settings.warm_up:
            half_life = min(half_life, max(images * settings.warm_up, 1e-8))
        decay = 0.5 ** (batch_size / half_life)
        torch._foreach_lerp_(self._averages, self._weights, 1 - decay)
        for average, buffer in self._buffers:  # batch norm's running mean and variance are averages already
            average.copy_(buffer)


def frozen_copy(G: nn.Module) -> nn.Module:
    """Return a copy of `G` to make pictures with: batch norm uses its running averages, nothing can be trained."""
    return copy.deepcopy(G).eval().requires_grad_(False)
