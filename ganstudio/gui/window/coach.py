"""The coach: its window, what it says by itself, and its marks on the curves."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

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
        self._open_count = -1  # of the run that they are of
        self.watcher.changed.connect(self._tell)
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
        marks = [Marked(finding.began, MarkKind.WARNING, finding.title) for finding in found if _is_fault(finding)]
        curves = self._context.panels.curves
        curves.set_findings(marks)
        if self._open_count != self._model.open_count:
            self._open_count, self._told = self._model.open_count, set()
        self._told &= {finding.id for finding in found}
        new = [finding for finding in found if _is_fault(finding) and finding.id not in self._told]
        if new and self._model.status in _SPEAKS:  # in a run that is only looked at, the marks are enough
            self._told |= {finding.id for finding in new}
            self._post(new[0])

    def _post(self, finding: Finding) -> None:
        if self._context.dialogs.is_visible("coach") or self._context.panels.curves.alarms.current is not None:
            return
        text = f"{finding.title}, since step {finding.began:,}."
        self._context.session.notifier.post(Notice(text, (("Show why", self.show),), passing=True, topic="coach"))


def _is_fault(finding: Finding) -> bool:
    return finding.severity in (Severity.RED, Severity.AMBER)
