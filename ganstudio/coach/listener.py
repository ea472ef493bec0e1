"""The coach beside a run that is trained in this process: hears its events and says what is new."""

import time
from collections.abc import Callable, Iterator

from ganstudio.coach import of_run, said
from ganstudio.coach.drift import drifts
from ganstudio.coach.explain import explain
from ganstudio.coach.finding import Finding, as_of
from ganstudio.coach.looks import FIRST_TICKS, NEXT_TICKS
from ganstudio.coach.record import Columns, Drift, Record
from ganstudio.errors import RunError
from ganstudio.events import Event, Marked, MarkKind, Measured, Samples, Started, Tick, add_mark
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.series import Series
from ganstudio.system.log_file import LOGGER
from ganstudio.training.gauges import Budget

SECONDS = 5.0  # between two judgements at least
SHARE = 0.003  # of the processor time, for judging
GRID_STEPS = 200  # rounds at least between two grids that are compared


class Listener:
    """Judges a run now and then, as its events come.

    Parameters
    ----------
    folder
        Folder of the run.
    now
        Clock in seconds, for the time between two judgements.
    """

    def __init__(self, folder: RunFolder, now: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._now = now
        self._budget = Budget(SHARE, SECONDS)
        self._ticks = Series()
        self._marks: list[Marked] = []
        self._said: list[Marked] = []  # what the history has of it, or will have soon
        self._measures: list[Measured] = []
        self._drifts: list[Drift] = []
        self._grid: Samples | None = None
        self._total_steps = 0
        self._is_judged = False  # since the run went back the last time
        self.findings: list[Finding] = []

    def take(self, event: Event) -> None:
        """Take an event of the run."""
        match event:
            case Started():
                self._total_steps = event.total_steps
                if event.step:
                    self._read()
                self._forget_after(event.step)
            case Tick():
                self._ticks.append(event)
            case Measured():
                self._measures.append(event)
            case Marked():
                add_mark(self._marks, event)
                if event.kind == MarkKind.RESUME:
                    self._forget_after(event.step)
            case Samples():
                self._compare(event)

    def news(self) -> Iterator[tuple[Marked, Finding | None]]:
        """Yield what is new, if it is time to judge: a mark for the history, and the finding if it goes on."""
        if not len(self._ticks) or not self._budget.is_due(self._now()):
            return
        self._budget.begin()
        with self._budget.spending():
            try:
                self.findings = explain(self._record(), self.findings)
                self._is_judged = True
            except Exception:  # whatever it is, it must not end the run
                LOGGER.exception("The coach could not judge the run, and is silent from here on.")
                self._budget.stop()
                return
        by_id = {one.id: one for one in self.findings if one.is_open}
        for mark in said.news(self.findings, self._said, int(self._ticks.last("step"))):
            self._said.append(mark)
            yield mark, by_id.get(mark.path) if mark.new is None else None

    def _record(self) -> Record:
        return Record(
            Columns(self._ticks, NEXT_TICKS if self._is_judged else FIRST_TICKS),
            self._folder.config,
            tuple(self._marks),
            tuple(self._measures),
            tuple(self._drifts),
            tuple(self._folder.rewind_points()),
            self._total_steps,
        )

    def _read(self) -> None:
        """Read what a run that is resumed has been through; one that cannot be read is judged from here on."""
        try:
            record, _ = of_run.read(self._folder)
        except RunError:
            return
        except Exception:  # as in `news`
            LOGGER.exception("The coach could not read the history of the run, and judges it from here on.")
            return
        if isinstance(record.ticks, Series):
            self._ticks = record.ticks
        self._marks, self._measures = list(record.marks), list(record.measures)
        self._drifts, self._said = list(record.drifts), list(record.marks)

    def _forget_after(self, step: int) -> None:
        """Forget what came after a step that the run goes back to; its history has that until the run resumes."""
        self._ticks.truncate(step)
        self._marks = [mark for mark in self._marks if mark.step <= step]
        self._said = [mark for mark in self._said if mark.step <= step]
        self._measures = [one for one in self._measures if one.step <= step]
        self._drifts = [one for one in self._drifts if one.end <= step]
        self._grid = self._grid if self._grid is not None and self._grid.step <= step else None
        self._is_judged = False
        self.findings = as_of(self.findings, step)

    def _compare(self, grid: Samples) -> None:
        """Take the change since the last grid that was compared."""
        if self._grid is not None and grid.step - self._grid.step < GRID_STEPS:
            return
        if self._grid is not None:
            self._drifts += drifts((self._grid, grid))
        self._grid = grid
