"""The bundled digit classifier, for the measures and for GAN inversion."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import nn

from ganstudio.errors import DataError
from ganstudio.system import atomic, paths

CLASSES = 10
SIZE = 28  # pixels a side
WIDTH = 128  # features

_NAME = "digit-classifier"
_FORMAT = 1  # of the file


class Classifier(nn.Module):
    """Network from grey pictures (N, 1, 28, 28), -1..1, to logits (N, 10).

    Three stages of convolution, batch norm and ReLU, then `WIDTH` features, each at least 0, of which the logits are a
    linear map.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_stage(1, 32, kernel=5, stride=2),  # 14 x 14
            *_stage(32, 64, kernel=3),
            nn.MaxPool2d(2),  # 7 x 7
            *_stage(64, 128, kernel=3),
            nn.MaxPool2d(2),  # 3 x 3
            nn.Flatten(),
            nn.Linear(128 * 3 * 3, WIDTH),
            nn.ReLU(),
        )
        self.last = nn.Linear(WIDTH, CLASSES)

    def features(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the features (N, 128) of pictures (N, 1, 28, 28), -1..1."""
        body: torch.Tensor = self.body(pictures)
        return body

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the logits (N, 10) of pictures (N, 1, 28, 28), -1..1."""
        logits: torch.Tensor = self.last(self.features(pictures))
        return logits


def _stage(inputs: int, outputs: int, kernel: int, stride: int = 1) -> tuple[nn.Module, nn.Module, nn.Module]:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return convolution, nn.BatchNorm2d(outputs), nn.ReLU()


def bundled_path() -> Path:
    """Return the path of the classifier's file, which may be missing."""
    return paths.resources() / "pretrained" / f"{_NAME}.safetensors"


def load_bundled() -> Classifier | None:
    """Load the classifier that comes with the program, on the CPU, in eval mode; None if its file is missing.

    Raises
    ------
    DataError
        The file is damaged.
    """
    path = bundled_path()
    return load(path) if path.is_file() else None


def load(path: Path) -> Classifier:
    """Load a classifier that `save` wrote, float32, in eval mode, without gradients for its weights.

    Raises
    ------
    DataError
        The file is missing or damaged, or contains something else.
    """
    try:
        with safe_open(path, "pt") as file:
            about = file.metadata() or {}
        weights = safetensors.torch.load_file(path)
    except (OSError, SafetensorError) as error:
        raise DataError(f"{path} cannot be read: {error}.") from None
    if about.get("what") != _NAME or about.get("format") != str(_FORMAT):
        raise DataError(f"{path} is not a digit classifier that this program can use.")
    with torch.device("meta"):  # without drawing first weights from the global random state, which belongs to training
        classifier = Classifier()
    try:
        classifier.load_state_dict({name: _to_float32(weight) for name, weight in weights.items()}, assign=True)
    except RuntimeError as problem:
        raise DataError(f"{path} does not fit the digit classifier: {problem}") from None
    return classifier.eval().requires_grad_(False)


def save(path: Path, classifier: Classifier, about: dict[str, Any]) -> None:
    """Write the weights in float16.

    Parameters
    ----------
    path
        The file.
    classifier
        The network.
    about
        What is known of it, stored as JSON.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    weights = {name: _to_float16(weight).contiguous() for name, weight in classifier.state_dict().items()}
    metadata = {"what": _NAME, "format": str(_FORMAT), "about": json.dumps(about)}
    with atomic.new_content(path) as file:
        file.write(safetensors.torch.save(weights, metadata))


def accuracy(classifier: Classifier, pictures: npt.NDArray[np.uint8], labels: npt.NDArray[np.integer[Any]]) -> float:
    """Return the fraction of pictures (N, 28, 28) whose label (N,) is the classifier's first choice."""
    predictions = [logits.argmax(1) for logits in _logits(classifier, pictures)]
    return float((torch.cat(predictions) == torch.from_numpy(labels.astype(np.int64))).double().mean())


def scale(pictures: npt.NDArray[np.uint8]) -> torch.Tensor:
    """Return grey pictures (N, 28, 28), uint8, as the classifier's input (N, 1, 28, 28), -1..1."""
    return torch.from_numpy(pictures.astype(np.float32))[:, None] / 127.5 - 1


@torch.no_grad()
def _logits(classifier: Classifier, pictures: npt.NDArray[np.uint8], batch: int = 500) -> list[torch.Tensor]:
    return [classifier(scale(pictures[start : start + batch])) for start in range(0, len(pictures), batch)]


def _to_float16(weights: torch.Tensor) -> torch.Tensor:
    return weights.half() if weights.is_floating_point() else weights


def _to_float32(weights: torch.Tensor) -> torch.Tensor:
    return weights.float() if weights.is_floating_point() else weights
