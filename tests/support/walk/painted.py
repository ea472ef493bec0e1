"""Every text that a window paints, and where: a paint device that draws nothing and writes down the words.

So widgets that paint by themselves (legends, axes, cards, sliders) are looked at as labels and buttons are.
"""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF
from PySide6.QtGui import QPaintDevice, QPaintEngine, QPaintEngineState, QRegion, QTextItem
from PySide6.QtWidgets import QApplication, QWidget

_ONE = 65536  # PdmDevicePixelRatioScaled of a ratio of 1


@dataclass(frozen=True)
class Text:
    """Words, the widget that painted them, and where they are in that widget."""

    widget: QWidget
    words: str
    place: QRectF
    clip: QRectF | None  # what the painter clipped them to

    def cut(self) -> bool:
        """Whether a letter, or a part of one, is beyond the edge of the widget or of the painter's clip."""
        room = QRectF(self.widget.rect())
        if self.clip is not None:
            room = room.intersected(self.clip)
        across = self.place.left() < room.left() - 1.5 or self.place.right() > room.right() + 1.5
        air = self.place.height() * 0.2  # above and below the letters
        return across or self.place.top() < room.top() - air or self.place.bottom() > room.bottom() + air


class _Listener(QPaintEngine):
    """Takes down the texts; all else is nothing to it."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.texts: list[tuple[QWidget | None, str, QRectF, QRectF | None]] = []
        self.widget: QWidget | None = None

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def begin(self, device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def updateState(self, state: QPaintEngineState) -> None:
        pass

    def _nothing(self, *_: object) -> None:
        pass

    drawPixmap = drawImage = drawPath = drawRects = drawLines = drawPolygon = _nothing
    drawTiledPixmap = drawEllipse = drawPoints = _nothing

    def drawTextItem(self, at: QPointF, item: QTextItem) -> None:
        words = item.text()
        if not words.strip():
            return
        painter = self.painter()
        painted = QRectF(at.x(), at.y() - item.ascent(), item.width(), item.ascent() + item.descent())
        onto = painter.combinedTransform()
        clip = onto.mapRect(painter.clipBoundingRect()) if painter.hasClipping() else None
        self.texts.append((self.widget, words, onto.mapRect(painted), clip))


class _Paper(QPaintDevice):
    """As large as a widget, at a ratio of one to one: all is told in the widget's own pixels."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.listener = _Listener()
        size, metric = widget.size(), QPaintDevice.PaintDeviceMetric
        self._metrics = {
            metric.PdmWidth: size.width(),
            metric.PdmHeight: size.height(),
            metric.PdmDevicePixelRatio: 1,
            metric.PdmDevicePixelRatioScaled: _ONE,
            metric.PdmDepth: 32,
            metric.PdmNumColors: 2**31 - 1,
            metric.PdmDpiX: widget.logicalDpiX(),
            metric.PdmDpiY: widget.logicalDpiY(),
            metric.PdmPhysicalDpiX: widget.logicalDpiX(),
            metric.PdmPhysicalDpiY: widget.logicalDpiY(),
        }

    def paintEngine(self) -> QPaintEngine:
        return self.listener

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        return self._metrics.get(metric, 100)


class _Whose(QObject):
    """Tells the listener which widget paints."""

    def __init__(self, listener: _Listener) -> None:
        super().__init__()
        self._listener = listener

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self._listener.widget = watched
        return False


def texts_of(window: QWidget) -> list[Text]:
    """All that a window paints now, in the order it is painted."""
    paper = _Paper(window)
    whose, app = _Whose(paper.listener), QApplication.instance()
    assert app is not None
    app.installEventFilter(whose)
    try:
        window.render(paper, QPoint(), QRegion(window.rect()))
    finally:
        app.removeEventFilter(whose)
    return [Text(widget, *told) for widget, *told in paper.listener.texts if widget is not None]
