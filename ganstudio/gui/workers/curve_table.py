"""Thread that writes curves as CSV files, however long they are."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from ganstudio.export.tables import write_csv
from ganstudio.gui.workers.worker import QueueWorker

_TABLES = "tables"
Columns = Mapping[str, npt.NDArray[np.float64]]


class CurveTableThread(QueueWorker[str, tuple[Path, Columns]]):
    """Thread that writes one table after the other. Stopped, it writes those that wait first.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    written = Signal(str)  # path

    action = "The table could not be written"
    finishes_requests = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("curveTableThread", (_TABLES,), parent)

    def write(self, path: Path, columns: Columns) -> None:
        """Have these columns written; they must not change any more."""
        self.append(_TABLES, (path, columns))

    def serve(self, channel: str, request: tuple[Path, Columns]) -> None:
        """Write a table."""
        path, columns = request
        write_csv(path, dict(columns))
        self.written.emit(str(path))
