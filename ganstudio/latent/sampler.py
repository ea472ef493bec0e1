"""A snapshot and z -> pictures."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from ganstudio import networks
from ganstudio.config import RunConfig
from ganstudio.errors import RunError
from ganstudio.images import Labels, Pictures, to_uint8
from ganstudio.runs.checkpoint import load_snapshot
from ganstudio.runs.folder import RunFolder

Noise = npt.NDArray[np.float32]


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

    @classmethod
    def from_snapshot(cls, path: Path, config: RunConfig) -> "Sampler":
        """Generator of a snapshot file of a run with that configuration.

        Raises
        ------
        RunError
            The file is damaged, or was made by networks of another shape.
        """
        weights, _ = load_snapshot(path)
        G = networks.generator(config)
        try:
            G.load_state_dict({name: _full(each) for name, each in weights.items()})
        except RuntimeError as problem:
            raise RunError(f"{path.name} does not fit the networks that run.toml describes: {problem}") from None
        network = config.network
        return cls(G, network.z_size, network.classes if network.conditional else 0)

    @classmethod
    def load(cls, folder: RunFolder, step: int | None = None) -> "Sampler":
        """Generator of a run at its newest snapshot, or at the newest one not after `step`. Raises RunError."""
        found = [(at, path) for at, path in folder.snapshots() if step is None or at <= step]
        if not found:
            raise RunError(f"{folder.path} holds no snapshot yet: let it train for a few seconds first.")
        return cls.from_snapshot(found[-1][1], folder.config)

    def sample(self, z: Noise, labels: Labels | None = None) -> Pictures:
        """Pictures (N, H, W) or (N, H, W, 3), uint8, from z (N, z_size).

        labels : class of each picture, (N,), whole numbers from 0; None: the classes in turn. Only None if there are
        none.

        Raises ValueError if z or labels are of another shape, or name a class that is not there.
        """
        if z.ndim != 2 or z.shape[1] != self.z_size:
            raise ValueError(f"z must be (N, {self.z_size}); got {z.shape}")
        told = self._labels(len(z), labels)
        with torch.no_grad():
            parts = [
                to_uint8(self.G(part, None if told is None else told[number * self.BATCH :][: self.BATCH]))
                for number, part in enumerate(torch.split(torch.from_numpy(z), self.BATCH))
            ]
        return np.concatenate(parts)

    def _labels(self, count: int, labels: Labels | None) -> torch.Tensor | None:
        """Labels for G, checked."""
        if not self.classes:
            if labels is not None:
                raise ValueError("this generator is not class-conditional: it takes no labels")
            return None
        if labels is None:
            return torch.arange(count) % self.classes
        whole = np.issubdtype(labels.dtype, np.integer)
        if labels.shape != (count,) or not whole or not ((labels >= 0) & (labels < self.classes)).all():
            raise ValueError(f"labels must be {count} whole numbers, 0 to {self.classes - 1}; got {labels}")
        return torch.from_numpy(labels.astype(np.int64))


def noise(count: int, z_size: int, seed: int) -> Noise:
    """z (count, z_size), standard normal, the same for the same seed on every machine."""
    return np.random.default_rng(seed).standard_normal((count, z_size), dtype=np.float32)


def _full(weights: torch.Tensor) -> torch.Tensor:
    return weights.float() if weights.is_floating_point() else weights
