"""Legend entry of a line of a plot."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.curves.style import line_colour
from ganstudio.gui.curves.trace import paint_marker
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import wrapped
from ganstudio.plots.specs import LineSpec

_SWATCH = 18  # px of the piece of the line


class LegendButton(QAbstractButton):
    """Swatch, name and value of a line; a click shows or hides the line.

    The value is beside the name, or below it where there is little room; it is never cut, and the width of the button
    does not change with it.

    Parameters
    ----------
    line
        The line.
    widest
        Texts of values of which one is as wide as any.
    """

    def __init__(self, line: LineSpec, widest: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self._value = ""
        self._name = line.name
        self._below = False
        self._widest = widest
        self._stale = False
        self.setCheckable(True)
        self.setChecked(True)
        self.explain("")
        self.setAccessibleName(line.name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def explain(self, meaning: str) -> None:
        """Set the tooltip; `meaning`, rich text, is what the values mean under the loss."""
        self.setToolTip(wrapped(self._line.help, meaning, "Click to hide or show it."))

    def set_value(self, value: str, stale: bool = False) -> None:
        """Show a value; a `stale` one, of an earlier step, in a fainter colour."""
        if (value, stale) != (self._value, self._stale):
            self._value = value
            self._stale = stale
            self.setAccessibleDescription(f"{value}, not measured since" if stale else value)
            self.update()

    def shorten(self, short: bool, below: bool = False) -> None:
        """Choose the short name, and to show the value below it, where there is little room."""
        name = self._line.short_name if short and self._line.short_name else self._line.name
        if (name, below) != (self._name, self._below):
            self._name = name
            self._below = below
            self.updateGeometry()
            self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font(False))
        value = max(metrics.horizontalAdvance(text) for text in (*self._widest, self._value))
        line = theme.SMALL + 7
        if self._below:
            return QSize(_SWATCH + max(self._name_width(), value) + 2, 2 * line - 4)
        return QSize(_SWATCH + self._name_width() + metrics.horizontalAdvance(" ") + value + 4, line)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme.current()
        on = self.isChecked()
        pen = QPen(line_colour(self._line.colour) if on else QColor(colours.disabled), 2)
        if self._line.dashed:
            pen.setDashPattern([2, 1.5])
        painter.setPen(pen)
        line = theme.SMALL + 7
        middle = line // 2 if self._below else self.height() // 2
        painter.drawLine(2, middle, 14, middle)
        if self._line.fraction:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_marker(painter, self._line.marker, QPointF(8, middle + 0.5), pen.color())
        painter.setPen(QColor(colours.text if on else colours.disabled))
        painter.setFont(self._font(self._line.formula))
        room = self.rect().adjusted(_SWATCH, 0, 0, line - self.height() if self._below else 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._name)
        if on:
            painter.setFont(self._font(False))
            painter.setPen(QColor(colours.disabled if self._stale else colours.muted))
            if self._below:
                painter.drawText(room.translated(0, line - 4), Qt.AlignmentFlag.AlignVCenter, self._value)
            else:
                beside = room.adjusted(self._name_width(), 0, 0, 0)
                painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, f" {self._value}")
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _name_width(self) -> int:
        return QFontMetrics(self._font(self._line.formula)).horizontalAdvance(self._name)

    def _font(self, italic: bool) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL)
        font.setItalic(italic)
        return font
