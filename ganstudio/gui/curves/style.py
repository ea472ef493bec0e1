"""Colours, pens and fonts of plots in the current theme."""

import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont, QPen

from ganstudio.events import MarkKind
from ganstudio.gui.widgets import theme
from ganstudio.plots.specs import LineColour


def line_colour(colour: LineColour) -> QColor:
    """Return the theme's colour of a line."""
    palette = theme.current()
    return QColor(
        {
            LineColour.D_LOSS: palette.d_loss,
            LineColour.G_LOSS: palette.g_loss,
            LineColour.REAL: palette.real,
            LineColour.FAKE: palette.fake,
            LineColour.TEXT: palette.text,
        }[colour]
    )


def mix(colour: QColor, background: QColor, opacity: float) -> QColor:
    """Return an opaque colour that looks like `colour` at that opacity: translucent lines take forty times longer."""
    channels = (
        (colour.red(), background.red()),
        (colour.green(), background.green()),
        (colour.blue(), background.blue()),
    )
    return QColor(*(round(opacity * a + (1 - opacity) * b) for a, b in channels))


def thin_pen(colour: QColor, dash: list[float] | None = None) -> QPen:
    """Return a cosmetic pen of width 1: wider ones take many times longer to draw."""
    pen = QPen(colour, 1)
    pen.setCosmetic(True)
    if dash:
        pen.setDashPattern(dash)
    return pen


def mark_pen(kind: MarkKind) -> QPen:
    """Return the pen of marks of a kind."""
    palette = theme.current()
    colour = QColor({MarkKind.CHANGE: palette.accent, MarkKind.WARNING: palette.alarm}.get(kind, palette.muted))
    return thin_pen(mix(colour, QColor(palette.surface), 0.7), [4.0, 3.0] if kind == MarkKind.CHANGE else [1.0, 3.0])


def small_font(base: QFont) -> QFont:
    """Return the font of numbers along axes."""
    font = QFont(base)
    font.setPixelSize(theme.SMALL - 1)
    return font


def style_axes(view: pg.PlotWidget, font: QFont) -> None:
    """Give both axes of a plot the theme's colours and a font."""
    palette = theme.current()
    for side in ("left", "bottom"):
        axis = view.getAxis(side)
        axis.setPen(thin_pen(QColor(palette.border)))
        axis.setTextPen(QColor(palette.muted))
        axis.setStyle(tickFont=font, tickLength=-4, autoExpandTextSpace=False, tickTextOffset=3)
