"""A whole run as one file."""

from ganstudio.errors import ExportError
from ganstudio.export.job import Job
from ganstudio.runs import archive
from ganstudio.runs.folder import RunFolder


def write_run(job: Job, what: str) -> str:
    """Pack the run; what to say. Raises StudioError, Cancelled."""
    if job.out.is_dir() or not job.out.parent.is_dir():
        raise ExportError(f"{job.out} cannot be written: choose a file in a folder that exists.")
    run = RunFolder.open(job.run)
    archive.pack(run, job.out, job.tell)
    size = job.out.stat().st_size / 1e6
    return f"{run.display_name}, {size:.1f} MB, in {job.out}; GAN Studio opens it on any computer"
