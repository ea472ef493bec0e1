"""Messages of the window: the error banner and the notices, and what they tell."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from ganstudio.data import catalog
from ganstudio.events import Failed, Marked, MarkKind, RunStatus
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.session import Session
from ganstudio.gui.notices import advice
from ganstudio.gui.notices.card import CardStack
from ganstudio.gui.notices.error_banner import ErrorBanner
from ganstudio.gui.notices.notice_bar import NoticeBar


class Messages(QObject):
    """Shows errors, notices and downloads of a session.

    Parameters
    ----------
    session
        Whose messages are shown.
    start
        The action that starts a run: its text is named where pressing it helps.
    settings
        The action that shows the settings.
    parent
        Qt's parent.
    """

    datasetsChanged = Signal()  # a download has ended

    def __init__(self, session: Session, start: QAction, settings: QAction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = session.model
        self._start = start
        self.error_banner = ErrorBanner()
        self.notice_bar = NoticeBar()
        self.cards = CardStack((self.error_banner, self.notice_bar))
        self.error_banner.settingsRequested.connect(settings.trigger)
        self._connect(session)

    def _connect(self, session: Session) -> None:
        model, notifier, downloads = session.model, session.notifier, session.downloads
        model.failed.connect(self._show_run_failure)
        model.marked.connect(self._show_warning)
        model.statusChanged.connect(self._status_changed)
        notifier.noticed.connect(self.notice_bar.show_notice)
        notifier.withdrawn.connect(self.notice_bar.withdraw)
        notifier.failed.connect(self.show_failure)
        notifier.refused.connect(self._show_refusal)
        self.notice_bar.cancelRequested.connect(downloads.cancel)
        downloads.started.connect(self._download_started)
        downloads.progressed.connect(self._download_progressed)
        downloads.ended.connect(self._download_ended)

    @Slot(object)
    def show_failure(self, failed: Failed) -> None:
        """Show an error of anything but the run itself: an export, a download, a paint event."""
        self.error_banner.show_failure(failed)

    @Slot(object)
    def _show_run_failure(self, failed: Failed) -> None:
        """Show the error that ended the run."""
        self.error_banner.show_failure(failed, advice.after_failure(self._model, self._start.text()))

    @Slot(object)
    def _show_refusal(self, failed: Failed) -> None:
        """Show why a run did not start or resume."""
        self.error_banner.show_failure(failed, advice.after_refusal(failed, self._start.text()))

    @Slot(object)
    def _show_warning(self, mark: Marked) -> None:
        """Show a warning of the run that is trained here, or of reading one; older ones are marks in the curves."""
        repeats = mark.kind == MarkKind.RESUME and isinstance(mark.old, int) and mark.old > mark.step
        is_new = mark.kind == MarkKind.WARNING or repeats
        if mark.kind == MarkKind.SKIPPED or (is_new and self._model.is_busy):
            self.notice_bar.show_notice(Notice(mark.text))

    @Slot(str)
    def _status_changed(self, status: str) -> None:
        if status == RunStatus.STARTING:
            self.error_banner.hide()

    @Slot(str)
    def _download_started(self, name: str) -> None:
        self.notice_bar.show_download(catalog.find(name).title)

    @Slot(str, object, object)
    def _download_progressed(self, name: str, done: int, total: int) -> None:
        self.notice_bar.show_progress(catalog.find(name).title, done, total)

    @Slot(str, str, object)
    def _download_ended(self, name: str, outcome: str, failed: Failed | None) -> None:
        self.datasetsChanged.emit()
        self.notice_bar.end_download()
