"""Numbers right of a plot's area, for lines that are fractions."""

import math

from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsSimpleTextItem

from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.text import format_percent

_GAP = 4  # px between the area and a number right of it
_MAX_BELOW = 3  # px that a number may reach below the area


class FractionScale:
    """0 % and 100 % right of the area of a plot, where no line and no point reaches."""

    def __init__(self, view: PlotView) -> None:
        item = view.getPlotItem()
        self._box = item.vb
        self._numbers = [(value, QGraphicsSimpleTextItem(format_percent(value), item)) for value in (0.0, 1.0)]
        self._shown = True
        self._box.geometryChanged.connect(self._place)

    @property
    def numbers(self) -> list[QGraphicsSimpleTextItem]:
        """The two numbers, from the lowest up."""
        return [item for _, item in self._numbers]

    def width(self) -> int:
        """Return how many px it needs right of the area."""
        return math.ceil(max(item.boundingRect().width() for _, item in self._numbers)) + 2 * _GAP

    def set_shown(self, shown: bool) -> None:
        """Show or hide the numbers: without lines, the plot says something in their place."""
        if shown != self._shown:
            self._shown = shown
            self._place()

    def restyle(self, font: QFont, colour: QColor) -> None:
        """Take a font and the theme's colour of text."""
        for _, item in self._numbers:
            item.setFont(font)
            item.setBrush(colour)
        self._place()

    def _place(self, *_: object) -> None:
        """Put the numbers beside their values; the lower one not so low that it could reach a number along x."""
        room = self._box.geometry()
        for value, item in self._numbers:
            height = item.boundingRect().height()
            item.setVisible(self._shown and (value > 0 or room.height() >= 2 * height))
            top = room.top() + (1 - value) * room.height() - height / 2
            item.setPos(room.right() + _GAP, max(0.0, min(top, room.bottom() - height + _MAX_BELOW)))
