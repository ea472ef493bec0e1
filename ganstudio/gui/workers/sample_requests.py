"""What the sampling thread is asked for: pictures of z, principal directions, D's opinion; and how each is made.

Needs no torch until a job is done.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ganstudio.config import RunConfig
from ganstudio.events import Pictures
from ganstudio.gui.widgets.class_box import class_names
from ganstudio.images import Labels, grid_labels

if TYPE_CHECKING:
    from ganstudio.latent.directions import Directions
    from ganstudio.latent.models import Model
    from ganstudio.latent.sampler import Sampler

Noise = npt.NDArray[np.float32]
Mix = npt.NDArray[np.float32]

_PART, _MOST = 8, 32  # pictures made at once: a large grid lets an urgent request in between
_BRIEF = 0.005  # seconds: parts made sooner than that may be twice as large, which makes the whole sooner
_PARTLY = 0.03  # seconds between answers with some of the pictures
_HELD = 4  # generators kept loaded: the newest, the viewed one and their neighbours


@dataclass(frozen=True)
class Answer:
    """What came of a request: `pictures` (N, H, W) or (N, H, W, 3); fewer than `z` (N, z_size) while not `whole`."""

    channel: str
    z: Noise  # as it was asked for, before truncation
    step: int
    stamp: float  # of the request
    pictures: Pictures
    labels: Labels | None = None  # (N,), where each picture is of one class
    whole: bool = True


@dataclass(frozen=True)
class Directed:
    """Principal directions of a generator."""

    model: "Model"
    stamp: float
    directions: "Directions"


@dataclass(frozen=True)
class Opinion:
    """What D thinks of pictures: `chances` (N,), 0..1, as its objective shows them; None if no D was kept.

    `labels` (N,): as of which classes; None if it knows none, or was asked as every one of them.
    """

    channel: str
    stamp: float
    chances: npt.NDArray[np.float64] | None
    says: str  # what the number means
    labels: Labels | None = None


class Shelf:
    """Generators that were used last, loaded. Only the sampling thread touches it."""

    def __init__(self) -> None:
        self._held: OrderedDict[object, Sampler] = OrderedDict()

    def sampler(self, model: "Model") -> "Sampler":
        """The generator of a model, with its discriminator. Raises RunError."""
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
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key]


@dataclass(frozen=True)
class Request:
    """Pictures of `z` (N, z_size), shrunk by `truncation`, by the generator of `model`.

    A whole number for `z` stands for the noise of that picture in the run's own grid, which only the engine can draw.
    The classes to draw are `labels` (N,), or shares `mix` (N, classes); neither where the generator knows none, or for
    a picture of the run's own grid. `in_parts`: some pictures are answered as soon as they are there, and a newer
    request ends this one.
    """

    channel: str
    stamp: float  # seconds, time.perf_counter(): when it was asked for
    model: "Model"
    z: Noise | int
    labels: Labels | None = None
    mix: Mix | None = None
    truncation: float = 1.0
    in_parts: bool = False

    def work(self, shelf: Shelf) -> Iterator[Answer | None]:
        """Make the pictures, a few between two yields; gives answers, and None between them."""
        sampler = shelf.sampler(self.model)
        z, labels = self._z_and_labels()
        shown = z if self.truncation == 1.0 else z * np.float32(self.truncation)
        told, said, part = [], time.perf_counter(), slice(0, _PART)
        while True:
            began = time.perf_counter()
            told.append(_sample(sampler, shown[part], labels, self.mix, part))
            if part.stop >= len(z):
                break
            now = time.perf_counter()
            part = _next(part, now - began)
            if self.in_parts and now - said >= _PARTLY:
                said = now
                yield self._answer(z, labels, told, whole=False)
            else:
                yield None
        yield self._answer(z, labels, told, whole=True)

    def _z_and_labels(self) -> tuple[Noise, Labels | None]:
        if isinstance(self.z, int):
            return _of_cell(self.model.config, self.z)
        return self.z, self.labels if self.mix is None else _certain(self.mix)

    def _answer(self, z: Noise, labels: Labels | None, made: list[Pictures], whole: bool) -> Answer:
        return Answer(self.channel, z, self.model.step, self.stamp, np.concatenate(made), labels, whole)


@dataclass(frozen=True)
class DirectionsRequest:
    """The principal directions of a generator."""

    channel: str
    stamp: float
    model: "Model"
    in_parts: bool = True

    def work(self, shelf: Shelf) -> Iterator[Directed | None]:
        """Find them."""
        from ganstudio.latent import directions

        sampler = shelf.sampler(self.model)
        yield None
        found = directions.find(sampler.G, sampler.z_size, sampler.classes)
        yield Directed(self.model, self.stamp, found)


@dataclass(frozen=True)
class OpinionRequest:
    """D's opinion of `pictures` (N, H, W) or (N, H, W, 3), as ones of `labels` (N,) or `mix` (N, classes).

    With neither, a D that is told classes is asked as `Critic.opinion` says.
    """

    channel: str
    stamp: float
    model: "Model"
    pictures: Pictures
    labels: Labels | None = None
    mix: Mix | None = None
    in_parts: bool = False

    def work(self, shelf: Shelf) -> Iterator[Opinion]:
        """Ask D."""
        critic = shelf.sampler(self.model).critic
        if critic is None:
            yield Opinion(self.channel, self.stamp, None, "This model was saved without its discriminator.")
            return
        unasked = self.labels is None and self.mix is None
        labels = critic.likeliest(self.pictures) if unasked else self.labels
        chances = critic.opinion(self.pictures, labels, self.mix)
        yield Opinion(self.channel, self.stamp, chances, critic.says, labels)


Job = Request | DirectionsRequest | OpinionRequest


def _sample(sampler: "Sampler", z: Noise, labels: Labels | None, mix: Mix | None, part: slice) -> Pictures:
    """Pictures of one part; by labels where each is of one class, which needs no blending."""
    if labels is None and mix is not None:
        return sampler.sample(z, mix=mix[part])
    return sampler.sample(z, None if labels is None else labels[part])


def _next(part: slice, seconds: float) -> slice:
    """The part to make after one that took so long."""
    size = part.stop - part.start
    return slice(part.stop, part.stop + (min(_MOST, 2 * size) if seconds < _BRIEF else size))


def _certain(mix: Mix) -> Labels | None:
    """Labels (N,) that say the same as shares (N, classes), if each row is of one class; else None."""
    return mix.argmax(1).astype(np.int64) if (mix.max(1) == 1.0).all() else None


def _of_cell(config: RunConfig, index: int) -> tuple[Noise, Labels | None]:
    """z (1, z_size) and class (1,) of a picture in the run's sample grid."""
    classes = len(class_names(config))
    labels = grid_labels(config.output.grid, classes)[index, None] if classes else None
    return _fixed_noise(config)[index, None], labels


def _fixed_noise(config: RunConfig) -> Noise:
    """z (grid x grid, z_size) of the run's sample grids, as `Trainer` draws it."""
    import torch

    from ganstudio.training import seeds

    rng = seeds.generator(config.seed, "fixed")
    drawn: Noise = torch.randn(config.output.grid**2, config.network.z_size, generator=rng).numpy()
    return drawn
