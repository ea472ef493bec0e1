"""A label that says the same in fewer words where there is less room."""

import pytest
from PySide6.QtCore import Qt

from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.rich_text import RichText

LONG, SHORT = "picture of step 300 of 10,000 at epoch 3.0", "step 300"


@pytest.fixture
def label(dressed, qtbot) -> FittingLabel:
    made = FittingLabel()
    qtbot.addWidget(made)
    made.say(LONG, SHORT)
    made.show()
    return made


def test_the_longest_wording_that_fits_is_shown(label):
    metrics = label.fontMetrics()
    for room, shown in ((400, LONG), (metrics.horizontalAdvance(SHORT) + 2, SHORT), (400, LONG)):
        label.resize(room, 20)
        assert label.text() == shown
        assert label.full() == LONG
        assert label.toolTip() == LONG


def test_what_even_the_shortest_exceeds_is_cut(label):
    label.resize(label.fontMetrics().horizontalAdvance(SHORT) - 4, 20)
    assert label.text().endswith("\N{HORIZONTAL ELLIPSIS}")


def test_rich_text_is_measured_as_it_is_seen(label):
    rich = RichText(f'<span style="color: #E69F00">x</span> {SHORT}')
    label.say(rich, "x")
    label.resize(label.fontMetrics().horizontalAdvance(f"x {SHORT}") + 4, 20)
    assert label.text() == rich
    assert label.textFormat() == Qt.TextFormat.RichText
    assert label.accessibleName() == f"x {SHORT}"
