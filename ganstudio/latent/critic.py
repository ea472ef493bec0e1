"""Discriminator of a snapshot, loaded on the CPU: its opinion of pictures."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ganstudio import networks, sizes
from ganstudio.config import RunConfig
from ganstudio.errors import RunError
from ganstudio.evaluation import features
from ganstudio.evaluation.features import Features
from ganstudio.images import Labels, Pictures, to_float
from ganstudio.latent.condition import make_condition
from ganstudio.latent.paths import Mix
from ganstudio.objectives import objective
from ganstudio.sizes import ImageSize
from ganstudio.training.state import D_PREFIX

_MAX_CENTRE = 1e30  # no comparison with nan is true


class Critic:
    """D of a snapshot, on the CPU, in float32 and eval mode: batch norm uses the averages of training.

    Parameters
    ----------
    D
        Pictures (N, C, H, W), -1..1, labels (N,) or None -> logits (N,).
    loss
        Name of the objective it was trained with, which determines how logits are read.
    centre
        Logit at which it was undecided.
    classes
        Number of classes it is conditioned on; 0: none.
    features
        Network that recognises the classes of its pictures, if there is one.

    Attributes
    ----------
    objective : Objective
        The objective.
    explanation : str
        What its opinion means, for users.
    """

    BATCH = 64  # pictures judged at once, fewer if they are large
    POINTS = 8192  # points judged at once

    def __init__(
        self, D: torch.nn.Module, loss: str, centre: float, classes: int = 0, features: Features | None = None
    ) -> None:
        self.D = D.eval().requires_grad_(False)
        self.classes = classes
        self._features = features
        self.objective = objective(loss)
        self.centre = centre
        self.explanation = self.objective.explain

    @classmethod
    def from_weights(
        cls, weights: Mapping[str, torch.Tensor], meta: Mapping[str, Any], config: RunConfig
    ) -> "Critic | None":
        """Build D from the tensors and metadata of a snapshot file; None if the file contains no D.

        Raises
        ------
        RunError
            The tensors do not fit the configuration.
        """
        d_weights = {
            name.removeprefix(D_PREFIX): to_float32(weight)
            for name, weight in weights.items()
            if name.startswith(D_PREFIX)
        }
        if not d_weights or "d_centre" not in meta:
            return None
        centre = meta["d_centre"]
        if isinstance(centre, bool) or not isinstance(centre, int | float) or not abs(centre) <= _MAX_CENTRE:
            raise RunError(f"The discriminator cannot be used: its d_centre is {centre!r} in place of a number.")
        D = networks.discriminator(config, torch.Generator().manual_seed(0))
        try:
            D.load_state_dict(d_weights)
        except RuntimeError as problem:
            raise RunError(
                f"The discriminator does not fit the networks that its settings describe: {problem}"
            ) from None
        network, data = config.network, config.data
        classes = network.classes if network.conditional else 0
        has_classes = classes and not config.makes_points
        recogniser = _class_features(data.name, data.size, data.channels) if has_classes else None
        return cls(D, config.objective.loss, float(centre), classes, recogniser)

    def opinion(
        self, pictures: Pictures, labels: Labels | None = None, mix: Mix | None = None
    ) -> npt.NDArray[np.float64]:
        """Return D(x) as its objective shows it: 0.5 is undecided, above it D takes a picture for real.

        Parameters
        ----------
        pictures
            (N, H, W) or (N, H, W, 3), uint8, of the size that D judges.
        labels, mix
            Class of each picture, as `Sampler.sample` takes them. With neither, a class-conditional D judges each
            picture under its `likeliest` class; if no network recognises classes, it returns the mean over all classes.

        Returns
        -------
        numpy.ndarray
            (N,), float64, 0..1.

        Raises
        ------
        ValueError
            As in `Sampler.sample`.
        """
        x = self.to_tensor(pictures)
        if self.classes and labels is None and mix is None and (labels := self.likeliest(pictures)) is None:
            by_class = [self._chances(x, torch.full((len(x),), label)) for label in range(self.classes)]
            mean: npt.NDArray[np.float64] = np.mean(by_class, axis=0)
            return mean
        return self._chances(x, make_condition(len(x), self.classes, labels, mix))

    def logits(self, pictures: Pictures, labels: Labels | None = None) -> npt.NDArray[np.float64]:
        """Return D's logits (N,) of pictures, which also tell apart those that it is equally sure of; see `opinion`."""
        x = self.to_tensor(pictures)
        if self.classes and labels is None and (labels := self.likeliest(pictures)) is None:
            by_class = [self._logits(x, torch.full((len(x),), label), self.BATCH) for label in range(self.classes)]
            return torch.stack(by_class).double().mean(0).numpy()
        return self._logits(x, make_condition(len(x), self.classes, labels), self.BATCH).double().numpy()

    def chances(self, logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return D(x) as its objective shows it, (N,), from logits (N,)."""
        chances: npt.NDArray[np.float64] = self.objective.chance(torch.from_numpy(logits) - self.centre).numpy()
        return chances

    def opinion_at(self, points: npt.NDArray[np.float32], labels: Labels | None = None) -> npt.NDArray[np.float64]:
        """Return D's opinion (N,) of points (N, 2), 0..1; see `opinion`. For a D that judges points."""
        x = torch.from_numpy(points)[:, :, None, None]
        return self._chances(x, make_condition(len(x), self.classes, labels, None), self.POINTS)

    def likeliest(self, pictures: Pictures) -> Labels | None:
        """Return the most likely class (N,) of each picture; None if no bundled network knows this D's classes.

        It is not D that recognises them: D never saw a picture under a wrong label, so its logits do not tell.
        """
        probabilities = self._features.probabilities(pictures) if self.classes and self._features is not None else None
        if probabilities is None or probabilities.shape[1] != self.classes:
            return None
        labels: Labels = probabilities.argmax(1).astype(np.int64)
        return labels

    def chance(self, logits: torch.Tensor) -> float:
        """Return D(x) as its objective shows it, 0..1, from the logits (1,) of one picture."""
        return float(self.objective.chance(logits.double() - self.centre)[0])

    def _chances(self, x: torch.Tensor, condition: torch.Tensor | None, batch: int = BATCH) -> npt.NDArray[np.float64]:
        logits = self._logits(x, condition, batch).double()
        chances: npt.NDArray[np.float64] = self.objective.chance(logits - self.centre).numpy()
        return chances

    def _logits(self, x: torch.Tensor, condition: torch.Tensor | None, batch: int) -> torch.Tensor:
        batch = sizes.pictures_at_once(batch, *x.shape[-2:])
        with torch.no_grad():
            parts = [
                self.D(part, None if condition is None else condition[number * batch :][:batch])
                for number, part in enumerate(torch.split(x, batch))
            ]
        return torch.cat(parts)

    @staticmethod
    def to_tensor(pictures: Pictures) -> torch.Tensor:
        """Return pictures (N, C, H, W), -1..1."""
        x = torch.from_numpy(np.array(pictures))
        return to_float(x[:, None] if x.ndim == 3 else x.permute(0, 3, 1, 2))


@cache
def _class_features(data_name: str, size: ImageSize, channels: int) -> Features:
    """Return the features that recognise classes of such pictures; loaded once, as every snapshot has a critic."""
    return features.choose(data_name, size, channels)


def to_float32(weights: torch.Tensor) -> torch.Tensor:
    """Return float16 weights as float32, and integer counters as they are."""
    return weights.float() if weights.is_floating_point() else weights
