"""Commands to the run that is being trained here: pause, update by hand, change a setting, save, measure."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from ganstudio.data.points.edits import Edit
from ganstudio.events import ManualUpdate, Marked, RunStatus
from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.workers.processes import ProcessesThread
from ganstudio.gui.workers.train import TrainThread
from ganstudio.runs.control import Control


class RunControl(QObject):
    """Passes commands on to the training thread. Where several processes train the run, says that it takes none."""

    def __init__(self, model: RunModel, threads: RunThreads, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._threads = threads
        self._notifier = notifier

    @property
    def is_training(self) -> bool:
        """Whether a run is being trained in this program (a paused one counts)."""
        return self._model.is_busy and self._threads.training is not None

    @property
    def watched(self) -> Control | None:
        """What hands over the networks of the run while it is trained, paused or not; None: nothing does."""
        thread = self._threads.training
        is_trained = self._model.status in (RunStatus.TRAINING, RunStatus.PAUSED)
        return thread.control if isinstance(thread, TrainThread) and is_trained else None

    def pause(self) -> None:
        """Pause after the step that is under way."""
        self._send(Control.pause)

    def resume(self) -> None:
        """Continue after a pause."""
        if not isinstance(self._threads.training, ProcessesThread):
            self._send(Control.resume)

    def toggle_pause(self) -> None:
        """Pause, or continue after a pause."""
        self._send(lambda control: control.resume() if control.paused else control.pause())

    def step(self, update: ManualUpdate) -> None:
        """Do one manual update, while paused."""
        if self._model.status == RunStatus.PAUSED:
            self._send(lambda control: control.step(update))

    def record_round(self) -> bool:
        """Pause, and train one round whose stages are recorded; False if the run takes no commands."""
        return self._send(Control.record_round)

    def set_pace(self, pace: float | None) -> None:
        """Train at most `pace` rounds a second, in this run and the next; None: full speed."""
        self._model.set_pace(pace)
        if not isinstance(self._threads.training, ProcessesThread):
            self._send(lambda control: control.slow_down(pace))

    def save(self) -> None:
        """Write a checkpoint now."""
        self._send(Control.save)

    def measure(self) -> bool:
        """Measure the generated pictures now; False if the run takes no commands."""
        return self._send(Control.measure)

    def change(self, path: str, value: Any) -> bool:
        """Give a live setting another value from the next step on.

        Parameters
        ----------
        path
            Dotted name of the setting.
        value
            The new value.

        Returns
        -------
        bool
            False if the run takes no commands.

        Raises
        ------
        ConfigError
            If the setting cannot change during a run, or the value is not valid.
        """
        return self._send(lambda control: control.change(path, value))

    def edit_points(self, edit: Edit, undo: bool = False) -> bool:
        """Change the points from the next step on, or take a change back; False if the run takes no commands."""
        return self._send(lambda control: control.edit_points(edit, undo))

    def note(self, mark: Marked) -> None:
        """Have the history keep a mark; where several processes train the run, or none does, it is not kept."""
        if (control := self.watched) is not None:
            control.note(mark)

    def _send(self, command: Callable[[Control], object]) -> bool:
        thread = self._threads.training
        if isinstance(thread, ProcessesThread):
            processes = self._model.config.engine.processes
            self._notifier.say(
                f"{processes} processes are training this run, so it cannot be paused or changed. Stop "
                "saves it, and Continue resumes it."
            )
            return False
        if thread is None:
            return False
        command(thread.control)
        return True
