"""Strokes on the canvas of the drawing dialog."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ganstudio.gui.lab.drawing_dialog import DrawingDialog

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def draw(dialog: DrawingDialog, *places: tuple[float, float]) -> None:
    canvas = dialog.canvas
    side = min(canvas.width(), canvas.height())

    def at(x: float, y: float) -> QPoint:
        return QPoint(round(canvas.width() / 2 + x * side / 2), round(canvas.height() / 2 - y * side / 2))

    QTest.mousePress(canvas, LEFT, PLAIN, at(*places[0]))
    for place in places[1:]:
        QTest.mouseMove(canvas, at(*place))
    QTest.mouseRelease(canvas, LEFT, PLAIN, at(*places[-1]))
