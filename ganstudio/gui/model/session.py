"""Session: what the window can do with runs. Owns the threads that train and read; the window only asks."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.config import EngineConfig, RunConfig
from ganstudio.data import catalog, moving
from ganstudio.errors import StudioError, UserFolder
from ganstudio.events import Event, Failed, Marked
from ganstudio.gui.notices.run_done import Ending
from ganstudio.gui.model.measurer import Measurer
from ganstudio.gui.model.downloads import Downloads
from ganstudio.gui.model.notice import Notice as Notice
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.time_travel import Travel
from ganstudio.gui.notices.missing_data import MissingData
from ganstudio.gui.window.start_button import FOLLOWED
from ganstudio.gui.workers.processes import JobThread
from ganstudio.gui.workers.train import FollowThread, TrainThread, WarmThread, Worker
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder, new_run_path
from ganstudio.runs.labels import display_name

_SHUT_DOWN_SECONDS = 30.0  # a checkpoint on a slow disk; on a usual one it takes a fraction of a second


class Session(QObject):
    """Start, pause, steer, open and end runs. Lives in the GUI thread and never waits there, but to shut down."""

    noticed = Signal(object)  # Notice, or None: the last one is out of date
    failed = Signal(object)  # Failed: something beside the open run, which is as it was
    refused = Signal(object)  # Failed: a run could not begin or go on, and is as it was
    runOpened = Signal(object)  # Path
    runsChanged = Signal()  # a run was made beside the open one
    branchAsked = Signal(str)  # a person should choose what a branch changes: dotted name of the setting to begin with
    steered = Signal(str, object, object)  # dotted name, old and new value: asked of the run under way
    datasetsWanted = Signal()  # a person wants to choose among the data sets
    startedOver = Signal()  # for the next class: every panel goes back to how it was at first
    warm = Signal()  # what training needs has been imported

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.downloads = Downloads(model.data_home, self)
        self._missing = MissingData(self)
        self._travel = Travel(self)
        self._measurer = Measurer(self)
        self.ending = Ending(self)
        self._train: TrainThread | JobThread | None = None
        self._follow: FollowThread | None = None
        self._opening: FollowThread | None = None  # reads a run; what is open stays till then
        self._status_before = "idle"  # a start that was refused
        self._running: list[QThread] = []  # every thread that has not ended, the replaced ones too
        self._afterwards: Callable[[], None] | None = None  # once the run under way has ended
        self.edits: dict[str, Any] = {}  # of an open run that does not run; applied when it goes on
        self._asked: dict[str, Any] = {}  # of the run under way; it takes each at its next step, and says so by a mark
        model.marked.connect(self._asked_and_told)
        self._before_opened: RunConfig | None = None  # what was set up when the open run was read; None: it began here
        self._asked_engine = model.config.engine  # before a run resolved it for this computer
        self.closing = False

    def warm_up(self) -> None:
        """Import what training needs, behind the painted window."""
        self.launch(WarmThread(self))

    # Training

    def toggle(self) -> None:
        """Start, pause or go on: what Space does."""
        if self._train and self.model.status in ("starting", "training"):
            control = self._control()
            if control and control.paused:
                control.resume()
            elif control:
                control.pause()
        else:
            self.start()

    def start(self) -> None:
        """Start a new run, go on with the open one, or say why not."""
        self.noticed.emit(None)
        if self._measurer.once_ended(self.start):
            return
        if self.model.status in ("starting", "training", "paused"):
            if isinstance(self._train, TrainThread):
                self._train.control.resume()
        elif self._train or self._reading():
            self._afterwards = self.start  # it is just being saved or read
        elif self.model.status == "following":
            self.noticed.emit(Notice(FOLLOWED))
        else:
            self._start_idle()

    def pause(self) -> None:
        """Hold still after the step that is being done."""
        if control := self._control():
            control.pause()

    def stop(self) -> None:
        """Save and end the run."""
        if self._train and self.model.busy:
            self.model.set_status("saving")
            self._train.stop()

    def step(self, what: str) -> None:
        """One update of "d", "g" or a "round" by hand, while paused."""
        if self.model.status == "paused" and (control := self._control()):
            control.step(what)

    def set_pace(self, pace: float | None) -> None:
        """So many rounds a second at most, in this run and the next; None: full speed."""
        self.model.set_pace(pace)
        if isinstance(self._train, TrainThread):
            self._train.control.slow_down(pace)

    def save(self) -> None:
        """Write a checkpoint now."""
        if control := self._control():
            control.save()

    def measure_now(self) -> None:
        """Measure the pictures of the generator as it is."""
        if not self.model.busy:
            self._measurer.measure(None)
        elif control := self._control():
            self._measurer.measure(control)

    def _control(self) -> Control | None:
        """How the run under way is steered; None, and a notice, if several processes train it."""
        if isinstance(self._train, JobThread):
            processes = self.model.config.engine.processes
            self.noticed.emit(
                Notice(
                    f"{processes} processes are training this run, which cannot be paused or changed meanwhile. Stop "
                    "saves it, and Go on continues it."
                )
            )
            return None
        return self._train.control if self._train else None

    # Settings

    def change(self, path: str, value: Any) -> None:
        """Change a setting: of the run at its next step, or of the one to be started."""
        try:
            edited, old = cfg.change(self.model.config, path, value), self.value(path)
            if value == old:
                return
            if self.model.busy and self._train:
                self._steer(path, old, value)
                return
        except StudioError as error:
            self.noticed.emit(Notice(str(error)))
            self.model.configChanged.emit()  # the field goes back
            return
        if self.model.folder is not None:
            self.edits[path] = value
        self.model.set_config(edited)
        self._asked_engine = edited.engine if self.model.folder is None else self._asked_engine

    def _steer(self, path: str, old: Any, value: Any) -> None:
        """Change the run under way. Raises ConfigError."""
        if control := self._control():
            control.change(path, value)
            self._asked[path] = value
            self.steered.emit(path, old, value)
        else:
            self.model.configChanged.emit()  # the field goes back

    def value(self, path: str) -> Any:
        """Value of a setting, as a person chose it last: the run under way may not have taken it yet."""
        return self._asked.get(path, cfg.read(self.model.config, path))

    @Slot(object)
    def _asked_and_told(self, mark: Marked) -> None:
        if mark.kind == "warning":
            self._asked.clear()  # it may be the refusal of a change
        elif mark.kind == "change" and self._asked.get(mark.path) == mark.new:
            del self._asked[mark.path]

    def restore(self, config: RunConfig, edits: Mapping[str, Any], run: Path | None) -> None:
        """Bring back what was chosen for a new run (`run` is None), or for one in a folder to go on with."""
        here = self.model.folder.path if self.model.folder else None
        if run != here and run is not None:
            self.open_run(run)
        elif run != here:
            self.when_free(lambda: self.take_new(config), "begin a new run")
        else:
            self.edits = dict(edits)
            self.model.set_config(config)
            self._asked_engine = config.engine if run is None else self._asked_engine

    def choose_preset(self, name: str) -> None:
        """Take a preset for the next run; an open run that has ended is left."""
        preset = presets.load(name)
        self.when_free(lambda: self.take_new(preset.config), f"begin a run with {preset.title}")

    def take_settings(self, config: RunConfig) -> None:
        """Take settings for the next run, while none is open."""
        self.model.set_config(config)
        self._asked_engine = config.engine

    def take_new(self, config: RunConfig) -> None:
        """Leave the open run, which does not run, and take settings for another one."""
        self._leave_followed()
        self.edits, self._before_opened = {}, None
        self._asked_engine = config.engine
        self.model.close_run(config)

    def as_asked(self) -> RunConfig:
        """The settings as a person gave them: the engine not as a run resolved it for this computer."""
        return dataclasses.replace(self.model.config, engine=self._asked_engine)

    def choose_dataset(self, name: str) -> None:
        """Learn from another data set, in its own colours and at its own size, from as many pictures as before."""
        before = self.model.config
        self.model.set_config(moving.moved(before, name))
        if words := moving.in_words(before, self.model.config):
            self.noticed.emit(Notice(words))

    # Runs

    def new_run(self) -> None:
        """Leave the open run and set up another one: as this window's own last was, or as before a run was opened."""
        found = self._before_opened
        self.when_free(lambda: self.take_new(self.as_asked() if found is None else found), "begin a new run")

    def new_run_like(self) -> None:
        """Leave the open run and unlock every setting for another one with the same."""
        self.when_free(lambda: self.take_new(self.as_asked()), "begin a new run")

    def start_over(self) -> None:
        """As at the first start: no run is open, and the first preset is chosen. Asks before it stops a run."""
        self.when_free(self._start_over, "start over")

    def _start_over(self) -> None:
        self.take_new(presets.load(presets.DEFAULT).config)
        self.startedOver.emit()

    def open_run(self, path: Path) -> None:
        """Show a run: finished, interrupted, or one that another program is writing."""
        self.when_free(lambda: self._read(path), f"open {display_name(path)}")

    def open_now(self, path: Path) -> None:
        """Stop and save a run that goes, then show another; a person was asked before."""
        self.once_free(lambda: self._read(path))

    def when_free(self, then: Callable[[], None], words: str) -> None:
        """Do `then`; while a run goes, ask whether to stop it first."""
        if not self.model.busy:
            self.noticed.emit(None)
            then()
            return

        def stop_first() -> None:
            self.noticed.emit(None)
            self._afterwards = then
            self.stop()

        self.noticed.emit(
            Notice(f"A run is being trained. Stop and save it, and {words}?", (("Stop and save", stop_first),))
        )

    def shut_down(self) -> bool:
        """Save, end all threads and wait for them; False if one did not end in time."""
        self.closing = True
        self._afterwards = None
        for thread in self._running:
            if isinstance(thread, Worker):
                thread.stop()
        ended = self.downloads.shut_down(_SHUT_DOWN_SECONDS)
        return ended and all(thread.wait(int(_SHUT_DOWN_SECONDS * 1000)) for thread in self._running)

    def once_free(self, then: Callable[[], None]) -> None:
        """Stop and save a run that goes, or wait until one is read, then do `then`."""
        if self.model.busy or self._train or self._reading():
            self._afterwards = then
            self.stop()
        else:
            then()

    # Time travel

    def rewind(self, step: int) -> None:
        """Go on from the newest checkpoint that is not after `step`; asks first where later steps leave the view."""
        self._travel.rewind(step)

    def branch(
        self, step: int | None, changes: Mapping[str, Any] | None = None, title: str = "", opens: bool = True
    ) -> None:
        """A new run that begins as this one was at `step` (None: newest), with `changes` by dotted name.

        opens : stop and save a run that goes, and show the new one; else it is made, and that one goes on.
        """
        self._travel.branch(step, changes or {}, title, opens)

    def resume_at(self, step: int) -> None:
        """Go on with the open run from the newest checkpoint not after `step`, at once."""
        if self._measurer.once_ended(lambda: self.resume_at(step)):
            return
        try:
            self._resume(step)
        except (StudioError, OSError) as error:
            self.refused.emit(Failed(str(error)))

    # How

    def _reading(self) -> bool:
        """Whether a run is being read, other than to watch it."""
        return self._opening is not None or (self._follow is not None and self.model.status != "following")

    def _start_idle(self) -> None:
        try:
            if self.model.folder is None:
                self._start_new()
            elif self._is_done():
                self.ending.offer()
            else:
                self._resume()
        except StudioError as error:
            self.refused.emit(Failed(str(error), place=error.place))
        except OSError as error:
            message = f"The run's folder cannot be created: {error.strerror or error}. Choose another folder for runs."
            self.refused.emit(Failed(message, place=UserFolder.RUNS))

    def _start_new(self) -> None:
        config = self.model.config
        if catalog.state(config.data.name, self.model.data_home).state == "can be downloaded":
            self._missing.offer(config.data.name)
            return
        self._asked_engine = config.engine
        path = new_run_path(config)
        self.model.begin(config)
        if config.engine.processes > 1:
            self._train_in_many(JobThread(path, config, home=self.model.data_home, parent=self))
        else:
            self._train_in(TrainThread(path, config, home=self.model.data_home, parent=self))

    def _resume(self, at: int | None = None) -> None:
        if self.model.folder is None:
            return
        self.model.view(None)
        path, edits = self.model.folder.path, dict(self.edits)
        if self.model.config.engine.processes > 1:
            self._train_in_many(JobThread(path, changes=edits, home=self.model.data_home, parent=self, at=at))
        else:
            self._train_in(TrainThread(path, changes=edits, home=self.model.data_home, parent=self, at=at))

    def _train_in(self, thread: TrainThread) -> None:
        self._train, self._status_before = thread, self.model.status
        thread.control.slow_down(self.model.pace)
        thread.opened.connect(self._train_opened)
        thread.refused.connect(self._train_refused)
        thread.said.connect(self.model.handle)
        self.model.set_status("starting")
        self.launch(thread)

    def _train_in_many(self, thread: JobThread) -> None:
        self._train, self._status_before = thread, self.model.status
        thread.opened.connect(self._job_opened)
        thread.refused.connect(self._train_refused)
        thread.said.connect(self.model.handle_all)
        self.model.set_status("starting")
        self.launch(thread)

    def _read(self, path: Path) -> None:
        if self._opening:
            self._opening.stop()
        self._opening = thread = FollowThread(path, self)
        thread.opened.connect(self._follow_opened)
        thread.refused.connect(self._follow_refused)
        thread.said.connect(self._follow_said)
        self.launch(thread)

    def _leave_followed(self) -> None:
        """Nothing that the thread still says is heard: its signals are told by their sender."""
        for thread in (self._follow, self._opening):
            if thread:
                thread.stop()
        self._follow = self._opening = None

    def _is_done(self) -> bool:
        end = self.model.finished
        return end is not None and end.reason == "done" and not {"epochs", "steps", "seconds"} & set(self.edits)

    def train_more(self, name: str, more: float) -> None:
        """Go on with a run that is done: `more` of the setting that ends it."""

        def go_on() -> None:
            self.edits[name] = cfg.SETTINGS[name].type(cfg.read(self.model.config, name) + more)
            self.start()

        self.once_free(go_on)

    # What the threads say

    def launch(self, thread: QThread) -> None:
        """Start a thread that belongs to this session, and see it to its end."""
        self._running.append(thread)
        thread.finished.connect(self._thread_finished)
        thread.start()

    @Slot()
    def _thread_finished(self) -> None:
        thread = self.sender()
        if not isinstance(thread, QThread):
            return
        self._running.remove(thread)
        if thread is self._train:
            self._train = None
            self._asked.clear()
        self._follow = None if thread is self._follow else self._follow
        self._opening = None if thread is self._opening else self._opening
        thread.deleteLater()
        if isinstance(thread, WarmThread):
            self.warm.emit()
        if self._afterwards and not self._train and not self._reading() and not self.closing:
            then, self._afterwards = self._afterwards, None
            then()

    @Slot(object)
    def _train_opened(self, folder: RunFolder) -> None:
        self.edits = {}
        self.model.attach(folder)
        self.runOpened.emit(folder.path)

    @Slot(object, bool)
    def _job_opened(self, folder: RunFolder, _: bool) -> None:
        """Its whole history is told anew."""
        self.edits = {}
        self.model.begin(folder.config, folder)
        self.runOpened.emit(folder.path)

    @Slot(object, bool)
    def _follow_opened(self, folder: RunFolder, running: bool) -> None:
        thread = self._opening
        if thread is None or self.sender() is not thread:
            return
        self._opening = None
        self._leave_followed()
        self._follow = thread
        if self.model.folder is None or self._before_opened is None:  # else it stands from the run opened before
            self._before_opened = self.as_asked()
        self.edits = {}
        self._asked_engine = EngineConfig()
        self.model.begin(folder.config, folder)
        self.model.set_status("following" if running else "idle")
        self.runOpened.emit(folder.path)

    @Slot(object)
    def _follow_said(self, events: list[Event]) -> None:
        if self.sender() is self._follow:
            self.model.handle_all(events)

    @Slot(object)
    def _train_refused(self, failed: Failed) -> None:
        self.model.set_status(self._status_before)
        self.refused.emit(failed)

    @Slot(object)
    def _follow_refused(self, failed: Failed) -> None:
        """What is open stays as it is."""
        if self.sender() is self._opening:
            kept = "The open run is not affected." if self.model.folder else ""
            self.failed.emit(dataclasses.replace(failed, kept=kept))
