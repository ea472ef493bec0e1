"""Session: the parts that work on the open run, and the way from one run to another."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio import presets
from ganstudio.config import RunConfig
from ganstudio.gui.model import preset_settings
from ganstudio.gui.model.downloads import Downloads
from ganstudio.gui.model.forecaster import Forecaster
from ganstudio.gui.model.measurer import Measurer
from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.picture_imports import PictureImports
from ganstudio.gui.model.point_editor import PointEditor
from ganstudio.gui.model.run_control import RunControl
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_reader import RunReader
from ganstudio.gui.model.run_threads import SHUT_DOWN_SECONDS, RunThreads
from ganstudio.gui.model.settings_editor import SettingsEditor
from ganstudio.gui.model.time_travel import TimeTravel
from ganstudio.gui.model.training import Training
from ganstudio.gui.workers.warm_up import WarmUpThread
from ganstudio.runs.labels import display_name


class Session(QObject):
    """Opens, closes and changes between runs; made of the parts that do the rest. Never blocks, except to shut down.

    Attributes
    ----------
    model
        What is known about the open run.
    notifier
        The door for messages to the user.
    threads
        The threads that train and read.
    control
        Commands to the run that is being trained.
    settings
        The settings as the user edits them.
    points
        Changes of points by hand.
    training
        Start, stop and resume.
    measurer
        Measurements that the user asks for.
    forecaster
        What the run that is set up will take.
    time_travel
        Rewind and branch.
    downloads
        Downloads of data sets.
    imports
        Imports of the user's own pictures.
    """

    runOpened = Signal(object)  # Path
    runsChanged = Signal()  # a run was made beside the open one
    startedOver = Signal()  # for the next class: every panel goes back to its first state
    advised = Signal(str)  # how this computer could train faster
    warm = Signal()  # what training needs has been imported

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.notifier = Notifier(self)
        self.downloads = Downloads(model.data_home, self)
        self.imports = PictureImports(model.data_home, self)
        self.threads = RunThreads(model, self)
        self.control = RunControl(model, self.threads, self.notifier, self)
        self.settings = SettingsEditor(model, self.control, self.notifier, self)
        self.points = PointEditor(model, self.control, self.notifier, self)
        self.measurer = Measurer(model, self.threads, self.control, self)
        self.training = Training(model, self.threads, self.control, self.settings, self.measurer, self.notifier, self)
        self.forecaster = Forecaster(model, self.threads, self)
        self.warm.connect(self.forecaster.begin)
        self.notifier.refused.connect(self.forecaster.offer_less)
        self.time_travel = TimeTravel(model, self.threads, self.training, self.notifier, self)
        self._reader = RunReader(model, self.threads, self.settings, self.notifier, self)
        self.training.opened.connect(self.runOpened)
        self.training.folderLost.connect(self._say_lost)
        self.time_travel.folderLost.connect(self._say_lost)
        self._reader.opened.connect(self.runOpened)
        self.time_travel.branched.connect(self._show_branch)

    def warm_up(self) -> None:
        """Import what training needs, behind the painted window."""
        thread = WarmUpThread(self)
        thread.finished.connect(self.warm)
        thread.advised.connect(self.advised)
        self.threads.launch(thread)

    def shut_down(self) -> bool:
        """Save, end all threads and wait for them; False if one did not end in time."""
        self.downloads.cancel()
        imports_ended = self.imports.shut_down(SHUT_DOWN_SECONDS)  # first: it reads what another thread closes
        threads_ended = self.threads.shut_down()
        return self.downloads.shut_down(SHUT_DOWN_SECONDS) and threads_ended and imports_ended

    # Runs

    def open_run(self, path: Path) -> None:
        """Show a run: finished, interrupted, or one that another program is writing."""
        self.when_free(lambda: self._reader.read(path), f"open {display_name(path)}")

    def open_now(self, path: Path) -> None:
        """Stop and save the run that is being trained, then show another, without asking."""
        self.threads.once_free(lambda: self._reader.read(path))

    def new_run(self) -> None:
        """Close the open run and set up a new one: as it was set up before a run was opened."""
        earlier = self.settings.config_before_opening
        self.when_free(lambda: self.set_up(earlier or self.settings.requested_config()), "set up a new run")

    def new_run_like(self) -> None:
        """Close the open run and unlock every setting for a new one with the same settings."""
        self.when_free(lambda: self.set_up(self.settings.requested_config()), "set up a new run")

    def choose_preset(self, name: str) -> None:
        """Take a preset for the next run; the open run is closed.

        One for own pictures keeps those that are chosen.

        Raises
        ------
        ConfigError
            If there is no such preset, or its file is of no use.
        """
        preset = presets.load(name)
        config = preset_settings.settings_of(preset, self.model.config.data.name)
        self.when_free(lambda: self.set_up(config), f"set up a run with {preset.title}")

    def start_over(self) -> None:
        """Go back to the first start: no run is open, and the first preset is chosen. Asks before it stops a run."""
        self.when_free(self._start_over, "start over")

    def _start_over(self) -> None:
        self.set_up(presets.load(presets.DEFAULT).config)
        self.startedOver.emit()

    def set_up(self, config: RunConfig) -> None:
        """Close the open run, which is not being trained, and take settings for a new one."""
        self._reader.leave()
        self.settings.note_closing(config)
        self.model.close_run(config)

    def restore(self, config: RunConfig, edits: Mapping[str, Any], run: Path | None) -> None:
        """Bring back what was set up before.

        Parameters
        ----------
        config
            The settings, of a new run or of the open one.
        edits
            Edits that wait for the run to resume, by dotted name.
        run
            Folder of the run that was open then; None: none was.
        """
        here = self.model.folder.path if self.model.folder else None
        if run == here:
            self.settings.restore(config, edits)
        elif run is not None:
            self.open_run(run)
        else:
            self.when_free(lambda: self.set_up(config), "set up a new run")

    def when_free(self, action: Callable[[], None], description: str) -> None:
        """Call `action`; while a run is being trained, ask first whether to stop it.

        Parameters
        ----------
        action
            What needs the open run to be closed.
        description
            What it does, as the end of the question "Stop and save it, and ...?".
        """
        if not self.model.is_busy:
            self.notifier.withdraw_questions()
            action()
            return

        def stop_first() -> None:
            self.notifier.withdraw_questions()
            self.threads.once_free(action)

        self.notifier.say(
            f"A run is being trained. Stop and save it, and {description}?", ("Stop and save", stop_first)
        )

    @Slot(str)
    def _say_lost(self, problem: str) -> None:
        """Say that the open run's folder no longer holds it, and offer to train it anew: what is shown of it stays."""
        self.notifier.say(problem, ("New run with these settings", self.new_run_like), topic="lost")

    @Slot(object, bool)
    def _show_branch(self, path: Path, opens: bool) -> None:
        self.runsChanged.emit()
        if opens:
            self.open_now(path)
            return
        open_branch = ("Open", lambda: self.open_run(path))
        self.notifier.say(f"The branch {display_name(path)} is now in Runs.", open_branch, passing=True)
