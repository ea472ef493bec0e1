"""What the tour lights, and the rest of the window dimmed."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from ganstudio.gui.tour.spotlight import Spotlight


class Panel(QWidget):
    """A panel that Qt need not paint with the window behind it: it covers what is there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1


def test_what_was_dimmed_is_painted_anew_when_it_is_lit(dressed, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 200)
    panel = Panel(window)
    panel.setGeometry(10, 10, 100, 100)
    spotlight = Spotlight(window)
    window.show()
    spotlight.show_lit([QRect(200, 100, 50, 50)])
    qtbot.waitUntil(lambda: panel.painted > 0)
    qtbot.wait(50)
    before = panel.painted
    spotlight.show_lit([panel.geometry()])
    qtbot.waitUntil(lambda: panel.painted > before, timeout=1000)
