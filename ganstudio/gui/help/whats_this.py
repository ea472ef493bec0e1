"""Help > What is this?: the next click does nothing but explain what is clicked."""

from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, Qt
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget
from typing_extensions import override

from ganstudio.gui.help import glossary
from ganstudio.gui.widgets.fields import Field
from ganstudio.gui.widgets.rich_text import lines, rich


class WhatsThis(QObject):
    """Mode in which the next click anywhere in the program explains a widget.

    It filters the application's events only in this mode.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    explained = Signal(str, str)  # name of an entry of the glossary, or ""; the tooltip of the widget, rich text

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_active = False

    @property
    def is_active(self) -> bool:
        """Whether the next click explains a widget."""
        return self._is_active

    def begin(self) -> None:
        """Explain what is clicked next; Escape or a right click ends the mode."""
        app = QApplication.instance()
        if not self._is_active and isinstance(app, QApplication):
            self._is_active = True
            app.setOverrideCursor(Qt.CursorShape.WhatsThisCursor)
            app.installEventFilter(self)

    def end(self) -> None:
        """Let clicks act as usual."""
        app = QApplication.instance()
        if self._is_active and isinstance(app, QApplication):
            self._is_active = False
            app.removeEventFilter(self)
            app.restoreOverrideCursor()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and isinstance(watched, QWidget):
            return self._take_mouse(watched, event)
        types = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() in types and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.end()
            return True
        return False

    def _take_mouse(self, watched: QWidget, event: QMouseEvent) -> bool:
        """Swallow presses and double clicks, and explain on release."""
        if event.type() == QEvent.Type.MouseMove:
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            place = event.globalPosition().toPoint()
            self.end()
            if event.button() == Qt.MouseButton.LeftButton:
                window = watched.window()  # a disabled widget gets no clicks, but can be explained
                self.explain(window.childAt(window.mapFromGlobal(place)) or watched, place)
        return True

    def explain(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Explain a widget by its own text, or else by that of the nearest widget that contains it."""
        part: QWidget | None = _setting_of(widget) or widget
        while part is not None:
            entry, tip = glossary.entry_of(_name_of(part)), _tip(part, place)
            if entry is not None or tip:
                self.explained.emit("" if entry is None else entry.name, tip)
                return
            part = part.parentWidget()
        self.explained.emit("gan", "")


def _setting_of(widget: QWidget) -> Field | None:
    """Return the row of the form that a label or an editor belongs to; None if it belongs to none."""
    part: QWidget | None = widget
    while part is not None and not isinstance(part, Field):
        part = part.parentWidget()
    return part


def _name_of(widget: QWidget) -> str:
    """Return the name by which the glossary may know a widget."""
    if isinstance(widget, Field):
        return widget.setting.path
    if isinstance(widget, QToolButton) and widget.defaultAction() is not None:
        return widget.defaultAction().objectName()
    return widget.objectName()


def _tip(widget: QWidget, place: QPoint | None) -> str:
    """Return name and tooltip of a widget, or of the entry of a menu at a place, as rich text; "" without a tooltip."""
    if isinstance(widget, Field):
        return widget.editor.toolTip()  # begins with the setting's name
    name, tip = widget.accessibleName() or widget.windowTitle(), widget.toolTip()
    if isinstance(widget, QMenu) and place is not None:
        action = widget.actionAt(widget.mapFromGlobal(place))
        name, tip = (action.text().replace("&", ""), action.toolTip()) if action is not None else ("", "")
    if not tip:
        return ""
    heading = rich("<h2>{}</h2>", name[0].upper() + name[1:]) if name else ""
    return heading + (tip if Qt.mightBeRichText(tip) else rich("<p>{}</p>", lines(tip.split("\n"))))
