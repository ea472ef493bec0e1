"""Thread in which the coach judges the open run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.coach.drift import drifts
from ganstudio.coach.explain import explain
from ganstudio.coach.record import Drift, Record
from ganstudio.events import Samples
from ganstudio.gui.workers.worker import QueueWorker

if TYPE_CHECKING:
    from ganstudio.runs.folder import RunFolder

_JUDGE = "judge"


@dataclass(frozen=True)
class CoachRequest:
    """A run to judge.

    Parameters
    ----------
    open_count, rewinds
        Which run it is, see `RunModel`, and how often it has gone back since it was opened.
    record
        What is known of it, but for its drifts.
    folder
        Its folder, whose grids are compared when it is judged for the first time, and when it has gone back.
    grids
        Grids to compare since, in order.
    """

    open_count: int
    rewinds: int
    record: Record
    folder: "RunFolder | None"
    grids: Sequence[Samples]


class CoachThread(QueueWorker[str, CoachRequest]):
    """Thread that judges runs.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    judged = Signal(object, object)  # CoachRequest, list of Finding

    action = "The coach could not judge the run"
    kept = "Training is not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("coachThread", (_JUDGE,), parent)
        self._of = (-1, 0)  # the run that the drifts are of, and how often it had gone back
        self._drifts: list[Drift] = []

    def judge(self, request: CoachRequest) -> None:
        """Ask for the findings of a run."""
        self.put(_JUDGE, request)

    def serve(self, channel: str, request: CoachRequest) -> None:
        """Judge a run."""
        if (request.open_count, request.rewinds) != self._of:
            self._of = (request.open_count, request.rewinds)
            self._drifts = self._read(request)
        last = self._drifts[-1].end if self._drifts else -1
        self._drifts += [one for one in drifts(request.grids) if one.start >= last]
        self.judged.emit(request, explain(replace(request.record, drifts=tuple(self._drifts))))

    def _read(self, request: CoachRequest) -> list[Drift]:
        if request.folder is None:
            return []
        from ganstudio.coach import of_run

        return list(of_run.find_drifts(request.folder))
