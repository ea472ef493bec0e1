"""Measuring the generated pictures of the open run, by the thread that trains it or by a thread of its own."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from ganstudio.events import Failed, Measured
from ganstudio.gui.model.run_control import RunControl
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.workers.measure import MeasureThread


class Measurer(QObject):
    """Measures the open run when the user asks for it."""

    def __init__(
        self, model: RunModel, threads: RunThreads, control: RunControl, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._threads = threads
        self._control = control
        self._thread: MeasureThread | None = None
        self._pending: Callable[[], None] | None = None  # what is done once the thread has ended

    def measure(self) -> None:
        """Measure the pictures of the generator as it is; of a run that is not being trained, its newest checkpoint."""
        model = self._model
        if model.is_busy:
            if not model.is_measuring and model.folder is not None and self._control.measure():
                model.set_measuring(True)
        elif model.can_be_measured and model.folder is not None:
            self._thread = thread = MeasureThread(model.folder.path, model.data_home, self)
            thread.measured.connect(self._show)
            thread.refused.connect(self._failed)
            thread.failed.connect(self._failed)
            thread.finished.connect(self._ended)
            model.set_measuring(True)
            self._threads.launch(thread)

    def stop_then(self, action: Callable[[], None]) -> bool:
        """Stop the thread that measures, if one does, and call `action` when the run's folder is free again.

        Returns
        -------
        bool
            Whether a thread was measuring. If not, `action` is not called.
        """
        if self._thread is None:
            return False
        self._pending = action
        self._thread.request_stop()
        return True

    @Slot(object)
    def _show(self, result: Measured) -> None:
        """Show the result, unless another run was opened meanwhile."""
        if self._thread is not None and self._model.folder and self._model.folder.path == self._thread.path:
            self._model.handle(result)

    @Slot(object)
    def _failed(self, failed: Failed) -> None:
        """Say what failed; the run that is open stays as it was."""
        self._model.failed.emit(failed)

    @Slot()
    def _ended(self) -> None:
        self._thread = None
        self._model.set_measuring(False)
        if self._pending is not None:
            action, self._pending = self._pending, None
            action()
