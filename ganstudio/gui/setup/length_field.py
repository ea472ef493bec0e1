"""Field for how long a run trains: a number and its unit, or until it is stopped."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from ganstudio import length
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.gui.widgets.fields import ChoiceBox
from ganstudio.gui.widgets.number_boxes import NumberBox, WholeBox
from ganstudio.gui.widgets.rich_text import as_tip, bold, wrapped
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.training.schedule import rounds_for

_UNITS = {"epochs": "epochs", "steps": "steps", "s": "seconds", "min": "minutes", "": "until stopped"}
_SECONDS_PER_UNIT = {"s": 1.0, "min": 60.0}  # units of the setting `seconds`
_MINUTE = _SECONDS_PER_UNIT["min"]
_DECIMALS = 9  # after the point of a number of seconds: 0.83 min are 49.8 s
MIN_SECONDS = 0.01  # the shortest time that can be typed
_NUMBER_WIDTH = 92  # px
MIN_FACTOR = 1.2  # of what is done: a run is at least this long in another unit
_TIP = {
    "epochs": "An epoch is one pass over all pictures of the data set.",
    "steps": "A step is one round: D's turn, then G's.",
    "seconds": "Time of training; pauses do not count.",
    "": "The run trains until you press Stop. Learning rates that fall with the run stay as they are.",
}


@dataclass(frozen=True)
class RunPace:
    """What is known about a run's pace; 0 where nothing is.

    Parameters
    ----------
    per_epoch
        Batches in an epoch.
    seconds_per_step
        Training time of a step.
    step
        Steps done so far.
    """

    per_epoch: int = 0
    seconds_per_step: float = 0.0
    step: int = 0


class LengthField(QWidget):
    """Number and unit of the length of a run."""

    edited = Signal(object)  # dict[str, float]: new values by dotted name, in the order to set them

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = RunConfig()
        self._pace = RunPace()
        self._why_locked = ""
        self._lines: list[str] = []
        self._time_unit = ""  # unit that the user chose for the time
        self._whole = WholeBox()
        self._time = NumberBox()
        self.unit = ChoiceBox()
        self._whole.setObjectName("lengthField")
        self._time.setObjectName("lengthTimeField")
        self.unit.setObjectName("lengthUnitCombo")
        self.unit.setAccessibleName("Unit of the length")
        for name, text in _UNITS.items():
            self.unit.addItem(text, name)
        for box in (self._whole, self._time):
            box.setAccessibleName("Train for")
            box.setFixedWidth(_NUMBER_WIDTH)
            box.valueChanged.connect(self._number_edited)
        self.unit.activated.connect(self._unit_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2)
        row.addWidget(self._whole)
        row.addWidget(self._time)
        row.addWidget(self.unit, 1)
        self.show_length(self._config)

    @property
    def number(self) -> WholeBox | NumberBox:
        """The box that is shown for the chosen unit."""
        return self._time if self.unit.currentData() in _SECONDS_PER_UNIT else self._whole

    def show_length(self, config: RunConfig, pace: RunPace | None = None, lines: list[str] | None = None) -> None:
        """Show the length of a run, without a signal; the tooltip also has `lines`."""
        if config.seconds != self._config.seconds:
            self._time_unit = ""
        self._config, self._pace = config, pace or RunPace()
        self._lines = lines or []
        name = length.deciding_setting(config)
        with QSignalBlocker(self._whole), QSignalBlocker(self._time), QSignalBlocker(self.unit):
            unit = (self._time_unit or unit_of(config.seconds)) if name == "seconds" else name
            self.unit.setCurrentIndex(self.unit.findData(unit))
            if name == "seconds":
                factor = _SECONDS_PER_UNIT[unit]
                self._time.setRange(
                    min(MIN_SECONDS, config.seconds) / factor, (SETTINGS["seconds"].high or 0.0) / factor
                )
                self._put(self._time, config.seconds / factor)
            elif name:
                self._whole.setRange(1, int(min(SETTINGS[name].high or 0, 2**31 - 1)))
                self._put(self._whole, getattr(config, name))
        self._whole.setVisible(name in ("epochs", "steps"))
        self._time.setVisible(name == "seconds")
        self._explain(name)

    def forget_unit(self) -> None:
        """Show a time in the unit in which it is read best, whichever the user chose."""
        self._time_unit = ""

    def lock(self, why: str) -> None:
        """Disable the field and say why; "" enables it."""
        if why == self._why_locked:
            return
        self._why_locked = why
        for widget in (self._whole, self._time, self.unit):
            widget.setEnabled(not why)
        self._explain(length.deciding_setting(self._config))

    @override
    def sizeHint(self) -> QSize:
        return QSize(_NUMBER_WIDTH + SPACE // 2 + self.unit.longest(), super().sizeHint().height())

    def _put(self, box: WholeBox | NumberBox, value: float) -> None:
        """Show a number, unless the user is typing one."""
        typing = box.hasFocus() and box.lineEdit().isModified()
        if box.value() != value and not typing:
            box.setValue(value)  # type: ignore[arg-type]  # whole for the one, a fraction for the other

    def _number_edited(self, value: float) -> None:
        unit = str(self.unit.currentData())
        if unit not in _SECONDS_PER_UNIT:
            self._emit(unit, value)
        elif not self._shows(value, self._config.seconds / _SECONDS_PER_UNIT[unit]):
            self._time_unit = unit if _fits(value) else ""
            self._emit_time(round(value * _SECONDS_PER_UNIT[unit], _DECIMALS))

    def _shows(self, value: float, exact: float) -> bool:
        """Return whether a number is only what the box shows of the exact one; Qt reads it back on leaving the box."""
        return self._time.textFromValue(value) == self._time.textFromValue(exact)

    def _unit_chosen(self, row: int) -> None:
        unit = str(self.unit.itemData(row))
        if unit not in _SECONDS_PER_UNIT:
            if unit != length.deciding_setting(self._config):
                self._emit(unit, convert_length(self._config, self._pace, unit) if unit else 0)
            return
        is_exact_in_unit = unit == "s" or _fits(self._config.seconds / _SECONDS_PER_UNIT[unit])
        is_exact = is_exact_in_unit and length.deciding_setting(self._config) == "seconds"
        self._time_unit = unit
        if is_exact:  # the same time in another unit
            self.show_length(self._config, self._pace, self._lines)
        else:
            self._emit_time(convert_length(self._config, self._pace, "seconds", _SECONDS_PER_UNIT[unit]))

    def _emit_time(self, seconds: float) -> None:
        """Emit a time and keep the unit that was chosen or typed in."""
        unit = self._time_unit
        self._emit("seconds", seconds)
        if self._config.seconds == seconds:
            self._time_unit = unit
            self.show_length(self._config, self._pace, self._lines)

    def _emit(self, name: str, value: float) -> None:
        changes = length.changes_to(self._config, name, value)
        if changes:
            self.edited.emit(changes)

    def _explain(self, name: str) -> None:
        config = self._config
        both = (
            f"It ends after {length.describe(config)}, whichever comes first."
            if config.steps and config.seconds
            else ""
        )
        aside = (
            f"The {length.describe_amount('epochs', config.epochs)} that are also set have no effect."
            if _aside(name, config)
            else ""
        )
        tip = wrapped(
            bold("train for"),
            _TIP[name],
            both,
            aside,
            *self._lines,
            bold(self._why_locked),
        )
        for widget in (self._whole, self._time, self.unit):
            widget.setToolTip(as_tip(tip))


def _aside(name: str, config: RunConfig) -> bool:
    """Return whether epochs are set that do not decide."""
    return name in ("steps", "seconds") and config.epochs > 0


def unit_of(seconds: float) -> str:
    """Return the unit in which a time is read best: minutes, unless it is less or needs more than two decimals."""
    return "min" if seconds >= _MINUTE and _fits(seconds / _MINUTE) else "s"


def _fits(value: float) -> bool:
    """Return whether a number has at most two decimals."""
    return math.isclose(value, round(value, 2), rel_tol=1e-9)


def convert_length(config: RunConfig, pace: RunPace, name: str, unit: float = _MINUTE) -> float:
    """Return about the same length in the setting `name`, in round numbers; longer than what is done.

    Parameters
    ----------
    config
        The run's settings.
    pace
        What is known about its pace.
    name
        "epochs", "steps" or "seconds".
    unit
        Unit of a time, in seconds.
    """
    steps_an_epoch = max(1, rounds_for(pace.per_epoch, config))
    seconds_per_step = pace.seconds_per_step or 0.01
    steps: float = {
        "epochs": config.epochs * steps_an_epoch,
        "steps": config.steps,
        "seconds": config.seconds / seconds_per_step,
        "": 5 * steps_an_epoch,
    }[length.deciding_setting(config)]
    per_step = {"epochs": 1 / steps_an_epoch, "steps": 1.0, "seconds": seconds_per_step / unit}[name]
    return _round(steps * per_step, pace.step * MIN_FACTOR * per_step) * (unit if name == "seconds" else 1)


def _round(value: float, least: float) -> int:
    """Return a whole number of two digits, at least 1 and `least`."""
    unit = int(10 ** max(0, len(str(int(max(value, least)))) - 2))
    return max(1, round(value / unit), math.ceil(least / unit)) * unit
