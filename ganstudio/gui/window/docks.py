"""Docks and where they are: three arrangements, for wide, middling and small windows.

The user's own arrangement is left alone; until there is one, the docks follow the size of the window, so that nothing
is clipped in a small one.
"""

from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QTabWidget,
    QToolButton,
    QWidget,
)

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers import window_first

LAYOUT = 1  # goes up when docks are added: an arrangement that does not know them is not restored
WIDE, MIDDLING, SMALL = "wide", "middling", "small"
_WIDE_FROM = QSize(1120, 600)  # px
_MIDDLING_FROM = QSize(840, 460)
_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


def size_class(size: QSize) -> str:
    """Return which arrangement suits a window of that size."""
    if size.width() >= _WIDE_FROM.width() and size.height() >= _WIDE_FROM.height():
        return WIDE
    if size.width() >= _MIDDLING_FROM.width() and size.height() >= _MIDDLING_FROM.height():
        return MIDDLING
    return SMALL


def is_dragged() -> bool:
    """Return whether the user is dragging a dock: Qt crashes where docks are moved by other means meanwhile."""
    return isinstance(QWidget.mouseGrabber(), QDockWidget)


class Dock(QDockWidget):
    """A dock with a quiet title. Its panel scrolls where the user makes it smaller than it can be.

    Parameters
    ----------
    title
        Shown above the panel and on its tab.
    name
        objectName.
    parent
        The window.
    may_be_large
        Whether the panel may be enlarged, see `ganstudio.gui.window.enlarger`.

    Attributes
    ----------
    panel
        What the dock shows, see `set_panel`.
    room
        Where the panel will be, and so its parent from the start: of one that moved in, Qt would style all parts anew.
    """

    enlargeRequested = Signal()  # a double click on the title
    explainRequested = Signal(object)  # this dock

    def __init__(
        self,
        title: str,
        name: str,
        parent: QMainWindow,
        may_be_large: bool = False,
    ) -> None:
        super().__init__(title, parent)
        self.may_be_large = may_be_large
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.panel = self.room = self._area.viewport()
        self.setWidget(self._area)
        self._title = _Title(self)
        self._none = QWidget(self)
        self._none.hide()
        self.setTitleBarWidget(self._title)

    def set_panel(self, panel: QWidget, min_width: int = 0) -> None:
        """Show a panel, at least `min_width` px wide."""
        self.panel = panel
        self._area.setWidget(panel)
        self._area.setMinimumWidth(min_width)

    def show_title(self, shown: bool) -> None:
        """Show the title bar; without it, the tab names the dock."""
        wanted = self._title if shown else self._none
        if self.titleBarWidget() is not wanted:
            self.titleBarWidget().hide()
            self.setTitleBarWidget(wanted)
            wanted.show()


class _Title(QWidget):
    """Title bar of a dock: its name, and buttons to float and to hide it. Dragging it moves the dock."""

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock)
        self.setObjectName("dockTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        label = Label(dock.windowTitle().upper())
        label.setObjectName("dockTitleText")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, 0)
        row.setSpacing(0)
        row.addWidget(label, 1)
        row.addWidget(
            _title_button("whats-this", f"{dock.windowTitle()}: what am I looking at? (F1)", dock, self._explain)
        )
        row.addWidget(_title_button("float", f"Float {dock.windowTitle()}, or dock it again", dock, self._float))
        row.addWidget(
            _title_button("close", (f"Hide {dock.windowTitle()} (the View menu shows it again)"), dock, dock.close)
        )
        self._dock = dock

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._dock.may_be_large:
            self._dock.enlargeRequested.emit()
        else:
            super().mouseDoubleClickEvent(event)  # Qt lets the dock float

    def _explain(self) -> None:
        self._dock.explainRequested.emit(self._dock)

    def _float(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())


def _title_button(icon: str, tip: str, dock: QDockWidget, callback: object) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(tip)
    button.setToolTip(as_tip(tip))
    button.setIconSize(QSize(12, 12))
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the View menu does the same by keyboard
    theme.set_icon(button, icon, colour="muted")
    button.clicked.connect(callback)
    return button


class DockLayout(QObject):
    """Puts the docks where they belong in a window of this size, until the user arranges them.

    Attributes
    ----------
    setup, curves, latent, runs
        The docks; `docks` is all of them in this order.
    is_custom
        Whether the user moved a dock: the arrangement is left alone then.
    """

    arranged = Signal()  # docks have moved: Qt has changed the order of the focus, too

    def __init__(self, window: QMainWindow, setup: Dock, curves: Dock, latent: Dock, runs: Dock) -> None:
        super().__init__(window)
        self._window = window
        self.setup = setup
        self.curves = curves
        self.latent = latent
        self.runs = runs
        self.docks = (setup, curves, latent, runs)
        self.is_custom = False
        self._shape = ""
        self._arranging = False
        self._centre = 0  # px of width that what is in the middle needs
        self._held = False  # one panel is enlarged
        self._settle_timer = QTimer(self, singleShot=True, interval=0)
        self._settle_timer.timeout.connect(self._settle)
        # A dock that was dropped would glide to its place; Qt crashes where docks are moved by other means meanwhile.
        window.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, _BOTTOM)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._bring_forward)
        for dock in self.docks:
            dock.dockLocationChanged.connect(self._moved)
            dock.topLevelChanged.connect(self._moved)

    @property
    def shape(self) -> str:
        """Arrangement in use: WIDE, MIDDLING or SMALL."""
        return self._shape

    def fit(self, size: QSize) -> None:
        """Arrange the docks for a window of that size, unless the user arranged them."""
        wanted = size_class(size)
        if wanted != self._shape and not self.is_custom and not self._held and not is_dragged():
            self.arrange(wanted)

    def make_room(self, centre: int) -> None:
        """Make the docks beside the central widget as narrow as it needs, as far as they can be; `centre` in px."""
        self._centre = centre
        if not self.is_custom and not self._held:
            self._settle_timer.start()

    def hold(self, held: bool) -> None:
        """Leave the docks alone while `held`; afterwards they are arranged if the window has another size by then."""
        self._held = held
        self._settle_timer.start()
        if not held:
            self.fit(self._window.size())

    def arrange(self, shape: str) -> None:
        """Arrange the docks as WIDE, MIDDLING or SMALL."""
        window_first.hold_workers()
        self._shape, self._arranging = shape, True
        window = self._window
        hidden = [dock for dock in self.docks if dock.isHidden()]
        for dock in self.docks:
            dock.setFloating(False)
            window.removeDockWidget(dock)  # tabifying what a restored layout placed elsewhere crashes Qt 6.11
        for dock in self.docks:
            dock.show()
        window.addDockWidget(_LEFT, self.setup)
        window.addDockWidget(_LEFT, self.runs)
        window.tabifyDockWidget(self.setup, self.runs)
        if shape == WIDE:
            window.addDockWidget(_RIGHT, self.curves)
            window.addDockWidget(_BOTTOM, self.latent)
        elif shape == MIDDLING:
            window.addDockWidget(_RIGHT, self.curves)
            window.addDockWidget(_RIGHT, self.latent)
            window.tabifyDockWidget(self.curves, self.latent)
            self.curves.raise_()
        else:
            window.addDockWidget(_LEFT, self.curves)
            window.addDockWidget(_LEFT, self.latent)
            window.tabifyDockWidget(self.runs, self.curves)
            window.tabifyDockWidget(self.curves, self.latent)
        self.setup.raise_()
        for dock in hidden:
            dock.hide()
        self._arranging = False
        self._settle_timer.start()

    def restore(self, state: object, shape: str, is_custom: bool) -> bool:
        """Put the docks back as they were; return False if that does not fit."""
        window_first.hold_workers()
        self._arranging = True
        restored = self._window.restoreState(state, LAYOUT)  # type: ignore[arg-type]  # what QSettings held; checked by Qt
        self._arranging = False
        if restored:
            self._shape, self.is_custom = shape, is_custom
            self._settle_timer.start()
        return restored

    def bring_to_front(self, dock: Dock) -> None:
        """Show a dock, in front of those that share its place."""
        dock.show()
        dock.raise_()

    def reset(self) -> None:
        """Forget the user's arrangement."""
        self.is_custom = False
        for dock in self.docks:
            dock.show()
        self.arrange(size_class(self._window.size()))

    def _bring_forward(self, _: QWidget | None, focused: QWidget | None) -> None:
        """Show a panel that gets the focus by Tab while it is behind another.

        Not at once: a dock that is just being hidden loses the focus, too, and Qt does not expect others to move then.
        """
        for dock in self.docks:
            if focused is not None and dock.isAncestorOf(focused) and self._is_behind(dock):
                QTimer.singleShot(0, dock, partial(self._raise_focused, dock))

    def _raise_focused(self, dock: QDockWidget) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and dock.isAncestorOf(focused) and self._is_behind(dock):
            dock.raise_()

    def _is_behind(self, dock: QDockWidget) -> bool:
        """Return whether another tab is in front: Qt keeps such a dock outside the window."""
        centre = dock.mapTo(self._window, dock.rect().center())
        return not dock.isFloating() and not self._window.rect().contains(centre)

    def _moved(self, *_: object) -> None:
        if not self._arranging and not self._held:
            self.is_custom = True
        self._settle_timer.start()

    def _settle(self) -> None:
        """Set sizes once Qt has laid the docks out, and hide titles where a tab shows them."""
        if self._held:
            self.arranged.emit()
            return
        for dock in self.docks:
            dock.show_title(not self._window.tabifiedDockWidgets(dock) or dock.isFloating())
        self.arranged.emit()
        if self.is_custom:
            return
        width, height = self._window.width(), self._window.height()
        side = Qt.Orientation.Horizontal
        setup = max(256, self.setup.minimumSizeHint().width())
        max_curves = max(self.curves.minimumSizeHint().width(), width - setup - self._centre - 2 * SPACE)
        if self._shape == WIDE:
            curves = min(max_curves, max(320, int(width * 0.29)))
            self._window.resizeDocks([self.setup, self.curves], [setup, curves], side)
            self._window.resizeDocks([self.latent], [max(190, int(height * 0.27))], Qt.Orientation.Vertical)
        elif self._shape == MIDDLING:
            self._window.resizeDocks([self.setup, self.curves], [setup, min(max_curves, int(width * 0.36))], side)
        else:
            self._window.resizeDocks([self.setup], [int(width * 0.48)], side)
