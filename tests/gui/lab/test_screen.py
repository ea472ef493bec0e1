"""A picture that another process paints, shown by Qt alone."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ganstudio.gui.lab.screen import LiveImage, Screen


class Host(QWidget):
    """Counts how often it paints itself."""

    paints = 0
    live: LiveImage

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1
        QPainter(self).drawImage(QRectF(self.rect()), self.live.image)


@pytest.fixture
def host(dressed, qtbot) -> Host:
    host = Host()
    qtbot.addWidget(host)
    host.resize(40, 30)
    host.live = live(QImage.Format.Format_RGB32)
    host.show()
    qtbot.waitUntil(lambda: host.paints > 0)
    return host


def live(format_: QImage.Format) -> LiveImage:
    image = QImage(40, 30, format_)
    pixels = np.zeros((30, image.bytesPerLine()), np.uint8)
    return LiveImage(QImage(pixels.data, 40, 30, image.bytesPerLine(), format_), pixels)


def seen(host: Host) -> QColor:
    return host.grab().toImage().pixelColor(20, 15)


def test_what_is_painted_in_memory_is_seen_without_a_word_and_without_python(host: Host, qtbot) -> None:
    screen = Screen(host)
    screen.show_live(host.live, is_covered=False)
    assert seen(host) == QColor("black")
    painted = host.paints
    host.live.pixels[:] = 255
    qtbot.wait(60)  # Qt has painted it some times
    assert seen(host) == QColor("white")
    assert host.paints == painted
    assert screen.is_shown
    screen.clear()
    assert not screen.is_shown
    host.live.pixels[:] = 0
    assert seen(host) == QColor("black")
    assert host.paints > painted


def test_where_something_lies_over_it_the_widget_paints_itself_as_often(host: Host, qtbot) -> None:
    screen = Screen(host)
    screen.show_live(host.live, is_covered=True)
    assert not screen.is_shown
    painted = host.paints
    qtbot.waitUntil(lambda: host.paints > painted + 3)
    screen.show_live(host.live, is_covered=False)
    qtbot.wait(30)
    painted = host.paints
    qtbot.wait(60)
    assert host.paints == painted


def test_where_qt_would_keep_a_copy_the_widget_paints_itself(host: Host, qtbot) -> None:
    host.live = live(QImage.Format.Format_RGB16)  # as a screen of other colours would need one
    screen = Screen(host)
    screen.show_live(host.live, is_covered=False)
    assert not screen.is_shown
    host.live.pixels[:] = 255
    painted = host.paints
    qtbot.waitUntil(lambda: host.paints > painted + 3)
    assert seen(host) == QColor("white")
