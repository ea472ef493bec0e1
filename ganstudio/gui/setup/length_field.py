"""How long a run trains, as one field: a number and its unit, or until it is stopped."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio import length
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.gui.widgets import tooltips
from ganstudio.gui.widgets.fields import ChoiceBox, NumberBox, WholeBox
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.training.schedule import rounds_for

_UNITS = {"epochs": "epochs", "steps": "steps", "s": "seconds", "min": "minutes", "": "until stopped"}
_TIMES = {"s": 1.0, "min": 60.0}  # units of the setting `seconds`, in seconds
_MINUTE = _TIMES["min"]
_DIGITS = 9  # after the point of a number of seconds: 0.83 min are 49.8 s
_SMALLEST = 0.01  # s: the shortest time that can be typed
_NUMBER_WIDTH = 92  # px
_FURTHER = 1.2  # times as far as a run is, at the least, it goes on in another unit
_TIP = {
    "epochs": "An epoch is one pass over all pictures of the data set.",
    "steps": "A step is one round: D's turn, then G's.",
    "seconds": "Time of training; pauses do not count.",
    "": "The run goes on until you press Stop. Learning rates that fall with the run stay as they are.",
}


@dataclass(frozen=True)
class RunPace:
    """What is known about a run's pace; 0 where nothing is."""

    per_epoch: int = 0  # batches
    seconds_per_step: float = 0.0
    step: int = 0  # done so far


class LengthField(QWidget):
    """Number and unit. `edited` tells what a person wants set, by dotted name, in the order to set it."""

    edited = Signal(object)  # dict[str, float]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = RunConfig()
        self._known = RunPace()
        self._why_locked = ""
        self._lines: list[str] = []
        self._time_unit = ""  # of _TIMES: what a person chose for the time that is set
        self._whole, self._time, self.unit = WholeBox(), NumberBox(), ChoiceBox()
        self._whole.setObjectName("lengthField")
        self._time.setObjectName("lengthTimeField")
        self.unit.setObjectName("lengthUnitCombo")
        self.unit.setAccessibleName("Unit of the length")
        for name, words in _UNITS.items():
            self.unit.addItem(words, name)
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
        """The box that is shown for the unit that is chosen."""
        return self._time if self.unit.currentData() in _TIMES else self._whole

    def show_length(self, config: RunConfig, known: RunPace | None = None, lines: list[str] | None = None) -> None:
        """Show the length of `config` without telling anybody; `lines` are said in the tooltip besides."""
        if config.seconds != self._config.seconds:
            self._time_unit = ""
        self._config, self._known = config, known or RunPace()
        self._lines = lines or []
        name = length.deciding_setting(config)
        with QSignalBlocker(self._whole), QSignalBlocker(self._time), QSignalBlocker(self.unit):
            unit = (self._time_unit or unit_of(config.seconds)) if name == "seconds" else name
            self.unit.setCurrentIndex(self.unit.findData(unit))
            if name == "seconds":
                each = _TIMES[unit]
                self._time.setRange(min(_SMALLEST, config.seconds) / each, (SETTINGS["seconds"].high or 0.0) / each)
                self._put(self._time, config.seconds / each)
            elif name:
                self._whole.setRange(1, int(min(SETTINGS[name].high or 0, 2**31 - 1)))
                self._put(self._whole, getattr(config, name))
        self._whole.setVisible(name in ("epochs", "steps"))
        self._time.setVisible(name == "seconds")
        self._explain(name)

    def lock(self, why: str) -> None:
        """Disable the field and say why; "" enables it."""
        self._why_locked = why
        for each in (self._whole, self._time, self.unit):
            each.setEnabled(not why)
        self._explain(length.deciding_setting(self._config))

    def sizeHint(self) -> QSize:
        return QSize(_NUMBER_WIDTH + SPACE // 2 + self.unit.longest(), super().sizeHint().height())

    def _put(self, box: WholeBox | NumberBox, value: float) -> None:
        """What a person is typing right now is left alone."""
        typing = box.hasFocus() and box.lineEdit().isModified()
        if box.value() != value and not typing:
            box.setValue(value)  # type: ignore[arg-type]  # whole for the one, a fraction for the other

    def _number_edited(self, value: float) -> None:
        unit = str(self.unit.currentData())
        if unit not in _TIMES:
            self._tell(unit, value)
        elif not self._shows(value, self._config.seconds / _TIMES[unit]):
            self._time_unit = unit if _fits(value) else ""
            self._tell_time(round(value * _TIMES[unit], _DIGITS))

    def _shows(self, value: float, exact: float) -> bool:
        """Whether a number is only what the box shows of the exact one: leaving the box, Qt reads it back."""
        return self._time.textFromValue(value) == self._time.textFromValue(exact)

    def _unit_chosen(self, row: int) -> None:
        unit = str(self.unit.itemData(row))
        if unit not in _TIMES:
            if unit != length.deciding_setting(self._config):
                self._tell(unit, as_long(self._config, self._known, unit) if unit else 0)
            return
        told = unit == "s" or _fits(self._config.seconds / _TIMES[unit])
        exact = told and length.deciding_setting(self._config) == "seconds"
        self._time_unit = unit
        if exact:  # the same time in another unit
            self.show_length(self._config, self._known, self._lines)
        else:
            self._tell_time(as_long(self._config, self._known, "seconds", _TIMES[unit]))

    def _tell_time(self, seconds: float) -> None:
        """The unit that was chosen or typed in stays."""
        unit = self._time_unit
        self._tell("seconds", seconds)
        if self._config.seconds == seconds:
            self._time_unit = unit
            self.show_length(self._config, self._known, self._lines)

    def _tell(self, name: str, value: float) -> None:
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
        tip = tooltips.wrapped(
            "<b>train for</b>",
            tooltips.plain(_TIP[name]),
            *map(tooltips.plain, (both, aside, *self._lines)),
            f"<b>{tooltips.plain(self._why_locked)}</b>" if self._why_locked else "",
        )
        for each in (self._whole, self._time, self.unit):
            each.setToolTip(tip)


def _aside(name: str, config: RunConfig) -> bool:
    """Whether epochs are set that do not decide."""
    return name in ("steps", "seconds") and config.epochs > 0


def unit_of(seconds: float) -> str:
    """Unit in which a time is read best, of _TIMES: minutes from one on, unless that takes more than two decimals."""
    return "min" if seconds >= _MINUTE and _fits(seconds / _MINUTE) else "s"


def _fits(value: float) -> bool:
    """Whether two decimals tell a number exactly."""
    return math.isclose(value, round(value, 2), rel_tol=1e-9)


def as_long(config: RunConfig, known: RunPace, name: str, unit: float = _MINUTE) -> float:
    """About as long a run in the setting `name`, in round numbers; longer than what is done.

    unit : of a time, in seconds
    """
    steps_an_epoch = max(1, rounds_for(known.per_epoch, config))
    pace = known.seconds_per_step or 0.01
    steps: float = {
        "epochs": config.epochs * steps_an_epoch,
        "steps": config.steps,
        "seconds": config.seconds / pace,
        "": 5 * steps_an_epoch,
    }[length.deciding_setting(config)]
    each = {"epochs": 1 / steps_an_epoch, "steps": 1.0, "seconds": pace / unit}[name]
    return _round(steps * each, known.step * _FURTHER * each) * (unit if name == "seconds" else 1)


def _round(value: float, least: float) -> int:
    """To two digits; a whole number, at least 1 and `least`."""
    unit = int(10 ** max(0, len(str(int(max(value, least)))) - 2))
    return max(1, round(value / unit), math.ceil(least / unit)) * unit
