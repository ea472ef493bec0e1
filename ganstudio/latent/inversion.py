"""GAN inversion: the point in latent space whose picture is nearest to a given one.

By gradient descent on z with G held: J.-Y. Zhu, P. Kraehenbuehl, E. Shechtman, A. Efros, "Generative visual
manipulation on the natural image manifold", ECCV 2016 (arXiv 1609.03552), section 3.1. A single descent ends in a poor
minimum as often as not; many random z are therefore compared, and descents start from several of the best at once.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from ganstudio.images import Pictures, to_float, to_uint8
from ganstudio.latent.condition import make_condition
from ganstudio.latent.paths import Mix, Noise, noise, one_hot
from ganstudio.latent.sampler import Sampler
from ganstudio.training.device import hardware

CANDIDATES = 256  # random z
RESTARTS = 8  # of the best of them, from which descents start
STEPS = 80  # of each descent
HALVING_FRACTIONS = (0.25, 0.5)  # of the descent, at which the worse half of the restarts is dropped
LEARNING_RATE = 0.2  # of Adam at its start
BETAS = (0.9, 0.99)
BATCH = 8  # pictures inverted at once
SCALES = (1, 2, 4)  # pixels whose means are compared: single ones, and blocks, so that nearly in place counts, too
FEATURE_WEIGHT = 0.5  # of the distance of features, beside that of pixels: a thick sketch keeps its class
NORM_WEIGHT = 0.1  # of the penalty on z that is longer than random ones
PROGRESS_SECONDS = 0.1

FeatureExtractor = Callable[[torch.Tensor], torch.Tensor]  # (N, C, H, W), -1..1 -> (N, d)
Progress = Callable[[float, "Inversion"], None]


@dataclass(frozen=True)
class Inversion:
    """Points in latent space for pictures, in their order.

    Parameters
    ----------
    z
        (N, z_size).
    mix
        (N, classes), all of one class in each row; None: G is not class-conditional.
    error
        (N,), mean absolute difference between the picture and G's, 0..1.
    pictures
        G's pictures of z, as `Sampler.sample` returns them.
    """

    z: Noise
    mix: Mix | None
    error: npt.NDArray[np.float64]
    pictures: Pictures


def project(
    sampler: Sampler,
    pictures: Pictures,
    features: FeatureExtractor | None = None,
    seed: int = 0,
    seconds: float = 2.0,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Inversion:
    """Find z, and the class if G has any, for each picture.

    Parameters
    ----------
    sampler
        The generator.
    pictures
        (N, H, W) or (N, H, W, 3), uint8, of G's own size.
    features
        What to compare besides pixels; None: the features of the bundled classifier, for grey pictures of 28x28.
    seed
        Of the random z. The same seed finds the same z, unless the time runs out.
    seconds
        Time limit for each picture; when it is reached, the descent is cut short.
    progress
        Called ten times a second with the fraction done, 0..1, and the best result so far, of the pictures begun.
    stop
        Called at each step; when it returns true, the best result so far is returned, of the pictures begun (at least
        one).

    Raises
    ------
    ValueError
        There is no picture, or they are not of G's size.
    """
    started = time.monotonic()
    x = _to_targets(sampler, pictures)
    search = _Search(sampler, features or _bundled_features(x), seed)
    results: list[Inversion] = []
    batches = torch.split(x, BATCH)
    for number, batch in enumerate(batches):
        descent = search.start_descent(batch)
        reported = time.monotonic()
        for _ in descent.steps(started, seconds * len(batch), stop):
            if progress is not None and time.monotonic() - reported >= PROGRESS_SECONDS:
                reported = time.monotonic()
                progress((number + descent.fraction) / len(batches), _concatenate([*results, descent.result()]))
        results.append(descent.result())
        started = time.monotonic()
        if stop is not None and stop():
            break
    return _concatenate(results)


class _Search:
    """The random z that are compared, with G's pictures of them."""

    def __init__(self, sampler: Sampler, features: FeatureExtractor | None, seed: int) -> None:
        self.sampler = sampler
        self.features = features
        self.uses_bfloat16 = hardware.native_bfloat16(torch.device("cpu"))
        self.z = torch.from_numpy(noise(CANDIDATES, sampler.z_size, seed))
        self.labels = make_condition(CANDIDATES, sampler.classes)
        with torch.no_grad():
            self.candidates = self.compared(self.generate(self.z, self.labels))

    def start_descent(self, x: torch.Tensor) -> "_Descent":
        """Start descents to pictures (N, C, H, W), -1..1, from the z whose pictures are nearest."""
        targets = self.compared(x)
        distance = sum(torch.cdist(a, b).square() for a, b in zip(targets, self.candidates, strict=True))
        assert isinstance(distance, torch.Tensor)
        nearest = distance.topk(RESTARTS, dim=1, largest=False).indices  # (N, restarts)
        labels = None if self.labels is None else self.labels[nearest]
        return _Descent(self, x, targets, self.z[nearest], labels)

    def generate(self, z: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        """Return G's pictures (N, C, H, W), -1..1, float32."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.uses_bfloat16):
            x: torch.Tensor = self.sampler.G(z, labels)
        return x.float()

    def compared(self, x: torch.Tensor) -> list[torch.Tensor]:
        """Return what is compared of pictures: rows (N, n) whose squared distances add up to the loss."""
        pooled = [F.avg_pool2d(x, scale).flatten(1) for scale in SCALES if scale <= x.shape[-1]]
        rows = [pixels / pixels.shape[1] ** 0.5 for pixels in pooled]
        if self.features is not None:
            rows.append(F.normalize(self.features(x), dim=1) * FEATURE_WEIGHT**0.5)
        return rows


class _Descent:
    """Adam on z (N, restarts, z_size), all at once, for pictures (N, C, H, W)."""

    def __init__(
        self,
        search: _Search,
        x: torch.Tensor,
        targets: list[torch.Tensor],
        z: torch.Tensor,
        labels: torch.Tensor | None,
    ) -> None:
        self.fraction = 0.0  # of the descent that is done
        self._search = search
        self._x = x
        self._targets = targets
        self._z = z
        self._labels = labels
        self._first = torch.zeros_like(z)  # Adam's moments
        self._second = torch.zeros_like(z)
        self._best_loss = torch.full(z.shape[:2], torch.inf)  # (N, restarts)
        self._best_z = z.clone()
        self._steps = 0

    def steps(self, started: float, seconds: float, stop: Callable[[], bool] | None) -> Iterator[None]:
        """Make steps until the descent is done or `stop` returns true, and yield after each; time cuts it short."""
        while self.fraction < 1.0 and not (stop is not None and stop()):
            self._step((time.monotonic() - started) / seconds)
            yield

    def _step(self, elapsed: float) -> None:
        """Make one step of all restarts; `elapsed` is the fraction of the time that is over."""
        z = self._z.requires_grad_(True)
        loss = self._losses(z)
        (gradient,) = torch.autograd.grad(loss.sum(), z)
        self._keep_best(z.detach(), loss.detach())
        self._steps += 1
        self.fraction = min(1.0, max(self._steps / STEPS, elapsed))
        self._first.lerp_(gradient, 1 - BETAS[0])
        self._second.lerp_(gradient.square(), 1 - BETAS[1])
        first = self._first / (1 - BETAS[0] ** self._steps)
        second = self._second / (1 - BETAS[1] ** self._steps)
        self._z = z.detach() - LEARNING_RATE * _rate_factor(self.fraction) * first / (second.sqrt() + 1e-8)
        self._drop_worse_half()

    def result(self) -> Inversion:
        """Return the best z so far."""
        best = self._best_loss.argmin(1)
        rows = torch.arange(len(best))
        z = self._best_z[rows, best].numpy()
        sampler = self._search.sampler
        labels = None if self._labels is None else self._labels[rows, best].numpy()
        pictures = sampler.sample(z, labels)
        error = np.abs(pictures.astype(np.float64) - to_uint8(self._x)).reshape(len(z), -1).mean(1) / 255
        mix = None if labels is None else one_hot(labels, sampler.classes)
        return Inversion(z, mix, error, pictures)

    def _losses(self, z: torch.Tensor) -> torch.Tensor:
        """Return the distances (N, restarts) to the pictures, plus the penalty on z longer than random ones."""
        labels = None if self._labels is None else self._labels.flatten()
        rows = self._search.compared(self._search.generate(z.flatten(0, 1), labels))
        loss = NORM_WEIGHT * (z.square().mean(-1) - 1).clamp_min(0).square()
        for row, target in zip(rows, self._targets, strict=True):
            loss = loss + (row.view(*z.shape[:2], -1) - target[:, None]).square().sum(-1)
        return loss

    def _keep_best(self, z: torch.Tensor, loss: torch.Tensor) -> None:
        better = loss < self._best_loss
        self._best_loss = torch.where(better, loss, self._best_loss)
        self._best_z = torch.where(better[..., None], z, self._best_z)

    def _drop_worse_half(self) -> None:
        remaining = RESTARTS >> sum(self.fraction >= fraction for fraction in HALVING_FRACTIONS)
        if remaining >= self._best_loss.shape[1]:
            return
        kept = self._best_loss.topk(remaining, dim=1, largest=False).indices  # (N, remaining)
        self._best_loss = self._best_loss.gather(1, kept)
        self._labels = None if self._labels is None else self._labels.gather(1, kept)
        rows = kept[..., None].expand(-1, -1, self._z.shape[2])
        self._z = self._z.gather(1, rows)
        self._best_z = self._best_z.gather(1, rows)
        self._first = self._first.gather(1, rows)
        self._second = self._second.gather(1, rows)


def _rate_factor(fraction: float) -> float:
    """Return the factor of Adam's learning rate: 1 at first, falling over the last third of the descent."""
    return min(1.0, (1.0 - fraction) * 3.0 + 0.02)


def _to_targets(sampler: Sampler, pictures: Pictures) -> torch.Tensor:
    """Return the pictures as (N, C, H, W), -1..1; raise ValueError if they are not of G's size."""
    shape = sampler.sample(noise(1, sampler.z_size, 0)).shape[1:]
    if not len(pictures) or pictures.shape[1:] != shape or pictures.dtype != np.uint8:
        raise ValueError(f"pictures must be (N, {', '.join(map(str, shape))}), uint8; got {pictures.shape}")
    x = torch.from_numpy(np.array(pictures))
    return to_float(x[:, None] if x.ndim == 3 else x.permute(0, 3, 1, 2))


def _bundled_features(x: torch.Tensor) -> FeatureExtractor | None:
    """Return the features of the bundled classifier, if it is there and accepts such pictures."""
    if x.shape[1:] != (1, 28, 28):
        return None
    from ganstudio.evaluation import classifier

    bundled = classifier.load_bundled()
    return None if bundled is None else bundled.eval().requires_grad_(False).features


def _concatenate(results: list[Inversion]) -> Inversion:
    mixes = [result.mix for result in results if result.mix is not None]
    return Inversion(
        np.concatenate([result.z for result in results]),
        np.concatenate(mixes) if mixes else None,
        np.concatenate([result.error for result in results]),
        np.concatenate([result.pictures for result in results]),
    )
