"""Number fields of the explorer: the page of sliders, and the seed that z is drawn from."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.gui.explorer.axes import Axis, AxisKind
from ganstudio.gui.widgets.rich_text import rich, wrapped
from ganstudio.gui.widgets.space_key import SpinBox
from ganstudio.text import EN_DASH

SLIDERS_PER_PAGE = 10
NO_SEED = -1
_MAX_SEED = 2**31 - 1


class PageBox(SpinBox):
    """Number field for what the ten sliders move: the principal directions, or ten of the numbers z.

    A typed number selects its page.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = SLIDERS_PER_PAGE
        self.setObjectName("latentPageBox")
        self.setWrapping(True)
        self.setAccessibleName("what the sliders move")
        self.setToolTip(
            wrapped(
                rich(
                    "What the sliders move: the ten <b>directions</b> that change the picture most, or ten of the "
                    "numbers <i>z</i> themselves. Step through them, or type a number."
                )
            )
        )

    @property
    def kind(self) -> AxisKind:
        """Whether the sliders move principal directions or numbers of z."""
        return AxisKind.RAW if self.value() else AxisKind.DIRECTION

    @property
    def z_size(self) -> int:
        """Number of numbers in z."""
        return self._size

    def axis(self, place: int) -> Axis:
        """Return the axis of the slider at a place of the page, which may not exist."""
        return Axis(self.kind, max(0, self.value() - 1) * SLIDERS_PER_PAGE + place)

    def set_size(self, z_size: int) -> None:
        """Set the number of numbers in z, and go to the directions."""
        self._size = z_size
        with QSignalBlocker(self):
            self.setRange(0, 1 + (z_size - 1) // SLIDERS_PER_PAGE)
            self.setValue(0)

    @override
    def textFromValue(self, value: int) -> str:
        if value == 0:
            return "directions"
        return f"z {(value - 1) * SLIDERS_PER_PAGE}{EN_DASH}{min(self._size, value * SLIDERS_PER_PAGE) - 1}"

    @override
    def valueFromText(self, text: str) -> int:
        number = self._number(text)
        return 0 if number is None else 1 + number // SLIDERS_PER_PAGE

    @override
    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        number = self._number(text)
        if number is None:
            whole = text == self.textFromValue(0)
            return (QValidator.State.Acceptable if whole else QValidator.State.Intermediate), text, position
        inside = number < self._size
        return (QValidator.State.Acceptable if inside else QValidator.State.Invalid), text, position

    def _number(self, text: str) -> int | None:
        first = text.removeprefix("z").split(EN_DASH)[0].strip()
        return int(first) if first.isdecimal() else None


class SeedBox(SpinBox):
    """Number field for the seed that z was drawn from, "seed -" if z was moved; a new value draws z from that seed.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("seedBox")
        self.setRange(NO_SEED, _MAX_SEED)
        self.setPrefix("seed ")
        self.setSpecialValueText(f"seed {EN_DASH}")
        self.setAccessibleName("seed")
        self.setToolTip(
            wrapped(
                rich(
                    "The seed from which <i>z</i> is drawn: type one, or step through them, to see its picture. The "
                    "same seed always gives the same picture. Once a slider has been moved, there is none."
                )
            )
        )

    def show_seed(self, seed: int | None) -> None:
        """Show a seed, without the signal that the user chose it."""
        with QSignalBlocker(self):
            self.setValue(NO_SEED if seed is None else seed)
