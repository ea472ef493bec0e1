"""Text size. Everything in the window scales with it, by Qt's scale factor, which Qt reads only when it starts."""

import os

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.gui.window_settings import WindowSettings

SIZES = (80, 90, 100, 110, 125, 150, 175, 200, 225, 250)  # %
DEFAULT = 100
_VARIABLE = "QT_SCALE_FACTOR"
_REOPEN_DELAY = 800  # ms, so that the user can go up by several sizes


def scale_qt(percent: int) -> str | None:
    """Set Qt's scale factor, on top of one in the environment, which is returned. Call it before Qt starts."""
    outside = os.environ.get(_VARIABLE)
    if percent != DEFAULT:
        os.environ[_VARIABLE] = f"{_factor(outside) * percent / DEFAULT:g}"
    return outside


def restore_environment(environment: dict[str, str], outside: str | None) -> None:
    """Undo `scale_qt` in an environment that a new program gets; `outside` is what `scale_qt` returned."""
    environment.pop(_VARIABLE, None)
    if outside is not None:
        environment[_VARIABLE] = outside


def current_scale() -> float:
    """Return Qt's scale factor, beyond that of the screens."""
    return _factor(os.environ.get(_VARIABLE))


def _factor(text: str | None) -> float:
    try:
        return float(text or 1) or 1.0
    except ValueError:
        return 1.0


class TextSize(QObject):
    """The text size that the user chose. The window has to be reopened to show it.

    Attributes
    ----------
    reopen_timer
        Runs while another size was chosen and the window is about to reopen.
    """

    changed = Signal(int)  # %: another one was chosen, and will be shown soon
    reopenRequested = Signal()

    def __init__(self, settings: WindowSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._shown = settings.text_size
        self.reopen_timer = QTimer(self, singleShot=True, interval=_REOPEN_DELAY)
        self.reopen_timer.timeout.connect(self.reopenRequested)

    @property
    def percent(self) -> int:
        """The size that was chosen, %."""
        return self._settings.text_size

    def choose(self, percent: int) -> None:
        """Choose a size, %; the window reopens with it unless it is shown already."""
        if percent == self.percent:
            return
        self._settings.text_size = percent
        self.reopen_timer.stop()
        if percent != self._shown:
            self.reopen_timer.start()
        self.changed.emit(percent)

    def larger(self) -> None:
        """Choose the next larger size."""
        self.choose(next((size for size in SIZES if size > self.percent), SIZES[-1]))

    def smaller(self) -> None:
        """Choose the next smaller size."""
        self.choose(next((size for size in reversed(SIZES) if size < self.percent), SIZES[0]))

    def reset(self) -> None:
        """Choose the desktop's size."""
        self.choose(DEFAULT)
