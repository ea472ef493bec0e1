"""The events of a run out of its folder, as they came, and as they come while another process writes it."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.errors import RunError
from ganstudio.events import EndReason, Event, Finished, Marked, MarkKind, Samples, Started
from ganstudio.runs import history
from ganstudio.runs.info import RunInfo

if TYPE_CHECKING:
    from ganstudio.runs.folder import RunFolder

_PATIENCE = 2  # looks at a silent run before it counts as ended: one that just begins has no lock yet


def follow(run: "RunFolder", stop: Callable[[], bool], poll: float) -> Iterator[Event]:
    """See `RunFolder.follow`."""
    yield started(run)
    reader = history.Reader(run.path / "history.jsonl")
    fresh = _FreshSamples(run)
    step, patience, skipped = 0, _PATIENCE, 0
    while not stop():
        running = run.running()  # asked before reading, so that nothing is written after the last look
        for event in fresh.merged(reader.rows()):
            if stop():
                return
            step = event.step
            yield event
        if reader.skipped > skipped:
            skipped = reader.skipped
            yield Marked(
                step,
                MarkKind.SKIPPED,
                f"{skipped:,} line{'s' if skipped > 1 else ''} of {run.path / 'history.jsonl'} cannot be read.",
            )
        patience = _PATIENCE if running else patience - 1
        if not running and (reader.end or not patience):
            yield reader.end or Finished(step, EndReason.INTERRUPTED)
            return
        time.sleep(poll)


def started(run: "RunFolder") -> Started:
    """What the trainer said at the run's last start."""
    known = {each.name for each in dataclasses.fields(RunInfo)}
    names = [each.name for each in dataclasses.fields(Started) if each.name in known]
    return Started(config=run.config, **{name: getattr(run.info, name) for name in names})


class _FreshSamples:
    """Sample grids not told yet, put among the rows of the history by step."""

    def __init__(self, run: "RunFolder") -> None:
        self._run = run
        self._told: dict[int, int] = {}  # step -> time of the file's last change, ns

    def merged(self, rows: Iterator[history.Row]) -> Iterator[history.Row | Samples]:
        waiting = self._find()
        for row in rows:
            if isinstance(row, Marked) and row.kind == MarkKind.RESUME:
                self._told = {step: when for step, when in self._told.items() if step <= row.step}
            while waiting and waiting[0][0] < row.step:
                yield from self._read(*waiting.pop(0))
            yield row
        for found in waiting:
            yield from self._read(*found)

    def _find(self) -> list[tuple[int, Path]]:
        """Files that are new, and the newest one again if it was written anew: steps by hand keep their number."""
        samples = self._run.samples()
        newest = samples[-1][0] if samples else 0
        return [
            (step, path)
            for step, path in samples
            if step not in self._told or (step == newest and self._changed(path, step))
        ]

    def _changed(self, path: Path, step: int) -> bool:
        try:
            return path.stat().st_mtime_ns != self._told[step]
        except OSError:
            return False

    def _read(self, step: int, path: Path) -> Iterator[Samples]:
        """The grid; nothing where it was thinned out meanwhile or is broken."""
        try:
            self._told[step] = path.stat().st_mtime_ns
            yield self._run.read_samples(path)
        except (OSError, RunError):
            return
