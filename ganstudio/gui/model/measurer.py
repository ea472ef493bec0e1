"""Measurer: has the pictures of the open run measured now, by who trains it or by a thread of its own."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.errors import StudioError
from ganstudio.events import Failed, Measured
from ganstudio.gui.workers.train import Worker
from ganstudio.runs.control import Control

if TYPE_CHECKING:
    from ganstudio.gui.model.session import Session


class MeasureThread(Worker):
    """Measures the newest checkpoint of a run that nobody trains."""

    measured = Signal(object)  # Measured
    failed = Signal(object)  # Failed

    def __init__(self, path: Path, home: Path | None, parent: QObject | None = None) -> None:
        super().__init__("measureThread", parent)
        self.path, self._home = path, home

    def run(self) -> None:
        """Every error is said."""
        from ganstudio.runs.measure_again import measure_again

        try:
            if (found := measure_again(self.path, self._home, self.stopping)) is not None:
                self.measured.emit(found)
        except StudioError as error:
            self.failed.emit(Failed(str(error)))
        except Exception as error:
            message = f"The pictures cannot be measured: {type(error).__name__}: {error}"
            self.failed.emit(Failed(message, "Nothing was changed.", traceback.format_exc()))


class Measurer(QObject):
    """Part of a session, in the GUI thread."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session, self._model = session, session.model
        self._thread: MeasureThread | None = None
        self._afterwards: Callable[[], None] | None = None

    def measure(self, control: Control | None) -> None:
        """Measure what is being trained, by its `control`; else the open run's newest checkpoint."""
        model = self._model
        if model.measuring or model.folder is None:
            return
        if model.busy and control is not None:
            control.measure()
            model.set_measuring(True)
        elif not model.busy and model.can_be_measured:
            self._thread = thread = MeasureThread(model.folder.path, model.data_home, self._session)
            thread.measured.connect(self._measured)
            thread.failed.connect(self._failed)
            thread.finished.connect(self._ended)
            model.set_measuring(True)
            self._session.launch(thread)

    def once_ended(self, then: Callable[[], None]) -> bool:
        """Whether a thread measures; it is called off, and `then` is done when the run's folder is free again."""
        if self._thread is None:
            return False
        self._afterwards = then
        self._thread.stop()
        return True

    @Slot(object)
    def _measured(self, found: Measured) -> None:
        """Unless another run was opened meanwhile."""
        if self._thread is not None and self._model.folder and self._model.folder.path == self._thread.path:
            self._model.handle(found)

    @Slot(object)
    def _failed(self, failed: Failed) -> None:
        """The run that is open stays as it was."""
        self._model.failed.emit(failed)

    @Slot()
    def _ended(self) -> None:
        self._thread = None
        self._model.set_measuring(False)
        if self._afterwards is not None:
            then, self._afterwards = self._afterwards, None
            then()
