"""Samples as they are drawn, part by part: the same for the same seed, however many are made at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ganstudio.data import catalog
from ganstudio.images import Labels, Pictures, unpremultiply

if TYPE_CHECKING:
    from ganstudio.latent.models import Model
    from ganstudio.latent.sampler import Sampler


def _leave(pictures: Pictures) -> Pictures:
    return pictures


@dataclass(frozen=True)
class Part:
    """Some samples: the number of the first; (N, H, W[, 3 or 4]), colours not multiplied with alpha; their classes."""

    first: int
    pictures: Pictures
    labels: Labels | None


@dataclass(frozen=True)
class SampleSource:
    """Samples of a generator.

    Parameters
    ----------
    model, sampler
        The generator.
    count
        Number of samples.
    seed
        Seed of the noise; sample N has row N of it.
    truncation
        Factor for the noise.
    turns
        Classes that samples take in turn; empty: all, or none of a generator that knows no classes.
    finish
        What is done to pictures before they are written.
    """

    model: "Model"
    sampler: "Sampler"
    count: int
    seed: int = 0
    truncation: float = 1.0
    turns: tuple[int, ...] = ()
    finish: Callable[[Pictures], Pictures] = _leave

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Height, width and, unless it is grey, number of channels of a picture."""
        labels = self.labels(0, 1)
        return self.sampler.sample(np.zeros((1, self.sampler.z_size), np.float32), labels).shape[1:]

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes that the generator knows; () if it knows none."""
        names = catalog.class_names_of_run(self.model.config) if self.sampler.classes else ()
        return (*names, *map(str, range(len(names), self.sampler.classes)))

    def labels(self, first: int, count: int) -> Labels | None:
        """Return the classes of some samples, (count,); None if the generator knows none."""
        if not self.sampler.classes:
            return None
        turns = np.array(self.turns or range(self.sampler.classes), np.int64)
        return turns[np.arange(first, first + count) % len(turns)]

    def parts(self, at_once: int) -> Iterator[Part]:
        """Make the samples, `at_once` at a time."""
        random = np.random.default_rng(self.seed)
        for first in range(0, self.count, at_once):
            count = min(at_once, self.count - first)
            z = random.standard_normal((count, self.sampler.z_size), dtype=np.float32) * np.float32(self.truncation)
            labels = self.labels(first, count)
            yield Part(first, unpremultiply(self.finish(self.sampler.sample(z, labels))), labels)

    def whole(self) -> Pictures:
        """Make all samples."""
        return next(self.parts(self.count)).pictures
