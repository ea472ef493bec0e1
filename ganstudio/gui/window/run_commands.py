"""Commands of the Run menu: training, updates by hand, slow motion, rewind and branch."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.config import SETTINGS
from ganstudio.events import ManualUpdate
from ganstudio.gui.runs.branching import explain_kept
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.speed import Speed
from ganstudio.gui.workers import window_first

if TYPE_CHECKING:
    from ganstudio.gui.runs.branch_dialog import BranchDialog


class RunCommands(QObject):
    """Serves the actions of the Run menu, and asks what a branch changes."""

    toggled = Signal()  # Qt has flipped the start button; what it shows has to be the run's state

    def __init__(self, context: WindowContext, speed: Speed) -> None:
        super().__init__(context.window)
        session = context.session
        self._session = session
        self._model = session.model
        self._window = context.window
        self.branch_dialog: BranchDialog | None = None  # made when a branch is asked for first
        session.time_travel.branchRequested.connect(self.ask_branch)
        context.panels.setup.branchRequested.connect(self.offer_branch)
        context.actions.connect(
            {
                "startPause": self._toggle,
                "stepD": self._step_d,
                "stepG": self._step_g,
                "round": self._round,
                "stop": session.training.stop,
                "slower": speed.slower,
                "faster": speed.faster,
                "rewind": self._rewind,
                "branch": self._branch,
                "measure": session.measurer.measure,
            }
        )

    def _toggle(self) -> None:
        self._session.training.toggle()
        self.toggled.emit()

    def _step_d(self) -> None:
        self._session.control.step(ManualUpdate.D)

    def _step_g(self) -> None:
        self._session.control.step(ManualUpdate.G)

    def _round(self) -> None:
        self._session.control.step(ManualUpdate.ROUND)

    def _rewind(self) -> None:
        viewed = self._model.viewed_step
        self._session.time_travel.rewind(self._model.step if viewed is None else viewed)

    def _branch(self) -> None:
        self.ask_branch("")

    @Slot(str)
    def ask_branch(self, path: str) -> None:
        """Ask where a branch begins and what it changes; `path` is the dotted name of the setting to begin with."""
        from ganstudio.gui.runs.branch_dialog import BranchDialog

        if self._model.folder is None:
            return
        if self._model.viewed_step is None and self._model.config.engine.processes == 1:
            self._session.control.save()  # so that the branch can begin at this very step
        window_first.hold_workers()
        if self.branch_dialog is None:
            self.branch_dialog = BranchDialog(self._model, parent=self._window, at_once=False)
            self.branch_dialog.branchRequested.connect(self._session.time_travel.branch)
        if not self.branch_dialog.isVisible():  # else it keeps what was chosen in it
            self.branch_dialog.begin(self._session.settings.edits, path)
        self.branch_dialog.open()

    @Slot(str)
    def offer_branch(self, path: str) -> None:
        """Say why the open run keeps a setting, and offer a run in which it differs."""
        setting = SETTINGS[path]
        kept = explain_kept(path)
        text = f"The {setting.label} of this run cannot be changed. {kept or setting.why_fixed}"
        new_run = ("New run…", self._session.new_run_like)
        branch = ("Branch…", lambda: self._branch_from_notice(path))
        self._session.notifier.say(text, *((new_run,) if kept else (branch, new_run)))

    def _branch_from_notice(self, path: str) -> None:
        self._session.notifier.withdraw_questions()
        self.ask_branch(path)
