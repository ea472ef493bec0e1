"""Which actions are enabled, and why the others are not: said in their tooltips, in menus and on the tool bar."""

from PySide6.QtCore import QObject

from ganstudio.events import RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.training import FOLLOWED
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.window.actions import ACTIONS, Actions, tooltip
from ganstudio.gui.window.start_button import start_text, start_tooltip

_STEPS = ("stepD", "stepG", "round")
_PACES = ("slower", "faster")
_PICTURES = ("snapshot", "exportGrid")
_EXPLAINED = (*_STEPS, *_PACES, *_PICTURES, "stages", "stop", "rewind", "branch", "exportCurves")
_TIPS = {spec.name: spec.tip for spec in ACTIONS}


class ActionStates(QObject):
    """Keeps actions as the state of the open run allows them."""

    def __init__(self, actions: Actions, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._model = model
        for signal in (model.statusChanged, model.reset, model.sampled, model.ticked):
            signal.connect(self.refresh)
        for signal in (model.viewedStepChanged, model.rewindPointsChanged, model.measuringChanged):
            signal.connect(self.refresh)

    def refresh(self, *_: object) -> None:
        """Enable and explain every action that depends on the run."""
        model, actions, status = self._model, self._actions, self._model.status
        self._refresh_start()
        is_running = model.is_busy and status != RunStatus.SAVING
        can_branch = bool(model.rewind_points) or status in (RunStatus.TRAINING, RunStatus.PAUSED)
        is_ours = status not in (RunStatus.FOLLOWING, RunStatus.STARTING, RunStatus.SAVING)
        for name in _STEPS:
            actions[name].setEnabled(status == RunStatus.PAUSED)
        for name in ("stop", *_PACES):
            actions[name].setEnabled(is_running)
        for name in _PICTURES:
            actions[name].setEnabled(bool(model.samples))
        actions["stages"].setEnabled(status not in (RunStatus.FOLLOWING, RunStatus.SAVING))
        actions["measure"].setEnabled(model.can_be_measured)
        actions["branch"].setEnabled(can_branch)
        actions["rewind"].setEnabled(model.find_rewind_point() is not None and is_ours)
        actions["exportCurves"].setEnabled(len(model.history) > 0)
        self._explain()

    def _refresh_start(self) -> None:
        status, start = self._model.status, self._actions["startPause"]
        start.setText(start_text(self._model))
        start.setToolTip(as_tip(tooltip(start_tooltip(self._model), start)))
        start.setChecked(status in (RunStatus.STARTING, RunStatus.TRAINING))
        start.setEnabled(status not in (RunStatus.FOLLOWING, RunStatus.SAVING))

    def _explain(self) -> None:
        for name in _EXPLAINED:
            action = self._actions[name]
            text = tooltip(_TIPS[name], action)
            action.setToolTip(
                as_tip(text if action.isEnabled() else f"{text}\nNot now: {_why_disabled(name, self._model)}")
            )


def _why_disabled(name: str, model: RunModel) -> str:
    status = model.status
    if name in _PICTURES:
        return "the run has no pictures yet." if model.folder else "there is no run with pictures."
    if name == "exportCurves":
        return "there are no curves yet."
    if name == "branch":
        return "nothing has been saved yet to branch from."
    if status == RunStatus.FOLLOWING:
        return FOLLOWED[0].lower() + FOLLOWED[1:]
    if status == RunStatus.SAVING:
        return "the run is being saved."
    if name == "rewind":
        starting = status == RunStatus.STARTING
        return "the run is about to start." if starting else "nothing has been saved yet to go back to."
    if name in _STEPS:
        return _why_no_step(model)
    return "no run is being trained."


def _why_no_step(model: RunModel) -> str:
    if model.status in (RunStatus.TRAINING, RunStatus.STARTING):
        return "pause first."
    return "resume the run and pause it first." if model.folder else "start a run and pause it first."
