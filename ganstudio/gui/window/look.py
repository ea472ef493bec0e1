"""Look: the theme that a person chose, or the desktop's, which may change at any time."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ganstudio.gui.widgets import theme
from ganstudio.gui.window_settings import WindowSettings


class Look(QObject):
    """Dresses the application, and follows the desktop where that is the choice."""

    changed = Signal()  # the application is dressed anew

    def __init__(self, memory: WindowSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def chosen(self) -> str:
        """Name of a theme, or theme.SYSTEM."""
        return self._memory.theme

    @property
    def is_light(self) -> bool:
        """Whether the application is dressed in the light theme, whoever chose that."""
        return theme.current() is theme.LIGHT

    def choose(self, name: str) -> None:
        """Dress in a theme, or as the desktop is (theme.SYSTEM), from now on."""
        self._memory.theme = name
        self._dress()

    def _follow(self, *_: object) -> None:
        if self.chosen == theme.SYSTEM:
            self._dress()

    def _dress(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, self.chosen)
        self.changed.emit()
