"""Time travel: the open run resumes from an earlier checkpoint, or another run branches off there."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.events import Failed, RunStatus
from ganstudio.gui.model.folder_check import find_problem
from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.model.training import Training
from ganstudio.gui.workers.branch import BranchThread


class TimeTravel(QObject):
    """Rewinds and branches the open run."""

    branched = Signal(object, bool)  # Path of the new run, whether to open it
    folderLost = Signal(str)  # why the open run's folder no longer holds it, in sentences
    branchRequested = Signal(str)  # dotted name of the setting that the branch begins with, or ""

    def __init__(
        self,
        model: RunModel,
        threads: RunThreads,
        training: Training,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._threads = threads
        self._training = training
        self._notifier = notifier

    def rewind(self, step: int) -> None:
        """Resume from the newest checkpoint that is not after `step`; ask first if later steps would be removed."""
        model = self._model
        if model.folder is None or model.status in (RunStatus.STARTING, RunStatus.SAVING):
            return
        if model.status == RunStatus.FOLLOWING:
            self._notifier.say(
                "Another program is training this run; this window only follows it. You can train a branch of it here."
            )
            return
        if problem := find_problem(model.folder):
            self.folderLost.emit(problem)
            return
        model.refresh_rewind_points()
        index = bisect_right(model.rewind_points, step)
        if not index:
            self._notifier.say(f"There is no checkpoint at or before step {step:,} to resume from.")
        elif (point := model.rewind_points[index - 1]) < model.step:
            self._confirm(point)
        else:
            self._resume_at(point)

    def branch(
        self, step: int | None, changes: Mapping[str, Any] | None = None, title: str = "", opens: bool = True
    ) -> None:
        """Make a new run that begins as the open one was at a step. What is being trained continues meanwhile.

        Parameters
        ----------
        step
            Where the branch begins; None: at the newest checkpoint.
        changes
            Settings of the branch that differ, by dotted name.
        title
            Name that the user gives the branch.
        opens
            Whether to stop and save the run that is being trained, and show the branch.
        """
        if self._model.folder is None:
            return
        if problem := find_problem(self._model.folder):
            self.folderLost.emit(problem)
            return
        thread = BranchThread(self._model.folder.path, step, dict(changes or {}), title, opens, self)
        thread.created.connect(self.branched)
        thread.refused.connect(self._branch_failed)
        thread.failed.connect(self._branch_failed)
        self._threads.launch(thread)

    def _confirm(self, point: int) -> None:
        removed = self._model.step - point
        self._notifier.say(
            f"Rewind to step {point:,}? The {removed:,} later steps are removed from the curves, the pictures and the "
            "time slider. A branch continues from there and keeps them.",
            (f"Rewind to step {point:,}", lambda: self._rewind_confirmed(point)),
            ("Branch…", self._branch_instead),
        )

    def _rewind_confirmed(self, point: int) -> None:
        self._notifier.withdraw_questions()
        self._resume_at(point)

    def _branch_instead(self) -> None:
        self._notifier.withdraw_questions()
        self.branchRequested.emit("")

    def _resume_at(self, point: int) -> None:
        self._threads.once_free(lambda: self._training.resume_at(point))

    @Slot(object)
    def _branch_failed(self, failed: Failed) -> None:
        self._notifier.failed.emit(failed)
