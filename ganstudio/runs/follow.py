"""The events of a run, read from its folder, and new ones while another process writes it."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ganstudio.errors import RunError
from ganstudio.events import EndReason, Event, Finished, Marked, MarkKind, Samples, Started
from ganstudio.runs import history, tick_means
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.history_rows import Row
from ganstudio.runs.info import RunInfo

_MAX_SILENT_POLLS = 2  # of a run without a lock, before it counts as ended: one that just begins has none yet


def follow(
    run: RunFolder, stop: Callable[[], bool], poll: float = 0.2, max_ticks: int | None = None
) -> Iterator[Event]:
    """Yield all events of the run so far, in order of step, then new ones until it ends or `stop()` is true.

    A mark of kind RESUME tells a reader to forget what it has of later steps.

    Parameters
    ----------
    run
        The run.
    stop
        Asked before every look at the folder.
    poll
        Seconds between two looks.
    max_ticks
        About how many ticks to yield of what there is at the first look, by means over several; None: all.
    """
    yield started_event(run)
    reader = history.Reader(run.path / "history.jsonl")
    new_samples = _NewSamples(run)
    step, polls_left, skipped = 0, _MAX_SILENT_POLLS, 0
    together = 1 if max_ticks is None else tick_means.group_size(run.path / "history.jsonl", max_ticks)
    while not stop():
        running = run.is_running()  # asked before reading, so that nothing is written after the last look
        rows, together = tick_means.merge_ticks(reader.rows(), together), 1
        for event in new_samples.merged(rows):
            if stop():
                return
            step = event.step
            yield event
        if reader.skipped > skipped:
            skipped = reader.skipped
            lines = f"{skipped:,} line{'s' if skipped > 1 else ''}"
            yield Marked(step, MarkKind.SKIPPED, f"{lines} of {run.path / 'history.jsonl'} cannot be read.")
        polls_left = _MAX_SILENT_POLLS if running else polls_left - 1
        if not running and (reader.end or not polls_left):
            yield reader.end or Finished(step, EndReason.INTERRUPTED)
            return
        time.sleep(poll)


def started_event(run: RunFolder) -> Started:
    """Return the Started event of the run's last start, as run.toml recorded it."""
    known = {field.name for field in dataclasses.fields(RunInfo)}
    names = [field.name for field in dataclasses.fields(Started) if field.name in known]
    return Started(config=run.config, **{name: getattr(run.info, name) for name in names})


class _NewSamples:
    """Sample grids that were not yielded yet, inserted into the rows of the history by step."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._modified: dict[int, int] = {}  # time of the file's last change, ns, by step of the yielded grids

    def merged(self, rows: Iterator[Row]) -> Iterator[Row | Samples]:
        """Yield the rows, with the new grids before the first row of a later step."""
        waiting = self._find()
        for row in rows:
            if isinstance(row, Marked) and row.kind == MarkKind.RESUME:
                self._modified = {step: when for step, when in self._modified.items() if step <= row.step}
            while waiting and waiting[0][0] < row.step:
                yield from self._read(*waiting.pop(0))
            yield row
        for step, path in waiting:
            yield from self._read(step, path)

    def _find(self) -> list[tuple[int, Path]]:
        """Return new files, and the newest one again if it was rewritten: updates by hand keep their step."""
        samples = self._run.samples()
        newest = samples[-1][0] if samples else 0
        return [
            (step, path)
            for step, path in samples
            if step not in self._modified or (step == newest and self._is_modified(path, step))
        ]

    def _is_modified(self, path: Path, step: int) -> bool:
        try:
            return path.stat().st_mtime_ns != self._modified[step]
        except OSError:
            return False

    def _read(self, step: int, path: Path) -> Iterator[Samples]:
        """Yield the grid; nothing if it was thinned out meanwhile or is broken."""
        try:
            self._modified[step] = path.stat().st_mtime_ns
            yield self._run.read_samples(path)
        except (OSError, RunError):
            return
