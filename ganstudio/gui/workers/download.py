"""Thread that downloads a data set."""

import dataclasses
import time
import traceback
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.data import catalog
from ganstudio.errors import DownloadError, StudioError
from ganstudio.events import Failed
from ganstudio.gui.workers.worker import Worker
from ganstudio.system import libraries

_IMPORTED = ("_ssl", "torchvision")  # by the first download, with large libraries; _ssl is that of the module ssl
_PROGRESS_INTERVAL = 0.05  # seconds


class DownloadThread(Worker):
    """Thread that downloads one data set; it ends by `done`, `cancelled`, `refused` or `failed`.

    Parameters
    ----------
    name : str
        Name of the data set.
    home : Path, optional
        Folder of the data sets, if not the usual one.
    parent : QObject, optional
        Qt's parent.
    """

    progressed = Signal(object, object)  # bytes done, bytes in all: beyond 32 bits for a large set
    done = Signal()

    action = "The download failed"

    def __init__(self, name: str, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__("downloadThread", parent)
        self.name, self._home = name, home
        self._reported_at = 0.0  # time.monotonic()

    def work(self) -> None:
        """Download."""
        for name in _IMPORTED:
            libraries.load_package(name)
        catalog.download(self.name, self._home, progress=self._report_progress, cancelled=self.is_stopping)
        self.done.emit()

    def failed_of(self, error: StudioError) -> Failed:
        """Return a summary as the message; which servers were asked, and what to do, as its details."""
        if isinstance(error, DownloadError):
            return Failed(error.summary, details=error.details)
        return super().failed_of(error)

    def fail(self, failed: Failed) -> None:
        """Report it without its traceback, which no part of the window shows of a download: it is printed."""
        traceback.print_exc()
        super().fail(dataclasses.replace(failed, details=""))

    def _report_progress(self, done: int, total: int) -> None:
        if time.monotonic() - self._reported_at > _PROGRESS_INTERVAL or done == total:
            self._reported_at = time.monotonic()
            self.progressed.emit(done, total)
