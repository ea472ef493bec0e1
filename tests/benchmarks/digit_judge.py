"""Digit classifier, trained on MNIST at first use, and the Frechet distance in its features."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.data import catalog

EPOCHS, BATCH = 4, 128


class Classifier(nn.Module):
    """Classifier of pictures (N, 28, 28), uint8: logits (N, 10); `features` returns the layer before, (N, 128)."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs, kernel, stride in ((1, 32, 5, 2), (32, 64, 3, 2), (64, 128, 3, 2)):
            convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2)
            layers += [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 16, 128), nn.ReLU())
        self.last = nn.Linear(128, 10)

    def features(self, pictures: torch.Tensor) -> torch.Tensor:
        body: torch.Tensor = self.body(pictures[:, None].float() / 127.5 - 1)
        return body

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.last(self.features(pictures))
        return logits


@dataclass(frozen=True)
class Measures:
    """Measures of 10,000 pictures."""

    frechet: float  # distance to the test pictures
    sure: float  # fraction of which the classifier is more than 95 % sure
    classes: list[float]  # fraction of each digit


class Judge:
    """Measures pictures by a classifier whose weights are read from a file, or trained and written to it."""

    def __init__(self, data: Path, weights: Path) -> None:
        test = catalog.load("mnist", size=28, channels=1, home=data, split="test")
        pictures, labels = torch.from_numpy(test.images.copy()), torch.from_numpy(test.labels.astype(np.int64))
        self.classifier = Classifier()
        if weights.is_file():
            self.classifier.load_state_dict(torch.load(weights, weights_only=True))
        else:
            _train(self.classifier, data)
            torch.save(self.classifier.state_dict(), weights)
        self.classifier.eval()
        self.real = self._features(pictures)
        with torch.no_grad():
            self.accuracy = float((self.classifier.last(self.real).argmax(1) == labels).float().mean())

    @torch.no_grad()
    def measure(self, pictures: npt.NDArray[np.uint8]) -> Measures:
        """Measure pictures (N, 28, 28)."""
        features = self._features(torch.from_numpy(pictures))
        probabilities = self.classifier.last(features).softmax(1)
        fractions = torch.bincount(probabilities.argmax(1), minlength=10) / len(pictures)
        sure = float((probabilities.max(1).values > 0.95).float().mean())
        return Measures(frechet(features, self.real), sure, [round(float(fraction), 4) for fraction in fractions])

    @torch.no_grad()
    def _features(self, pictures: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.classifier.features(part) for part in torch.split(pictures, 1000)])


def frechet(one: torch.Tensor, other: torch.Tensor) -> float:
    """Return |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) of features (N, size), in float64 (Heusel et al., 2017)."""
    one, other = one.double(), other.double()
    difference = one.mean(0) - other.mean(0)
    c1, c2 = torch.cov(one.T), torch.cov(other.T)
    roots = torch.linalg.eigvals(c1 @ c2).real.clamp(min=0).sqrt().sum()
    return float(difference @ difference + c1.trace() + c2.trace() - 2 * roots)


def _train(classifier: Classifier, data: Path) -> None:
    dataset = catalog.load("mnist", size=28, channels=1, home=data)
    pictures, labels = torch.from_numpy(dataset.images.copy()), torch.from_numpy(dataset.labels.astype(np.int64))
    torch.manual_seed(0)
    steps = len(pictures) // BATCH
    optimizer = torch.optim.AdamW(classifier.parameters(), 2e-3)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=EPOCHS * steps)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(pictures))[: steps * BATCH].view(steps, BATCH):
            loss = F.cross_entropy(classifier(pictures[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            rates.step()
