"""The grid of noise on its way to the manifold: what G does to it, as a movement."""

import numpy as np
from PySide6.QtCore import QEasingCurve, QEvent, QObject, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton
from typing_extensions import override

from ganstudio.gui.lab.fast_drawing import draw_lines
from ganstudio.gui.lab.view import View
from ganstudio.gui.widgets import theme
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Cells, cells_of

_DURATION = 2000  # ms
_HIDES = 0.8  # opacity of the ground, over what else is shown
_FADES_FROM = 0.85  # of the way, from which the ground clears
_HALF_SIDE = 1.0  # of the square that the grid of noise is at first, in units of the plane


class Morph(QObject):
    """Moves the grid of noise to where G maps it, while the pointer rests on a button, and after a click on it.

    Parameters
    ----------
    button
        The button of the manifold.
    parent
        Qt's parent.
    """

    changed = Signal()  # something else is painted

    def __init__(self, button: QAbstractButton, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._button = button
        self._cells: Cells | None = None  # of the newest manifold
        self._ways: tuple[Floats, Floats] | None = None  # edges of the grid of noise, and where they go
        self._is_wanted = False
        self._animation = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=_DURATION)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._animation.valueChanged.connect(self.changed)
        self._animation.finished.connect(self.stop)
        button.installEventFilter(self)
        button.clicked.connect(self._clicked)

    @property
    def is_running(self) -> bool:
        """Whether the grid is on its way."""
        return self._ways is not None

    def take(self, cells: Cells | None) -> None:
        """Take the newest manifold; None: there is none, or it is not shown."""
        self._cells = cells
        if cells is None:
            self.stop()
        elif self._is_wanted:
            self._start(cells)

    def stop(self) -> None:
        """Show the manifold as it is."""
        self._animation.stop()
        if self._ways is not None:
            self._ways = None
            self.changed.emit()

    def paint(self, painter: QPainter, view: View) -> None:
        """Paint the grid where it is now."""
        if self._ways is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        part = float(self._animation.currentValue())
        ground = QColor(theme.current().window)
        ground.setAlphaF(_HIDES * min(1.0, (1 - part) / (1 - _FADES_FROM)))
        painter.fillRect(0, 0, int(view.width) + 1, int(view.height) + 1, ground)
        painter.setPen(QPen(QColor(theme.current().g_loss), 1.0))
        start, end = self._ways
        draw_lines(painter, view.place(start + part * (end - start)))

    def _start(self, cells: Cells) -> None:
        self._is_wanted = False
        start, end = cells_of(_square(cells)).edges()[0], cells.edges()[0]
        seen = np.isfinite(end).all((1, 2))
        self._ways = start[seen], end[seen]
        self._animation.start()

    def _want(self) -> None:
        if self._cells is not None:
            self._start(self._cells)
        else:
            self._is_wanted = True

    def _clicked(self, is_on: bool) -> None:
        if is_on:
            self._want()
        else:
            self._is_wanted = False
            self.stop()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter and self._button.isChecked():
            self._want()
        elif event.type() == QEvent.Type.Leave:
            self._is_wanted = False
            self.stop()
        return False


def _square(cells: Cells) -> Floats:
    """Return the corners of a square grid with as many cells, (R, C, 2), or of a row of pieces, (C, 2)."""
    if cells.corners.shape[1] == 2:
        line = np.linspace(-_HALF_SIDE, _HALF_SIDE, len(cells.corners) + 1)
        return np.stack((line, np.zeros_like(line)), axis=1)
    rows, columns = len(cells.corners) // cells.in_row, cells.in_row
    x, y = np.linspace(-_HALF_SIDE, _HALF_SIDE, rows + 1), np.linspace(-_HALF_SIDE, _HALF_SIDE, columns + 1)
    grid: Floats = np.stack(np.meshgrid(x, y, indexing="ij"), axis=2)
    return grid
