"""Row of buttons for the class that is drawn, or a blend of several."""

import itertools

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.class_box import ClassBox
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.rich_text import rich, wrapped
from ganstudio.latent.paths import Mix, one_hot
from ganstudio.text import format_percent

MAX_BUTTONS = 12  # of more classes, one is chosen from a list
_SHARE_STEP = 0.05  # by a notch of the wheel or an arrow key
_DRAG_LENGTH = 120  # px of dragging for a share of 1
_CLICK_DISTANCE = 4  # px that the mouse may move during a click
_NOTCH = 120  # eighths of a degree in one step of a common wheel
_MIN_WIDTH, _MAX_WIDTH = 18, 72  # px of a button
_PADDING = 8  # px of a button around its text


class ClassButton(QToolButton):
    """Button for a class, with its share: a click selects the class alone, other gestures change the share.

    Dragging sideways, the wheel, Up and Down change it.

    Parameters
    ----------
    index
        The class.
    name
        Its name.
    parent
        Qt's parent.
    """

    picked = Signal(int)  # this class alone
    grabbed = Signal()  # a drag begins
    shared = Signal(int, float)  # class and the share it is dragged to, from the blend it was grabbed in
    nudged = Signal(int, float)  # class and what is added to its share
    stepped = Signal(int)  # to the next class, +1 or -1

    def __init__(self, index: int, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._index = index
        self.name = name
        self._share = 0.0
        self._from: QPointF | None = None  # where the mouse was pressed
        self._start_share = 0.0
        self._dragging = False
        self._wheel_angle = 0
        self.setObjectName(f"classButton{index}")
        self.setProperty("small", True)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_MIN_WIDTH)
        self.setMaximumWidth(_MAX_WIDTH)
        self.setToolTip(
            wrapped(
                rich(
                    "Draws <b>{}</b>. To blend it with other classes, drag on it sideways, turn the wheel, or press Up "
                    "and Down; Left and Right go to the next class.",
                    name,
                )
            )
        )
        self.clicked.connect(self._pick)

    @property
    def share(self) -> float:
        """Share of the blend, 0..1."""
        return self._share

    def show_share(self, share: float, down: bool) -> None:
        """Show the share of the blend, and whether it is the largest."""
        self._share = share
        self.setChecked(down)
        self.setAccessibleName(f"class {self.name}")
        self.setAccessibleDescription(f"{format_percent(share)} of the picture")
        self.update()

    def _pick(self) -> None:
        self.picked.emit(self._index)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._from, self._start_share = event.position(), self._share
            self._dragging = False
            self.grabbed.emit()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        along = event.position().x() - self._from.x()
        if self._dragging or abs(along) > _CLICK_DISTANCE:
            self._dragging = True
            self.shared.emit(self._index, min(1.0, max(0.0, self._start_share + along / _DRAG_LENGTH)))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._from, self._dragging = self._dragging, None, False
        if dragged:
            self.setDown(False)  # no click
        else:
            super().mouseReleaseEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel_angle += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel_angle / _NOTCH)
        self._wheel_angle -= notches * _NOTCH
        if notches:
            self.nudged.emit(self._index, notches * _SHARE_STEP)
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        match event.key():
            case key.Key_Up | key.Key_Down:
                self.nudged.emit(self._index, _SHARE_STEP if event.key() == key.Key_Up else -_SHARE_STEP)
            case key.Key_Left | key.Key_Right:
                self.stepped.emit(1 if event.key() == key.Key_Right else -1)
            case _:
                super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._share <= 0 or not self.isEnabled():
            return
        painter = QPainter(self)
        room = self.width() - 4
        painter.fillRect(QRectF(2, self.height() - 3, room * self._share, 2), QColor(theme.current().accent))


class ClassRow(QWidget):
    """Classes of a generator: buttons, or a list if there are many; only buttons can be blended.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    mixed = Signal(object)  # Mix (classes,) that the user has set

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classRow")
        self.setAccessibleName("class to draw")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._names: tuple[str, ...] = ()
        self._mix: Mix = np.zeros(0, np.float32)
        self._held: Mix = self._mix  # the blend that a drag began with
        self._buttons: list[ClassButton] = []
        self._box = ClassBox(has_all=False, parent=self)
        self._box.setObjectName("latentClassCombo")
        self._box.picked.connect(self._pick_from_box)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self._box)
        self.hide()  # until there are classes

    @property
    def buttons(self) -> list[ClassButton]:
        """Buttons of the classes; none if there are too many."""
        return self._buttons

    def set_classes(self, names: tuple[str, ...]) -> None:
        """Set the names of the classes; () hides the row."""
        if names == self._names:
            return
        self._names = names
        for button in self._buttons:
            self._row.removeWidget(button)
            delete_later(button)
        many = len(names) > MAX_BUTTONS
        self._buttons = [] if many else [self._button(index, name) for index, name in enumerate(names)]
        for before, after in itertools.pairwise([self._box, *self._buttons]):
            self.setTabOrder(before, after)  # new ones would come last in the window
        self._box.set_names(names if many else ())
        self._box.setVisible(many)
        self.setVisible(bool(names))
        self._label_buttons()

    def _button(self, index: int, name: str) -> ClassButton:
        button = ClassButton(index, name, self)
        button.picked.connect(self._pick)
        button.grabbed.connect(self._hold)
        button.shared.connect(self._share)
        button.nudged.connect(self._nudge)
        button.stepped.connect(self._step)
        self._row.addWidget(button, 1)
        return button

    def show_mix(self, mix: Mix | None) -> None:
        """Show a blend, without the signal that the user has set it."""
        if mix is None or len(mix) != len(self._names):
            return
        self._mix = mix
        largest = int(mix.argmax())
        for index, button in enumerate(self._buttons):
            button.show_share(float(mix[index]), index == largest)
        self._box.choose(largest)

    def _pick(self, index: int) -> None:
        self.mixed.emit(one_hot(index, len(self._names)))

    def _pick_from_box(self) -> None:
        if self._box.label is not None:
            self._pick(self._box.label)

    def _hold(self) -> None:
        self._held = self._mix

    def _share(self, index: int, share: float) -> None:
        self.mixed.emit(blend(self._held, index, share))

    def _nudge(self, index: int, more: float) -> None:
        self.mixed.emit(blend(self._mix, index, min(1.0, max(0.0, float(self._mix[index]) + more))))

    def _step(self, by: int) -> None:
        """Focus and select the next button, as in a group of radio buttons."""
        focused = next((index for index, button in enumerate(self._buttons) if button.hasFocus()), 0)
        index = (focused + by) % len(self._buttons)
        self._buttons[index].setFocus(Qt.FocusReason.OtherFocusReason)
        self._pick(index)

    # Room

    @override
    def minimumSizeHint(self) -> QSize:
        width = len(self._buttons) * (_MIN_WIDTH + 2) if self._buttons else self._box.minimumSizeHint().width()
        return QSize(width, super().minimumSizeHint().height())

    @override
    def sizeHint(self) -> QSize:
        width = sum(min(_MAX_WIDTH, self._width_of(button.name)) + 2 for button in self._buttons)
        return QSize(max(width, self.minimumSizeHint().width()), super().sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._label_buttons()

    def _label_buttons(self) -> None:
        """Label the buttons with names if all of them fit, else with numbers."""
        room = self.width() // max(1, len(self._buttons)) - 2
        fit = all(self._width_of(button.name) <= min(room, _MAX_WIDTH) for button in self._buttons)
        for index, button in enumerate(self._buttons):
            button.setText(button.name if fit else str(index))

    def _width_of(self, name: str) -> int:
        return max(_MIN_WIDTH, self.fontMetrics().horizontalAdvance(name) + _PADDING)


def blend(mix: Mix, index: int, share: float) -> Mix:
    """Return `mix` (classes,) with another share of one class; the others keep their proportions.

    A class that is alone keeps the whole.
    """
    rest = mix.copy()
    rest[index] = 0
    total = float(rest.sum())
    if total <= 0:
        return one_hot(index, len(mix))
    result: Mix = rest * np.float32((1 - share) / total)
    result[index] = share
    return result
