"""The curves as files: PNG, SVG and CSV."""

import os
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from ganstudio.errors import InputError
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.widgets import theme

_HEADER = 20  # px above each plot
_SCALE = 2  # pixels of a PNG a pixel on the screen


def save_plots(plots: list[Plot], path: Path) -> None:
    """Write the plots, one below the other, as an SVG or PNG file by the name of `path`. Raises InputError."""
    size, sentence = _size(plots), f"{path} could not be written. Choose a folder that you may write to."
    if not os.access(path.parent, os.W_OK):
        raise InputError(sentence)
    if path.suffix.lower() == ".svg":
        sheet = QSvgGenerator()
        sheet.setFileName(str(path))
        sheet.setSize(size)
        sheet.setViewBox(QRect(0, 0, size.width(), size.height()))
        sheet.setResolution(plots[0].logicalDpiX())  # that of the screen, on which pyqtgraph laid out the axes
        sheet.setTitle("Curves of a GAN Studio run")
        painter = QPainter()
        if not painter.begin(sheet):
            raise InputError(sentence)
        for plot in plots:
            plot.clip(True)
        _paint(painter, plots, size)
        for plot in plots:
            plot.clip(False)
        painter.end()
        return
    picture = QImage(size * _SCALE, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    painter.scale(_SCALE, _SCALE)
    _paint(painter, plots, size)
    painter.end()
    if not picture.save(str(path)):
        raise InputError(sentence)


def _size(plots: list[Plot]) -> QSize:
    width = max((plot.view.width() for plot in plots), default=1)
    return QSize(width + 2 * theme.SPACE, sum(plot.view.height() + _HEADER for plot in plots) + 2 * theme.SPACE)


def _paint(painter: QPainter, plots: list[Plot], size: QSize) -> None:
    painter.fillRect(QRect(0, 0, size.width(), size.height()), QColor(theme.current().surface))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = float(theme.SPACE)
    for plot in plots:
        area = QRectF(theme.SPACE, top, plot.view.width(), plot.view.height() + _HEADER)
        _paint_header(painter, plot, area)
        plot.view.render(painter, area.marginsRemoved(QMarginsF(0, _HEADER, 0, 0)), plot.view.rect())
        top = area.bottom()


def _paint_header(painter: QPainter, plot: Plot, area: QRectF) -> None:
    """Title, and the names of the lines in their colours."""
    font = QFont(plot.font())
    font.setPixelSize(theme.SMALL)
    painter.setFont(font)
    names = [(line.name, line.colour) for line in plot.spec.lines if plot.legend[line.column].isChecked()]
    left = area.left() + plot.view.getAxis("left").width()
    for text, colour in [(plot.spec.title, "muted"), *names]:
        painter.setPen(QColor(getattr(theme.current(), colour)))
        width = QFontMetricsF(font).horizontalAdvance(text)
        painter.drawText(QRectF(left, area.top(), width + 2, _HEADER), Qt.AlignmentFlag.AlignVCenter, text)
        left += width + 2 * theme.SPACE
