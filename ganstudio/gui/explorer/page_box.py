"""Number fields of the explorer: which ten numbers the sliders move, and the seed that z is drawn from."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QValidator
from PySide6.QtWidgets import QSpinBox, QWidget

from ganstudio.gui.explorer.axes import DIRECTION, RAW
from ganstudio.gui.model.viewing import EN_DASH
from ganstudio.gui.widgets.tooltips import wrapped

ON_PAGE = 10  # sliders
NO_SEED = -1
_MOST = 2**31 - 1


class QuietBox(QSpinBox):
    """A number field that leaves Space to start and pause, wherever the focus is."""

    def event(self, event: QEvent) -> bool:
        asks = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        return False if asks and event.key() == Qt.Key.Key_Space else super().event(event)  # type: ignore[attr-defined]


class PageBox(QuietBox):
    """What the ten sliders move: the principal directions, or ten of the numbers z; a typed number gets to its page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = ON_PAGE
        self.setObjectName("latentPageBox")
        self.setWrapping(True)
        self.setAccessibleName("what the sliders move")
        self.setToolTip(
            wrapped(
                "What the sliders move: the ten <b>directions</b> that change the picture most, or ten of the "
                "numbers <i>z</i> themselves. Step through them, or type a number."
            )
        )

    @property
    def axis(self) -> str:
        """Whether the sliders move principal directions or numbers of z."""
        return RAW if self.value() else DIRECTION

    @property
    def first(self) -> int:
        """Index of the first slider's axis."""
        return max(0, self.value() - 1) * ON_PAGE

    @property
    def numbers(self) -> int:
        """How many numbers there are."""
        return self._size

    def set_size(self, z_size: int) -> None:
        """How many numbers there are; begins with the directions."""
        self._size = z_size
        with QSignalBlocker(self):
            self.setRange(0, 1 + (z_size - 1) // ON_PAGE)
            self.setValue(0)

    def textFromValue(self, value: int) -> str:
        if value == 0:
            return "directions"
        return f"z {(value - 1) * ON_PAGE}{EN_DASH}{min(self._size, value * ON_PAGE) - 1}"

    def valueFromText(self, text: str) -> int:
        number = self._number(text)
        return 0 if number is None else 1 + number // ON_PAGE

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


class SeedBox(QuietBox):
    """The seed that z was drawn from; none once it was moved. A typed seed, Up and Down draw z anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("seedBox")
        self.setRange(NO_SEED, _MOST)
        self.setPrefix("seed ")
        self.setSpecialValueText(f"seed {EN_DASH}")
        self.setAccessibleName("seed")
        self.setToolTip(
            wrapped(
                "The seed from which <i>z</i> is drawn: type one, or step through them, to see its picture. The same "
                "seed always gives the same picture. Once a slider has been moved, there is none."
            )
        )

    def show_seed(self, seed: int | None) -> None:
        """Show a seed, without saying that a person chose it."""
        with QSignalBlocker(self):
            self.setValue(NO_SEED if seed is None else seed)
