"""Picture -> z: the point in latent space whose picture is nearest to a given one.

By gradient descent on z with G held: J.-Y. Zhu, P. Kraehenbuehl, E. Shechtman, A. Efros, "Generative visual
manipulation on the natural image manifold", ECCV 2016 (arXiv 1609.03552), section 3.1. One descent ends in a poor
minimum as often as not; so many random z are looked at, and the descent begins at several of the best at once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from ganstudio.images import Pictures, to_float, to_uint8
from ganstudio.latent import condition
from ganstudio.latent.condition import Mix
from ganstudio.latent.sampler import Noise, Sampler, noise
from ganstudio.training.device import hardware

LOOKED_AT = 256  # random z
RESTARTS = 8  # of the best of them, from which descents begin
STEPS = 80  # of each descent
HALVED_AT = (0.25, 0.5)  # shares of the way at which the worse half of the restarts is dropped
RATE = 0.2  # of Adam at its start
BETAS = (0.9, 0.99)
TOGETHER = 8  # pictures searched for at once
SCALES = (1, 2, 4)  # pixels whose means are compared, beside single ones: what is nearly in place counts for something
FEATURES = 0.5  # weight of the distance of features, beside that of pixels: a thick sketch keeps its class
OUTSIDE = 0.1  # weight of being further out than random z are
PROGRESS_SECONDS = 0.1

Features = Callable[[torch.Tensor], torch.Tensor]  # (N, C, H, W), -1..1 -> (N, d)
Progress = Callable[[float, "Found"], None]


@dataclass(frozen=True)
class Found:
    """Points in latent space for pictures, in their order.

    z (N, z_size).  mix (N, classes), one class in each row; None: G is not class-conditional.  error (N,) : mean
    absolute difference between picture and G's, 0..1.  pictures : what G makes of z, as `Sampler.sample` gives it.
    """

    z: Noise
    mix: Mix | None
    error: npt.NDArray[np.float64]
    pictures: Pictures


def project(
    sampler: Sampler,
    pictures: Pictures,
    features: Features | None = None,
    seed: int = 0,
    seconds: float = 2.0,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """z, and class if G knows any, for each of `pictures`, uint8 (N, H, W) or (N, H, W, 3), of G's own size.

    features : what else to compare than pixels; None: those of the bundled classifier for grey pictures of 28x28.
    seconds : for each picture; where they run out, the descent is shorter. Otherwise the same seed finds the same z.
    progress : told, ten times a second, the share done and the best so far of the pictures begun.
    stop : asked at each step; where it says so, the best so far is returned, of the pictures begun, at least one.

    Raises ValueError if there is no picture or they are not of G's size.
    """
    began = time.monotonic()
    x = _wanted(sampler, pictures)
    features = features or _bundled(x)
    search = _Search(sampler, features, seed)
    found: list[Found] = []
    groups = torch.split(x, TOGETHER)
    for number, group in enumerate(groups):
        descent = search.begin(group)
        told_at = time.monotonic()
        while descent.share < 1.0 and not (stop is not None and stop()):
            descent.step((time.monotonic() - began) / (seconds * len(group)))
            if progress is not None and time.monotonic() - told_at >= PROGRESS_SECONDS:
                told_at = time.monotonic()
                progress((number + descent.share) / len(groups), _joined([*found, descent.found()]))
        found.append(descent.found())
        began = time.monotonic()
        if stop is not None and stop():
            break
    return _joined(found)


class _Search:
    """The random z that are looked at, with G's pictures of them."""

    def __init__(self, sampler: Sampler, features: Features | None, seed: int) -> None:
        self.sampler, self.features = sampler, features
        self.half = hardware.native_bfloat16(torch.device("cpu"))
        self.z = torch.from_numpy(noise(LOOKED_AT, sampler.z_size, seed))
        self.labels = condition.classes(LOOKED_AT, sampler.classes)
        with torch.no_grad():
            self.seen = self.views(self.make(self.z, self.labels))

    def begin(self, x: torch.Tensor) -> "_Descent":
        """Descents to pictures (N, C, H, W), -1..1, from the z whose pictures are nearest."""
        views = self.views(x)
        apart = sum(torch.cdist(mine, theirs).square() for mine, theirs in zip(views, self.seen, strict=True))
        assert isinstance(apart, torch.Tensor)
        nearest = apart.topk(RESTARTS, dim=1, largest=False).indices  # (N, restarts)
        labels = None if self.labels is None else self.labels[nearest]
        return _Descent(self, x, views, self.z[nearest], labels)

    def make(self, z: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        """G's pictures (N, C, H, W), -1..1, float32."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            x: torch.Tensor = self.sampler.G(z, labels)
        return x.float()

    def views(self, x: torch.Tensor) -> list[torch.Tensor]:
        """What is compared of pictures: rows (N, n) whose squared distances add up to the loss."""
        small = [F.avg_pool2d(x, scale).flatten(1) for scale in SCALES if scale <= x.shape[-1]]
        seen = [each / each.shape[1] ** 0.5 for each in small]
        if self.features is not None:
            seen.append(F.normalize(self.features(x), dim=1) * FEATURES**0.5)
        return seen


class _Descent:
    """Adam on z (N, restarts, z_size), all at once, for pictures (N, C, H, W)."""

    def __init__(
        self,
        search: _Search,
        x: torch.Tensor,
        views: list[torch.Tensor],
        z: torch.Tensor,
        labels: torch.Tensor | None,
    ) -> None:
        self.share = 0.0  # of the way
        self._search, self._x, self._views = search, x, views
        self._z, self._labels = z, labels
        self._first, self._second = torch.zeros_like(z), torch.zeros_like(z)  # Adam's moments
        self._loss = torch.full(z.shape[:2], torch.inf)  # (N, restarts), the lowest so far
        self._best = z.clone()  # where that was
        self._steps = 0

    def step(self, elapsed: float) -> None:
        """A step of all restarts; `elapsed` is the share of the time that is over."""
        z = self._z.requires_grad_(True)
        loss = self._losses(z)
        (slope,) = torch.autograd.grad(loss.sum(), z)
        self._remember(z.detach(), loss.detach())
        self._steps += 1
        self.share = min(1.0, max(self._steps / STEPS, elapsed))
        self._first.lerp_(slope, 1 - BETAS[0])
        self._second.lerp_(slope.square(), 1 - BETAS[1])
        first = self._first / (1 - BETAS[0] ** self._steps)
        second = self._second / (1 - BETAS[1] ** self._steps)
        self._z = z.detach() - RATE * _pace(self.share) * first / (second.sqrt() + 1e-8)
        self._drop_the_worse()

    def found(self) -> Found:
        """The best so far."""
        best = self._loss.argmin(1)
        rows = torch.arange(len(best))
        z = self._best[rows, best].numpy()
        sampler = self._search.sampler
        labels = None if self._labels is None else self._labels[rows, best].numpy()
        pictures = sampler.sample(z, labels)
        wanted = to_uint8(self._x)
        error = np.abs(pictures.astype(np.float64) - wanted).reshape(len(z), -1).mean(1) / 255
        mix = None if labels is None else condition.one_hot(labels, sampler.classes)
        return Found(z, mix, error, pictures)

    def _losses(self, z: torch.Tensor) -> torch.Tensor:
        """(N, restarts): distances to the pictures, and how much further out z are than random ones."""
        labels = None if self._labels is None else self._labels.flatten()
        views = self._search.views(self._search.make(z.flatten(0, 1), labels))
        loss = OUTSIDE * (z.square().mean(-1) - 1).clamp_min(0).square()
        for mine, theirs in zip(views, self._views, strict=True):
            loss = loss + (mine.view(*z.shape[:2], -1) - theirs[:, None]).square().sum(-1)
        return loss

    def _remember(self, z: torch.Tensor, loss: torch.Tensor) -> None:
        better = loss < self._loss
        self._loss = torch.where(better, loss, self._loss)
        self._best = torch.where(better[..., None], z, self._best)

    def _drop_the_worse(self) -> None:
        left = RESTARTS >> sum(self.share >= at for at in HALVED_AT)
        if left >= self._loss.shape[1]:
            return
        kept = self._loss.topk(left, dim=1, largest=False).indices  # (N, left)
        self._loss = self._loss.gather(1, kept)
        self._labels = None if self._labels is None else self._labels.gather(1, kept)
        along = kept[..., None].expand(-1, -1, self._z.shape[2])
        self._z, self._best = self._z.gather(1, along), self._best.gather(1, along)
        self._first, self._second = self._first.gather(1, along), self._second.gather(1, along)


def _pace(share: float) -> float:
    """Of Adam's rate: all of it at first, less over the last third of the way."""
    return min(1.0, (1.0 - share) * 3.0 + 0.02)


def _wanted(sampler: Sampler, pictures: Pictures) -> torch.Tensor:
    """(N, C, H, W), -1..1. Raises ValueError."""
    shape = sampler.sample(noise(1, sampler.z_size, 0)).shape[1:]
    if not len(pictures) or pictures.shape[1:] != shape or pictures.dtype != np.uint8:
        raise ValueError(f"pictures must be (N, {', '.join(map(str, shape))}), uint8; got {pictures.shape}")
    x = torch.from_numpy(np.array(pictures))
    return to_float(x[:, None] if x.ndim == 3 else x.permute(0, 3, 1, 2))


def _bundled(x: torch.Tensor) -> Features | None:
    """Features of the bundled classifier, where it is there and knows such pictures."""
    if x.shape[1:] != (1, 28, 28):
        return None
    from ganstudio.evaluation import classifier

    known = classifier.load_bundled()
    return None if known is None else known.eval().requires_grad_(False).features


def _joined(parts: list[Found]) -> Found:
    mixes = [each.mix for each in parts if each.mix is not None]
    return Found(
        np.concatenate([each.z for each in parts]),
        np.concatenate(mixes) if mixes else None,
        np.concatenate([each.error for each in parts]),
        np.concatenate([each.pictures for each in parts]),
    )
