"""Widgets in rows, wrapped as words are."""

from PySide6.QtWidgets import QPushButton, QWidget

from ganstudio.gui.widgets.flow_layout import FlowLayout
from ganstudio.gui.widgets.label import Label


def test_what_is_low_is_at_the_middle_of_its_row(dressed, qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    row = FlowLayout(host)
    parts = [Label("1 to 40"), QPushButton("Next"), Label("of 60"), QPushButton("Previous")]
    for part in parts:
        row.addWidget(part)
    for width in (600, parts[2].sizeHint().width() + parts[3].sizeHint().width() + row.spacing() + 2):
        host.resize(width, 200)
        host.show()
        qtbot.waitUntil(lambda: parts[1].width() > 10)
        row.activate()
        for label, button in ((parts[0], parts[1]), (parts[2], parts[3])):
            assert label.height() < button.height()
            assert abs(label.geometry().center().y() - button.geometry().center().y()) <= 1
    assert parts[2].y() > parts[1].geometry().bottom()  # in a row of its own
