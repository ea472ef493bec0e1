"""Moves runs to the trash and brings them back."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ganstudio.events import RunStatus
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.runs.run_text import title_of
from ganstudio.gui.runs.undo_commands import DeleteRuns
from ganstudio.gui.workers.run_list import Run, RunsThread
from ganstudio.gui.workers.trash import Deletion
from ganstudio.system.existence import is_file


class RunDeleter(QObject):
    """Deletes runs of the list, asks the user before where that is better, and offers to put them back.

    Parameters
    ----------
    model : RunModel
        The open run, which cannot be deleted.
    thread : RunsThread
        Moves runs.
    undo_stack : UndoStack
        Takes deletions that can be undone.
    panel : QWidget
        Shows the runs; Qt's parent.
    """

    noticed = Signal(object)  # Notice, or None to withdraw a question

    def __init__(self, model: RunModel, thread: RunsThread, undo_stack: UndoStack, panel: QWidget) -> None:
        super().__init__(panel)
        self._model = model
        self._thread = thread
        self._undo_stack = undo_stack
        self._panel = panel
        thread.trashed.connect(self._report_deleted)
        thread.returned.connect(self._report_restored)

    def can_delete(self, run: Run) -> bool:
        """Return whether a run can be deleted now: it is neither open nor being trained."""
        return run.path != self._open_path() and run.summary.status != RunStatus.RUNNING

    def request(self, runs: list[Run]) -> None:
        """Delete a run at once if it is not pinned, as it can be put back; ask the user before for any others."""
        runs = [run for run in runs if self.can_delete(run)]
        pinned = [run for run in runs if run.summary.pinned]
        if not pinned and len(runs) <= 1:
            self._delete(runs)
            return

        def delete() -> None:
            self.noticed.emit(None)
            self._delete(runs)

        prefix = f"Pinned: {_titles(pinned)}. " if pinned else ""
        what = "it" if len(runs) == 1 else f"{len(runs)} runs" if pinned else _titles(runs)
        text = f"{prefix}Move {what} to the trash?"
        self.noticed.emit(Notice(text, (("Move to the trash", delete),), topic="delete"))

    def _delete(self, runs: list[Run]) -> None:
        paths = [run.path for run in runs if self.can_delete(run)]  # one may have been opened since the question
        if paths:
            self._thread.trash(Deletion(paths))

    def _open_path(self) -> Path | None:
        return self._model.folder.path if self._model.folder else None

    def _can_delete_path(self, path: Path) -> bool:
        return path != self._open_path() and is_file(path / "run.toml")

    @Slot(object)
    def _report_deleted(self, deletion: Deletion) -> None:
        deletion.moves_in_progress = max(0, deletion.moves_in_progress - 1)
        if not deletion.names:
            return  # the failure has been reported
        names = ", ".join(deletion.names)
        if not deletion.can_be_restored:
            self.noticed.emit(Notice(f"Deleted {names}. You can put back deleted runs from the system's trash."))
            return
        if not deletion.can_be_undone:
            self._undo_stack.push(DeleteRuns(self._thread, self._panel, deletion, self._can_delete_path))
        put_back = ("Put back", lambda: self._put_back(deletion))
        self.noticed.emit(Notice(f"Deleted {names}.", (put_back,), passing=True, topic=_topic(deletion)))

    def _put_back(self, deletion: Deletion) -> None:
        """Put runs back: by undo if nothing was done since, else directly."""
        stack = self._undo_stack
        last = stack.command(stack.index() - 1) if stack.index() else None
        if isinstance(last, DeleteRuns) and last.deletion is deletion:
            stack.undo()
        elif deletion.can_be_restored and not deletion.moves_in_progress:
            deletion.moves_in_progress += 1
            self._thread.put_back(deletion)

    @Slot(object, object)
    def _report_restored(self, deletion: Deletion, before: list[Path]) -> None:
        deletion.moves_in_progress = max(0, deletion.moves_in_progress - 1)
        sentences = []
        for name, path, old in zip(deletion.names, deletion.paths, before, strict=False):
            where = "" if path == old else f", in the folder {path.name}, because there is another {old.name} now"
            sentences.append(f"{name} is back{where}.")
        if sentences:
            self.noticed.emit(Notice(" ".join(sentences), topic=_topic(deletion)))


def _topic(deletion: Deletion) -> str:
    return f"deletion {id(deletion)}"


def _titles(runs: list[Run]) -> str:
    return ", ".join(title_of(run.summary) for run in runs)
