"""What the first button says and why: Start a new run, Pause, Resume after a pause, Go on with an open run."""

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.training import FOLLOWED
from ganstudio.runs.going_on import goes_on

_WORDS = {"training": "Pause", "starting": "Pause", "paused": "Resume"}
_TIPS = {
    "starting": "Pauses training as soon as the run has started",
    "training": "Pauses training; everything stays in memory",
    "paused": "Resumes training from here",
    "saving": "The run is being saved",
    "following": FOLLOWED.rstrip("."),
}


def start_word(model: RunModel) -> str:
    """The word on the button."""
    return _WORDS.get(model.status, "Go on" if model.folder is not None else "Start")


def start_tip(model: RunModel) -> str:
    """What the button does, or why it does nothing."""
    if model.status in _TIPS:
        return _TIPS[model.status]
    if model.folder is None:
        return "Trains a new run with these settings"
    if model.finished is not None and model.finished.reason == "done":
        return "This run is done: asks how much longer to train it"
    return goes_on(model.rewind_points[-1] if model.rewind_points else 0, model.step).rstrip(".")
