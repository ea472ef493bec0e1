"""Text of the start button and its tooltip: Start a new run, Pause, Resume after a pause, Go on with an open run."""

from ganstudio.events import EndReason, RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.training import FOLLOWED
from ganstudio.runs.history import resume_text

_TEXTS: dict[str, str] = {
    RunStatus.TRAINING: "Pause",
    RunStatus.STARTING: "Pause",
    RunStatus.PAUSED: "Resume",
}
_TOOLTIPS: dict[str, str] = {
    RunStatus.STARTING: "Pauses training as soon as the run has started",
    RunStatus.TRAINING: "Pauses training; everything stays in memory",
    RunStatus.PAUSED: "Resumes training from here",
    RunStatus.SAVING: "The run is being saved",
    RunStatus.FOLLOWING: FOLLOWED.rstrip("."),
}


def start_text(model: RunModel) -> str:
    """Return the text on the button."""
    return _TEXTS.get(model.status, "Go on" if model.folder is not None else "Start")


def start_tooltip(model: RunModel) -> str:
    """Return what the button does, or why it is disabled."""
    if model.status in _TOOLTIPS:
        return _TOOLTIPS[model.status]
    if model.folder is None:
        return "Trains a new run with these settings"
    if model.finished is not None and model.finished.reason == EndReason.DONE:
        return "This run is done: asks how much longer to train it"
    return resume_text(model.rewind_points[-1] if model.rewind_points else 0, model.step).rstrip(".")
