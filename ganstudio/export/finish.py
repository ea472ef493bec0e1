"""What is done to pictures before they are exported, where that is wished for: hard edges, few colours."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganstudio import images
from ganstudio.config import DataConfig, RunConfig
from ganstudio.data import catalog
from ganstudio.errors import DataError, ExportError, StudioError
from ganstudio.export.job import Job
from ganstudio.export.palette import MAX_COLOURS, MIN_COLOURS, Colours, find_palette, harden, snap
from ganstudio.images import Pictures
from ganstudio.runs.folder import RunFolder

HALF = 0.5  # share of alpha from which on a pixel is usually kept
_MAX_PIXELS = 1 << 22  # of training pictures that a palette is chosen from


@dataclass(frozen=True)
class Finish:
    """Changes pictures (N, H, W) or (N, H, W, C), premultiplied.

    Parameters
    ----------
    alpha_threshold
        Share of alpha, 0..1, from which on a pixel becomes opaque; others become transparent. None: alpha stays.
    palette
        The only colours of the result; None: colours stay.
    """

    alpha_threshold: float | None = None
    palette: Colours | None = None

    def __call__(self, pictures: Pictures) -> Pictures:
        """Return the pictures as they are exported."""
        if self.alpha_threshold is not None:
            pictures = harden(pictures, self.alpha_threshold)
        return pictures if self.palette is None else snap(pictures, self.palette)


def make_finish(job: Job, config: RunConfig) -> Finish:
    """Prepare what a job wishes for.

    Parameters
    ----------
    job
        The export.
    config
        Settings of the run or generator that it is from.

    Raises
    ------
    ExportError
        The pictures have no transparency, a number is outside its limits, or the training pictures, whose colours are
        taken, are not on this computer.
    """
    threshold = job.alpha_threshold
    if threshold is not None:
        if config.data.channels != images.ALPHA_CHANNELS:
            raise ExportError("These pictures have no transparency, so there is no alpha to compare with a threshold.")
        if not 0 < threshold <= 1:
            raise ExportError(f"The threshold of alpha must be above 0 and at most 1; got {threshold:g}.")
    if not job.palette:
        return Finish(threshold)
    if not MIN_COLOURS <= job.palette <= MAX_COLOURS:
        raise ExportError(f"A palette must have {MIN_COLOURS} to {MAX_COLOURS} colours; got {job.palette}.")
    return Finish(threshold, find_palette(_training_pictures(config.data, _data_home(job)), job.palette))


def _training_pictures(data: DataConfig, home: Path | None) -> Pictures:
    """Return training pictures, spread over the whole set."""
    try:
        dataset = catalog.load(data.name, size=data.size, channels=data.channels, home=home)
    except DataError as error:
        raise ExportError(f"The palette is that of the training pictures. {error}") from None
    step = max(1, len(dataset.images) * data.height * data.width // _MAX_PIXELS)
    return np.asarray(dataset.images[::step])


def _data_home(job: Job) -> Path | None:
    """Return the data folder of the run that is exported; None: the usual one."""
    try:
        run = RunFolder.open(job.run)
    except StudioError:
        return None  # a generator file, or a bundled model
    return run.data_home()
