"""A snapshot and z -> pictures."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ganstudio import networks
from ganstudio.config import RunConfig
from ganstudio.errors import RunError
from ganstudio.images import Labels, Pictures, to_uint8
from ganstudio.latent import condition, models
from ganstudio.latent.condition import Mix
from ganstudio.latent.critic import Critic, full
from ganstudio.latent.models import Model
from ganstudio.runs.checkpoint import load_snapshot
from ganstudio.runs.folder import RunFolder
from ganstudio.training.ema import D_PART

Noise = npt.NDArray[np.float32]
Weights = Mapping[str, torch.Tensor]


class Sampler:
    """A generator out of a snapshot, on the CPU, in float32: for sliders and grids while training has the device.

    `G` is the generator itself, in eval mode, without gradients for its weights. `classes` is how many it can be asked
    for, 0 if it is not class-conditional.
    """

    BATCH = 64  # pictures made at once: bounds the memory of large requests

    def __init__(self, G: torch.nn.Module, z_size: int, classes: int = 0) -> None:
        G = G.eval().requires_grad_(False)
        self.G: torch.nn.Module = G.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.z_size = z_size
        self.classes = classes
        self._judge: tuple[Weights, Mapping[str, Any], RunConfig] | None = None  # D as the file has it

    @classmethod
    def from_model(cls, model: Model) -> "Sampler":
        """Generator of a model. Raises RunError as `from_snapshot` does."""
        return cls.from_snapshot(model.path, model.config)

    @classmethod
    def from_snapshot(cls, path: Path, config: RunConfig) -> "Sampler":
        """Generator of a snapshot file of a run with that configuration.

        Raises
        ------
        RunError
            The file is damaged, or was made by networks of another shape.
        """
        weights, meta = load_snapshot(path)
        G = networks.generator(config)
        try:
            G.load_state_dict({name: full(each) for name, each in weights.items() if not name.startswith(D_PART)})
        except RuntimeError as problem:
            raise RunError(f"{path.name} does not fit the networks that its settings describe: {problem}") from None
        network = config.network
        made = cls(G, network.z_size, network.classes if network.conditional else 0)
        made._judge = {name: each for name, each in weights.items() if name.startswith(D_PART)}, meta, config
        return made

    @classmethod
    def load(cls, folder: RunFolder, step: int | None = None) -> "Sampler":
        """Generator of a run at its newest snapshot, or at the newest one not after `step`. Raises RunError."""
        return cls.from_model(models.of_run(folder, step))

    @cached_property
    def critic(self) -> Critic | None:
        """D of the same moment; None where the file holds none that has an opinion of one picture."""
        return Critic.of(*self._judge) if self._judge is not None else None

    def sample(self, z: Noise, labels: Labels | None = None, mix: Mix | None = None) -> Pictures:
        """Pictures (N, H, W) or (N, H, W, 3), uint8, from z (N, z_size).

        labels : class of each picture, (N,), whole numbers from 0; None: the classes in turn. Only None if there are
        none.  mix : in place of labels, the share of each class in each picture, (N, classes), 0..1; rows sum to 1.

        Raises ValueError if z, labels or mix are of another shape, or name a class that is not there.
        """
        if z.ndim != 2 or z.shape[1] != self.z_size:
            raise ValueError(f"z must be (N, {self.z_size}); got {z.shape}")
        told = condition.classes(len(z), self.classes, labels, mix)
        with torch.no_grad():
            parts = [
                to_uint8(self.G(part, None if told is None else told[number * self.BATCH :][: self.BATCH]))
                for number, part in enumerate(torch.split(torch.from_numpy(z), self.BATCH))
            ]
        return np.concatenate(parts)


def noise(count: int, z_size: int, seed: int) -> Noise:
    """z (count, z_size), standard normal, the same for the same seed on every machine."""
    return np.random.default_rng(seed).standard_normal((count, z_size), dtype=np.float32)
