"""The record of a run on disk."""

from collections.abc import Iterator
from pathlib import Path

from ganstudio.coach.drift import drifts
from ganstudio.coach.record import Drift, Record
from ganstudio.errors import RunError, reason
from ganstudio.events import Failed, Samples
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.tick_means import group_size

MAX_TICKS = 20_000  # of a longer history several in a row are taken together
MAX_GRIDS = 24  # that are compared, evenly over the run, with the newest among them
MIN_GRIDS = 8  # that are compared where they are large
MAX_GRID_BYTES = 4 << 20  # of a file; larger grids are not looked at
MAX_BYTES = 8 << 20  # of the files that are read, if they are more than MIN_GRIDS


def read(run: RunFolder) -> tuple[Record, str]:
    """Return the record of a run, and the sentence with which its training failed; "" if it did not.

    Raises
    ------
    RunError
        Its history cannot be read.
    """
    path = run.path / "history.jsonl"
    try:
        table = history.read_table(path, group_size(path, MAX_TICKS))
    except OSError as error:
        raise RunError(f"{path} cannot be read: {reason(error)}.") from None
    record = Record(
        table.ticks,
        run.config,
        table.marks,
        table.measures,
        find_drifts(run),
        tuple(run.rewind_points()),
        run.info.total_steps,
    )
    return record, table.end.message if isinstance(table.end, Failed) else ""


def find_drifts(run: RunFolder) -> tuple[Drift, ...]:
    """Return the changes between some of the grids of a run, evenly over its time."""
    return tuple(drifts(_grids(run)))


def _grids(run: RunFolder) -> Iterator[Samples]:
    """Yield some of the grids, in order; those that cannot be read are left out."""
    for path in _evenly([path for _, path in run.samples()]):
        try:
            if path.stat().st_size <= MAX_GRID_BYTES:
                yield run.read_samples(path)
        except (OSError, RunError):
            continue


def _evenly(paths: list[Path]) -> list[Path]:
    if not paths:
        return []
    try:
        size = max(1, paths[-1].stat().st_size)
    except OSError:  # it was just thinned out
        size = MAX_GRID_BYTES
    every = -(-len(paths) // max(MIN_GRIDS, min(MAX_GRIDS, MAX_BYTES // size)))
    return paths[::-1][::every][::-1]
