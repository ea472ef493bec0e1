"""Help > What is this?: the next click is not taken by what is clicked; that is explained, and the words stay."""

import html

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from ganstudio.gui.help import glossary
from ganstudio.gui.widgets.fields import Field


class WhatsThis(QObject):
    """Waits for a click anywhere in the program. It watches the application's events only meanwhile."""

    explained = Signal(str, str)  # name of an entry of the glossary, or ""; what the thing says of itself, rich text

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting = False

    @property
    def waiting(self) -> bool:
        """Whether the next click is explained."""
        return self._waiting

    def begin(self) -> None:
        """Explain what is clicked next; Escape or a right click calls it off."""
        app = QApplication.instance()
        if not self._waiting and isinstance(app, QApplication):
            self._waiting = True
            app.setOverrideCursor(Qt.CursorShape.WhatsThisCursor)
            app.installEventFilter(self)

    def end(self) -> None:
        """Let clicks do again what they do."""
        app = QApplication.instance()
        if self._waiting and isinstance(app, QApplication):
            self._waiting = False
            app.removeEventFilter(self)
            app.restoreOverrideCursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and isinstance(watched, QWidget):
            return self._take_mouse(watched, event)
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() in kinds and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.end()
            return True
        return False

    def _take_mouse(self, watched: QWidget, event: QMouseEvent) -> bool:
        """Presses and double clicks are swallowed; the explanation comes with the release."""
        if event.type() == QEvent.Type.MouseMove:
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            place = event.globalPosition().toPoint()
            self.end()
            if event.button() == Qt.MouseButton.LeftButton:
                window = watched.window()  # a disabled widget gets no clicks, but is there to be explained
                self.explain(window.childAt(window.mapFromGlobal(place)) or watched, place)
        return True

    def explain(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Explain a widget by the nearest words on it: its own, or those of what it is a part of."""
        part: QWidget | None = _setting_of(widget) or widget
        while part is not None:
            entry, tip = glossary.entry_of(_place_name(part)), _tip(part, place)
            if entry is not None or tip:
                self.explained.emit("" if entry is None else entry.name, tip)
                return
            part = part.parentWidget()
        self.explained.emit("gan", "")


def _setting_of(widget: QWidget) -> Field | None:
    """The form's row that a label or an editor stands in."""
    part: QWidget | None = widget
    while part is not None and not isinstance(part, Field):
        part = part.parentWidget()
    return part


def _place_name(widget: QWidget) -> str:
    """What the glossary may know a widget by."""
    if isinstance(widget, Field):
        return widget.setting.path
    if isinstance(widget, QToolButton) and widget.defaultAction() is not None:
        return widget.defaultAction().objectName()
    return widget.objectName()


def _tip(widget: QWidget, place: QPoint | None) -> str:
    """What a widget says of itself under its name, as rich text; of a menu, the entry at the place; "" if nothing."""
    if isinstance(widget, Field):
        return widget.editor.toolTip()  # begins with the setting's name
    name, tip = widget.accessibleName() or widget.windowTitle(), widget.toolTip()
    if isinstance(widget, QMenu) and place is not None:
        action = widget.actionAt(widget.mapFromGlobal(place))
        name, tip = (action.text().replace("&", ""), action.toolTip()) if action is not None else ("", "")
    if not tip:
        return ""
    heading = f"<h2>{name[0].upper()}{name[1:]}</h2>" if name else ""
    return heading + (tip if tip.startswith("<") else f"<p>{html.escape(tip)}</p>")
