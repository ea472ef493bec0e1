"""A window that changes as a whole is painted when the rest that is due has been done."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from ganstudio.gui.widgets.painting import paint_in_own_turn


class Painted(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.times = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.times += 1


@pytest.fixture
def child(qtbot) -> Iterator[Painted]:
    window = QWidget()
    window.resize(200, 100)
    child = Painted(window)
    child.resize(100, 50)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: child.times > 0)
    yield child
    window.close()  # which would go before its child is looked at, if nothing held it


def test_what_is_due_is_done_before_anything_is_painted(child: Painted, qtbot) -> None:
    before = child.times
    paint_in_own_turn(child.window())
    paint_in_own_turn(child.window())
    child.update()
    QCoreApplication.sendPostedEvents()
    assert child.times == before
    qtbot.waitUntil(lambda: child.times > before)
    assert child.window().updatesEnabled()


def test_a_window_that_is_not_shown_is_painted_as_soon_as_it_is(child: Painted, qtbot) -> None:
    child.window().hide()
    paint_in_own_turn(child.window())
    assert child.window().updatesEnabled()
