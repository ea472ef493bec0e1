"""Threads that train and read runs for the window: started here, and none outlives the session."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.events import Failed, RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.workers.follow import FollowThread
from ganstudio.gui.workers.processes import ProcessesThread
from ganstudio.gui.workers.train import TrainThread
from ganstudio.gui.workers.worker import Worker

SHUT_DOWN_SECONDS = 30.0  # a checkpoint on a slow disk; on a usual one it takes a fraction of a second


class RunThreads(QObject):
    """All threads of a session; knows which of them occupy the open run, and what is to be done once it is free.

    Attributes
    ----------
    training
        The thread that trains the open run in this program, until it has ended.
    opening
        The thread that reads a run that is not open yet; what is open stays open until then.
    following
        The thread that reads the open run from its folder.
    is_closing
        Whether the window is being closed: nothing new starts.
    unsaved
        After shutting down: that the run could not be saved, which no panel shows any more.
    """

    trainingEnded = Signal()

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.training: TrainThread | ProcessesThread | None = None
        self.opening: FollowThread | None = None
        self.following: FollowThread | None = None
        self.is_closing = False
        self.unsaved: Failed | None = None
        self._running: list[Worker] = []  # every thread that has not ended, the replaced ones too
        self._pending: Callable[[], None] | None = None  # what is done once the open run is free

    @property
    def is_reading(self) -> bool:
        """Whether a run is being read, unless only to follow what another program writes."""
        return self.opening is not None or (self.following is not None and self._model.status != RunStatus.FOLLOWING)

    def launch(self, thread: Worker) -> None:
        """Start a thread, and delete it when it has ended."""
        self._running.append(thread)
        thread.finished.connect(self._forget)
        thread.start()

    def stop_training(self) -> None:
        """Save the run that is being trained, and end it."""
        if self.training and self._model.is_busy:
            self._model.set_status(RunStatus.SAVING)
            self.training.request_stop()

    def call_when_free(self, action: Callable[[], None]) -> None:
        """Call `action` when no thread occupies the open run; it replaces an earlier action that still waits."""
        self._pending = action

    def once_free(self, action: Callable[[], None]) -> None:
        """Stop and save the run that is being trained, or wait until one is read, then call `action`."""
        if self._model.is_busy or self.training or self.is_reading:
            self.call_when_free(action)
            self.stop_training()
        else:
            action()

    def shut_down(self) -> bool:
        """Save, end all threads and wait for them.

        Returns
        -------
        bool
            False if a thread did not end in time.
        """
        self.is_closing = True
        self._pending = None
        for thread in self._running:
            thread.request_stop()
        ended = [thread.stop(SHUT_DOWN_SECONDS) for thread in self._running]  # every one: one of them saves the run
        if isinstance(self.training, TrainThread):
            self.unsaved = self.training.unsaved
        return all(ended)

    @Slot()
    def _forget(self) -> None:
        thread = self.sender()
        if not isinstance(thread, Worker):
            return
        self._running.remove(thread)
        if thread is self.training:
            self.training = None
            self.trainingEnded.emit()
        if thread is self.following:
            self.following = None
        if thread is self.opening:
            self.opening = None
        delete_later(thread)
        self._call_pending()

    def _call_pending(self) -> None:
        if self._pending and not self.training and not self.is_reading and not self.is_closing:
            action, self._pending = self._pending, None
            action()
