"""Training of the open run in this program: started, paused, resumed, stopped and, once done, continued."""

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio import config as cfg
from ganstudio.data.catalog import Availability
from ganstudio.errors import ConfigError, StudioError, UserFolder
from ganstudio.events import EndReason, Failed, RunStatus
from ganstudio.gui.model.folder_check import find_problem
from ganstudio.gui.model.measurer import Measurer
from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.run_control import RunControl
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.model.settings_editor import SettingsEditor
from ganstudio.gui.workers.processes import ProcessesThread
from ganstudio.gui.workers.train import TrainThread
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.places import reserve_run_path

FOLLOWED = (
    "Another program is training this run; this window only follows it. Branch creates a run that you can train here."
)
_LENGTHS = {"epochs", "steps", "seconds"}  # settings that end a run


class Training(QObject):
    """Starts a new run or resumes the open one, in a thread or in several processes, and ends it."""

    opened = Signal(object)  # Path: the folder of the run that has started or resumed
    dataMissing = Signal(str)  # name of a data set that must be downloaded before the run can start
    folderLost = Signal(str)  # why the open run's folder no longer holds it, in sentences
    resumedWhenDone = Signal()  # the user asked to resume a run that is done

    def __init__(
        self,
        model: RunModel,
        threads: RunThreads,
        control: RunControl,
        settings: SettingsEditor,
        measurer: Measurer,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._threads = threads
        self._control = control
        self._settings = settings
        self._measurer = measurer
        self._notifier = notifier
        self._status_before = model.status  # comes back where a start is refused
        self._records_first = False  # the first round of the run that starts next
        threads.trainingEnded.connect(settings.forget_requests)

    def toggle(self) -> None:
        """Start, pause or resume: what Space does."""
        self._records_first = False
        if self._threads.training and self._model.status in (RunStatus.STARTING, RunStatus.TRAINING):
            self._control.toggle_pause()
        else:
            self.start()

    def start(self) -> None:
        """Start a new run, resume the open one, or say why not."""
        self._notifier.withdraw_questions()
        if self._measurer.stop_then(self.start):
            return
        if self._model.status in (RunStatus.STARTING, RunStatus.TRAINING, RunStatus.PAUSED):
            self._control.resume()
        elif self._threads.training or self._threads.is_reading:
            self._threads.call_when_free(self.start)
        elif self._model.status == RunStatus.FOLLOWING:
            self._notifier.say(FOLLOWED)
        else:
            self._start_idle()

    def record_round(self) -> None:
        """Train one round whose stages are recorded, and pause; a run that is not being trained starts or resumes."""
        if self._threads.training and self._model.status in (RunStatus.STARTING, RunStatus.TRAINING, RunStatus.PAUSED):
            self._control.record_round()
        else:
            self._records_first = True
            self.start()

    def stop(self) -> None:
        """Save and end the run."""
        self._threads.stop_training()

    def resume_at(self, step: int) -> None:
        """Resume the open run from the newest checkpoint that is not after `step`."""
        if self._measurer.stop_then(lambda: self.resume_at(step)):
            return
        try:
            self._resume(step)
        except (StudioError, OSError) as error:
            self._notifier.refused.emit(Failed(str(error)))

    def train_more(self, name: str, amount: float) -> None:
        """Resume a run that is done, with `amount` added to the setting `name` that ends it."""

        def resume() -> None:
            reached = cfg.read(self._model.config, name)
            self._settings.edits[name] = cfg.SETTINGS[name].type(reached + amount)
            self.start()

        self._threads.once_free(resume)

    # How a run starts

    def _start_idle(self) -> None:
        try:
            if self._model.folder is None:
                self._start_new()
            elif self._is_done():
                self.resumedWhenDone.emit()
            else:
                self._resume()
        except StudioError as error:
            self._notifier.refused.emit(Failed(str(error), place=error.place))
        except OSError as error:
            message = f"The run's folder cannot be created: {error.strerror or error}. Choose another folder for runs."
            self._notifier.refused.emit(Failed(message, place=UserFolder.RUNS))

    def _is_done(self) -> bool:
        end = self._model.finished
        return end is not None and end.reason == EndReason.DONE and not _LENGTHS & set(self._settings.edits)

    def _start_new(self) -> None:
        config = self._model.config
        self._model.datasets.forget()
        if self._model.datasets[config.data.name].state == Availability.DOWNLOADABLE:
            self.dataMissing.emit(config.data.name)
            return
        self._check_edits(config.engine.processes)
        self._settings.note_started()
        self._model.begin(config, keeps_edits=True)
        if config.engine.processes > 1:
            path = reserve_run_path(config)
            self._launch_processes(ProcessesThread(path, config, home=self._model.data_home, parent=self))
        else:
            edits = self._model.pending_edits
            self._launch_thread(TrainThread(None, config, home=self._model.data_home, parent=self, edits=edits))

    def _resume(self, at: int | None = None) -> None:
        if self._model.folder is None:
            return
        if problem := find_problem(self._model.folder):
            self.folderLost.emit(problem)
            return
        self._model.view(None)
        path, home = self._model.folder.path, self._model.data_home
        edits: dict[str, Any] = dict(self._settings.edits)
        self._check_edits(self._model.config.engine.processes)
        if self._model.config.engine.processes > 1:
            self._launch_processes(ProcessesThread(path, changes=edits, home=home, parent=self, at=at))
        else:
            points = self._model.pending_edits
            self._launch_thread(TrainThread(path, changes=edits, home=home, parent=self, at=at, edits=points))

    def _check_edits(self, processes: int) -> None:
        """Raise ConfigError if several processes would have to begin with points that were just changed by hand."""
        if processes > 1 and self._model.pending_edits is not None:
            raise ConfigError(
                f"{processes} processes cannot begin with points that were changed by hand. Set the processes to 1, or "
                "undo the changes of the points."
            )

    def _launch_thread(self, thread: TrainThread) -> None:
        thread.control.slow_down(self._model.pace)
        if self._records_first:
            thread.control.record_round()
        thread.opened.connect(self._thread_opened)
        thread.reported.connect(self._model.handle)
        self._launch(thread)

    def _launch_processes(self, thread: ProcessesThread) -> None:
        thread.opened.connect(self._processes_opened)
        thread.reported.connect(self._model.handle_all)
        self._launch(thread)

    def _launch(self, thread: TrainThread | ProcessesThread) -> None:
        self._threads.training = thread
        self._records_first = False
        self._status_before = self._model.status
        thread.refused.connect(self._refused)
        thread.failed.connect(self._refused)
        thread.cancelled.connect(self._cancelled)
        self._model.set_status(RunStatus.STARTING)
        self._threads.launch(thread)

    # What the threads answer

    @Slot(object)
    def _thread_opened(self, folder: RunFolder) -> None:
        self._settings.edits = {}
        self._model.attach(folder)
        self.opened.emit(folder.path)

    @Slot(object, bool)
    def _processes_opened(self, folder: RunFolder, _: bool) -> None:
        """Show the run anew: its whole history is read from the folder."""
        self._settings.edits = {}
        self._model.begin(folder.config, folder)
        self.opened.emit(folder.path)

    @Slot()
    def _cancelled(self) -> None:
        """Show the state of before: the user stopped before there was anything to save."""
        self._model.set_status(self._status_before)

    @Slot(object)
    def _refused(self, failed: Failed) -> None:
        self._model.set_status(self._status_before)
        self._notifier.refused.emit(failed)
