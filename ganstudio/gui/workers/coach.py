"""Thread in which the coach judges the open run, and reads pictures that show what it found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.coach.drift import drifts
from ganstudio.coach.explain import explain
from ganstudio.coach.finding import Finding
from ganstudio.coach.record import Drift, Record
from ganstudio.errors import StudioError
from ganstudio.events import Samples
from ganstudio.gui.workers.worker import QueueWorker

if TYPE_CHECKING:
    from ganstudio.runs.folder import RunFolder

_PICTURES, _JUDGE = "pictures", "judge"


@dataclass(frozen=True)
class CoachRequest:
    """A run to judge.

    Parameters
    ----------
    open_count, rewinds
        Which run it is, see `RunModel`, and how often it has gone back since it was opened.
    record
        What is known of it, but for its drifts.
    before
        What was found in it at the last look.
    folder
        Its folder, whose grids are compared when it is judged for the first time, and when it has gone back.
    grids
        Grids to compare since, in order.
    """

    open_count: int
    rewinds: int
    record: Record
    before: Sequence[Finding]
    folder: "RunFolder | None"
    grids: Sequence[Samples]


@dataclass(frozen=True)
class GridRequest:
    """A grid to read from a file.

    Parameters
    ----------
    open_count, rewinds
        See `CoachRequest`.
    folder
        The run's folder.
    step, path
        Which grid.
    count
        How many of its pictures are wanted.
    """

    open_count: int
    rewinds: int
    folder: "RunFolder"
    step: int
    path: Path
    count: int


class CoachThread(QueueWorker[str, CoachRequest | GridRequest]):
    """Thread that judges runs and reads their grids.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    judged = Signal(object, object)  # CoachRequest, list of Finding
    gridRead = Signal(object, object)  # GridRequest, Samples or None: it cannot be read

    action = "The coach could not judge the run"
    kept = "Training is not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("coachThread", (_PICTURES, _JUDGE), parent)
        self._of = (-1, 0)  # the run that the drifts are of, and how often it had gone back
        self._drifts: list[Drift] = []

    def judge(self, request: CoachRequest) -> None:
        """Ask for the findings of a run."""
        self.put(_JUDGE, request)

    def read_grid(self, request: GridRequest) -> None:
        """Ask for a grid."""
        self.append(_PICTURES, request)

    def serve(self, channel: str, request: CoachRequest | GridRequest) -> None:
        """Judge a run, or read a grid."""
        if isinstance(request, GridRequest):
            self.gridRead.emit(request, _read_grid(request))
        else:
            self._judge(request)

    def _judge(self, request: CoachRequest) -> None:
        if (request.open_count, request.rewinds) != self._of:
            self._of = (request.open_count, request.rewinds)
            self._drifts = self._read(request)
        last = self._drifts[-1].end if self._drifts else -1
        self._drifts += drifts(grid for grid in request.grids if grid.step >= last)
        record = replace(request.record, drifts=tuple(self._drifts))
        self.judged.emit(request, explain(record, request.before))

    def _read(self, request: CoachRequest) -> list[Drift]:
        if request.folder is None:
            return []
        from ganstudio.coach import of_run

        return list(of_run.find_drifts(request.folder))


def _read_grid(request: GridRequest) -> Samples | None:
    try:
        grid = request.folder.read_samples(request.path)
    except (StudioError, OSError):  # the run has just thinned it out
        return None
    return replace(grid, pictures=grid.pictures[: request.count].copy())
