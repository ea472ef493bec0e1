"""Where what the tour lights is: found by its name, and brought to the front where it is hidden."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QToolBar, QWidget

from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.places import Places

REMEDY = "remedy"  # the first button of the coach
_COACH = "coach"


class Lighting:
    """Finds parts of the window by name: of a widget, action:NAME, setting:PATH, menu:TITLE, or REMEDY.

    Parameters
    ----------
    context
        The parts of the window.
    places
        Brings parts to the front.
    """

    def __init__(self, context: WindowContext, places: Places) -> None:
        self._context = context
        self._places = places

    def bring_forward(self, name: str) -> None:
        """Show what is hidden by a closed dock, by another tab or by a closed section."""
        kind, _, what = name.rpartition(":")
        setup = self._context.panels.setup
        if kind == "setting":
            self._places.bring(setup)
            setup.sections.go_to(what)  # with the focus: a number can be typed at once
        elif name != REMEDY and (widget := self._widget(name)) is not None:
            self._places.bring(widget)

    def find(self, name: str) -> Iterator[tuple[QWidget, QRect]]:
        """Yield the window that holds the part, and where it is in there; nothing while it cannot be seen."""
        kind, _, what = name.rpartition(":")
        if name == REMEDY and not self._context.dialogs.is_visible(_COACH):
            kind, what = "menu", "Help"  # which shows the coach
        if kind == "menu":
            yield from self._menu(what)
            return
        widget = self._widget(name)
        if widget is not None and widget.isVisible():
            host = widget.window()
            part = _seen_part(widget, host)
            if not part.isEmpty():
                yield host, part

    def seen(self) -> list[QRect]:
        """Return where menus, tools, messages and the coach are, in the window: the card should not cover them."""
        window = self._context.window
        found = [part for name in ("noticeBar", "toolBar") for host, part in self.find(name) if host is window]
        found.append(window.menuBar().geometry())
        if self._context.dialogs.is_visible(_COACH):
            dialog = self._context.dialogs[_COACH]
            found.append(QRect(window.mapFromGlobal(dialog.mapToGlobal(QPoint())), dialog.size()))
        return found

    def _widget(self, name: str) -> QWidget | None:
        kind, _, what = name.rpartition(":")
        window = self._context.window
        if kind == "action":
            bar = window.findChild(QToolBar, "toolBar")
            return None if bar is None else bar.widgetForAction(self._context.actions[what])
        if kind == "setting":
            return self._context.panels.setup.field(what)
        if name == REMEDY:
            return self._remedy()
        return window.findChild(QWidget, what)

    def _remedy(self) -> QWidget | None:
        """Return the first button of the coach, else its window; None while that is not shown."""
        from ganstudio.gui.coach.window import CoachWindow

        dialogs = self._context.dialogs
        if not dialogs.is_visible(_COACH):
            return None
        coach = dialogs[_COACH]
        assert isinstance(coach, CoachWindow)
        buttons = [button for card in coach.cards for button in card.buttons]
        return buttons[0] if buttons else coach.summary

    def _menu(self, title: str) -> Iterator[tuple[QWidget, QRect]]:
        bar = self._context.window.menuBar()
        for action in bar.actions():
            if action.text().replace("&", "") == title:
                part = bar.actionGeometry(action)
                if bar.isVisible() and not part.isEmpty():  # else it is the desktop's
                    yield self._context.window, part.translated(bar.mapTo(self._context.window, QPoint()))


def _seen_part(widget: QWidget, host: QWidget) -> QRect:
    """Return the part of a widget that no ancestor cuts off, in its window."""
    part = QRect(widget.mapTo(host, QPoint()), widget.size())
    parent = widget.parentWidget()
    while parent is not None and parent is not host:
        part = part.intersected(QRect(parent.mapTo(host, QPoint()), parent.size()))
        parent = parent.parentWidget()
    return part.intersected(host.rect())
