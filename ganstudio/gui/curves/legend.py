"""LegendButton: what a line of a plot is called, and what it is at."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ganstudio.gui.curves.plot_specs import Line
from ganstudio.gui.curves.trace import paint_marker
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import wrapped

_SWATCH = 18  # px of the piece of the line


class LegendButton(QAbstractButton):
    """A line's swatch, name and value; pressed or not shows or hides the line. Its value stands beside the name, or
    below it where there is little room: it is never cut, and the room for it does not change with it."""

    def __init__(self, line: Line, widest: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line, self._value = line, ""
        self._name, self._below = line.name, False
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
        """Tell what the line is, and what its values mean just now, in rich text."""
        self.setToolTip(wrapped(self._line.help, meaning, "Click to hide or show it."))

    def set_value(self, words: str, stale: bool = False) -> None:
        """Show a value; a `stale` one, which was not measured since, is shown as such."""
        if (words, stale) != (self._value, self._stale):
            self._value, self._stale = words, stale
            self.setAccessibleDescription(f"{words}, not measured since" if stale else words)
            self.update()

    def shorten(self, short: bool, below: bool = False) -> None:
        """Whether to give the short name, and the value below it, so that there is room for values."""
        name = self._line.short if short and self._line.short else self._line.name
        if (name, below) != (self._name, self._below):
            self._name, self._below = name, below
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font(False))
        value = max(metrics.horizontalAdvance(words) for words in (*self._widest, self._value))
        line = theme.SMALL + 7
        if self._below:
            return QSize(_SWATCH + max(self._name_width(), value) + 2, 2 * line - 4)
        return QSize(_SWATCH + self._name_width() + metrics.horizontalAdvance(" ") + value + 4, line)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme.current()
        on, middle = self.isChecked(), self.height() // 2
        pen = QPen(QColor(getattr(colours, self._line.colour) if on else colours.disabled), 2)
        if self._line.dashed:
            pen.setDashPattern([2, 1.5])
        painter.setPen(pen)
        line = theme.SMALL + 7
        middle = line // 2 if self._below else self.height() // 2
        painter.drawLine(2, middle, 14, middle)
        if self._line.share:
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
                place, words = room.translated(0, line - 4), self._value
            else:
                place, words = room.adjusted(self._name_width(), 0, 0, 0), f" {self._value}"
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
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
