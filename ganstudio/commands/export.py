"""export: a run, or what it learned, in a format that other programs open."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from ganstudio.errors import InputError
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Job
from ganstudio.latent import models
from ganstudio.runs import lookup


def export(name: str, job: Job, classes: str | None = None) -> str:
    """Write the job in the format of that name, with a progress bar where it takes long; what to say about it.

    classes : numbers or names of classes, with commas between, which samples take in turn; None: all of them.

    Raises StudioError.
    """
    kind = FORMATS[name]
    if kind.suffix and job.out.suffix.lower() != kind.suffix:
        raise InputError(f"--out must end in {kind.suffix} for {name}; got {job.out}.")
    job = replace(job, run=_named(job.run), out=job.out.expanduser())
    if classes is not None:
        job = replace(job, labels=_labels(job, classes))
    tqdm.monitor_interval = 0  # no thread to watch over the bar
    with tqdm(desc=name, disable=not (kind.is_slow and sys.stderr.isatty())) as bar:
        return f"{job.out}: {kind.write(replace(job, on_progress=_shown(bar)))}"


def _named(run: Path | str) -> Path | str:
    """The folder of the run of that name; a bundled model and a generator file as they are. Raises RunError."""
    return run if run in models.BUNDLED or Path(run).expanduser().is_file() else lookup.find(run)


def _labels(job: Job, wanted: str) -> tuple[int, ...]:
    from ganstudio.commands import sample  # and with it torch

    words = wanted.split(",")
    model = job.model()
    return tuple(sample.labels_of(words, len(words), model, "--classes").tolist())


def _shown(bar: "tqdm[object]") -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    return progress
