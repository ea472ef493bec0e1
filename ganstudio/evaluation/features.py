"""The networks that measures see pictures through, and which one fits which pictures."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.data import catalog
from ganstudio.evaluation import classifier, random_features
from ganstudio.evaluation.classifier import Classifier
from ganstudio.images import Pictures, to_float

Floats = npt.NDArray[np.float32]

PART = 250  # pictures seen at once: bounds the memory


@dataclass(frozen=True)
class Features:
    """A named network that measures see through; it draws nothing at random and needs no network connection.

    Parameters
    ----------
    name, note
        What it is called, and what it can and cannot see.
    see
        Pictures (N, C, H, W), -1..1 -> features (N, d) and, of a classifier, logits (N, classes).
    """

    name: str
    note: str
    see: Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor | None]]

    def read(self, pictures: Pictures) -> tuple[Floats, Floats | None]:
        """Features (N, d) of pictures uint8 (N, H, W) or (N, H, W, 3), and probabilities (N, classes) if it can tell.

        Raises ValueError if there are none.
        """
        if not len(pictures):
            raise ValueError("no pictures to measure")
        features, chances = [], []
        with torch.no_grad():
            for start in range(0, len(pictures), PART):
                seen, logits = self.see(_tensor(pictures[start : start + PART]))
                features.append(seen.float().numpy())
                if logits is not None:
                    chances.append(logits.float().softmax(1).numpy())
        return np.concatenate(features), np.concatenate(chances) if chances else None

    def extract(self, pictures: Pictures) -> Floats:
        """Features (N, d), float32, of pictures uint8 (N, H, W) or (N, H, W, 3)."""
        return self.read(pictures)[0]

    def probabilities(self, pictures: Pictures) -> Floats | None:
        """Probability of each class (N, classes), or None where this network knows no classes."""
        return self.read(pictures)[1]


def choose(data_name: str, size: int, channels: int) -> Features:
    """The features for a data set at size x size x channels: the digit classifier for grey digits of 28 x 28, where it
    is there; else random-conv-64. Raises DataError if the classifier's file is damaged."""
    grey_digits = catalog.has_digits(data_name) and (size, channels) == (classifier.SIZE, 1)
    known = classifier.load_bundled() if grey_digits else None
    return by_classifier(known) if known is not None else by_chance(size, channels)


def by_classifier(known: Classifier) -> Features:
    """Features of a digit classifier: the layer before its logits."""

    def see(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = known.features(pictures)
        return found, known.last(found)

    return Features("digit-classifier", "the bundled classifier of MNIST digits: it judges digits only", see)


def by_chance(size: int, channels: int) -> Features:
    """Features of the fixed network of random weights."""
    network = random_features.RandomFeatures(size, channels)
    return Features(random_features.NAME, random_features.NOTE, lambda pictures: (network(pictures), None))


def _tensor(pictures: Pictures) -> torch.Tensor:
    """Pictures uint8 (N, H, W) or (N, H, W, 3) -> (N, C, H, W), -1..1."""
    x = torch.from_numpy(np.array(pictures))  # a copy: they may be a map that cannot be written
    x = x[:, None] if x.ndim == 3 else x.permute(0, 3, 1, 2)
    return to_float(x.contiguous(memory_format=torch.channels_last))
