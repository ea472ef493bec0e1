"""The coach: its window, what it says by itself, and its marks on the curves."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.coach import said
from ganstudio.coach.finding import Finding, Severity
from ganstudio.events import Marked, MarkKind, RunStatus
from ganstudio.gui.coach.watcher import CoachWatcher
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.gui.coach.window import CoachWindow


_SPEAKS = (RunStatus.TRAINING, RunStatus.PAUSED)


class Coach(QObject):
    """Shows the coach, and posts a notice of each new finding, once."""

    failed = Signal(object)  # Failed
    treated = Signal()  # the user took a remedy

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._model = context.session.model
        self.watcher = CoachWatcher(self._model, self)
        self._told: set[str] = set()  # ids of findings that last, once they were said
        self._noted: list[Marked] = []  # what the history has of them, or will have soon
        self._open_count = -1  # of the run that they are of
        self.watcher.changed.connect(self._tell)
        self.watcher.judged.connect(self._note)
        self.watcher.wentBack.connect(self._go_back)
        self._model.statusChanged.connect(self._tell)
        self.watcher.failed.connect(self.failed)
        context.actions.connect({"coach": self.show})

    def show(self, *_: object) -> None:
        """Show the window."""
        self.watcher.judge()
        self._context.dialogs.show("coach", self._make_window)

    def stop(self) -> bool:
        """End the thread; False if it did not end in time."""
        return self.watcher.stop()

    def _make_window(self) -> "CoachWindow":
        from ganstudio.gui.coach.window import CoachWindow

        session = self._context.session
        window = CoachWindow(self._model, self.watcher, self._context.window)
        window.changeRequested.connect(session.settings.change)
        window.branchRequested.connect(session.time_travel.branch)
        window.changeRequested.connect(self.treated)
        window.branchRequested.connect(self.treated)
        return window

    def _tell(self, *_: object) -> None:
        """Mark what lasts on the curves, and say what is new."""
        found = [finding for finding in self.watcher.findings if finding.is_open]
        self._context.panels.curves.set_findings([_mark(each) for each in self.watcher.findings if _is_fault(each)])
        self._note()
        self._told &= {finding.id for finding in found}
        new = [finding for finding in found if _is_fault(finding) and finding.id not in self._told]
        if new and self._model.status in _SPEAKS:  # in a run that is only looked at, the marks are enough
            self._told |= {finding.id for finding in new}
            self._post(new[0])

    def _note(self) -> None:
        """Have the history keep what is new, once it was judged, if the run is trained here."""
        if self._open_count != self._model.open_count:
            self._open_count, self._told, self._noted = self._model.open_count, set(), []
        if self._model.status == RunStatus.STARTING:
            self._noted = []  # the history has them, or they were never written
        if self._model.status not in _SPEAKS or not self.watcher.is_judged:
            return
        for mark in said.news(self.watcher.findings, (*self._model.marks, *self._noted), self._model.step):
            self._noted.append(mark)
            self._context.session.control.note(mark)

    def _go_back(self, step: int) -> None:
        """Forget what was noted of a time that the run goes back from."""
        self._noted = [mark for mark in self._noted if mark.step <= step]

    def _post(self, finding: Finding) -> None:
        if self._context.dialogs.is_visible("coach") or self._context.panels.curves.alarms.current is not None:
            return
        text = f"{finding.title}, since step {finding.began:,}."
        self._context.session.notifier.post(Notice(text, (("Show why", self.show),), passing=True, topic="coach"))


def _mark(finding: Finding) -> Marked:
    over = "" if finding.cleared is None else f", over since step {finding.cleared:,}"
    return Marked(finding.began, MarkKind.WARNING, f"{finding.title}{over}")


def _is_fault(finding: Finding) -> bool:
    return finding.severity in (Severity.RED, Severity.AMBER)
