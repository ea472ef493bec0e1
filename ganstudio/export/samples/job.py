"""Export of samples from a job."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ganstudio.errors import ExportError, reason
from ganstudio.export.files import atomic_file, size_text
from ganstudio.export.finish import make_finish
from ganstudio.export.job import Job
from ganstudio.export.pictures import sample_labels
from ganstudio.export.samples.kinds import Kind
from ganstudio.export.samples.source import SampleSource
from ganstudio.export.samples.writing import write_samples


def write_job(job: Job, kind: Kind) -> str:
    """Write the samples of a job and return a description of them.

    Raises
    ------
    StudioError
        The export is not possible.
    Cancelled
        The user cancelled the export; nothing is left behind.
    """
    model, sampler = job.generator()
    sample_labels(job, sampler.classes, 1)  # checks them
    source = SampleSource(model, sampler, job.count, job.seed, job.truncation, job.labels, make_finish(job, model))
    try:
        write_samples(source, kind, job.out, _new_file, job.report)
    except OSError as error:
        raise ExportError(f"{job.out} could not be written: {reason(error)}.") from None
    size = "" if kind is Kind.FOLDER else f", {size_text(job.out)}"
    return f"{job.count:,} samples of {model.name}, step {model.step:,}, seed {job.seed}{size}"


@contextmanager
def _new_file(out: Path) -> Iterator[BinaryIO]:
    with atomic_file(out) as temp, temp.open("xb") as file:
        yield file
