"""A whole run as one file."""

from ganstudio.errors import ExportError
from ganstudio.export.files import size_text
from ganstudio.export.job import Content, Job
from ganstudio.runs import archive
from ganstudio.runs.folder import RunFolder
from ganstudio.system.existence import is_folder


def write_run(job: Job, content: Content) -> str:
    """Pack a run into one file and return a description of it.

    Raises
    ------
    StudioError
        The run cannot be read or the file cannot be written.
    Cancelled
        The user cancelled the export.
    """
    if is_folder(job.out) or not is_folder(job.out.parent):
        raise ExportError(f"{job.out} cannot be written: choose a file in a folder that exists.")
    run = RunFolder.open(job.run)
    archive.pack(run, job.out, job.report)
    return f"{run.display_name}, {size_text(job.out)}; GAN Studio opens it on any computer"
