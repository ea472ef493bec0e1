"""Changes of an imported set: pictures that are taken out and put back, one change at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.events import Failed
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.workers.by_d import Edit, Edited, EditThread, Judged, JudgeRequest
from ganstudio.text import one_line

_MAX_NAME = 60  # characters


@dataclass(frozen=True)
class _Change:
    """Pictures that were taken out, or put back."""

    paths: tuple[str, ...]
    is_back: bool


class SetEditor(QObject):
    """Takes pictures out of the set that is looked at, puts them back, and undoes the last of these.

    Parameters
    ----------
    parent
        Qt's parent.

    Attributes
    ----------
    out : frozenset of str
        Paths of the pictures that are out of the set as it is now.
    says : str
        What the last change did, or why there was none.
    """

    changed = Signal()
    setChanged = Signal()  # the set has another version
    failed = Signal(object)  # Failed
    ended = Signal(str)  # what a change did, or why there was none

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: JudgeRequest | None = None
        self._known = False  # whether `out` is that of the data
        self._mark = ""  # of the set as it was when it was read, or when it was last changed here
        self._thread: EditThread | None = None
        self._is_undo = False  # whether the change under way takes another back
        self._undo: list[_Change] = []  # what was done, the last at the end
        self.out: frozenset[str] = frozenset()
        self._out_before: frozenset[str] = frozenset()
        self.says = ""

    def stop(self) -> bool:
        """Call the change off that is under way; False if that did not end in time."""
        return self._thread is None or self._thread.stop()

    @property
    def is_busy(self) -> bool:
        """Whether a change is under way."""
        return self._thread is not None

    @property
    def differs(self) -> bool:
        """Whether the set as it is now has other pictures than the version that is looked at."""
        return self.out != self._out_before

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undo)

    def look_at(self, request: JudgeRequest) -> None:
        """Look at a set, or at another version of it."""
        before, data = self._asked, request.data
        if before is None or data.data.name != before.data.data.name or data.home != before.data.home:
            self._undo, self.says = [], ""
        self._asked, self._known = request, False

    def learn(self, judged: Judged) -> None:
        """Take from what was read which pictures are out; not if that was changed here since."""
        facts = judged.facts
        if self.is_busy or judged.request is not self._asked or (self._known and facts.mark != self._mark):
            return
        if facts.mark != self._mark:
            self._undo = []  # somebody else changed the set
        self.out, self._out_before, self._known, self._mark = facts.out, facts.out_before, True, facts.mark

    def take_out(self, paths: Sequence[str]) -> None:
        """Take pictures out."""
        self._start([path for path in paths if path not in self.out], is_back=False)

    def put_back(self, paths: Sequence[str]) -> None:
        """Put pictures back."""
        self._start(paths, is_back=True)

    @Slot()
    def put_all_back(self) -> None:
        """Put all pictures back that are out."""
        self._start(sorted(self.out), is_back=True)

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        if self._undo and self._thread is None:
            last = self._undo[-1]
            self._start(last.paths, not last.is_back, is_undo=True)

    def _start(self, paths: Sequence[str], is_back: bool, is_undo: bool = False) -> None:
        asked = self._asked
        if self._thread is not None or asked is None or not self._known or not paths:
            return
        data, run = asked.data, asked.run
        path = run.path if run is not None and data.fingerprint else None
        edit = Edit(data.data.name, data.home, tuple(paths), is_back, self._mark, path, data.fingerprint)
        thread = EditThread(edit, self)
        self._thread, self._is_undo = thread, is_undo
        thread.done.connect(self._take)
        thread.refused.connect(self._refuse)
        thread.failed.connect(self._fail)
        thread.finished.connect(self._end)
        self.says = "Writing the set anew\N{HORIZONTAL ELLIPSIS}"
        thread.start()
        self.changed.emit()

    @Slot(object)
    def _take(self, edited: Edited) -> None:
        if self._thread is None:
            return
        edit = self._thread.edit
        if self._asked is not None and (edit.name, edit.home) == (self._asked.data.data.name, self._asked.data.home):
            if self._is_undo:
                self._undo.pop()
            else:
                self._undo.append(_Change(edit.paths, edit.is_back))
            self.out, self._mark, self._known = edited.out, edited.mark, True
        name, count = one_line(edit.name, _MAX_NAME), len(edit.paths)
        pictures = "1 picture was" if count == 1 else f"{count:,} pictures were"
        what = f"put back into {name}" if edit.is_back else f"taken out of {name}"
        self.says = (
            f"{pictures} {what}, which has {edited.count:,} now. No file was deleted. Runs stay with the pictures that "
            "they began with; those that begin from now on learn from the set as it is."
        )
        self.setChanged.emit()

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        self.says = failed.message

    @Slot(object)
    def _fail(self, failed: Failed) -> None:
        self.says = failed.message
        self.failed.emit(failed)

    @Slot()
    def _end(self) -> None:
        if self._thread is not None:
            delete_later(self._thread)
        self._thread = None
        self.changed.emit()
        self.ended.emit(self.says)
