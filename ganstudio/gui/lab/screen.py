"""A picture that another process paints anew all the time, shown as it is painted."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import SIGNAL, SLOT, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QBrush, QImage, QPalette, QPixmap
from PySide6.QtWidgets import QWidget

_INTERVAL = 8  # ms between two times that it is shown anew: half that of new pictures, so that none is left out
_HOST_INTERVAL = 16  # ms, where the widget paints itself, which takes Python


@dataclass(frozen=True, eq=False)
class LiveImage:
    """An image whose pixels are those of memory that another process paints in.

    Parameters
    ----------
    image
        Reads the memory.
    pixels
        The memory, which stays as long as the image does.
    """

    image: QImage
    pixels: object


class Screen(QWidget):
    """Shows a live image over all of a widget, some 120 times a second, by Qt alone.

    A slot in Python that showed each picture would take Python's lock from the thread that trains, which waits longer
    for it than showing takes. So Qt's timer has Qt paint a background that reads the memory. Where something else is to
    be painted over the image, the widget paints it itself, half as often.

    Parameters
    ----------
    host
        The widget.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._live: LiveImage | None = None  # that is the background
        self._is_shown = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        self.hide()
        self._timer, self._host_timer = self._timer_for(self, _INTERVAL), self._timer_for(host, _HOST_INTERVAL)

    def _timer_for(self, widget: QWidget, interval: int) -> QTimer:
        """Return a timer that has a widget painted every so many ms, without Python."""
        timer = QTimer(self, interval=interval)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        QObject.connect(timer, SIGNAL("timeout()"), widget, SLOT("update()"))
        return timer

    def show_live(self, live: LiveImage, is_covered: bool) -> None:
        """Show an image; `is_covered`: there is something over it, so that the widget paints itself."""
        if is_covered or not self._use(live):
            self._cover(False)
            self._timer.stop()
            if not self._host_timer.isActive():
                self._host_timer.start()
            self._host.update()
            return
        self._host_timer.stop()
        if not self._timer.isActive():
            self._timer.start()
        self._cover(True)

    def clear(self) -> None:
        """Show nothing: the widget paints itself, when something has changed."""
        self._timer.stop()
        self._host_timer.stop()
        self._cover(False)
        if self._live is not None:
            self.setPalette(QPalette())
            self._live = None

    @property
    def is_shown(self) -> bool:
        """Whether it covers the widget."""
        return self._is_shown

    def _cover(self, is_shown: bool) -> None:
        if is_shown and self._live is not None:
            size = self._live.image.deviceIndependentSize()
            room = self._host.rect() & QRect(0, 0, int(size.width()), int(size.height()))  # a background is repeated
            if self.geometry() != room:
                self.setGeometry(room)
        if is_shown != self._is_shown:
            self._is_shown = is_shown
            self.setVisible(is_shown)

    def _use(self, live: LiveImage) -> bool:
        """Make an image the background; return False if Qt would keep a copy, as screens of other colours need."""
        if live is self._live:
            return True
        pixmap = QPixmap.fromImage(live.image)
        if _address(pixmap.toImage()) != _address(live.image):
            return False
        palette = QPalette()
        palette.setBrush(QPalette.ColorRole.Window, QBrush(pixmap))
        self.setPalette(palette)
        self._live = live
        return True


def _address(image: QImage) -> int:
    return np.frombuffer(image.constBits(), np.uint8).ctypes.data
