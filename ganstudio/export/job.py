"""What is to be exported, and what the floors above hand down for it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from ganstudio.config import RunConfig
from ganstudio.errors import Cancelled
from ganstudio.images import Labels, Pictures

if TYPE_CHECKING:
    import torch

Floats = npt.NDArray[np.float32]


class Model(Protocol):
    """A generator that was found, not yet loaded."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...  # snapshot or generator file
    @property
    def config(self) -> RunConfig: ...
    @property
    def step(self) -> int: ...


class Sampler(Protocol):
    """z -> pictures, as `latent.sampler.Sampler`."""

    G: "torch.nn.Module"
    z_size: int
    classes: int  # 0: not class-conditional

    def sample(self, z: Floats, labels: Labels | None = None, mix: Floats | None = None) -> Pictures: ...


class Latent(Protocol):
    """Generators: what `latent.supply` offers. `latent` is a floor's neighbour, so whoever makes a job hands it in."""

    def find(self, name: str | Path, step: int | None) -> Model: ...
    def load(self, path: Path, config: RunConfig) -> Sampler: ...
    def noise(self, count: int, z_size: int, seed: int) -> Floats: ...
    def walk(self, keys: Floats, frames_between: int) -> Floats: ...  # a loop
    def mixes(self, keys: Floats, frames_between: int) -> Floats: ...


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Job:
    """One export. What a format does not need, it does not look at.

    run : a run's folder; for formats of a generator, also a generator file or a bundled model's name.
    out : the file; for tensorboard a folder.  what : one of the format's `whats`; "" its first.
    step : of a run, the newest that is not after it; None: the newest.  Animations end there.
    scale : pixels for each pixel of a picture, both ways; 0: what reads well.
    fps : frames a second; 0: as many as the frames there are need, 20 at most.
    seconds : length of an animation; 0: 10, or less where there are few frames.
    count : pictures of a sprite sheet.  labels : classes that samples take in turn; none: all.
    caption : whether frames and grids of progress tell their step.  follow : tensorboard goes on until the run ends.
    points, mix : a walk as it was made elsewhere, (F, z_size) and (F, classes); None: one of the seed's.
    progress : called with (done, total).  stop : asked now and then; true calls the export off.
    """

    run: Path | str
    out: Path
    what: str = ""
    step: int | None = None
    scale: int = 0
    fps: float = 0.0
    seconds: float = 0.0
    seed: int = 0
    count: int = 64
    labels: tuple[int, ...] = ()
    caption: bool = True
    follow: bool = False
    points: Floats | None = None
    mix: Floats | None = None
    latent: Latent | None = None
    progress: Callable[[int, int], None] = _silent
    stop: Callable[[], bool] = _never

    def model(self) -> Model:
        """The generator asked for, found. Raises InputError, RunError."""
        if self.latent is None:
            raise ValueError("a job that needs a generator must be handed ganstudio.latent.supply")
        return self.latent.find(self.run, self.step)

    def generator(self) -> tuple[Model, Sampler]:
        """The generator asked for, found and loaded. Raises InputError, RunError."""
        model = self.model()
        assert self.latent is not None  # it found the model
        return model, self.latent.load(model.path, model.config)

    def tell(self, done: int, total: int) -> None:
        """Report progress. Raises Cancelled if the person called it off."""
        if self.stop():
            raise Cancelled
        self.progress(done, total)
