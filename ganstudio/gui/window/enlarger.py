"""Enlarger: one panel takes the whole window, and everything stands as before when it gives that back."""

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabBar, QWidget

from ganstudio.gui.window.centre import Centre
from ganstudio.gui.window.docks import LAYOUT, Dock, DockLayout
from ganstudio.gui.window.enlarge_button import EnlargeButton


class Enlarger(QObject):
    """Shows the samples, or the panel of a dock, alone in the middle of the window; the other docks hide meanwhile."""

    changed = Signal(bool)  # whether a panel is enlarged

    def __init__(self, window: QMainWindow, centre: Centre, dock_layout: DockLayout) -> None:
        super().__init__(window)
        self._window, self._samples, self._centre, self._dock_layout = window, centre.samples, centre, dock_layout
        self._large: QWidget | None = None
        self._dock: Dock | None = None  # whose panel stands in the centre
        self._area: QWidget | None = None  # what the panel lies in
        self._before = QByteArray()
        for dock in self._docks():
            dock.enlargeRequested.connect(self._asked_by_dock)
            dock.visibilityChanged.connect(self._dock_shown)

    def add(self, panel: QWidget, button: EnlargeButton) -> None:
        """The button that makes a panel large."""
        button.clicked.connect(lambda: self.toggle(panel))
        self.changed.connect(lambda large: button.show_large(large and self._large is panel))

    @property
    def large(self) -> QWidget | None:
        """The panel that is enlarged: the samples, or what is in a dock."""
        return self._large

    def toggle(self, panel: QWidget) -> None:
        """Make a panel large; if one is, put everything back."""
        if self._large is not None:
            self.restore()
        else:
            self.enlarge(panel)

    def toggle_pointed(self) -> None:
        """Make the panel below the pointer large, else the one with the focus, else the samples."""
        self.toggle(self._pointed() or self._focused() or self._samples)

    def enlarge(self, panel: QWidget) -> None:
        """Show a panel alone."""
        if self._large is panel:
            return
        self.restore()
        dock = self._dock_of(panel)
        if dock is None and panel is not self._samples:
            return
        self._before, self._large, self._dock = self._window.saveState(LAYOUT), panel, dock
        self._dock_layout.hold(True)
        for each in self._dock_layout.docks:
            each.hide()
        if dock is not None:
            self._area = dock.widget()
            self._centre.give_place(self._area)
            panel.setFocus()
        self.changed.emit(True)

    def restore(self) -> None:
        """Put everything back as it was."""
        if self._large is None:
            return
        dock, area, self._large, self._dock, self._area = self._dock, self._area, None, None, None
        if dock is not None and area is not None:
            self._centre.take_place_back(area)
            dock.setWidget(area)
            area.show()
        self._window.restoreState(self._before, LAYOUT)
        self._dock_layout.hold(False)
        self.changed.emit(False)

    # Who asks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double click on the tab of a dock."""
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(watched, QTabBar):
            assert isinstance(event, QMouseEvent)
            name = watched.tabText(watched.tabAt(event.position().toPoint()))
            dock = next((each for each in self._docks() if each.windowTitle() == name.replace("&", "")), None)
            if dock is not None and dock.may_be_large:
                self.enlarge(dock.panel)
                return True
        return super().eventFilter(watched, event)

    def watch_tabs(self) -> None:
        """Listen to the tabs that Qt makes for docks that share a place."""
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.removeEventFilter(self)
            bar.installEventFilter(self)

    def _asked_by_dock(self) -> None:
        dock = self.sender()
        assert isinstance(dock, Dock)
        self.toggle(dock.panel)

    def _dock_shown(self, visible: bool) -> None:
        """A panel was asked for while another was large: it is shown, and all else again, too."""
        dock = self.sender()
        if visible and self._large is not None and isinstance(dock, Dock):
            self.restore()
            dock.show()
            dock.raise_()

    def _docks(self) -> list[Dock]:
        return [dock for dock in self._dock_layout.docks if isinstance(dock, Dock)]

    def _dock_of(self, panel: QWidget) -> Dock | None:
        return next((dock for dock in self._docks() if dock.panel is panel and dock.may_be_large), None)

    def _pointed(self) -> QWidget | None:
        return self._around(QApplication.widgetAt(QCursor.pos()))

    def _focused(self) -> QWidget | None:
        return self._around(QApplication.focusWidget())

    def _around(self, widget: QWidget | None) -> QWidget | None:
        """The panel that a widget is in, if that may be enlarged."""
        panels = [self._samples, *(dock.panel for dock in self._docks() if dock.may_be_large)]
        if widget is None:
            return None
        return next((panel for panel in panels if panel is widget or panel.isAncestorOf(widget)), None)
