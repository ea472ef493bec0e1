"""The rows of cards, shown in a window of their own."""

from PySide6.QtWidgets import QDialog, QToolButton, QVBoxLayout

from ganstudio.gui.inside.diagram import Diagram
from ganstudio.networks.inside import blueprint
from support.window import TINY, WAIT


def test_the_first_card_has_the_focus_even_if_its_window_becomes_active_later(qtbot, dressed) -> None:
    dialog, other = QDialog(), QDialog()
    qtbot.addWidget(dialog)
    qtbot.addWidget(other)
    diagram = Diagram(dialog)
    column = QVBoxLayout(dialog)
    column.addWidget(QToolButton(dialog))
    column.addWidget(diagram)
    dialog.show()
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow, timeout=WAIT)
    diagram.show_blueprint(blueprint.draw(TINY), is_points=False)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT)
    first = diagram.row("G").cards[0]
    assert dialog.focusWidget() is first
    assert first.hasFocus()
