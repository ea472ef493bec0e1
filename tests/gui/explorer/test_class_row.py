"""The row of classes: one alone, or a blend."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox

from ganstudio.gui.explorer.class_row import MAX_BUTTONS, ClassRow, blend
from ganstudio.latent.paths import one_hot

DIGITS = tuple("0123456789")


class Shown:
    """A row that shows what was asked of it, as in the explorer."""

    def __init__(self, qtbot, names: tuple[str, ...] = DIGITS, width: int = 300) -> None:
        self.row = ClassRow()
        qtbot.addWidget(self.row)
        self.mix = one_hot(0, len(names))
        self.row.mixed.connect(self.take)
        self.row.set_classes(names)
        self.row.show_mix(self.mix)
        self.row.resize(width, 24)
        self.row.show()

    def take(self, mix: np.ndarray) -> None:
        self.mix = mix
        self.row.show_mix(mix)


@pytest.fixture
def shown(qtbot, dressed) -> Shown:
    return Shown(qtbot)


def test_a_click_asks_for_one_class(qtbot, shown: Shown) -> None:
    shown.take(blend(one_hot(3, 10), 8, 0.5))
    qtbot.mouseClick(shown.row.buttons[5], Qt.MouseButton.LeftButton)
    assert shown.mix.tolist() == one_hot(5, 10).tolist()
    assert [each.isChecked() for each in shown.row.buttons] == [index == 5 for index in range(10)]


def test_dragging_on_a_button_blends_it_in_and_out(qtbot, shown: Shown) -> None:
    qtbot.mouseClick(shown.row.buttons[3], Qt.MouseButton.LeftButton)
    button = shown.row.buttons[8]
    middle = button.rect().center()
    qtbot.mousePress(button, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(button, middle + QPoint(60, 0))
    assert shown.mix[[3, 8]].tolist() == [0.5, 0.5]
    qtbot.mouseMove(button, middle + QPoint(400, 0))
    assert shown.mix[8] == 1.0
    qtbot.mouseMove(button, middle + QPoint(30, 0))  # back: the other class is not forgotten
    assert shown.mix[[3, 8]].tolist() == pytest.approx([0.75, 0.25])
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 0))
    assert shown.mix[[3, 8]].tolist() == pytest.approx([0.75, 0.25])  # a drag is no click
    assert shown.row.buttons[3].isChecked()
    assert button.accessibleDescription().startswith("25")


def test_wheel_and_keys_blend(qtbot, shown: Shown) -> None:
    button = shown.row.buttons[2]
    turn = QWheelEvent(
        QPointF(5, 5),
        button.mapToGlobal(QPointF(5, 5)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(button, turn)
    assert shown.mix[[0, 2]].tolist() == pytest.approx([0.9, 0.1])
    qtbot.keyClick(button, Qt.Key.Key_Up)
    assert shown.mix[[0, 2]].tolist() == pytest.approx([0.85, 0.15])
    for _ in range(5):
        qtbot.keyClick(button, Qt.Key.Key_Down)
    assert shown.mix.tolist() == pytest.approx(one_hot(0, 10).tolist())


def test_arrow_keys_go_from_class_to_class(qtbot, shown: Shown) -> None:
    shown.row.activateWindow()
    shown.row.buttons[0].setFocus()
    qtbot.waitUntil(shown.row.buttons[0].hasFocus)
    qtbot.keyClick(shown.row.buttons[0], Qt.Key.Key_Right)
    assert shown.row.buttons[1].hasFocus()
    assert shown.mix[1] == 1.0
    qtbot.keyClick(shown.row.buttons[1], Qt.Key.Key_Left)
    qtbot.keyClick(shown.row.buttons[0], Qt.Key.Key_Left)
    assert shown.row.buttons[9].hasFocus()
    assert shown.mix[9] == 1.0


def test_names_where_they_fit_else_numbers(qtbot, dressed) -> None:
    names = ("T-shirt", "trousers", "pullover")
    shown = Shown(qtbot, names, 400)
    assert [each.text() for each in shown.row.buttons] == list(names)
    shown.row.resize(100, 24)
    assert [each.text() for each in shown.row.buttons] == ["0", "1", "2"]
    assert "pullover" in shown.row.buttons[2].toolTip()
    assert shown.row.buttons[2].accessibleName() == "class pullover"


def test_many_classes_are_a_list(qtbot, dressed) -> None:
    names = tuple(f"kind {index}" for index in range(MAX_BUTTONS + 1))
    shown = Shown(qtbot, names)
    box = shown.row.findChild(QComboBox)
    assert box.isVisible()
    assert not shown.row.buttons
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert shown.mix.tolist() == one_hot(MAX_BUTTONS, MAX_BUTTONS + 1).tolist()
    shown.row.set_classes(DIGITS)
    assert not box.isVisible()
    assert len(shown.row.buttons) == 10
    shown.row.set_classes(())
    assert not shown.row.isVisible()


def test_the_others_keep_their_proportions() -> None:
    mix = np.array([0.5, 0.3, 0.2], np.float32)
    assert blend(mix, 0, 0.0).tolist() == pytest.approx([0.0, 0.6, 0.4])
    assert blend(mix, 2, 0.6).tolist() == pytest.approx([0.25, 0.15, 0.6])
    assert blend(one_hot(1, 3), 1, 0.4).tolist() == [0.0, 1.0, 0.0]  # nobody to share with
