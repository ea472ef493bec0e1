"""The start button: its text, its tooltip and its entry in the Run menu.

It starts a new run, pauses, resumes after a pause, or continues the open run.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

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
    return _TEXTS.get(model.status, "Continue" if model.folder is not None else "Start")


def start_tooltip(model: RunModel) -> str:
    """Return what the button does, or why it is disabled."""
    if model.status in _TOOLTIPS:
        return _TOOLTIPS[model.status]
    if model.folder is None:
        return "Trains a new run with these settings"
    if model.finished is not None and model.finished.reason == EndReason.DONE:
        return "This run is done; you are asked how much longer to train it"
    return resume_text(model.rewind_points[-1] if model.rewind_points else 0, model.step).rstrip(".")


class StartEntry(QAction):
    """Menu entry that does what the button does, without its check mark: "Pause" with one would read as "is paused".

    Parameters
    ----------
    button
        The action of the button.
    parent
        Qt's parent.
    """

    def __init__(self, button: QAction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPauseEntry")
        self._button = button
        button.changed.connect(self._update)
        self.triggered.connect(self._trigger)
        self._update()

    def _update(self) -> None:
        keys = self._button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setText(f"{self._button.text()}\t{keys}")
        self.setToolTip(self._button.toolTip())
        self.setEnabled(self._button.isEnabled())

    def _trigger(self) -> None:
        self._button.trigger()
