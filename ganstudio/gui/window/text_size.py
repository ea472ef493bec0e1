"""Text size: everything in the window scales with it, by Qt's own scale factor, which Qt reads once, at its start."""

import os

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.gui.window_settings import WindowSettings

SIZES = (80, 90, 100, 110, 125, 150, 175, 200, 225, 250)  # %
USUAL = 100
_VARIABLE = "QT_SCALE_FACTOR"
_WAIT = 800  # ms: whoever goes up by several sizes is waited for


def scale_qt(percent: int) -> str | None:
    """Scale what Qt will draw, on top of a factor that was set outside; returns that. Before Qt starts."""
    outside = os.environ.get(_VARIABLE)
    if percent != USUAL:
        os.environ[_VARIABLE] = f"{_factor(outside) * percent / USUAL:g}"
    return outside


def set_back(environment: dict[str, str], outside: str | None) -> None:
    """The environment as it was before `scale_qt`, for a program that is started anew."""
    environment.pop(_VARIABLE, None)
    if outside is not None:
        environment[_VARIABLE] = outside


def current_scale() -> float:
    """Factor that Qt draws by, beyond what the screens ask for."""
    return _factor(os.environ.get(_VARIABLE))


def _factor(text: str | None) -> float:
    try:
        return float(text or 1) or 1.0
    except ValueError:
        return 1.0


class TextSize(QObject):
    """What a person chose; the window has to be opened anew for it."""

    changed = Signal(int)  # %: another was chosen, and will be shown soon
    reopenRequested = Signal()

    def __init__(self, memory: WindowSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self._shown = memory.text_size
        self._soon = QTimer(self, singleShot=True, interval=_WAIT)
        self._soon.timeout.connect(self.reopenRequested)

    @property
    def percent(self) -> int:
        """What was chosen."""
        return self._memory.text_size

    def choose(self, percent: int) -> None:
        """Take a size; the window opens anew with it, unless it is the one that is shown."""
        if percent == self.percent:
            return
        self._memory.text_size = percent
        self._soon.stop()
        if percent != self._shown:
            self._soon.start()
        self.changed.emit(percent)

    def larger(self) -> None:
        """The next size."""
        self.choose(next((each for each in SIZES if each > self.percent), SIZES[-1]))

    def smaller(self) -> None:
        """The size before."""
        self.choose(next((each for each in reversed(SIZES) if each < self.percent), SIZES[0]))

    def usual(self) -> None:
        """As large as the desktop has it."""
        self.choose(USUAL)
