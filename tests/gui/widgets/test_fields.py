"""Editors made from declarations."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextDocumentFragment, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
)

from ganstudio.config import SETTINGS
from ganstudio.gui.widgets.fields import Field
from ganstudio.gui.widgets.number_boxes import NumberBox

KINDS = {
    "optimizer.d_lr": QDoubleSpinBox,
    "schedule.d_steps": QSpinBox,
    "ema.show_raw": QCheckBox,
    "objective.loss": QComboBox,
    "data.size": QComboBox,
    "engine.device": QLineEdit,
}


def text_of(rich: str) -> str:
    return QTextDocumentFragment.fromHtml(rich).toPlainText()


@pytest.fixture
def make(dressed, qtbot):
    def one(path: str) -> Field:
        field = Field(SETTINGS[path])
        qtbot.addWidget(field)
        field.show()
        return field

    return one


@pytest.mark.parametrize(("path", "kind"), KINDS.items(), ids=KINDS)
def test_kind_of_editor_comes_from_the_declaration(make, path, kind):
    assert isinstance(make(path).editor, kind)


@pytest.mark.parametrize("path", SETTINGS)
def test_every_setting_shows_its_default_and_explains_itself(make, qtbot, path):
    field, declared = make(path), SETTINGS[path]
    field.show_value(declared.default)
    assert field.value() == declared.default
    assert declared.label in field.editor.accessibleName()
    tip = field.editor.toolTip()
    assert text_of(declared.help[-20:]) in text_of(tip) or declared.choices
    label = QLabel(tip)
    qtbot.addWidget(label)
    label.setWordWrap(True)  # as Qt's own tooltip does
    assert 200 < label.sizeHint().width() < 400


@pytest.mark.parametrize("path", SETTINGS)
def test_showing_a_value_is_not_an_edit(make, path):
    field = make(path)
    told: list[object] = []
    field.edited.connect(lambda *args: told.append(args))
    field.show_value(SETTINGS[path].default)
    assert told == []


def test_limits_come_from_the_declaration(make):
    field = make("schedule.d_steps")
    assert (field.editor.minimum(), field.editor.maximum()) == (1, 100)


def test_a_rate_is_typed_in_scientific_notation(make, qtbot):
    field = make("optimizer.d_lr")
    field.show_value(2e-4)
    assert field.editor.text() == "0.0002"
    with qtbot.waitSignal(field.edited) as told:
        field.editor.selectAll()
        qtbot.keyClicks(field.editor, "5e-5")
        qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert told.args == ["optimizer.d_lr", 5e-5]


def test_typing_tells_only_the_finished_number(make, qtbot):
    field = make("epochs")
    field.show_value(100)
    told: list[object] = []
    field.edited.connect(lambda path, value: told.append(value))
    field.editor.selectAll()
    qtbot.keyClicks(field.editor, "250")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert told == [250]


STEPS = [
    ("optimizer.d_lr", 2e-4, 1, 4e-4),
    ("optimizer.d_lr", 2e-4, -1, 1e-4),
    ("optimizer.beta1", 0.5, 1, 0.55),
    ("optimizer.beta1", 0.0, 1, 0.05),
    ("objective.label_smoothing", 0.02, -1, 0.0),
    ("penalty.r1", 0.0, 1, 0.01),
    ("penalty.r1", 1.0, 1, 2.0),
    ("penalty.r1", 0.01, -1, 0.0),
    ("penalty.r1", 0.0, -1, 0.0),
    ("seconds", 0.0, 1, 1.0),
]


@pytest.mark.parametrize(("path", "value", "steps", "expected"), STEPS)
def test_arrows_double_numbers_add_to_shares_and_begin_at_off(make, path, value, steps, expected):
    field = make(path)
    field.show_value(value)
    field.editor.stepBy(steps)
    assert field.value() == pytest.approx(expected)


@pytest.mark.parametrize(("text", "state"), [("2e-4", "Acceptable"), ("2e-", "Intermediate"), ("two", "Invalid")])
def test_what_may_be_typed(dressed, qtbot, text, state):
    box = NumberBox()
    qtbot.addWidget(box)
    assert box.validate(text, 0)[0] == getattr(QValidator.State, state)


def test_the_wheel_changes_nothing_unless_the_box_has_the_focus(make):
    field = make("epochs")
    field.show_value(100)
    field.editor.clearFocus()
    here = QPointF(5, 5)
    turn = QWheelEvent(
        here,
        field.editor.mapToGlobal(here),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field.editor, turn)
    assert field.value() == 100


def test_a_locked_field_says_why(make):
    field = make("network.width")
    field.lock("It fixes the shapes.")
    assert not field.editor.isEnabled()
    assert "It fixes the shapes." in field.editor.toolTip()
    field.lock("")
    assert field.editor.isEnabled()
    assert "It fixes the shapes." not in field.editor.toolTip()


def test_a_choice_tells_of_the_chosen_one_and_the_list_of_each(make, qtbot):
    field = make("objective.loss")
    field.show_value("hinge")
    shown = text_of(field.editor.toolTip())
    assert "ignores what it already gets right" in shown
    assert "saturates" not in shown
    for row in range(field.editor.count()):
        name = field.editor.itemData(row)
        tip = text_of(field.editor.itemData(row, Qt.ItemDataRole.ToolTipRole)).strip()
        assert tip.startswith(name), name
        assert len(tip) > len(name) + 10, name
    field.editor.setCurrentIndex(field.editor.findData("wasserstein"))
    field.editor.activated.emit(field.editor.currentIndex())
    assert "D estimates a distance" in text_of(field.editor.toolTip())


@pytest.mark.parametrize("path", [each for each in SETTINGS if SETTINGS[each].choices or SETTINGS[each].notation])
def test_any_choice_can_be_read_whole(make, path):
    field = make(path)
    editor = field.editor
    for row in range(editor.count()):
        editor.setCurrentIndex(row)
        room = editor.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option_of(editor), QStyle.SubControl.SC_ComboBoxEditField, editor
        )
        assert editor.fontMetrics().horizontalAdvance(editor.currentText()) <= room.width(), editor.currentText()


def option_of(box: QComboBox) -> QStyleOptionComboBox:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    return option


def type_into(field: Field, qtbot, text: str) -> None:
    field.editor.lineEdit().selectAll()
    qtbot.keyClicks(field.editor.lineEdit(), text)
    qtbot.keyClick(field.editor.lineEdit(), Qt.Key.Key_Return)


def test_a_size_is_chosen_or_typed_and_told_once(make, qtbot):
    field = make("data.size")
    told: list[object] = []
    field.edited.connect(lambda path, value: told.append(value))
    field.show_value(28)
    row = field.editor.findData("96x128")
    field.editor.setCurrentIndex(row)
    field.editor.activated.emit(row)
    type_into(field, qtbot, "48 x 24")
    type_into(field, qtbot, "64")  # also a suggestion
    type_into(field, qtbot, "100x130")  # refused by who is told: the field need not know what to say
    assert told == ["96x128", "48x24", 64, "100x130"]
    field.show_value("48x24")  # which is no suggestion
    assert (field.editor.currentText(), field.value()) == ("48x24", "48x24")


def test_a_size_that_is_being_typed_is_left_alone(make, qtbot):
    field = make("data.size")
    field.show_value(28)
    field.editor.setFocus()
    qtbot.waitUntil(field.editor.hasFocus)
    field.editor.lineEdit().selectAll()
    qtbot.keyClicks(field.editor.lineEdit(), "96x")
    field.show_value(32)
    assert field.editor.currentText() == "96x"
