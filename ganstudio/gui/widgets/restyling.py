"""Another theme for widgets that have their style sheet: first what is shown, the rest in turns of the event loop."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ganstudio.gui.widgets.deletion import delete_later

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
        self._widgets: list[QWidget] | None = None  # that are not done, the next one last; None: not yet in order
        self._icons: list[IconTarget] = []
        self._timer = QTimer(self, interval=_PAUSE)
        self._timer.timeout.connect(self._go_on)

    def begin(self) -> None:
        """Do all in turns of the event loop, so that none is long beside what another palette paints."""
        self._icons = icon_targets(self._app)
        self._timer.start()

    def stop(self) -> None:
        """Leave the rest as it is."""
        self._timer.stop()
        delete_later(self)

    def _go_on(self) -> None:
        """Do a part: of what is shown, then of the icons, then of the rest."""
        if self._widgets is None:
            self._widgets = self._in_order()
            self._recolour_some()
            return
        while self._widgets and not shiboken6.isValid(self._widgets[-1]):
            self._widgets.pop()
        if self._icons and not (self._widgets and self._widgets[-1].isVisible()):
            self._recolour_some()
        elif self._widgets:
            self._restyle(self._widgets[-_MAX_WIDGETS:][::-1])
            del self._widgets[-_MAX_WIDGETS:]
        else:
            self.stop()

    def _in_order(self) -> list[QWidget]:
        """Return all widgets, those that come first at the end."""
        active = self._app.activeWindow()
        return sorted(self._app.allWidgets(), key=lambda each: (each.isVisible(), each.window() is active))

    def _restyle(self, widgets: list[QWidget]) -> None:
        for widget in filter(shiboken6.isValid, widgets):
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
