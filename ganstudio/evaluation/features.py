"""Networks whose features are compared by the measures, and which one fits which pictures."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from ganstudio import sizes
from ganstudio.data import catalog
from ganstudio.evaluation import classifier, random_features
from ganstudio.evaluation.classifier import Classifier
from ganstudio.images import Pictures, to_float
from ganstudio.sizes import ImageSize

Floats = npt.NDArray[np.float32]

CLASSIFIER = "digit-classifier"
_MOST_AT_ONCE = 250


def at_once(height: int, width: int) -> int:
    """Return how many pictures of a size are made or read at a time: bounds the memory."""
    return sizes.pictures_at_once(_MOST_AT_ONCE, height, width)


@dataclass(frozen=True)
class Features:
    """A named feature network; it draws nothing at random and needs no internet connection.

    Parameters
    ----------
    name
        Its name in reports.
    note
        What it can and cannot distinguish, for users.
    forward
        Pictures (N, C, H, W), -1..1 -> features (N, d) and, of a classifier, logits (N, classes).
    """

    name: str
    note: str
    forward: Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor | None]]

    def read(self, pictures: Pictures) -> tuple[Floats, Floats | None]:
        """Return the features of pictures, and the probabilities of their classes.

        Parameters
        ----------
        pictures
            (N, H, W) or (N, H, W, C), uint8.

        Returns
        -------
        tuple
            Features (N, d), float32; and probabilities (N, classes), float32, or None if it knows no classes.

        Raises
        ------
        ValueError
            There are no pictures.
        """
        if not len(pictures):
            raise ValueError("no pictures to measure")
        features, probabilities = [], []
        count = at_once(*pictures.shape[1:3])
        with torch.no_grad():
            for part in np.split(pictures, range(count, len(pictures), count)):
                points, logits = self.forward(_tensor(part))
                features.append(points.float().numpy())
                if logits is not None:
                    probabilities.append(logits.float().softmax(1).numpy())
        return np.concatenate(features), np.concatenate(probabilities) if probabilities else None

    def extract(self, pictures: Pictures) -> Floats:
        """Return the features (N, d), float32, of pictures (N, H, W) or (N, H, W, C), uint8."""
        return self.read(pictures)[0]

    def probabilities(self, pictures: Pictures) -> Floats | None:
        """Return the probability of each class, (N, classes), or None if this network knows no classes."""
        return self.read(pictures)[1]


def choose(data_name: str, size: ImageSize, channels: int) -> Features:
    """Choose the features for a data set at a size, with that many channels.

    The digit classifier for grey digits of 28 x 28, if its file is there; else random-conv-64.

    Raises
    ------
    DataError
        The classifier's file is damaged.
    """
    grey_digits = catalog.is_digits(data_name) and (size, channels) == (classifier.SIZE, 1)
    bundled = classifier.load_bundled() if grey_digits else None
    return classifier_features(bundled) if bundled is not None else random_conv_features(size, channels)


def classifier_features(network: Classifier) -> Features:
    """Return the features of a digit classifier: the layer before its logits."""

    def forward(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        points = network.features(pictures)
        return points, network.last(points)

    return Features(CLASSIFIER, "the bundled classifier of MNIST digits: it recognises digits only", forward)


def random_conv_features(size: ImageSize, channels: int) -> Features:
    """Return the features of the fixed network with random weights."""
    network = random_features.RandomFeatures(size, channels)
    return Features(random_features.NAME, random_features.NOTE, lambda pictures: (network(pictures), None))


def wide_random_features(size: ImageSize, channels: int) -> Features:
    """Return what the fixed network sees before its last map: some thousand features, for fitting labels to."""
    body = random_features.RandomFeatures(size, channels).body[:-1]
    return Features(f"{random_features.NAME}-wide", random_features.NOTE, lambda pictures: (body(pictures), None))


def _tensor(pictures: Pictures) -> torch.Tensor:
    """Return pictures (N, H, W) or (N, H, W, C), uint8, as (N, C, H, W), -1..1."""
    x = torch.from_numpy(np.array(pictures))  # a copy: they may be a memory map that cannot be written
    x = x[:, None] if x.ndim == 3 else x.permute(0, 3, 1, 2)
    return to_float(x.contiguous(memory_format=torch.channels_last))
