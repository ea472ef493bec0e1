"""Places of the window by name: what the user calls them, and bringing them to the front."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDockWidget, QScrollArea, QStackedWidget, QTabBar, QToolButton, QWidget

from ganstudio.config import SETTINGS
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.outline import Outline
from ganstudio.gui.window.actions import ACTIONS
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.docks import Dock
from ganstudio.settings import Section

_WINDOWS = {  # of their own, each made when it is first shown -> the action that shows it
    "coachWindow": "coach",
    "insideWindow": "inside",
    "kindsWindow": "kinds",
    "byDWindow": "byD",
    "roundWindow": "stages",
    "smallestGanWindow": "smallestGan",
    "exportDialog": "export",
    "tourCard": "tour",
    "galleryWindow": "gallery",
}
_TOP = {
    "data.name": "datasetCombo",
    "epochs": "lengthUnitCombo",
    "steps": "lengthUnitCombo",
    "seconds": "lengthUnitCombo",
}
_ROOMS = {"samplesPanel": "Samples", "labPanel": "2-D lab", "toolBar": "Tool bar"}  # that are in no dock


class Places(QObject):
    """Finds what the help names: a widget or an action by its objectName, a setting by its dotted name.

    Parameters
    ----------
    context
        The parts of the window.
    restore
        Puts an enlarged panel back.
    """

    def __init__(self, context: WindowContext, restore: Callable[[], None]) -> None:
        super().__init__(context.window)
        self._context = context
        self._restore = restore
        self._specs = {f"{spec.name}Action": spec for spec in ACTIONS}
        self._outline: Outline | None = None

    def name_of(self, place: str) -> str:
        """Return what the user calls a place: "Curves, Loss"; "" where it has no name, or is not made yet."""
        if place in SETTINGS:
            section = SETTINGS[place].section
            return f"Setup, {'' if section == Section.TOP else f'{section}, '}{SETTINGS[place].label}"
        if place in _WINDOWS:
            place = f"{_WINDOWS[place]}Action"
        if place in self._specs:
            spec = self._specs[place]
            return f"{spec.menu} > {spec.text.rstrip('…')}"
        widget = self._context.window.findChild(QWidget, place)
        return "" if widget is None or widget is self._context.window else self._name_of_widget(widget)

    @Slot(str)
    def show(self, place: str) -> None:
        """Bring a place to the front, and frame it; say so where it cannot be seen now."""
        self._context.window.raise_()
        self._context.window.activateWindow()
        if place in SETTINGS:
            self._show_setting(place)
        elif place in _WINDOWS or place in self._specs:
            self._show_action(_WINDOWS.get(place, place.removesuffix("Action")), opens=place in _WINDOWS)
        elif (widget := self._context.window.findChild(QWidget, place)) is not None:
            self._show_widget(widget, self.name_of(place))

    def bring(self, widget: QWidget) -> None:
        """Bring the dock and the pages that a widget is in to the front, and scroll to it."""
        self._restore()
        if (dock := self._dock_of(widget)) is not None:
            dock.show()
            dock.raise_()
        curves = self._context.panels.curves
        for plot, button in zip(curves.plots, curves.stack.buttons.buttons, strict=True):
            if plot.isAncestorOf(widget) and plot.isHidden():
                button.click()
        part: QWidget | None = widget
        while part is not None:
            above = part.parentWidget()
            if isinstance(above, QStackedWidget):
                self._turn_to(above, above.indexOf(part))
            if isinstance(part, QScrollArea):
                part.ensureWidgetVisible(widget)
            part = above

    # Names

    def _name_of_widget(self, widget: QWidget) -> str:
        room = self._room_of(widget)
        if (
            isinstance(widget, Dock)
            or widget.objectName() in _ROOMS
            or widget is getattr(self._dock_of(widget), "panel", None)
        ):
            return room
        if isinstance(widget, Label):
            return room  # what it says changes, and may be anything
        text = widget.text() if isinstance(widget, QToolButton) else ""
        name = (widget.accessibleName().removeprefix("plot: ") or text).strip()
        return ", ".join(part for part in (room, name[:1].upper() + name[1:] if not room else name) if part)

    def _room_of(self, widget: QWidget) -> str:
        part: QWidget | None = widget
        while part is not None:
            if isinstance(part, QDockWidget):
                return part.windowTitle()
            if part.objectName() in _ROOMS:
                return _ROOMS[part.objectName()]
            part = part.parentWidget()
        return "Status bar" if self._context.window.statusBar().isAncestorOf(widget) else ""

    # Showing

    def _show_setting(self, path: str) -> None:
        setup = self._context.panels.setup
        if path in _TOP or SETTINGS[path].section == Section.TOP:
            self._show_widget(setup.findChild(QWidget, _TOP.get(path, "")) or setup, SETTINGS[path].label)
            return
        self.bring(setup)
        field = setup.field(path)
        if field.isHidden():
            setup.sections.open(SETTINGS[path].section)
            self._frame(setup.sections.button(SETTINGS[path].section))
            self._say(f"The setting {SETTINGS[path].label} has no effect with the present choices, so it is not shown.")
            return
        setup.sections.go_to(path)
        QTimer.singleShot(0, self, lambda: self._frame(field))  # once the section is laid out

    def _show_action(self, name: str, opens: bool) -> None:
        """Frame its button in the tool bar, or show the window that it opens; else say where it is."""
        action = self._context.actions[name]
        if opens:
            action.trigger()
            return
        for button in self._context.window.findChildren(QToolButton):
            if button.defaultAction() is action and button.isVisible():
                self._frame(button)
                return
        self._frame(self._context.window.menuBar())
        self._say(f"It is in the menu {self.name_of(f'{name}Action')}.")

    def _show_widget(self, widget: QWidget, name: str) -> None:
        self.bring(widget)
        if not widget.isVisible():
            self._say(f"{name} is not shown with the run that is open.")
            return
        QTimer.singleShot(0, self, lambda: self._frame(widget))

    def _turn_to(self, pages: QStackedWidget, index: int) -> None:
        tabs = self._context.panels.latent.findChild(QTabBar, "explorerTabs")
        if tabs is not None and self._context.panels.latent.isAncestorOf(pages) and tabs.count() == pages.count():
            tabs.setCurrentIndex(index)
        else:
            pages.setCurrentIndex(index)

    def _dock_of(self, widget: QWidget) -> Dock | None:
        part: QWidget | None = widget
        while part is not None and not isinstance(part, Dock):
            part = part.parentWidget()
        return part

    def _frame(self, widget: QWidget) -> None:
        window = widget.window()
        if self._outline is None or self._outline.window_below is not window:
            self._outline = Outline(window)
        self._outline.surround(widget)

    def _say(self, text: str) -> None:
        self._context.session.notifier.say(text, passing=True)
