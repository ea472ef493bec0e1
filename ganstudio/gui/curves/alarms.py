"""Alarms about the losses of the open run: what is wrong, and what the user can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal

from ganstudio import config as cfg
from ganstudio.config import SETTINGS
from ganstudio.errors import ConfigError
from ganstudio.events import Marked, MarkKind, Measured, RunStatus
from ganstudio.gui.curves import loss_watch
from ganstudio.gui.curves.loss_watch import Breakdown, DiscriminatorWin, LossWatch
from ganstudio.gui.model.run_model import RunModel
from ganstudio.text import format_nearly_all

_IMPROVEMENT = 0.95  # of the distance before: the pictures still improve, although D wins


class Incident(StrEnum):
    """Kind of problem."""

    BREAKDOWN = "breakdown"  # the losses left their range
    WIN = "win"  # D has won


@dataclass(frozen=True)
class Alarm:
    """Message about a problem, with what the user can do.

    Parameters
    ----------
    incident
        Kind of problem, and the step at which it began.
    plot
        objectName of the plot whose title shows it.
    title, text
        What that title says, and the sentences of the alarm bar.
    restore
        Dotted name of a setting and the value that it had before; None: nothing to restore.
    rewind
        Step of a checkpoint from before; None: there is none.
    """

    incident: tuple[Incident, int]
    plot: str
    title: str
    text: str
    restore: tuple[str, Any] | None = None
    rewind: int | None = None


class Alarms(QObject):
    """Watcher of the open run; lives in the GUI thread."""

    changed = Signal()
    wentBack = Signal(object)  # int, of any size: the step from which the run goes on

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._watch = LossWatch()
        self._step = model.step  # that the run had reached
        self.current: Alarm | None = None
        model.reset.connect(self._restart)
        for signal in (model.ticked, model.marked, model.measured, model.configChanged, model.rewindPointsChanged):
            signal.connect(self._check)

    @property
    def calm(self) -> bool:
        """Whether the losses are within their range, so that the accuracy of D and D(x) mean something."""
        return self.current is None or self.current.incident[0] != Incident.BREAKDOWN

    def _restart(self) -> None:
        self._watch = LossWatch()
        self._step = self._model.step
        self._check()

    def _check(self, *_: object) -> None:
        model = self._model
        if model.step < self._step:
            self.wentBack.emit(model.step)
        self._step = model.step
        self._watch.follow(model.history, _loss_since(model.marks))
        breakdown = self._watch.breakdown(model.history)
        win = None if breakdown else self._watch.win(model.history, model.config.objective.loss)
        alarm = self._breakdown_alarm(breakdown) if breakdown else self._win_alarm(win)
        if alarm != self.current:
            self.current = alarm
            self.changed.emit()

    def _breakdown_alarm(self, breakdown: Breakdown) -> Alarm:
        network = loss_watch.LOSSES[breakdown.column]
        change = loss_watch.find_cause(breakdown, self._model.marks)
        since = change.step if change else breakdown.step
        points = [point for point in self._model.rewind_points if point <= since]
        following = self._model.status == RunStatus.FOLLOWING
        return Alarm(
            (Incident.BREAKDOWN, breakdown.step),
            "lossPlot",
            "Loss: out of range",
            f"The loss of {network} is {loss_watch.format_times(breakdown.factor)} its usual size, "
            f"{_since(breakdown, change)}. Networks seldom recover from this on their own.",
            None if following else _value_to_restore(change, self._model.config),
            None if following or not points else points[-1],
        )

    def _win_alarm(self, win: DiscriminatorWin | None) -> Alarm | None:
        if win is None or _is_improving(self._model.measures, win.step):
            return None
        return Alarm(
            (Incident.WIN, win.step),
            "accuracyPlot",
            "Accuracy: D has won",
            f"D has won: since step {win.step:,} it has judged {format_nearly_all(win.accuracy)} of the pictures "
            "correctly. G learns little from it now. A lower learning rate of D or label smoothing gives G a chance.",
        )


def _loss_since(marks: Sequence[Marked]) -> int:
    """Return the step since which the run has its loss."""
    changes = (mark.step for mark in reversed(marks) if mark.kind == MarkKind.CHANGE and mark.path == "objective.loss")
    return next(changes, 0)


def _since(breakdown: Breakdown, change: Marked | None) -> str:
    if change is None:
        return f"since step {breakdown.step:,}"
    label = SETTINGS[change.path].label
    return f"since {label} was changed from {_short(change.old)} to {_short(change.new)} at step {change.step:,}"


def _value_to_restore(change: Marked | None, config: cfg.RunConfig) -> tuple[str, Any] | None:
    """Return the changed setting and its value before, unless it has that value again."""
    if change is None:
        return None
    try:
        same = bool(cfg.read(config, change.path) == change.old)
    except ConfigError:
        return None
    return None if same else (change.path, change.old)


def _is_improving(measures: Sequence[Measured], since: int) -> bool:
    """Return whether the newest measure, taken after a step, is better than the one before it."""
    return (
        len(measures) > 1 and measures[-1].step > since and measures[-1].distance < _IMPROVEMENT * measures[-2].distance
    )


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def restore_text(path: str, value: object) -> str:
    """Return the text of the button that sets a setting back."""
    return f"Set {SETTINGS[path].label} back to {_short(value)}"
