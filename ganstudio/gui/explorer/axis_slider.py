"""Slider along one axis through the latent space, with the axis's name and the coordinate."""

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from ganstudio.gui.explorer.axes import MAX_COORDINATE
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip, wrapped
from ganstudio.gui.widgets.slider import Slider
from ganstudio.text import format_signed

MIN_HEIGHT, MIN_WIDTH = 18, 132  # px
_STEPS_PER_UNIT = 100  # of the slider
_VALUE_WIDTH = 34  # px for the number
_MIN_NAME_WIDTH, _MAX_NAME_WIDTH = 30, 96  # px
_EDITOR_WIDTH = 120  # px
_MAX_NAME_LENGTH = 24  # characters


class _NameLabel(Label):
    """Label with the axis's name, elided if there is no room."""

    doubleClicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)
        self._long, self._short = "", ""

    def show_name(self, long: str, short: str) -> None:
        """Show a name, or a shorter one if there is little room."""
        self._long, self._short = long, short
        self.fit()

    def fit(self) -> None:
        """Show as much of the name as there is room for."""
        metrics, room = self.fontMetrics(), self.width()
        name = self._long if metrics.horizontalAdvance(self._long) <= room else self._short
        self.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, room))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.doubleClicked.emit()


class AxisSlider(QWidget):
    """Slider that moves z along one axis.

    A double click on the slider resets it; one on the name, or F2 on the slider, edits the name.

    Parameters
    ----------
    place
        Number of the slider on its page.
    parent
        Qt's parent.
    """

    moved = Signal(int, float)  # place on the page, new value
    named = Signal(int, str)  # place on the page, new name

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._can_be_named = False
        self._name, self._value = _NameLabel(self), Label("", self)
        self._name.setProperty("small", True)
        self._name.doubleClicked.connect(self.rename)
        self._value.setFixedWidth(_VALUE_WIDTH)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for label in (self._name, self._value):
            label.setProperty("muted", label is self._value)
            label.setProperty("small", True)
        self.slider = Slider(
            round(-MAX_COORDINATE * _STEPS_PER_UNIT), round(MAX_COORDINATE * _STEPS_PER_UNIT), origin=0, parent=self
        )
        self.slider.setObjectName(f"latentSlider{place}")
        self.slider.setSingleStep(_STEPS_PER_UNIT // 10)
        self.slider.setPageStep(_STEPS_PER_UNIT // 2)
        self.slider.valueChanged.connect(self._move)
        self.slider.resetRequested.connect(self._reset)
        self._editor = QLineEdit(self)
        self._editor.setMaxLength(_MAX_NAME_LENGTH)
        self._editor.setAccessibleName("name of the direction")
        self._editor.hide()
        self._editor.editingFinished.connect(self._take_name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for part, stretch in ((self._name, 0), (self.slider, 1), (self._value, 0)):
            row.addWidget(part, stretch)

    # The axis

    def show_axis(self, name: str, short: str, tooltip: str, can_be_named: bool) -> None:
        """Show another axis, with its name, a short one for little room, and a tooltip."""
        self._can_be_named = can_be_named
        self._name.show_name(name, short)
        self.slider.setAccessibleName(name)
        self._name.setToolTip(
            as_tip(wrapped("Double-click here, or press F2 on the slider, to name it.") if can_be_named else "")
        )
        self.slider.setToolTip(
            wrapped(tooltip, "Drag it, turn the wheel or use the arrow keys; a double click sets it to 0.")
        )

    def show_value(self, value: float) -> None:
        """Show the coordinate, without the signal that the user moved it."""
        units = round(value * _STEPS_PER_UNIT)
        if units != self.slider.value():
            with QSignalBlocker(self.slider):
                self.slider.setValue(units)
            self.slider.update()
        self._show_number(value)

    def _move(self, units: int) -> None:
        self._show_number(units / _STEPS_PER_UNIT)
        self.moved.emit(self._place, units / _STEPS_PER_UNIT)

    def _reset(self) -> None:
        if self.slider.value():
            self.slider.setValue(0)
        else:
            self.moved.emit(self._place, 0.0)  # what is shown as 0 may differ from it a little

    def _show_number(self, value: float) -> None:
        text = format_signed(value)
        if text != self._value.text():
            self._value.setText(text)

    # The name

    def rename(self) -> None:
        """Let the user type a name."""
        if not self._can_be_named or not self.isEnabled():
            return
        self._editor.setText(self.slider.accessibleName())
        self._editor.setGeometry(0, 0, min(_EDITOR_WIDTH, self.width()), self.height())
        self._editor.show()
        self._editor.raise_()
        self._editor.selectAll()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_name(self) -> None:
        if self._editor.isVisible():
            self._editor.hide()  # once: losing the focus finishes editing, too
            self.slider.setFocus(Qt.FocusReason.OtherFocusReason)
            self.named.emit(self._place, self._editor.text())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.rename()
        elif event.key() == Qt.Key.Key_Escape and self._editor.isVisible():
            self._editor.hide()
            self.slider.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    # Room

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name.setFixedWidth(min(_MAX_NAME_WIDTH, max(_MIN_NAME_WIDTH, self.width() * 2 // 7)))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(MIN_WIDTH, MIN_HEIGHT)
