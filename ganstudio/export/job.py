"""What is to be exported, and how an export reports back."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ganstudio.errors import Cancelled
from ganstudio.latent import models
from ganstudio.latent.models import Model
from ganstudio.plots.plane import FIRST_LAYERS, Layer

if TYPE_CHECKING:
    from ganstudio.latent.sampler import Sampler

Floats = npt.NDArray[np.float32]


class Content(StrEnum):
    """What of a run, or of a generator, a file contains; the value is what `--what` takes."""

    GRID = "grid"
    SAMPLE = "sample"
    SPRITES = "sprites"
    SAMPLES = "samples"
    RESULTS = "results"
    PLANE = "plane"
    POINTS = "points"
    CURVES = "curves"
    PROGRESS = "progress"
    WALK = "walk"
    GENERATOR = "generator"
    NETWORKS = "networks"
    LOG = "log"
    RUN = "run"

    @property
    def is_of_points(self) -> bool:
        """Whether only a run of points has it."""
        return self in (Content.PLANE, Content.POINTS)

    @property
    def needs_generator(self) -> bool:
        """Whether it is made from a generator, which need not belong to a run; all else needs a run's folder."""
        return self in _OF_GENERATOR


_OF_GENERATOR = frozenset(
    (Content.SAMPLE, Content.SPRITES, Content.SAMPLES, Content.WALK, Content.GENERATOR, Content.NETWORKS)
)


class Paper(StrEnum):
    """What is below transparent pictures where a file cannot be transparent; the value is what `--paper` takes."""

    WHITE = "white"
    BLACK = "black"
    CHECKERBOARD = "checkerboard"


def _ignore_progress(done: int, total: int) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Job:
    """One export. A format ignores the fields that it has no use for.

    Parameters
    ----------
    run
        A run's folder; for contents that need a generator also a generator file or the name of a bundled model.
    out
        The file to write; for TensorBoard a folder.
    content
        One of the format's `contents`; None: its first.
    step
        Export the run as it was at the newest snapshot or grid not after this step; None: the newest. Animations end
        there.
    scale
        Side of the square of pixels that each pixel becomes; 0: one that is easy to see.
    fps
        Frames per second, 0.1 to 100; 0: as many as suit the number of frames, 20 at most.
    seconds
        Length of an animation, 0.1 to 600 s; 0: 10 s, or less where there are few frames.
    seed
        Seed of the random noise, 0 to 2**32 - 1.
    count
        Number of pictures on a sprite sheet, or of samples with a file each.
    truncation
        Factor for the noise of these, 0 to 1: the lower, the more alike and typical the pictures.
    labels
        Classes that samples take in turn; empty: all.
    caption
        Whether the frames of progress name their step.
    paper
        What is below transparent pictures in a GIF or MP4.
    alpha_threshold
        Share of alpha, 0..1, from which on a pixel becomes opaque; others become transparent. None: alpha stays.
    palette
        Number of colours, those that suit the training pictures best, that pictures are drawn with; 0: all.
    layers
        What is shown of the plane.
    follow
        Whether TensorBoard files are written until the run ends.
    points, mix
        A walk that was computed elsewhere: z (F, z_size) and shares of the classes (F, classes); None: a walk through
        random points of the seed.
    max_side
        Longest side of a PNG in pixels: a larger picture is made smaller; 0: it is not.
    on_progress
        Called with (done, total).
    should_stop
        Asked now and then; once it returns True, the export is cancelled.
    """

    run: Path | str
    out: Path
    content: Content | None = None
    step: int | None = None
    scale: int = 0
    fps: float = 0.0
    seconds: float = 0.0
    seed: int = 0
    count: int = 64
    truncation: float = 1.0
    labels: tuple[int, ...] = ()
    caption: bool = True
    paper: Paper = Paper.WHITE
    alpha_threshold: float | None = None
    palette: int = 0
    layers: tuple[Layer, ...] = FIRST_LAYERS
    follow: bool = False
    points: Floats | None = None
    mix: Floats | None = None
    max_side: int = 0
    on_progress: Callable[[int, int], None] = _ignore_progress
    should_stop: Callable[[], bool] = _never

    def model(self) -> Model:
        """Find the generator to export from, without loading it.

        Raises
        ------
        InputError
            There is no such run or model; as RunError: it has no snapshot of that time.
        """
        return models.find(self.run, self.step)

    def generator(self) -> "tuple[Model, Sampler]":
        """Find the generator to export from and load it.

        Raises
        ------
        InputError
            As `model` does; as RunError also where the file is damaged.
        """
        from ganstudio.latent.sampler import Sampler  # and with it torch

        model = self.model()
        return model, Sampler.from_model(model)

    def report(self, done: int, total: int) -> None:
        """Report progress.

        Raises
        ------
        Cancelled
            The user cancelled the export.
        """
        if self.should_stop():
            raise Cancelled
        self.on_progress(done, total)
