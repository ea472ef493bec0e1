"""LegendButton: what a line of a plot is called, and what it is at."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ganstudio.gui import theme
from ganstudio.gui.plot_specs import Line
from ganstudio.gui.tips import wrapped


class LegendButton(QAbstractButton):
    """A line's swatch, name and value; pressed or not shows or hides the line."""

    def __init__(self, line: Line, widest: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line, self._value = line, ""
        self._name = line.name
        self._widest = widest  # the room for a value does not change with it
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

    def set_value(self, words: str) -> None:
        """Show a value beside the name."""
        if words != self._value:
            self._value = words
            self.setAccessibleDescription(words)
            self.update()

    def shorten(self, short: bool) -> None:
        """Whether to give the short name, so that there is room for values."""
        name = self._line.short if short and self._line.short else self._line.name
        if name != self._name:
            self._name = name
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._font(False)).horizontalAdvance(f" {self._widest}")
        return QSize(18 + self._name_width() + words + 4, theme.SMALL + 7)

    def minimumSizeHint(self) -> QSize:
        return QSize(18 + self._name_width() + 2, theme.SMALL + 7)

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
        painter.drawLine(2, middle, 14, middle)
        painter.setPen(QColor(colours.text if on else colours.disabled))
        painter.setFont(self._font(self._line.formula))
        room = self.rect().adjusted(18, 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._name)
        if on and self.width() >= self.sizeHint().width() - 2:
            painter.setFont(self._font(False))
            painter.setPen(QColor(colours.muted))
            painter.drawText(
                room.adjusted(self._name_width(), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, f" {self._value}"
            )
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
