"""A digit classifier, trained on MNIST when it is first wanted, and the Frechet distance in its features."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.data import catalog

EPOCHS, BATCH = 4, 128


class Classifier(nn.Module):
    """Pictures (N, 28, 28), uint8 -> logits (N, 10); `features` gives the layer before, (N, 128)."""

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
class Verdict:
    """What the judge says of 10,000 pictures."""

    frechet: float  # distance to the test pictures
    sure: float  # share that the classifier is more than 95 % sure of
    classes: list[float]  # share of each digit


class Judge:
    """Judges pictures by a classifier that it trains, or has kept in the file `kept`."""

    def __init__(self, data: Path, kept: Path) -> None:
        test = catalog.load("mnist", size=28, channels=1, home=data, split="test")
        pictures, labels = torch.from_numpy(test.images.copy()), torch.from_numpy(test.labels.astype(np.int64))
        self.classifier = Classifier()
        if kept.is_file():
            self.classifier.load_state_dict(torch.load(kept, weights_only=True))
        else:
            _train(self.classifier, data)
            torch.save(self.classifier.state_dict(), kept)
        self.classifier.eval()
        self.real = self._features(pictures)
        with torch.no_grad():
            self.accuracy = float((self.classifier.last(self.real).argmax(1) == labels).float().mean())

    @torch.no_grad()
    def verdict(self, pictures: np.ndarray) -> Verdict:
        """Of pictures (N, 28, 28), uint8."""
        features = self._features(torch.from_numpy(pictures))
        chances = self.classifier.last(features).softmax(1)
        counts = torch.bincount(chances.argmax(1), minlength=10) / len(pictures)
        sure = float((chances.max(1).values > 0.95).float().mean())
        return Verdict(frechet(features, self.real), sure, [round(float(each), 4) for each in counts])

    @torch.no_grad()
    def _features(self, pictures: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.classifier.features(part) for part in pictures.split(1000)])


def frechet(one: torch.Tensor, other: torch.Tensor) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) of features (N, size), in float64 (Heusel et al., 2017)."""
    one, other = one.double(), other.double()
    apart = one.mean(0) - other.mean(0)
    c1, c2 = torch.cov(one.T), torch.cov(other.T)
    roots = torch.linalg.eigvals(c1 @ c2).real.clamp(min=0).sqrt().sum()
    return float(apart @ apart + c1.trace() + c2.trace() - 2 * roots)


def _train(classifier: Classifier, data: Path) -> None:
    known = catalog.load("mnist", size=28, channels=1, home=data)
    pictures, labels = torch.from_numpy(known.images.copy()), torch.from_numpy(known.labels.astype(np.int64))
    torch.manual_seed(0)
    steps = len(pictures) // BATCH
    optimizer = torch.optim.AdamW(classifier.parameters(), 2e-3)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=EPOCHS * steps)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(pictures))[: steps * BATCH].view(steps, BATCH):
            loss = F.cross_entropy(classifier(pictures[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rates.step()
