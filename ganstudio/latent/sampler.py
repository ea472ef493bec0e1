"""Generator of a snapshot, loaded on the CPU: pictures of z."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ganstudio import networks
from ganstudio.config import RunConfig
from ganstudio.errors import RunError
from ganstudio.images import Labels, Pictures, to_uint8
from ganstudio.latent import models
from ganstudio.latent.condition import make_condition
from ganstudio.latent.critic import Critic, to_float32
from ganstudio.latent.models import Model
from ganstudio.latent.paths import Mix, Noise
from ganstudio.runs.checkpoint import load_snapshot
from ganstudio.runs.folder import RunFolder
from ganstudio.training.state import D_PREFIX

Weights = Mapping[str, torch.Tensor]


class Sampler:
    """A generator out of a snapshot, on the CPU, in float32: for sliders and grids while training has the device.

    Parameters
    ----------
    G
        The generator, z (N, z_size), labels (N,) or None -> pictures (N, C, H, W), -1..1; put into eval mode, without
        gradients for its weights.
    z_size
        Numbers in z.
    classes
        Number of classes that can be requested; 0: it is not class-conditional.
    """

    BATCH = 64  # pictures generated at once: bounds the memory of large requests

    def __init__(self, G: torch.nn.Module, z_size: int, classes: int = 0) -> None:
        G = G.eval().requires_grad_(False)
        self.G: torch.nn.Module = G.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.z_size = z_size
        self.classes = classes
        self._discriminator: tuple[Weights, Mapping[str, Any], RunConfig] | None = None  # as the file has it

    @classmethod
    def from_model(cls, model: Model) -> "Sampler":
        """Load the generator of a model.

        Raises
        ------
        RunError
            As in `from_snapshot`.
        """
        return cls.from_snapshot(model.path, model.config)

    @classmethod
    def from_snapshot(cls, path: Path, config: RunConfig) -> "Sampler":
        """Load the generator of a snapshot file of a run with that configuration.

        Raises
        ------
        RunError
            The file is damaged, or was written by networks of another shape.
        """
        weights, meta = load_snapshot(path)
        G = networks.generator(config)
        try:
            G.load_state_dict(
                {name: to_float32(weight) for name, weight in weights.items() if not name.startswith(D_PREFIX)}
            )
        except RuntimeError as problem:
            raise RunError(f"{path.name} does not fit the networks that its settings describe: {problem}") from None
        network = config.network
        sampler = cls(G, network.z_size, network.classes if network.conditional else 0)
        d_weights = {name: weight for name, weight in weights.items() if name.startswith(D_PREFIX)}
        sampler._discriminator = d_weights, meta, config
        return sampler

    @classmethod
    def load(cls, folder: RunFolder, step: int | None = None) -> "Sampler":
        """Load the generator of a run at its newest snapshot, or at the newest one not after `step`.

        Raises
        ------
        RunError
            The run has no such snapshot, or it is damaged.
        """
        return cls.from_model(models.of_run(folder, step))

    @cached_property
    def critic(self) -> Critic | None:
        """D of the same snapshot; None if the file contains none that can judge single pictures."""
        return Critic.from_weights(*self._discriminator) if self._discriminator is not None else None

    def sample(self, z: Noise, labels: Labels | None = None, mix: Mix | None = None) -> Pictures:
        """Generate pictures.

        Parameters
        ----------
        z
            (N, z_size), float32.
        labels
            Class of each picture, (N,), integers; None: the classes in turn. Must be None without classes.
        mix
            Instead of labels, the share of each class in each picture, (N, classes), 0..1; rows sum to 1.

        Returns
        -------
        numpy.ndarray
            Pictures (N, H, W), (N, H, W, 3) or, premultiplied colour and alpha, (N, H, W, 4), uint8.

        Raises
        ------
        ValueError
            `z`, `labels` or `mix` has the wrong shape, or names a class that does not exist.
        """
        if z.ndim != 2 or z.shape[1] != self.z_size:
            raise ValueError(f"z must be (N, {self.z_size}); got {z.shape}")
        condition = make_condition(len(z), self.classes, labels, mix)
        with torch.no_grad():
            parts = [
                to_uint8(self.G(part, None if condition is None else condition[number * self.BATCH :][: self.BATCH]))
                for number, part in enumerate(torch.split(torch.from_numpy(z), self.BATCH))
            ]
        return np.concatenate(parts)
