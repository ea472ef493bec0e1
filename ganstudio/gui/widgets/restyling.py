"""Another theme for widgets that have their style sheet: first what is shown, the rest in turns of the event loop."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

IconTarget = QAction | QAbstractButton

# In a turn of the event loop, each some 15 ms on two AVX2 cores.
_MAX_WIDGETS = 120
_MAX_ICONS = 12  # a new colour is drawn in all sizes
_PAUSE = 5  # ms between two of them, for painting and for what the user does


class Restyling(QObject):
    """Has every widget read the colours of the style sheet again, and every icon take its new colour.

    Widgets that are shown come first, and of these the active window's. A new restyling stops the one before it.

    Parameters
    ----------
    app : QApplication
        The application, which has its new palette already.
    recolour : callable
        Gives an action or a button its icon in the new colour.
    """

    def __init__(self, app: QApplication, recolour: Callable[[IconTarget], None]) -> None:
        super().__init__(app)
        self.setObjectName("restyling")
        for earlier in app.findChildren(Restyling):
            if earlier is not self:
                earlier.stop()
        self._app = app
        self._recolour = recolour
        self._done: set[int] = set()  # addresses: to hold the widgets themselves might outlive them
        self._icons: list[IconTarget] = []
        self._timer = QTimer(self, interval=_PAUSE)
        self._timer.timeout.connect(self._go_on)

    def begin(self) -> None:
        """Do the first part now, the others in turns of the event loop."""
        self._icons = icon_targets(self._app)
        self._recolour_some()
        self._restyle(self._left())
        self._timer.start()

    def stop(self) -> None:
        """Leave the rest as it is."""
        self._timer.stop()
        self.deleteLater()

    def _go_on(self) -> None:
        """Do a part: of what is shown, then of the icons, then of the rest."""
        left = self._left()
        if self._icons and not (left and left[0].isVisible()):
            self._recolour_some()
        elif left:
            self._restyle(left)
        else:
            self.stop()

    def _left(self) -> list[QWidget]:
        """Return the widgets that are not done, in the order in which they come."""
        active = self._app.activeWindow()
        left = [widget for widget in self._app.allWidgets() if _address(widget) not in self._done]
        return sorted(left, key=lambda widget: (not widget.isVisible(), widget.window() is not active))

    def _restyle(self, widgets: list[QWidget]) -> None:
        for widget in widgets[:_MAX_WIDGETS]:
            self._done.add(_address(widget))
            widget.style().polish(widget)  # no other theme needs other room: nothing else is due
            widget.update()

    def _recolour_some(self) -> None:
        some, self._icons = self._icons[:_MAX_ICONS], self._icons[_MAX_ICONS:]
        for target in some:
            if shiboken6.isValid(target):
                self._recolour(target)


def icon_targets(app: QApplication) -> list[IconTarget]:
    """Return the actions and buttons with an icon of the theme: those of windows that are shown first."""
    windows = [window for window in app.topLevelWidgets() if window.parentWidget() is None]  # which hold all others
    found: list[IconTarget] = []
    for window in sorted(windows, key=lambda each: not each.isVisible()):
        found += [window] if isinstance(window, QAbstractButton) else []
        found += [*window.findChildren(QAction), *window.findChildren(QAbstractButton)]
    return [each for each in found if each.property("iconName")]


def _address(thing: QObject) -> int:
    address: int = shiboken6.getCppPointer(thing)[0]
    return address
