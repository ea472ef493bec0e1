"""Requests to the sampling thread: pictures of z, principal directions, D's opinion; and how each is served.

torch is imported when a request is served, not before.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ganstudio.config import RunConfig
from ganstudio.images import Labels, Pictures

if TYPE_CHECKING:
    from ganstudio.latent.directions import Directions
    from ganstudio.latent.models import Model
    from ganstudio.latent.sampler import Sampler

Noise = npt.NDArray[np.float32]
Mix = npt.NDArray[np.float32]

_FIRST_PART = 8  # pictures made at once at first: a large grid lets an urgent request in between
_MAX_PART = 32
_BRIEF_SECONDS = 0.005  # a part made faster than that may be followed by one twice as large: the whole is ready sooner
_ANSWER_INTERVAL = 0.03  # seconds between answers with some of the pictures
_MAX_SAMPLERS = 4  # generators kept loaded: the newest, the viewed one and their neighbours


class Channel(Enum):
    """Purposes that pictures are requested for, the most urgent first."""

    PREVIEW = "preview"  # the explorer's picture, which follows the sliders
    MORPH = "morph"
    WALK = "walk"
    SKETCH = "sketch"  # D's opinion of a drawing
    LOOK = "look"  # what a layer makes
    SUMS = "sums"  # what the sums of a convolution are made of
    PUSH = "push"  # what would make D call a picture more real
    BLUEPRINT = "blueprint"  # the structure of the networks
    CELL = "cell"  # one picture of a grid
    OPINION = "opinion"  # D's opinion of the picture under the pointer
    STEPS = "steps"  # what a channel made at steps of the run
    STRIP = "strip"  # pictures along an axis
    FRESH = "fresh"  # a grid of new pictures
    DIRECTIONS = "directions"


@dataclass(frozen=True)
class Answer:
    """Pictures (N, H, W) or (N, H, W, 3) that were requested; fewer than `z` (N, z_size) while not `whole`."""

    channel: Channel
    z: Noise  # as requested, before truncation
    step: int
    stamp: float  # of the request
    pictures: Pictures
    labels: Labels | None = None  # (N,), where each picture is of one class
    whole: bool = True


@dataclass(frozen=True)
class FoundDirections:
    """Principal directions of a generator."""

    model: "Model"
    stamp: float
    directions: "Directions"


@dataclass(frozen=True)
class Opinion:
    """What D thinks of pictures: `chances` (N,), 0..1, as its objective shows them; None if no D was saved.

    `labels` (N,) are the classes they were judged as; None if D knows none, or they were judged by shares of classes.
    """

    stamp: float
    chances: npt.NDArray[np.float64] | None
    says: str  # what the number means
    labels: Labels | None = None


class SamplerCache:
    """Generators that were used last, loaded. Only the sampling thread touches it."""

    def __init__(self) -> None:
        self._held: OrderedDict[object, Sampler] = OrderedDict()

    def sampler(self, model: "Model") -> "Sampler":
        """Return the generator of a model, with its discriminator.

        Raises
        ------
        RunError
            Its file is gone or cannot be read.
        """
        config = model.config
        key = (
            model.path,
            model.version,
            config.data,
            config.network,
            config.objective,
        )
        if key not in self._held:
            from ganstudio.latent.sampler import Sampler

            self._held[key] = Sampler.from_model(model)
            if len(self._held) > _MAX_SAMPLERS:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key]


@dataclass(frozen=True)
class PicturesRequest:
    """Request for pictures by the generator of `model`.

    Parameters
    ----------
    channel : Channel
        The purpose; answers carry it.
    stamp : float
        `time.perf_counter()` of the request, in seconds; answers carry it.
    model : Model
        The generator.
    z : ndarray of float32 or int
        (N, z_size). A whole number stands for the noise of that picture in the run's own grid, which only the engine
        can draw.
    labels : ndarray of int64, optional
        (N,) classes. Neither these nor `mix` where the generator knows none, or for a picture of the run's own grid.
    mix : ndarray of float32, optional
        (N, classes) shares of classes.
    truncation : float
        z is multiplied by it; answers carry z as requested.
    in_parts : bool
        Some of the pictures are answered as soon as they are made, and a newer request on the channel ends this one.
    """

    channel: Channel
    stamp: float
    model: "Model"
    z: Noise | int
    labels: Labels | None = None
    mix: Mix | None = None
    truncation: float = 1.0
    in_parts: bool = False

    def results(self, cache: SamplerCache) -> Iterator[Answer | None]:
        """Make a few pictures between two yields; yield answers, and None where there is none yet."""
        sampler = cache.sampler(self.model)
        z, labels = self._z_and_labels()
        if sampler.shown is not None and self.channel is Channel.FRESH:  # many points in one picture
            pictures = sampler.sample_grid(z * np.float32(self.truncation), labels)
            yield Answer(self.channel, z, self.model.step, self.stamp, pictures, labels)
            return
        truncated = z if self.truncation == 1.0 else z * np.float32(self.truncation)
        parts, answered_at, part = [], time.perf_counter(), slice(0, _FIRST_PART)
        while True:
            started_at = time.perf_counter()
            parts.append(_sample(sampler, truncated[part], labels, self.mix, part))
            if part.stop >= len(z):
                break
            now = time.perf_counter()
            part = _next_part(part, now - started_at)
            if self.in_parts and now - answered_at >= _ANSWER_INTERVAL:
                answered_at = now
                yield self._answer(z, labels, parts, whole=False)
            else:
                yield None
        yield self._answer(z, labels, parts, whole=True)

    def _z_and_labels(self) -> tuple[Noise, Labels | None]:
        if isinstance(self.z, int):
            return _of_cell(self.model.config, self.z)
        return self.z, self.labels if self.mix is None else _pure_labels(self.mix)

    def _answer(self, z: Noise, labels: Labels | None, parts: list[Pictures], whole: bool) -> Answer:
        return Answer(self.channel, z, self.model.step, self.stamp, np.concatenate(parts), labels, whole)


@dataclass(frozen=True)
class DirectionsRequest:
    """Request for the principal directions of a generator."""

    stamp: float
    model: "Model"
    in_parts = True  # a newer request ends it before they are looked for

    def results(self, cache: SamplerCache) -> Iterator[FoundDirections | None]:
        """Find them."""
        from ganstudio.latent import directions

        sampler = cache.sampler(self.model)
        yield None
        found = directions.find(sampler.G, sampler.z_size, sampler.classes)
        yield FoundDirections(self.model, self.stamp, found)


@dataclass(frozen=True)
class OpinionRequest:
    """Request for D's opinion of `pictures` (N, H, W[, 3]) as ones of `labels` (N,) or of shares `mix` (N, classes).

    With neither, a D that knows classes is asked about the likeliest class of each picture.
    """

    stamp: float
    model: "Model"
    pictures: Pictures
    labels: Labels | None = None
    mix: Mix | None = None
    in_parts = False

    def results(self, cache: SamplerCache) -> Iterator[Opinion]:
        """Ask D."""
        if self.model.config.makes_points:
            yield Opinion(self.stamp, None, "D judges points of the plane, and no pictures.")
            return
        critic = cache.sampler(self.model).critic
        if critic is None:
            yield Opinion(self.stamp, None, "This model was saved without its discriminator.")
            return
        without_classes = self.labels is None and self.mix is None
        labels = critic.likeliest(self.pictures) if without_classes else self.labels
        chances = critic.opinion(self.pictures, labels, self.mix)
        yield Opinion(self.stamp, chances, critic.explanation, labels)


SampleRequest = PicturesRequest | DirectionsRequest | OpinionRequest


def _sample(sampler: "Sampler", z: Noise, labels: Labels | None, mix: Mix | None, part: slice) -> Pictures:
    """Return the pictures of one part; by labels where each is of one class, which needs no blending."""
    if labels is None and mix is not None:
        return sampler.sample(z, mix=mix[part])
    return sampler.sample(z, None if labels is None else labels[part])


def _next_part(part: slice, seconds: float) -> slice:
    """Return the part to make after one that took `seconds`."""
    size = part.stop - part.start
    return slice(part.stop, part.stop + (min(_MAX_PART, 2 * size) if seconds < _BRIEF_SECONDS else size))


def _pure_labels(mix: Mix) -> Labels | None:
    """Return labels (N,) that say the same as shares (N, classes) if each row is of one class, else None."""
    return mix.argmax(1).astype(np.int64) if (mix.max(1) == 1.0).all() else None


def _of_cell(config: RunConfig, index: int) -> tuple[Noise, Labels | None]:
    """Return z (1, z_size) and class (1,) of a picture in the run's sample grid."""
    import torch

    from ganstudio.training import rng

    z, labels = rng.grid_noise(config, torch.device("cpu"))
    return z[index, None].numpy(), None if labels is None else labels[index, None].numpy()
