"""Editors of settings, each made from the setting's declaration: type, limits, choices, unit and help."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from typing_extensions import override

from ganstudio.gui.widgets import tooltips
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.number_boxes import NumberBox, WholeBox, wheel
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.settings import Notation, Setting
from ganstudio.text import one_line

EDITOR_WIDTH = 96  # px
MIN_HEIGHT = 20  # px: a check box is lower than a number
_ARROW = 36  # px that a choice box needs beside its text: arrow, margins, border
MAX_SUFFIX = 3  # letters; a longer unit is only in the tooltip
_MAX_CHOICE = 60  # characters of a choice, which may be the name of an extension


class TextBox(QLineEdit):
    """Text on one line."""


class ChoiceBox(QComboBox):
    """List of choices; each item's data is its value."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def longest(self) -> int:
        """Return the width that shows the longest choice whole, px."""
        metrics = self.fontMetrics()
        return _ARROW + max(metrics.horizontalAdvance(self.itemText(row)) for row in range(self.count()))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        wheel(self, event, super().wheelEvent)


class TypedChoiceBox(ChoiceBox):
    """List of suggestions, each item's data its value; others are typed.

    Parameters
    ----------
    read
        Returns what was typed as a value; raises ValueError if it is none.
    """

    edited = Signal(object)  # a value from the list, or the text that was typed

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]  # Qt's None: nothing is typed for the user
        self.activated.connect(self._emit_chosen)
        self._line().editingFinished.connect(self._emit_typed)

    def value(self) -> Any:
        """Return the value shown; text that is none as it is, so that it differs from every value."""
        try:
            return self._read(self.currentText())
        except ValueError:
            return self.currentText()

    def set_value(self, value: Any) -> None:
        """Show a value, whether or not it is among the suggestions."""
        self.setCurrentIndex(self.findData(value))
        self.setEditText(str(value))

    def _emit_chosen(self, index: int) -> None:
        self.edited.emit(self.itemData(index))

    def _emit_typed(self) -> None:
        if self._line().isModified():
            self.edited.emit(self.value())

    def _line(self) -> QLineEdit:
        line = self.lineEdit()
        assert line is not None  # it is editable
        return line


class Field(QWidget):
    """Label and editor of one setting.

    Parameters
    ----------
    setting
        The setting; its declaration decides on the editor.
    parent
        Qt's parent.
    name_of
        Returns what a list of choices calls one of them.
    """

    edited = Signal(str, object)  # dotted name, new value: by the user, not by `show_value`
    lockedPressed = Signal(str)  # dotted name: the user clicked on what cannot be edited now

    def __init__(self, setting: Setting, parent: QWidget | None = None, name_of: Callable[[Any], str] = str) -> None:
        super().__init__(parent)
        self.setting = setting
        self._why_locked = ""
        self._changes: list[str] = []
        self._mark = Label("●")
        self._mark.setProperty("role", "mark")
        self._mark.setFixedWidth(SPACE + SPACE // 2)
        self._label = Label(setting.label)
        self._label.setProperty("muted", True)
        self.editor, self._get, self._set = _make(setting, self._emit_edited, name_of)
        self.editor.setObjectName(setting.path.replace(".", "_") + "Field")
        self.editor.setFixedWidth(max(EDITOR_WIDTH, self.editor.longest() if isinstance(self.editor, ChoiceBox) else 0))
        self.editor.setAccessibleName(f"{setting.label} {setting.unit}".strip())
        self.editor.setAccessibleDescription(setting.full_help)
        self._label.setBuddy(self.editor)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2)
        row.addWidget(self._label, 1)
        row.addWidget(self._mark)
        row.addWidget(self.editor)
        self.setMinimumHeight(MIN_HEIGHT)
        self._explain()

    def value(self) -> Any:
        """Return the value in the editor."""
        return self._get()

    def show_value(self, value: Any) -> None:
        """Show a value, without a signal; what the user is typing is left alone."""
        if value != self._get() and not (self.editor.hasFocus() and self._modified()):
            with QSignalBlocker(self.editor):
                self._set(value)
            self._explain()

    def lock(self, why: str) -> None:
        """Disable the editor and say why; "" enables it."""
        if why != self._why_locked:
            self._why_locked = why
            self.editor.setEnabled(not why)
            self._label.setEnabled(not why)
            self._explain()

    def show_changes(self, changes: list[str]) -> None:
        """Mark the field as changed during the run; the tooltip lists `changes`."""
        if changes != self._changes:
            self._changes = list(changes)
            self._explain()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Notice clicks on a disabled editor, which takes none itself."""
        if self._why_locked and event.button() == Qt.MouseButton.LeftButton:
            self.lockedPressed.emit(self.setting.path)
        super().mousePressEvent(event)

    def _emit_edited(self, value: Any) -> None:
        if (line := self._line()) is not None:
            line.setModified(False)  # the edit is complete: another value may be shown from now on
        self._explain()
        self.edited.emit(self.setting.path, value)

    def _modified(self) -> bool:
        line = self._line()
        return line is not None and line.isModified()

    def _line(self) -> QLineEdit | None:
        line = self.editor if isinstance(self.editor, QLineEdit) else self.editor.findChild(QLineEdit)
        return line if isinstance(line, QLineEdit) else None

    def _explain(self) -> None:
        tip = tooltips.describe_setting(self.setting, self._get(), self._why_locked, self._changes)
        for widget in (self._label, self.editor, self._mark):
            widget.setToolTip(as_tip(tip))
        self._mark.setText("●" if self._changes else "")
        self._mark.setAccessibleName("changed during the run" if self._changes else "")


_Editor = tuple[QWidget, Callable[[], Any], Callable[[Any], None]]
_Emit = Callable[[Any], None]


def _make(setting: Setting, emit: _Emit, name_of: Callable[[Any], str]) -> _Editor:
    """Return an editor of the right kind, and functions that read and write it."""
    if setting.notation is not None:
        return _typed_choice(setting, setting.notation, emit)
    if setting.choices:
        return _choice(setting, emit, name_of)
    return _MAKERS[setting.type](setting, emit)


def _choice(setting: Setting, emit: _Emit, name_of: Callable[[Any], str]) -> _Editor:
    box = ChoiceBox()
    for choice in setting.choices:
        box.addItem(one_line(name_of(choice), _MAX_CHOICE), choice)
        box.setItemData(box.count() - 1, tooltips.describe_choice(setting, choice), Qt.ItemDataRole.ToolTipRole)
    box.activated.connect(lambda index: emit(box.itemData(index)))
    return box, box.currentData, lambda value: box.setCurrentIndex(box.findData(value))


def _typed_choice(setting: Setting, notation: Notation, emit: _Emit) -> _Editor:
    box = TypedChoiceBox(notation.read)
    for value in notation.suggestions:
        box.addItem(str(value), value)
    box.edited.connect(emit)
    return box, box.value, box.set_value


def _bool(setting: Setting, emit: _Emit) -> _Editor:
    box = QCheckBox()
    box.clicked.connect(emit)
    return box, box.isChecked, box.setChecked


def _whole(setting: Setting, emit: _Emit) -> _Editor:
    box = WholeBox()
    box.setRange(int(setting.low or 0), int(min(setting.high or 2**31 - 1, 2**31 - 1)))
    _unit(box, setting)
    box.valueChanged.connect(emit)
    return box, box.value, box.setValue


def _number(setting: Setting, emit: _Emit) -> _Editor:
    box = NumberBox()
    box.setRange(float(setting.low or 0.0), float(setting.high or 1e9))
    _unit(box, setting)
    box.valueChanged.connect(emit)
    return box, box.value, box.setValue


def _text(setting: Setting, emit: _Emit) -> _Editor:
    box = TextBox()
    box.editingFinished.connect(lambda: emit(box.text().strip()))
    return box, box.text, lambda value: box.setText(str(value))


_MAKERS: dict[type, Callable[[Setting, _Emit], _Editor]] = {bool: _bool, int: _whole, float: _number, str: _text}


def _unit(box: QSpinBox | QDoubleSpinBox, setting: Setting) -> None:
    if 0 < len(setting.unit) <= MAX_SUFFIX:
        box.setSuffix(f" {setting.unit}")
