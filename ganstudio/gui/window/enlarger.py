"""Enlarging a panel: it fills the window, and afterwards everything is as before."""

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabBar, QWidget

from ganstudio.gui.widgets.enlarge_button import EnlargeButton
from ganstudio.gui.window.centre import Centre
from ganstudio.gui.window.docks import LAYOUT, Dock, DockLayout, is_dragged
from ganstudio.gui.workers import window_first

_TURN_MS = 1  # the event loop comes round before; a timer of 0 ms may still belong to the turn that started it


class Enlarger(QObject):
    """Shows the samples or the panel of a dock alone in the window; all docks are hidden meanwhile."""

    changed = Signal(bool)  # whether a panel is enlarged

    def __init__(self, window: QMainWindow, centre: Centre, dock_layout: DockLayout) -> None:
        super().__init__(window)
        self._window = window
        self._samples = centre.samples
        self._centre = centre
        self._dock_layout = dock_layout
        self._large: QWidget | None = None
        self._dock: Dock | None = None  # whose panel is in the centre
        self._area: QWidget | None = None  # the scroll area around the panel
        self._state_before = QByteArray()  # of the docks
        self._are_docks_away = False
        self._in_front: Dock | None = None  # which was shown while a panel was enlarged
        self._dock_timer = QTimer(self, singleShot=True, interval=_TURN_MS)
        self._dock_timer.timeout.connect(self._restore_docks)
        for dock in self._docks():
            dock.enlargeRequested.connect(self._dock_requested)
            dock.visibilityChanged.connect(self._dock_shown)

    def add(self, panel: QWidget, button: EnlargeButton) -> None:
        """Have a button enlarge a panel."""
        button.clicked.connect(lambda: self.toggle(panel))
        self.changed.connect(lambda large: button.show_large(large and self._large is panel))

    @property
    def large(self) -> QWidget | None:
        """The panel that is enlarged; None: none is."""
        return self._large

    def toggle(self, panel: QWidget) -> None:
        """Enlarge a panel; if one is enlarged already, put everything back. Nothing happens while a dock is dragged."""
        if is_dragged():
            return
        if self._large is not None:
            self.put_back()
        else:
            self.enlarge(panel)

    def toggle_pointed(self) -> None:
        """Enlarge the panel under the pointer, else the one with the focus, else the samples."""
        self.toggle(self.panel_under_pointer() or self._panel_with_focus() or self._samples)

    def enlarge(self, panel: QWidget) -> None:
        """Show a panel alone."""
        if self._large is panel:
            return
        self.restore()
        dock = self._dock_of(panel)
        if dock is None and panel is not self._samples:
            return
        window_first.hold_workers()
        self._state_before = self._window.saveState(LAYOUT)
        self._are_docks_away = True
        self._large = panel
        self._dock = dock
        self._dock_layout.hold(True)
        for other in self._dock_layout.docks:
            other.hide()
        if dock is not None:
            self._area = dock.widget()
            self._centre.replace_samples(self._area)
            panel.setFocus()
        self.changed.emit(True)

    def put_back(self) -> None:
        """Put everything back as it was: the panel at once, the docks in the next turn of the event loop.

        In one turn the window stood still for up to 0.19 s beside training.
        """
        if self._large is not None:
            self._leave_centre()
            self._dock_timer.start()

    def restore(self) -> None:
        """Put everything back as it was, at once."""
        if self._are_docks_away:
            self._leave_centre()
            self._restore_docks()

    def _leave_centre(self) -> None:
        """Give the panel back to its dock, and show the samples in the centre."""
        if self._large is None:
            return
        window_first.hold_workers()
        dock, area = self._dock, self._area
        self._large = None
        self._dock = None
        self._area = None
        if dock is not None and area is not None:
            self._centre.restore_samples()
            dock.setWidget(area)
            area.show()
        self.changed.emit(False)

    def _restore_docks(self) -> None:
        """Show the docks as they were."""
        self._dock_timer.stop()
        self._are_docks_away = False
        window_first.hold_workers()
        self._window.restoreState(self._state_before, LAYOUT)
        self._dock_layout.hold(False)
        if self._in_front is not None:
            self._dock_layout.bring_to_front(self._in_front)
            self._in_front = None

    # Requests

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enlarge the panel of a dock whose tab is double-clicked."""
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(watched, QTabBar):
            assert isinstance(event, QMouseEvent)
            name = watched.tabText(watched.tabAt(event.position().toPoint()))
            dock = next((dock for dock in self._docks() if dock.windowTitle() == name.replace("&", "")), None)
            if dock is not None and dock.may_be_large:
                self.enlarge(dock.panel)
                return True
        return super().eventFilter(watched, event)

    def watch_tabs(self) -> None:
        """Watch the tab bars that Qt makes for docks that share a place."""
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.removeEventFilter(self)
            bar.installEventFilter(self)

    def _dock_requested(self) -> None:
        dock = self.sender()
        assert isinstance(dock, Dock)
        self.toggle(dock.panel)

    def _dock_shown(self, visible: bool) -> None:
        """Have everything put back when a dock is shown while a panel is enlarged.

        Not at once: Qt says so in the midst of laying out the docks, and crashes where that changes them.
        """
        dock = self.sender()
        if visible and self._are_docks_away and isinstance(dock, Dock):
            QTimer.singleShot(0, self, lambda: self._restore_with(dock))

    def _restore_with(self, dock: Dock) -> None:
        """Put everything back, with a dock in front that was shown meanwhile."""
        if self._are_docks_away and dock.isVisible():
            self._in_front = dock
            self.put_back()

    def _docks(self) -> list[Dock]:
        return [dock for dock in self._dock_layout.docks if isinstance(dock, Dock)]

    def _dock_of(self, panel: QWidget) -> Dock | None:
        return next((dock for dock in self._docks() if dock.panel is panel and dock.may_be_large), None)

    def panel_under_pointer(self) -> QWidget | None:
        """Return the panel under the pointer, if it may be enlarged."""
        return self._panel_around(QApplication.widgetAt(QCursor.pos()))

    def _panel_with_focus(self) -> QWidget | None:
        return self._panel_around(QApplication.focusWidget())

    def _panel_around(self, widget: QWidget | None) -> QWidget | None:
        """Return the panel that a widget is in, if it may be enlarged."""
        panels = [self._samples, *(dock.panel for dock in self._docks() if dock.may_be_large)]
        if widget is None:
            return None
        return next((panel for panel in panels if panel is widget or panel.isAncestorOf(widget)), None)
