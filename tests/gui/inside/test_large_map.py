"""One map, large."""

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ganstudio.gui.inside.large_map import LargeMap


def test_before_there_is_a_map_nothing_is_pointed_at_or_painted(qtbot) -> None:
    shown = LargeMap("map", "a map", "a tip")
    qtbot.addWidget(shown)
    shown.resize(100, 100)
    shown.show()
    pointed, painted = [], []
    shown.pointed.connect(lambda *cell: pointed.append(cell))
    shown.painted.connect(lambda *cell: painted.append(cell))
    middle = QPoint(50, 50)
    for pixels in (None, np.zeros((3, 3, 3), np.uint8)):
        shown.show_map(pixels)
        QTest.mousePress(shown, Qt.MouseButton.LeftButton, pos=middle)
        qtbot.mouseMove(shown, middle + QPoint(1, 1))
        QTest.mouseRelease(shown, Qt.MouseButton.LeftButton, pos=middle)
    assert painted == [(1, 1)]
    assert {cell for cell in pointed if cell != (-1, -1)} <= {(1, 1)}
