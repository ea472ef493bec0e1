"""Why an action rests: said in its tooltip, in the menus and on the tool bar."""

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.training import FOLLOWED
from ganstudio.gui.window.actions import DECLARED, Actions, tip

_STEPS, _SPEED = ("stepD", "stepG", "round"), ("slower", "faster")
_TIPS = {each.name: each.tip for each in DECLARED}
_EXPLAINED = (*_STEPS, *_SPEED, "stop", "rewind", "branch", "snapshot", "exportGrid", "exportCurves")


def explain(actions: Actions, model: RunModel) -> None:
    """Give the actions that depend on the run their tooltips."""
    for name in _EXPLAINED:
        action = actions[name]
        said = tip(_TIPS[name], action)
        action.setToolTip(said if action.isEnabled() else f"{said}\nNot now: {_why(name, model)}")


def _why(name: str, model: RunModel) -> str:
    status = model.status
    if name in ("snapshot", "exportGrid"):
        return "the run has no pictures yet." if model.folder else "there is no run with pictures."
    if name == "exportCurves":
        return "there are no curves yet."
    if name == "branch":
        return "there is nothing saved yet to branch from."
    if status == "following":
        return FOLLOWED[0].lower() + FOLLOWED[1:]
    if status == "saving":
        return "the run is being saved."
    if name == "rewind":
        return "the run is about to begin." if status == "starting" else "there is nothing saved yet to go back to."
    if name in _STEPS:
        if status in ("training", "starting"):
            return "pause first."
        return "go on with the run and pause it first." if model.folder else "start a run and pause it first."
    return "no run is being trained."
