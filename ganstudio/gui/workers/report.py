"""Thread that writes a report of a problem: it reads the log and asks for versions."""

from PySide6.QtCore import QObject, Signal

from ganstudio import report
from ganstudio.gui.workers.worker import QueueWorker

_SHOW, _COPY = "show", "copy"


class ReportThread(QueueWorker[str, str]):
    """Thread that writes reports, to be shown or to be copied.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    written = Signal(str)  # to be shown
    copied = Signal(str)  # to be copied

    action = "The report could not be written"

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("reportThread", (_COPY, _SHOW), parent)

    def show(self) -> None:
        """Have a report written that is shown."""
        self.put(_SHOW, "")

    def copy(self, error: str) -> None:
        """Have a report of an error written that is copied."""
        self.put(_COPY, error)

    def serve(self, channel: str, request: str) -> None:
        """Write a report."""
        text = report.write(request)
        (self.copied if channel == _COPY else self.written).emit(text)
