"""Generator of a snapshot, loaded on the CPU: pictures of z."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ganstudio import networks, sizes
from ganstudio.config import DataConfig, RunConfig
from ganstudio.data.points.density_picture import draw_density, draw_each
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

_MOST_AT_ONCE = 64  # pictures


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
    shown
        How points are shown as pictures; None: it makes pictures.
    sides
        Height and width of the pictures.

    Attributes
    ----------
    at_once : int
        Pictures that it generates at a time: bounds the memory of large requests.
    """

    def __init__(
        self,
        G: torch.nn.Module,
        z_size: int,
        classes: int = 0,
        shown: DataConfig | None = None,
        sides: tuple[int, int] = (1, 1),
    ) -> None:
        self.at_once = sizes.pictures_at_once(_MOST_AT_ONCE, *sides)
        G = G.eval().requires_grad_(False)
        self.G: torch.nn.Module = G.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.z_size = z_size
        self.classes = classes
        self.shown = shown
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
        classes = network.classes if network.conditional else 0
        sampler = cls(G, network.z_size, classes, config.data if config.makes_points else None, config.data.sides)
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

    @property
    def packing(self) -> int:
        """How many pictures D of the same snapshot judges at a time; 1 if it is not known."""
        return 1 if self._discriminator is None else self._discriminator[2].network.packing

    def sample(self, z: Noise, labels: Labels | None = None, mix: Mix | None = None) -> Pictures:
        """Generate pictures; of a generator of points, each shows one of them.

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
        parts = self._generate(z, labels, mix)
        if self.shown is None:
            return np.concatenate([to_uint8(part) for part in parts])
        sides, channels = self.shown.sides, self.shown.channels
        return np.concatenate([draw_each(part.flatten(1).numpy(), sides, channels) for part in parts])

    def sample_points(self, z: Noise, labels: Labels | None = None, mix: Mix | None = None) -> npt.NDArray[np.float32]:
        """Generate points (N, 2), of a generator of points; see `sample` for the rest."""
        return torch.cat(list(self._generate(z, labels, mix))).flatten(1).numpy()

    def sample_grid(self, z: Noise, labels: Labels | None = None) -> Pictures:
        """Generate the pictures of a grid; of a generator of points, a single one that shows all of them."""
        if self.shown is None:
            return self.sample(z, labels)
        return draw_density(self.sample_points(z, labels), self.shown.sides, self.shown.channels)[None]

    @torch.no_grad()
    def _generate(self, z: Noise, labels: Labels | None, mix: Mix | None) -> Iterator[torch.Tensor]:
        """Yield what G makes, some at a time. Raises ValueError."""
        if z.ndim != 2 or z.shape[1] != self.z_size:
            raise ValueError(f"z must be (N, {self.z_size}); got {z.shape}")
        condition = make_condition(len(z), self.classes, labels, mix)
        batch = self.at_once if self.shown is None else max(len(z), 1)
        for number, part in enumerate(torch.split(torch.from_numpy(z), batch)):
            yield self.G(part, None if condition is None else condition[number * batch :][:batch])
