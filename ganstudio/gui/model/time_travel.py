"""Time travel: a run goes on from one of its checkpoints, or another run branches off there."""

from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from ganstudio.events import Failed
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.workers.branch import BranchThread
from ganstudio.runs.labels import display_name

if TYPE_CHECKING:
    from ganstudio.gui.model.session import Session


class Travel(QObject):
    """Rewinds and branches the run that a session has open."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session, self._model = session, session.model

    def rewind(self, step: int) -> None:
        """See `Session.rewind`."""
        model = self._model
        if model.folder is None or model.status in ("starting", "saving"):
            return
        if model.status == "following":
            self._tell(
                "Another program is training this run; this window only follows it. You can train a branch of it here."
            )
            return
        model.find_rewind_points()
        index = bisect_right(model.rewind_points, step)
        if not index:
            self._tell(f"There is no checkpoint at step {step:,} or before to go on from.")
        elif (point := model.rewind_points[index - 1]) < model.step:
            self._ask(point)
        else:
            self._go(point)

    def branch(self, step: int | None, changes: Mapping[str, Any], title: str, opens: bool) -> None:
        """See `Session.branch`. What is being trained goes on meanwhile."""
        if self._model.folder is None:
            return
        thread = BranchThread(self._model.folder.path, step, dict(changes), title, opens, self._session)
        thread.made.connect(self._made)
        thread.failed.connect(self._failed)
        self._session.launch(thread)

    def _ask(self, point: int) -> None:
        """Later steps leave the view: only if a person means it."""

        def go() -> None:
            self._session.noticed.emit(None)
            self._go(point)

        def branch() -> None:
            self._session.noticed.emit(None)
            self._session.branchAsked.emit("")

        lost = self._model.step - point
        self._session.noticed.emit(
            Notice(
                f"Rewind to step {point:,}? The {lost:,} later steps are removed from the curves, the pictures and the "
                "time slider. A branch goes on from there and keeps them.",
                ((f"Rewind to step {point:,}", go), ("Branch…", branch)),
            )
        )

    def _go(self, point: int) -> None:
        self._session.once_free(lambda: self._session.resume_at(point))

    def _tell(self, text: str) -> None:
        self._session.noticed.emit(Notice(text))

    @Slot(object, bool)
    def _made(self, path: Path, opens: bool) -> None:
        self._session.runsChanged.emit()
        if opens:
            self._session.open_now(path)
            return
        open_it = ("Open", lambda: self._session.open_run(path))
        self._session.noticed.emit(Notice(f"The branch {display_name(path)} is now in Runs.", (open_it,), passing=True))

    @Slot(object)
    def _failed(self, failed: Failed) -> None:
        """The run that is open goes on as it was: its status stays."""
        self._session.failed.emit(failed)
