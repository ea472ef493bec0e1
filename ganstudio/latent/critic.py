"""The discriminator of a snapshot: what it thinks of a picture."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ganstudio import networks
from ganstudio.config import RunConfig
from ganstudio.errors import RunError
from ganstudio.evaluation import features
from ganstudio.evaluation.features import Features
from ganstudio.images import Labels, Pictures, to_float
from ganstudio.latent import condition
from ganstudio.latent.condition import Mix
from ganstudio.objectives import objective
from ganstudio.runs.checkpoint import load_snapshot
from ganstudio.training.ema import D_PART


class Critic:
    """D of a snapshot, on the CPU, in float32 and eval mode: with batch norm it uses the averages of its training.

    `says` : what its opinion means, in words.

    Parameters
    ----------
    D
        Gives logits (N,); told classes if `classes` is not 0.
    loss
        Name of the objective it was trained with, which says how logits are read.
    centre
        Logit at which it was undecided.
    features
        What tells the classes of its pictures apart, if anything does.
    """

    BATCH = 64  # pictures judged at once

    def __init__(
        self, D: torch.nn.Module, loss: str, centre: float, classes: int = 0, features: Features | None = None
    ) -> None:
        self.D = D.eval().requires_grad_(False)
        self.classes, self._features = classes, features
        self._objective, self._centre = objective(loss), centre
        self.says = self._objective.explain

    @classmethod
    def load(cls, path: Path, config: RunConfig) -> "Critic | None":
        """D of a snapshot or generator file; None where it holds none. Raises RunError if it is of no use."""
        return cls.of(*load_snapshot(path), config)

    @classmethod
    def of(cls, weights: Mapping[str, torch.Tensor], meta: Mapping[str, Any], config: RunConfig) -> "Critic | None":
        """The same of a file's tensors and meta that were read before."""
        own = {name.removeprefix(D_PART): full(each) for name, each in weights.items() if name.startswith(D_PART)}
        if not own or "d_centre" not in meta:
            return None
        D = networks.discriminator(config, torch.Generator().manual_seed(0))
        try:
            D.load_state_dict(own)
        except RuntimeError as problem:
            raise RunError(
                f"The discriminator does not fit the networks that its settings describe: {problem}"
            ) from None
        network, data = config.network, config.data
        classes = network.classes if network.conditional else 0
        known = _telling(data.name, data.size, data.channels) if classes else None
        return cls(D, config.objective.loss, float(meta["d_centre"]), classes, known)

    def opinion(
        self, pictures: Pictures, labels: Labels | None = None, mix: Mix | None = None
    ) -> npt.NDArray[np.float64]:
        """D(x), (N,), 0..1, as its objective shows it: 0.5 is undecided, above it takes a picture for real.

        pictures : uint8 (N, H, W) or (N, H, W, 3), of the size that D judges.  labels, mix : the class of each, as
        `Sampler.sample` takes them; with neither, a D that is told classes judges each as `likeliest` says, or, where
        nothing tells classes apart, as one of every class, and the mean counts.

        Raises ValueError as `Sampler.sample` does.
        """
        x = self._shown(pictures)
        if self.classes and labels is None and mix is None and (labels := self.likeliest(pictures)) is None:
            each = [self._chances(x, torch.full((len(x),), one)) for one in range(self.classes)]
            mean: npt.NDArray[np.float64] = np.mean(each, axis=0)
            return mean
        return self._chances(x, condition.classes(len(x), self.classes, labels, mix))

    def likeliest(self, pictures: Pictures) -> Labels | None:
        """The class (N,) that each picture is most likely of; None where nothing bundled tells this D's classes apart.

        Not by D itself: it never saw a picture under a wrong label, so what it makes of one means nothing.
        """
        shares = self._features.probabilities(pictures) if self.classes and self._features is not None else None
        if shares is None or shares.shape[1] != self.classes:
            return None
        labels: Labels = shares.argmax(1).astype(np.int64)
        return labels

    def _chances(self, x: torch.Tensor, told: torch.Tensor | None) -> npt.NDArray[np.float64]:
        chances: npt.NDArray[np.float64] = self._objective.chance(self._logits(x, told).double() - self._centre).numpy()
        return chances

    def _logits(self, x: torch.Tensor, told: torch.Tensor | None) -> torch.Tensor:
        with torch.no_grad():
            parts = [
                self.D(part, None if told is None else told[number * self.BATCH :][: self.BATCH])
                for number, part in enumerate(torch.split(x, self.BATCH))
            ]
        return torch.cat(parts)

    @staticmethod
    def _shown(pictures: Pictures) -> torch.Tensor:
        """(N, C, H, W), -1..1."""
        x = torch.from_numpy(np.array(pictures))
        return to_float(x[:, None] if x.ndim == 3 else x.permute(0, 3, 1, 2))


@cache
def _telling(data_name: str, size: int, channels: int) -> Features:
    """What tells the classes of such pictures apart, loaded once: critics come with every snapshot."""
    return features.choose(data_name, size, channels)


def full(weights: torch.Tensor) -> torch.Tensor:
    """float32 from float16; what counts stays as it is."""
    return weights.float() if weights.is_floating_point() else weights
