"""Pictures of G for the game: made anew for each update, or once for D and G of a round."""

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio.data.batches import Batch, Batches
from ganstudio.training.device.engine import Engine
from ganstudio.training.rng import Noise
from ganstudio.training.schedule import reuses_fakes


class Fakes:
    """As many pictures of G at a time as a batch has, of classes as frequent as in the data."""

    def __init__(self, G: nn.Module, noise: Noise, batches: Batches, engine: Engine) -> None:
        self._G, self._noise, self._batches, self._engine = G, noise, batches, engine
        self._kept: Batch | None = None  # D's last fakes, with G's graph, if G is to reuse them

    def for_d(self, config: cfg.RunConfig) -> Batch:
        """For an update of D, without G's graph."""
        keep = reuses_fakes(config)
        with torch.set_grad_enabled(keep), self._engine.passes():
            fake = self._make(config)
        self._kept = fake if keep else None
        return Batch(fake.images.detach(), fake.labels)

    def for_g(self, config: cfg.RunConfig) -> Batch:
        """For an update of G, with its graph: those that D saw just now, if they were kept for it."""
        if self._kept is not None:
            fake, self._kept = self._kept, None
            return fake
        return self._make(config)

    def forget(self) -> None:
        """Keep none for G: its turn did not follow."""
        self._kept = None

    def _make(self, config: cfg.RunConfig) -> Batch:
        labels = self._batches.draw_labels(self._noise.rng) if config.network.conditional else None
        return Batch(self._G(self._noise.normal(config.network.z_size), labels), labels)
