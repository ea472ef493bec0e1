"""What is done to pictures before they are exported, where that is wished for: hard edges, few colours."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ganstudio import images
from ganstudio.config import DataConfig
from ganstudio.data import catalog
from ganstudio.errors import DataError, ExportError
from ganstudio.export.job import Job
from ganstudio.export.palette import MAX_COLOURS, MIN_COLOURS, Colours, find_palette, harden, snap
from ganstudio.images import Pictures
from ganstudio.latent.models import Model
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


def make_finish(job: Job, source: Model | RunFolder) -> Finish:
    """Prepare what a job wishes for.

    Parameters
    ----------
    job
        The export.
    source
        The run or generator that it is from.

    Raises
    ------
    ExportError
        The run makes points, the pictures have no transparency, a number is outside its limits, or the training
        pictures, whose colours are taken, are not on this computer or have no opaque pixel.
    """
    data, threshold = source.config.data, job.alpha_threshold
    if source.config.makes_points and (threshold is not None or job.palette):
        raise ExportError("A palette and a threshold of alpha are for pictures, and this run makes points.")
    if threshold is not None:
        if data.channels != images.ALPHA_CHANNELS:
            raise ExportError("These pictures have no transparency, so there is no alpha to compare with a threshold.")
        if not 0 < threshold <= 1:
            raise ExportError(f"The threshold of alpha must be above 0 and at most 1; got {threshold:g}.")
    if not job.palette:
        return Finish(threshold)
    if not MIN_COLOURS <= job.palette <= MAX_COLOURS:
        raise ExportError(f"A palette must have {MIN_COLOURS} to {MAX_COLOURS} colours; got {job.palette}.")
    run = source if isinstance(source, RunFolder) else source.run()
    home = run.data_home() if run is not None else None
    version = run.info.data_fingerprint if run is not None else catalog.fingerprint_of(data.name)
    return Finish(threshold, _training_palette(data, home, version, job.palette))


@lru_cache(maxsize=4)  # the dialog's preview is made again with each change of an option
def _training_palette(data: DataConfig, home: Path | None, version: str, count: int) -> Colours:
    """Return the colours that suit training pictures, spread over the whole set, best."""
    try:
        dataset = catalog.load(data.name, size=data.size, channels=data.channels, home=home, fingerprint=version)
    except DataError as error:
        raise ExportError(f"The palette is that of the training pictures. {error}") from None
    step = max(1, len(dataset.images) * data.height * data.width // _MAX_PIXELS)
    colours = find_palette(np.asarray(dataset.images[::step]), count)
    if not len(colours):
        raise ExportError("The training pictures have no opaque pixel whose colour a palette could have.")
    return colours
