import pytest
from PySide6.QtCore import Qt

from ganstudio.gui.widgets.choice_row import ChoiceRow


@pytest.fixture
def row(qtbot) -> ChoiceRow:
    row = ChoiceRow("pictures", (("fixed z", "fixed z", "The same."), ("fresh", "fresh z", "Others.")))
    qtbot.addWidget(row)
    row.show()
    return row


def test_one_button_is_checked_at_a_time_and_each_change_is_emitted_once(qtbot, row: ChoiceRow) -> None:
    changes: list[int] = []
    row.changed.connect(changes.append)
    assert row.index == 0
    qtbot.mouseClick(row.button(1), Qt.MouseButton.LeftButton)
    assert (row.index, changes) == (1, [1])
    qtbot.mouseClick(row.button(1), Qt.MouseButton.LeftButton)
    assert (row.index, changes) == (1, [1])
    assert not row.button(0).isChecked()


def test_each_button_says_what_it_does(row: ChoiceRow) -> None:
    assert row.accessibleName() == "pictures"
    assert (row.button(1).text(), row.button(1).accessibleName(), row.button(1).toolTip()) == (
        "fresh",
        "fresh z",
        "Others.",
    )
