"""Docks and where they stand: three arrangements, for wide, middling and small windows.

A person's own arrangement is left alone; until there is one, the docks follow the size of the window, so that nothing
is clipped in a small one.
"""

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QScrollArea,
    QTabWidget,
    QToolButton,
    QWidget,
)

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.theme import SPACE

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
    """Which arrangement suits a window of that size."""
    if size.width() >= _WIDE_FROM.width() and size.height() >= _WIDE_FROM.height():
        return WIDE
    if size.width() >= _MIDDLING_FROM.width() and size.height() >= _MIDDLING_FROM.height():
        return MIDDLING
    return SMALL


class Dock(QDockWidget):
    """A dock with a quiet title. Its panel scrolls where a person makes it smaller than it can be."""

    enlargeAsked = Signal()  # a double click on the title

    def __init__(
        self,
        title: str,
        name: str,
        panel: QWidget,
        parent: QMainWindow,
        least_width: int = 0,
        may_be_large: bool = False,
    ) -> None:
        """`may_be_large`: whether the panel may be enlarged, see `ganstudio.gui.window.enlarger`."""
        super().__init__(title, parent)
        self.panel, self.may_be_large = panel, may_be_large
        self.setObjectName(name)
        self.setAccessibleName(title)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(panel)
        area.setMinimumWidth(least_width)
        self.setWidget(area)
        self._title = _Title(self)
        self._none = QWidget(self)
        self._none.hide()
        self.setTitleBarWidget(self._title)

    def show_title(self, shown: bool) -> None:
        """Title bar, or none: the tab says it already."""
        wanted = self._title if shown else self._none
        if self.titleBarWidget() is not wanted:
            self.titleBarWidget().hide()
            self.setTitleBarWidget(wanted)
            wanted.show()


class _Title(QWidget):
    """Name of the dock; buttons to float and to hide it. Dragging it moves the dock."""

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock)
        self.setObjectName("dockTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        label = QLabel(dock.windowTitle().upper())
        label.setObjectName("dockTitleText")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, 0)
        row.setSpacing(0)
        row.addWidget(label, 1)
        row.addWidget(_title_button("float", f"Float {dock.windowTitle()}, or dock it again", dock, self._float))
        row.addWidget(
            _title_button("close", (f"Hide {dock.windowTitle()} (the View menu shows it again)"), dock, dock.close)
        )
        self._dock = dock

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._dock.may_be_large:
            self._dock.enlargeAsked.emit()
        else:
            super().mouseDoubleClickEvent(event)  # Qt lets the dock float

    def _float(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())


def _title_button(icon: str, tip: str, dock: QDockWidget, act: object) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    button.setIconSize(QSize(12, 12))
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the View menu does the same by keyboard
    theme.set_icon(button, icon, colour="muted")
    button.clicked.connect(act)
    return button


class Arranger(QObject):
    """Puts the docks where they belong in a window of this size."""

    arranged = Signal()  # docks were put elsewhere: Qt has changed the order of the focus, too

    def __init__(self, window: QMainWindow, setup: Dock, curves: Dock, latent: Dock, runs: Dock) -> None:
        super().__init__(window)
        self._window = window
        self._setup, self._curves, self._latent, self._runs = setup, curves, latent, runs
        self.docks = (setup, curves, latent, runs)
        self.own = False  # a person moved a dock
        self._shape = ""
        self._busy = False
        self._centre = 0  # px of width that what is in the middle needs
        self._held = False  # one panel is enlarged
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._settle)
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
        """Arrangement now in use."""
        return self._shape

    def fit(self, size: QSize) -> None:
        """Arrange for a window of that size, unless a person did."""
        wanted = size_class(size)
        if wanted != self._shape and not self.own and not self._held:
            self.arrange(wanted)

    def make_room(self, centre: int) -> None:
        """What is in the middle needs `centre` px of width: the docks beside it give way as far as they can."""
        self._centre = centre
        if not self.own and not self._held:
            self._soon.start()

    def hold(self, held: bool) -> None:
        """Leave the docks alone for a while; afterwards they are arranged if the window has another size by then."""
        self._held = held
        self._soon.start()
        if not held:
            self.fit(self._window.size())

    def arrange(self, shape: str) -> None:
        """Arrange as one of WIDE, MIDDLING, SMALL."""
        self._shape, self._busy = shape, True
        window = self._window
        hidden = [dock for dock in self.docks if dock.isHidden()]
        for dock in self.docks:
            dock.setFloating(False)
            window.removeDockWidget(dock)  # tabifying what a restored layout placed elsewhere crashes Qt 6.11
        for dock in self.docks:
            dock.show()
        window.addDockWidget(_LEFT, self._setup)
        window.addDockWidget(_LEFT, self._runs)
        window.tabifyDockWidget(self._setup, self._runs)
        if shape == WIDE:
            window.addDockWidget(_RIGHT, self._curves)
            window.addDockWidget(_BOTTOM, self._latent)
        elif shape == MIDDLING:
            window.addDockWidget(_RIGHT, self._curves)
            window.addDockWidget(_RIGHT, self._latent)
            window.tabifyDockWidget(self._curves, self._latent)
            self._curves.raise_()
        else:
            window.addDockWidget(_LEFT, self._curves)
            window.addDockWidget(_LEFT, self._latent)
            window.tabifyDockWidget(self._runs, self._curves)
            window.tabifyDockWidget(self._curves, self._latent)
        self._setup.raise_()
        for dock in hidden:
            dock.hide()
        self._busy = False
        self._soon.start()

    def restore(self, state: object, shape: str, own: bool) -> bool:
        """Put the docks back as they were; False if that does not fit."""
        self._busy = True
        restored = self._window.restoreState(state, LAYOUT)  # type: ignore[arg-type]  # what QSettings held; checked by Qt
        self._busy = False
        if restored:
            self._shape, self.own = shape, own
            self._soon.start()
        return restored

    def reset(self) -> None:
        """Forget a person's arrangement."""
        self.own = False
        for dock in self.docks:
            dock.show()
        self.arrange(size_class(self._window.size()))

    def _bring_forward(self, _: QWidget | None, focused: QWidget | None) -> None:
        """Who comes to a panel by Tab sees it, though it was behind another."""
        for dock in self.docks:
            if focused is not None and dock.isAncestorOf(focused) and self._is_behind(dock):
                dock.raise_()

    def _is_behind(self, dock: QDockWidget) -> bool:
        """Qt keeps a dock whose tab is not chosen outside the window."""
        centre = dock.mapTo(self._window, dock.rect().center())
        return not dock.isFloating() and not self._window.rect().contains(centre)

    def _moved(self, *_: object) -> None:
        if not self._busy and not self._held:
            self.own = True
        self._soon.start()

    def _settle(self) -> None:
        """After Qt has laid the docks out: their sizes, and no title where a tab says it."""
        if self._held:
            self.arranged.emit()
            return
        for dock in self.docks:
            dock.show_title(not self._window.tabifiedDockWidgets(dock) or dock.isFloating())
        self.arranged.emit()
        if self.own:
            return
        width, height = self._window.width(), self._window.height()
        side = Qt.Orientation.Horizontal
        setup = max(256, self._setup.minimumSizeHint().width())
        most = max(self._curves.minimumSizeHint().width(), width - setup - self._centre - 2 * SPACE)
        if self._shape == WIDE:
            curves = min(most, max(320, int(width * 0.29)))
            self._window.resizeDocks([self._setup, self._curves], [setup, curves], side)
            self._window.resizeDocks([self._latent], [max(190, int(height * 0.27))], Qt.Orientation.Vertical)
        elif self._shape == MIDDLING:
            self._window.resizeDocks([self._setup, self._curves], [setup, min(most, int(width * 0.36))], side)
        else:
            self._window.resizeDocks([self._setup], [int(width * 0.48)], side)
