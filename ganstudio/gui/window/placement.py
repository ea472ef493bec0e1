"""Place and size of the window: as it was left, and at first as large as the screen allows."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from ganstudio.gui.window.docks import LAYOUT, DockLayout, size_class
from ganstudio.gui.window_settings import WindowSettings

_FIRST_SIZE = QSize(1440, 900)  # px, where the screen has room for it
_FILLING = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen


class Placement:
    """Restores and remembers where a window and its docks are."""

    def __init__(self, window: QMainWindow, docks: DockLayout, settings: WindowSettings) -> None:
        self._window = window
        self._docks = docks
        self._settings = settings

    def restore(self) -> None:
        """Put the window and its docks where they were."""
        window = self._window
        # Not window.screen(): PySide6 6.11 then takes the screen for a child of the window, and deletes it with it.
        room = QGuiApplication.primaryScreen().availableGeometry().size()
        if (place := self._settings.place_at_another_scale()) is not None:
            self._restore_scaled(*place)
        elif not window.restoreGeometry(self._settings.geometry):
            window.resize(_FIRST_SIZE.boundedTo(room))
            if room.width() < _FIRST_SIZE.width() or room.height() < _FIRST_SIZE.height():
                window.setWindowState(Qt.WindowState.WindowMaximized)
        state, shape, is_custom = self._settings.layout
        if is_custom or shape == size_class(window.size()):  # from a screen like this one, or arranged by the user
            self._docks.restore(state, shape, is_custom)
        self._docks.fit(window.size())

    def remember(self) -> None:
        """Remember where the window and its docks are."""
        window, docks = self._window, self._docks
        self._settings.remember_place(window.normalGeometry(), bool(window.windowState() & _FILLING))
        self._settings.remember_layout(window.saveGeometry(), window.saveState(LAYOUT), docks.shape, docks.is_custom)

    def _restore_scaled(self, place: QRect, fills_screen: bool) -> None:
        """Put it where it was when everything was larger or smaller, as far as the screen allows."""
        room = QGuiApplication.primaryScreen().availableGeometry()
        if fills_screen or not room.contains(place):
            self._window.setWindowState(Qt.WindowState.WindowMaximized)
        place.setSize(place.size().boundedTo(room.size()))
        place.moveTo(max(room.left(), place.left()), max(room.top(), place.top()))
        self._window.setGeometry(place)
