"""Thread that writes files which may take long."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.workers.worker import QueueWorker

_FILES = "files"
Write = Callable[[Path], None]


class FileWriter(QueueWorker[str, tuple[Path, Write]]):
    """Thread that writes one file after the other. Stopped, it writes those that wait first.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    written = Signal(str)  # path

    action = "The file could not be written"
    finishes_requests = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("fileWriterThread", (_FILES,), parent)

    def write(self, path: Path, write: Write) -> None:
        """Have a file written by a function of its path; what that writes must not change any more."""
        self.append(_FILES, (path, write))

    def serve(self, channel: str, request: tuple[Path, Write]) -> None:
        """Write a file."""
        path, write = request
        write(path)
        self.written.emit(str(path))
