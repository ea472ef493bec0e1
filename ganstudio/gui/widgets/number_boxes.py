"""Fields for numbers. What is typed is read in one way by all of them; what can be read in two is refused and said."""

from collections.abc import Callable

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QToolTip, QWidget
from typing_extensions import override

from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.space_key import DoubleSpinBox, SpinBox
from ganstudio.gui.widgets.typed_number import AmbiguousNumberError, may_become_number, read_number

_DECIMALS = 9  # a learning rate's smallest digit
_LINEAR_FROM = 0.1  # the arrows of a number box add to a fraction from here on; else they double and halve
_STEP_FRACTION = 0.05  # that they add
_FIRST_VALUE = 0.01  # after a 0 that stands for off; 1 where there is a unit

_Checked = tuple[QValidator.State, str, int]


class WholeBox(SpinBox):
    """Whole numbers with thousands separated by commas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _set_up(self)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        wheel(self, event, super().wheelEvent)

    @override
    def textFromValue(self, value: int) -> str:
        return f"{value:,}"

    @override
    def valueFromText(self, text: str) -> int:
        bare = _bare(self, text)
        return self.minimum() if bare == self.specialValueText() else int(_read(self, bare, whole=True))

    @override
    def validate(self, text: str, position: int) -> _Checked:
        return _validate(self, text, position, whole=True)

    @override
    def fixup(self, text: str) -> str:
        return _put_back(self, text, self.textFromValue(self.value()), whole=True)


class DecimalBox(DoubleSpinBox):
    """Numbers with decimals: 0.0002 is shown as such, and 2e-4 may be typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(_DECIMALS)
        _set_up(self)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        wheel(self, event, super().wheelEvent)

    @override
    def textFromValue(self, value: float) -> str:
        text = f"{value:.7g}"
        return text if "e+" not in text else f"{value:.0f}"

    @override
    def valueFromText(self, text: str) -> float:
        return _read(self, _bare(self, text), whole=False)

    @override
    def validate(self, text: str, position: int) -> _Checked:
        return _validate(self, text, position)

    @override
    def fixup(self, text: str) -> str:
        return _put_back(self, text, self.textFromValue(self.value()))


class NumberBox(DecimalBox):
    """Numbers over many orders of magnitude: the arrows double or halve them."""

    @override
    def stepBy(self, steps: int) -> None:
        value, low, high = self.value(), self.minimum(), self.maximum()
        if high <= 1.0 and (value >= _LINEAR_FROM or low == 0.0):  # a fraction, such as Adam's beta
            self.setValue(max(low, min(high, value + steps * _STEP_FRACTION)))
        elif low == 0.0:  # 0 stands for off
            first = 1.0 if self.suffix() else _FIRST_VALUE
            self.setValue(0.0 if value <= first and steps < 0 else max(value, first / 2) * 2.0**steps)
        else:
            self.setValue(max(value, low) * 2.0**steps)
        self.selectAll()


_Box = QSpinBox | QDoubleSpinBox


def wheel(box: QWidget, event: QWheelEvent, default: Callable[[QWheelEvent], None]) -> None:
    """Let the wheel scroll the form unless the box has the focus."""
    if box.hasFocus():
        default(event)
    else:
        event.ignore()


def _set_up(box: QAbstractSpinBox) -> None:
    """Emit a number only when it is complete."""
    box.setKeyboardTracking(False)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)


def _bare(box: _Box, text: str) -> str:
    """Return a text without prefix and unit."""
    return text.removeprefix(box.prefix()).removesuffix(box.suffix()).strip()


def _read(box: _Box, bare: str, whole: bool) -> float:
    """Return the number that a text is; raises ValueError."""
    if whole:
        value = read_number(bare, whole=True)
        if value != int(value):
            raise ValueError(f"{bare} is no whole number.")
        return value
    own = bare == box.textFromValue(box.value())  # type: ignore[arg-type]  # a fraction for this one
    return read_number(bare, point="." if own else QLocale().decimalPoint())


def _validate(box: _Box, text: str, position: int, whole: bool = False) -> _Checked:
    bare, state = _bare(box, text), QValidator.State
    if bare and bare == box.specialValueText():
        return state.Acceptable, text, position
    try:
        is_inside = box.minimum() <= _read(box, bare, whole) <= box.maximum()
    except (ValueError, OverflowError):
        return (state.Intermediate if may_become_number(bare) else state.Invalid), text, position
    return (state.Acceptable if is_inside else state.Intermediate), text, position


def _put_back(box: _Box, text: str, before: str, whole: bool = False) -> str:
    """Return the text from before one that cannot be taken, and say why at the field."""
    bare = _bare(box, text)
    low, high = (box.textFromValue(each) for each in (box.minimum(), box.maximum()))  # type: ignore[arg-type]
    why = f"Type a {'whole ' if whole else ''}number from {low} to {high}."
    try:
        _read(box, bare, whole)
    except AmbiguousNumberError as error:
        why = str(error)
    except (ValueError, OverflowError):
        pass
    if bare and box.isVisible():
        QToolTip.showText(box.mapToGlobal(box.rect().bottomLeft()), as_tip(why), box)
    return f"{box.prefix()}{before}{box.suffix()}"
