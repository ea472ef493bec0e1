"""Undo of changes of the points by hand."""

from PySide6.QtCore import QObject

from ganstudio.events import RunStatus
from ganstudio.gui.model.point_editor import Edits, PointEditor
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.undo import Command, UndoStack


class _PointChange(Command):
    """A change of the points. In a run under way it is undone by another change, which has a mark of its own."""

    def __init__(self, recorder: "PointChangesRecorder", before: Edits, after: Edits, text: str) -> None:
        super().__init__(text)
        self._recorder = recorder
        self._before = before
        self._after = after
        self._open_count = recorder.model.open_count
        self._was_set_up = recorder.model.folder is None  # the run may have started since

    def take_back(self) -> None:
        self._recorder.editor.take_back(self._after[-1])

    def do_again(self) -> None:
        self._recorder.editor.redo(self._after[-1])

    def fits(self) -> bool:
        """Return whether the points are as they were left, or changed further: a rewind may have undone the change."""
        model = self._recorder.model
        if model.status in (RunStatus.FOLLOWING, RunStatus.STARTING, RunStatus.SAVING):
            return False
        same = model.open_count == self._open_count or (self._was_set_up and model.open_count == self._open_count + 1)
        now = self._recorder.editor.edits
        as_left = now[: len(self._after)] == self._after if self.is_done else self._before[: len(now)] == now
        return same and as_left

    def is_visible(self) -> bool:
        return self._recorder.model.viewed_step is None


class PointChangesRecorder(QObject):
    """Pushes a command for every change of the points that the user makes."""

    def __init__(self, model: RunModel, editor: PointEditor, stack: UndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.editor = editor
        self._stack = stack
        editor.changed.connect(self._push)

    def _push(self, before: Edits, after: Edits, text: str) -> None:
        self._stack.push(_PointChange(self, before, after, text))
