"""AxisSlider: one axis through the latent space: its name, a slider, where it is along the axis."""

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from ganstudio.gui.explorer.axes import LIMIT
from ganstudio.gui.model.viewing import signed
from ganstudio.gui.widgets.tooltips import wrapped
from ganstudio.gui.widgets.widgets import Slider

ROW, COLUMN = 18, 132  # px: least height and width
_UNITS = 100  # slider steps in 1
_VALUE = 34  # px for the number
_NAME = (30, 96)  # px for the name, least and most
_EDITOR = 120  # px
_LONGEST = 24  # letters of a name


class _Name(QLabel):
    """The axis's name, cut where there is no room."""

    doubleClicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._long, self._short = "", ""

    def show_name(self, long: str, short: str) -> None:
        """A name, and a shorter one for little room."""
        self._long, self._short = long, short
        self.fit()

    def fit(self) -> None:
        """As much of it as there is room for."""
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
    """Moves z along one axis. A double click on the slider resets it; one on the name, or F2, gives a new name."""

    moved = Signal(int, float)  # place on the page, new value
    named = Signal(int, str)  # place on the page, new name

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place, self._can_be_named = place, False
        self._name, self._value = _Name(self), QLabel(self)
        self._name.setProperty("small", True)
        self._name.doubleClicked.connect(self.rename)
        self._value.setFixedWidth(_VALUE)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for label in (self._name, self._value):
            label.setProperty("muted", label is self._value)
            label.setProperty("small", True)
        self.slider = Slider(round(-LIMIT * _UNITS), round(LIMIT * _UNITS), origin=0, parent=self)
        self.slider.setObjectName(f"latentSlider{place}")
        self.slider.setSingleStep(_UNITS // 10)
        self.slider.setPageStep(_UNITS // 2)
        self.slider.valueChanged.connect(self._changed)
        self.slider.resetAsked.connect(self._reset)
        self._editor = QLineEdit(self)
        self._editor.setMaxLength(_LONGEST)
        self._editor.setAccessibleName("name of the direction")
        self._editor.hide()
        self._editor.editingFinished.connect(self._take_name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for part, stretch in ((self._name, 0), (self.slider, 1), (self._value, 0)):
            row.addWidget(part, stretch)

    # What it stands for

    def stand_for(self, name: str, short: str, tooltip: str, can_be_named: bool) -> None:
        """Stand for an axis."""
        self._can_be_named = can_be_named
        self._name.show_name(name, short)
        self.slider.setAccessibleName(name)
        self._name.setToolTip(
            wrapped("Double-click here, or press F2 on the slider, to name it.") if can_be_named else ""
        )
        self.slider.setToolTip(
            wrapped(tooltip, "Drag it, turn the wheel or use the arrow keys; a double click sets it to 0.")
        )

    def show_value(self, value: float) -> None:
        """Show where it is, without saying that it was moved."""
        units = round(value * _UNITS)
        if units != self.slider.value():
            with QSignalBlocker(self.slider):
                self.slider.setValue(units)
            self.slider.update()
        self._say(value)

    def _changed(self, units: int) -> None:
        self._say(units / _UNITS)
        self.moved.emit(self._place, units / _UNITS)

    def _reset(self) -> None:
        if self.slider.value():
            self.slider.setValue(0)
        else:
            self.moved.emit(self._place, 0.0)  # what is shown as 0 may be a little beside it

    def _say(self, value: float) -> None:
        text = signed(value)
        if text != self._value.text():
            self._value.setText(text)

    # Its name

    def rename(self) -> None:
        """Let the person type a name."""
        if not self._can_be_named or not self.isEnabled():
            return
        self._editor.setText(self.slider.accessibleName())
        self._editor.setGeometry(0, 0, min(_EDITOR, self.width()), self.height())
        self._editor.show()
        self._editor.raise_()
        self._editor.selectAll()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_name(self) -> None:
        if self._editor.isVisible():
            self._editor.hide()  # once: losing the focus ends the editing, too
            self.slider.setFocus(Qt.FocusReason.OtherFocusReason)
            self.named.emit(self._place, self._editor.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.rename()
        elif event.key() == Qt.Key.Key_Escape and self._editor.isVisible():
            self._editor.hide()
            self.slider.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        least, most = _NAME
        self._name.setFixedWidth(min(most, max(least, self.width() * 2 // 7)))

    def minimumSizeHint(self) -> QSize:
        return QSize(COLUMN, ROW)
