"""Alarms: watches the losses of the open run, and says in words what they say and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from ganstudio import config as cfg
from ganstudio.config import SETTINGS
from ganstudio.errors import ConfigError
from ganstudio.events import Marked, Measured, RunStatus
from ganstudio.gui.curves import alarm
from ganstudio.gui.curves.alarm import Alarm, Won
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import percent

_BETTER = 0.95  # of the distance before: the pictures still become better, whatever D says


@dataclass(frozen=True)
class Warned:
    """What a person is told, and what is offered."""

    incident: tuple[str, int]  # kind and step that it began at: it is told once
    plot: str  # object name of the plot whose title says it
    title: str
    text: str
    set_back: tuple[str, Any] | None = None  # dotted name and value that a setting had before
    rewind: int | None = None  # step of a checkpoint from before


class Alarms(QObject):
    """What is wrong with the open run; lives in the GUI thread."""

    changed = Signal()

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._watch = model, alarm.Watch()
        self.warned: Warned | None = None
        model.reset.connect(self._restart)
        for signal in (model.ticked, model.marked, model.measured, model.configChanged, model.rewindPointsChanged):
            signal.connect(self._look)

    @property
    def calm(self) -> bool:
        """Whether the losses are within their range, so that the rest of what D says means something."""
        return self.warned is None or self.warned.incident[0] != "losses"

    def _restart(self) -> None:
        self._watch = alarm.Watch()
        self._look()

    def _look(self, *_: object) -> None:
        model = self._model
        self._watch.follow(model.history)
        found = self._watch.alarm(model.history)
        won = None if found else self._watch.won(model.history, model.config.objective.loss)
        warned = self._broken(found) if found else self._won(won)
        if warned != self.warned:
            self.warned = warned
            self.changed.emit()

    def _broken(self, found: Alarm) -> Warned:
        change = alarm.cause(found, self._model.marks)
        since = change.step if change else found.step
        points = [point for point in self._model.rewind_points if point <= since]
        following = self._model.status == RunStatus.FOLLOWING
        return Warned(
            ("losses", found.step),
            "lossPlot",
            "Loss: out of range",
            f"The loss of {alarm.LOSSES[found.column]} is {alarm.times(found.factor)} its usual size, "
            f"{_since(found, change)}. Networks seldom recover from this on their own.",
            None if following else _set_back(change, self._model.config),
            None if following or not points else points[-1],
        )

    def _won(self, won: Won | None) -> Warned | None:
        if won is None or _improving(self._model.measures, won.step):
            return None
        return Warned(
            ("won", won.step),
            "accuracyPlot",
            "Accuracy: D has won",
            f"D has won: since step {won.step:,} it has judged {percent(won.accuracy)} of the pictures correctly. G "
            "learns little from it now. A lower learning rate of D, or some label smoothing, gives G a chance.",
        )


def _since(found: Alarm, change: Marked | None) -> str:
    if change is None:
        return f"since step {found.step:,}"
    label = SETTINGS[change.path].label
    return f"since {label} was changed from {_short(change.old)} to {_short(change.new)} at step {change.step:,}"


def _set_back(change: Marked | None, config: cfg.RunConfig) -> tuple[str, Any] | None:
    """The setting as it was before, unless it is so again."""
    if change is None:
        return None
    try:
        same = bool(cfg.read(config, change.path) == change.old)
    except ConfigError:
        return None
    return None if same else (change.path, change.old)


def _improving(measures: Sequence[Measured], since: int) -> bool:
    """Whether the newest measure, taken since a step, is better than the one before it."""
    return len(measures) > 1 and measures[-1].step > since and measures[-1].fcd < _BETTER * measures[-2].fcd


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def offer(path: str, value: object) -> str:
    """What the button that sets a setting back says."""
    return f"Set {SETTINGS[path].label} back to {_short(value)}"
