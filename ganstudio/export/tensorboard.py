"""Export of a run to TensorBoard: curves, measures, grids, settings and marks, once or while the run is trained."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from heapq import merge
from operator import itemgetter
from pathlib import Path

from ganstudio.errors import ExportError, RunError, reason
from ganstudio.events import Event, Marked, MarkKind, Measured, Tick
from ganstudio.export.files import import_extra
from ganstudio.export.job import Content, Job
from ganstudio.export.records import RunRecords
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow, started_event
from ganstudio.system.existence import exists, is_folder

_REPORT_INTERVAL = 256  # rows after which progress is reported


def write_events(job: Job, content: Content) -> str:
    """Write the event file into the folder `job.out`; return a description.

    With `job.follow` it continues with what the run reports until the run ends or the user cancels, and keeps what was
    written. Otherwise the folder is written as a whole or not at all.

    Raises
    ------
    StudioError
        The folder cannot be written, the run cannot be read, or TensorBoard is not installed.
    Cancelled
        The user cancelled.
    """
    import_extra("tensorboard")
    run = RunFolder.open(job.run)
    _check(job.out)
    count = _follow(job, run) if job.follow else _replay(job, run)
    return f"{count:,} records of {run.display_name}; to see them: tensorboard --logdir {job.out}"


def _check(out: Path) -> None:
    if exists(out) and (not is_folder(out) or any(out.iterdir())):
        raise ExportError(f"{out} already exists and is not an empty folder; choose another.")
    if not is_folder(out.parent):
        raise ExportError(f"There is no folder {out.parent} to make {out.name} in.")


@contextlib.contextmanager
def _explained(out: Path) -> Iterator[None]:
    """Raise ExportError instead of an OSError: it names the folder that the user gave."""
    try:
        yield
    except OSError as error:
        raise ExportError(f"{out} could not be written: {reason(error)}.") from error


def _follow(job: Job, run: RunFolder) -> int:
    """Write what the run reported and reports; return how many records. Ctrl+C is a regular end."""
    with _explained(job.out):
        job.out.mkdir(exist_ok=True)
        return _follow_into(job, run)


def _follow_into(job: Job, run: RunFolder) -> int:
    with RunRecords(job.out, run) as records:
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
    """Write everything so far, in order of step; return how many records."""
    temp = job.out.with_name(f".{job.out.name}.{os.getpid()}.tmp")
    try:
        with _explained(job.out):
            return _replay_into(temp, job, run)
    finally:
        shutil.rmtree(temp, ignore_errors=True)


def _replay_into(temp: Path, job: Job, run: RunFolder) -> int:
    temp.mkdir(exist_ok=True)
    with RunRecords(temp, run) as records:
        records.write(started_event(run))
        for entry in _entries(job, run):
            with contextlib.suppress(RunError):  # a grid was deleted meanwhile, or is damaged
                records.write(run.read_samples(entry) if isinstance(entry, Path) else entry)
    if is_folder(job.out):
        job.out.rmdir()
    temp.rename(job.out)  # after the end of the file: its last lines may not fit on the disk
    return records.count


def _entries(job: Job, run: RunFolder) -> Iterator[Event | Path]:
    """Yield what is in the history, and the files of grids, by step; report progress."""
    path = run.path / "history.jsonl"
    table = history.read_table(path)
    marked: list[Marked | Measured] = [*table.marks, *table.measures]
    ticks: Iterator[tuple[int, Event | Path]] = (
        (row.step, row) for row in history.Reader(path).rows() if isinstance(row, Tick)
    )
    others: list[tuple[int, Event | Path]] = [*((row.step, row) for row in marked), *run.samples()]
    total = len(table.ticks) + len(others)
    for number, (_, entry) in enumerate(merge(ticks, sorted(others, key=itemgetter(0)), key=itemgetter(0))):
        if number % _REPORT_INTERVAL == 0 or isinstance(entry, Path):
            job.report(min(number, total), total)
        yield entry
    job.report(total, total)
