"""FID and KID of a model's pictures, with the weights that a person has."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ganstudio.commands.evaluation_report import InceptionReport
from ganstudio.errors import reason
from ganstudio.evaluation.inception import references, summary, weights
from ganstudio.evaluation.inception.network import Inception
from ganstudio.evaluation.inception.resize import prepare
from ganstudio.evaluation.inception.source import SHA256
from ganstudio.evaluation.inception.summary import BATCH, Summary
from ganstudio.images import Pictures
from ganstudio.system import paths
from ganstudio.text import format_duration
from ganstudio.training.device import hardware

_PROTOCOL = "Inception of 2015-12-05, 299 x 299 as TensorFlow 1 enlarges (no antialiasing), pool3, float32"


class InceptionMeasurement:
    """Inception, and what it makes of pictures.

    Parameters
    ----------
    file
        Its weights.
    say
        Takes a line about what is under way.

    Raises
    ------
    DataError
        The file is not theirs.
    """

    def __init__(self, file: Path, say: Callable[[str], None]) -> None:
        self._inception = weights.load(file, hardware.choose_device("auto"))
        self._say = say

    def compare(self, samples: Pictures, training: Pictures, count: int | None) -> InceptionReport:
        """Measure samples against training pictures.

        Parameters
        ----------
        samples, training
            (N, H, W[, 3 or 4]), uint8.
        count
            How many training pictures to compare with; None: all.
        """
        chosen = np.sort(np.random.default_rng(0).permutation(len(training))[:count])
        real = training if len(chosen) == len(training) else training[chosen]
        folder, name = paths.inception_folder(), references.fingerprint(real)
        known = references.load(folder, name)
        self._announce(samples, 0 if known else len(real))
        if known is None:
            known = self._summarise("training pictures", real)
            self._keep(folder, name, known)
        found = summary.compare(self._summarise("samples", samples), known)
        kid = found.kid
        return InceptionReport(
            found.fid,
            kid.mean,
            kid.deviation,
            kid.subsets,
            kid.subset,
            len(samples),
            len(real),
            len(training),
            _PROTOCOL + _describe(samples),
            SHA256,
        )

    def _announce(self, samples: Pictures, new: int) -> None:
        """Say how long it will take, by the time of a few pictures."""
        speed = _measure_speed(self._inception, samples)
        training = "the training pictures are known from the last time"
        if new:
            training = (
                f"{new:,} training pictures {format_duration(new / speed)}, once: they are kept for the next time"
            )
        self._say(
            f"FID and KID: {len(samples):,} samples take about {format_duration(len(samples) / speed)}, {training}. "
            f"Inception sees {speed:.1f} pictures a second on this {self._inception.device.type}."
        )

    def _summarise(self, what: str, pictures: Pictures) -> Summary:
        tqdm.monitor_interval = 0  # no thread to watch over the bar
        with tqdm(total=len(pictures), desc=what, unit="picture", disable=not sys.stderr.isatty()) as bar:

            def show_progress(done: int, _: int) -> None:
                bar.update(done - bar.n)

            return summary.summarise(pictures, self._inception, show_progress)

    def _keep(self, folder: Path, name: str, known: Summary) -> None:
        try:
            references.save(folder, name, known)
        except OSError as error:
            self._say(f"What Inception made of the training pictures cannot be kept in {folder}: {reason(error)}.")


def _measure_speed(inception: Inception, pictures: Pictures) -> float:
    """Return how many pictures a second the network takes, once it is warm."""
    few = prepare(pictures[:BATCH])
    inception(few)
    start = time.perf_counter()
    inception(few)
    return len(few) / max(time.perf_counter() - start, 1e-9)


def _describe(pictures: Pictures) -> str:
    """Return what was done to pictures that are not square and in colour."""
    notes = []
    if pictures.ndim == 3:
        notes.append("grey as three equal channels")
    elif pictures.shape[-1] == 4:
        notes.append("transparent parts white")
    if pictures.shape[1] != pictures.shape[2]:
        notes.append("stretched to a square")
    return "".join(f", {note}" for note in notes)
