"""The theme that the user chose, or the desktop's, which may change at any time."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ganstudio.gui.widgets import theme
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.gui.workers import window_first


class Look(QObject):
    """Applies the theme, and follows the desktop where the user chose that."""

    changed = Signal()  # another theme was applied

    def __init__(self, settings: WindowSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)

    @property
    def chosen(self) -> str:
        """Name of the theme that the user chose, or theme.SYSTEM."""
        return self._settings.theme

    @property
    def is_light(self) -> bool:
        """Whether the light theme is applied, by choice or because the desktop has it."""
        return theme.current() is theme.LIGHT

    def choose(self, name: str) -> None:
        """Apply a theme from now on, or follow the desktop (theme.SYSTEM)."""
        self._settings.theme = name
        self._apply()

    def _scheme_changed(self, *_: object) -> None:
        if self.chosen == theme.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        window_first.hold_workers()
        theme.apply(app, self.chosen)
        self.changed.emit()
