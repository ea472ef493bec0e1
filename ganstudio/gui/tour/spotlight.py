"""Frames around what the tour talks about, the rest of the window dimmed. Clicks go through."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme

_DIMMED = 110  # of 255: of the colour behind everything, over what is not lit
_MARGIN, _WIDTH, _RADIUS = 3, 3, 6  # px, of a frame


class Spotlight(QWidget):
    """Layer over a window that nothing but the eye meets: it takes no clicks, no keys and no focus.

    Parameters
    ----------
    host
        The window.
    dims
        Whether what is not lit is dimmed.
    """

    def __init__(self, host: QWidget, dims: bool = True) -> None:
        super().__init__(host)
        self._host = host
        self.setObjectName("tourSpotlight")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._dims = dims
        self.lit: tuple[QRect, ...] = ()
        self.hide()

    def show_lit(self, lit: Sequence[QRect]) -> None:
        """Light these parts of the window; none: nothing is dimmed, either."""
        if not lit:
            self.hide()
            return
        area = self._host.rect()
        if tuple(lit) != self.lit or self.geometry() != area or self.isHidden():
            self.hide()  # what is lit now is painted anew; a new mask alone leaves opaque widgets dimmed
            self.lit = tuple(lit)
            self.setGeometry(area)
            self.setMask(self._region())
            self.show()

    def _region(self) -> QRegion:
        """Return what is painted: Qt need not paint the layer anew where something lit moves."""
        region = QRegion(self.rect()) if self._dims else QRegion()
        for part in self.lit:
            region = region.united(_frame(part)).subtracted(QRegion(part))
        return region if not region.isEmpty() else QRegion(0, 0, 1, 1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._dims:
            shade = QColor(theme.current().window)
            shade.setAlpha(_DIMMED)
            painter.fillRect(self.rect(), shade)
        painter.setPen(QPen(QColor(theme.current().accent), _WIDTH))
        half = _WIDTH / 2
        for part in self.lit:
            painter.drawRoundedRect(QRectF(_frame(part)).adjusted(half, half, -half, -half), _RADIUS, _RADIUS)


def _frame(part: QRect) -> QRect:
    return part.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
