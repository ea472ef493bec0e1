"""A run as TensorBoard's event files: curves, measures, grids, settings and marks; afterwards, or while it goes on."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ganstudio.errors import ExportError, RunError
from ganstudio.events import Event, Marked, MarkKind, Measured, Tick
from ganstudio.export.files import import_extra
from ganstudio.export.job import Content, Job
from ganstudio.export.records import Records
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow, started_event

_MANY = 256  # rows between two looks at whether a person called it off


def write_events(job: Job, content: Content) -> str:
    """Write the event file into the folder `job.out`; what to say. Raises StudioError, Cancelled.

    With `job.follow` it goes on with what the run says until that ends or is called off, and keeps what there is;
    without, the folder is there whole or not at all.
    """
    import_extra("tensorboard")
    run = RunFolder.open(job.run)
    _check(job.out)
    count = _follow(job, run) if job.follow else _replay(job, run)
    return f"{count:,} records of {run.display_name}; to see them: tensorboard --logdir {job.out}"


def _check(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ExportError(f"{out} already exists and is not an empty folder; choose another.")
    if not out.parent.is_dir():
        raise ExportError(f"There is no folder {out.parent} to make {out.name} in.")


@contextlib.contextmanager
def _records(folder: Path, run: RunFolder) -> Iterator[Records]:
    """A new event file in the folder. Raises ExportError in place of an OSError."""
    try:
        folder.mkdir(exist_ok=True)
        with Records(folder, run) as records:
            yield records
    except OSError as error:
        raise ExportError(f"{folder} could not be written: {error.strerror or error}.") from error


def _follow(job: Job, run: RunFolder) -> int:
    """Write what the run has said and says; how many records. Ctrl+C ends it well: it may have no other end."""
    with _records(job.out, run) as records:
        with contextlib.suppress(KeyboardInterrupt):
            for event in follow(run, job.should_stop):
                if isinstance(event, Marked) and event.kind == MarkKind.RESUME:
                    records.forget_after(event.step)
                records.write(event)
                records.flush()
                if isinstance(event, Tick):
                    job.on_progress(event.step, max(run.info.total_steps, event.step))
        return records.count


def _replay(job: Job, run: RunFolder) -> int:
    """Write everything so far, in order of step; how many records."""
    temp = job.out.with_name(f".{job.out.name}.{os.getpid()}.tmp")
    try:
        with _records(temp, run) as records:
            records.write(started_event(run))
            for entry in _entries(job, run):
                with contextlib.suppress(RunError):  # a grid was thinned out meanwhile, or is broken
                    records.write(run.read_samples(entry) if isinstance(entry, Path) else entry)
            if job.out.is_dir():
                job.out.rmdir()
            temp.rename(job.out)
            return records.count
    finally:
        shutil.rmtree(temp, ignore_errors=True)


def _entries(job: Job, run: RunFolder) -> Iterator[Event | Path]:
    """What the history holds, and the files of grids, by step; with progress."""
    history = run.history()
    rows: list[Tick | Marked | Measured] = [*history.ticks, *history.marks, *history.measures]
    entries: list[tuple[int, Event | Path]] = [(row.step, row) for row in rows]
    entries = sorted([*entries, *run.samples()], key=lambda entry: entry[0])
    for number, (_, entry) in enumerate(entries):
        if number % _MANY == 0 or isinstance(entry, Path):
            job.report(number, len(entries))
        yield entry
    job.report(len(entries), len(entries))
