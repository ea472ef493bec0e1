"""Thread that measures a run that nobody trains."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.workers.worker import Worker
from ganstudio.process import lower_thread_share


class MeasureThread(Worker):
    """Thread that measures the newest checkpoint of a run that nobody trains.

    Parameters
    ----------
    path : Path
        The run's folder.
    home : Path, optional
        Folder of the data sets, if not the usual one.
    parent : QObject, optional
        Qt's parent.
    """

    measured = Signal(object)  # Measured

    action = "The pictures cannot be measured"
    kept = "Nothing was changed."

    def __init__(self, path: Path, home: Path | None, parent: QObject | None = None) -> None:
        super().__init__("measureThread", parent)
        self.path, self._home = path, home

    def work(self) -> None:
        """Measure."""
        lower_thread_share()
        from ganstudio.runs.evaluator import measure_newest

        result = measure_newest(self.path, self._home, self.should_stop)
        if result is not None:
            self.measured.emit(result)
