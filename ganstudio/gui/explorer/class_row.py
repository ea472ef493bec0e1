"""ClassRow: which class is drawn, one of a row of buttons, or a blend of several."""

import itertools

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ganstudio.gui.explorer.explorer import only
from ganstudio.gui.model.viewing import percent
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.class_box import ClassBox
from ganstudio.gui.widgets.tooltips import plain, wrapped
from ganstudio.gui.workers.sample_requests import Mix

MOST = 12  # classes that have buttons; of more, one is chosen from a list
_STEP = 0.05  # of a share, by a notch of the wheel or an arrow key
_DRAG = 120  # px of dragging for a whole share
_STILL = 4  # px that a click may move
_NOTCH = 120  # eighths of a degree in one step of a common wheel
_LEAST, _MOST = 18, 72  # px: width of a button
_SIDES = 8  # px of a button beside its text


class ClassButton(QToolButton):
    """A class and its share. A click asks for it alone; dragging sideways, the wheel, Up and Down change its share."""

    picked = Signal(int)  # this class alone
    grabbed = Signal()  # a drag begins
    shared = Signal(int, float)  # class and the share it is dragged to, from the blend it was grabbed in
    nudged = Signal(int, float)  # class and what is added to its share
    stepped = Signal(int)  # to the next class, +1 or -1

    def __init__(self, index: int, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._index, self.name, self._share = index, name, 0.0
        self._from: QPointF | None = None  # where the mouse was pressed
        self._start, self._dragging, self._wheel = 0.0, False, 0
        self.setObjectName(f"classButton{index}")
        self.setProperty("small", True)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_LEAST)
        self.setMaximumWidth(_MOST)
        self.setToolTip(
            wrapped(
                f"Draws <b>{plain(name)}</b>. To blend it with other classes, drag on it sideways, turn the wheel, "
                "or press Up and Down; Left and Right go to the next class."
            )
        )
        self.clicked.connect(self._clicked)

    @property
    def share(self) -> float:
        """What part of the blend it is, 0..1."""
        return self._share

    def show_share(self, share: float, down: bool) -> None:
        """Show its part of the blend, and whether it is the largest."""
        self._share = share
        self.setChecked(down)
        self.setAccessibleName(f"class {self.name}")
        self.setAccessibleDescription(f"{percent(share)} of the picture")
        self.update()

    def _clicked(self) -> None:
        self.picked.emit(self._index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._from, self._start, self._dragging = event.position(), self._share, False
            self.grabbed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        along = event.position().x() - self._from.x()
        if self._dragging or abs(along) > _STILL:
            self._dragging = True
            self.shared.emit(self._index, min(1.0, max(0.0, self._start + along / _DRAG)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._from, self._dragging = self._dragging, None, False
        if dragged:
            self.setDown(False)  # no click
        else:
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel / _NOTCH)
        self._wheel -= notches * _NOTCH
        if notches:
            self.nudged.emit(self._index, notches * _STEP)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        match event.key():
            case key.Key_Up | key.Key_Down:
                self.nudged.emit(self._index, _STEP if event.key() == key.Key_Up else -_STEP)
            case key.Key_Left | key.Key_Right:
                self.stepped.emit(1 if event.key() == key.Key_Right else -1)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._share <= 0 or not self.isEnabled():
            return
        painter = QPainter(self)
        room = self.width() - 4
        painter.fillRect(QRectF(2, self.height() - 3, room * self._share, 2), QColor(theme.current().accent))


class ClassRow(QWidget):
    """The classes of a generator: buttons, or a list where there are many. Blends are of the buttons only."""

    mixed = Signal(object)  # Mix (classes,): a person asks for it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classRow")
        self.setAccessibleName("class to draw")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._names: tuple[str, ...] = ()
        self._mix: Mix = np.zeros(0, np.float32)
        self._held: Mix = self._mix  # the blend that a drag began with
        self._buttons: list[ClassButton] = []
        self._box = ClassBox(may_be_all=False, parent=self)
        self._box.setObjectName("latentClassCombo")
        self._box.picked.connect(self._pick_from_box)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self._box)
        self.hide()  # until there are classes

    @property
    def buttons(self) -> list[ClassButton]:
        """One for each class; none where there are too many."""
        return self._buttons

    def set_classes(self, names: tuple[str, ...]) -> None:
        """The classes there are; () hides the row."""
        if names == self._names:
            return
        self._names = names
        for each in self._buttons:
            self._row.removeWidget(each)
            each.deleteLater()
        many = len(names) > MOST
        self._buttons = [] if many else [self._button(index, name) for index, name in enumerate(names)]
        for before, after in itertools.pairwise([self._box, *self._buttons]):
            self.setTabOrder(before, after)  # new ones would come last in the window
        self._box.set_names(names if many else ())
        self._box.setVisible(many)
        self.setVisible(bool(names))
        self._write()

    def _button(self, index: int, name: str) -> ClassButton:
        made = ClassButton(index, name, self)
        made.picked.connect(self._pick)
        made.grabbed.connect(self._hold)
        made.shared.connect(self._share)
        made.nudged.connect(self._nudge)
        made.stepped.connect(self._step)
        self._row.addWidget(made, 1)
        return made

    def show_mix(self, mix: Mix | None) -> None:
        """Show a blend, without saying that a person asked for it."""
        if mix is None or len(mix) != len(self._names):
            return
        self._mix = mix
        largest = int(mix.argmax())
        for index, each in enumerate(self._buttons):
            each.show_share(float(mix[index]), index == largest)
        self._box.choose(largest)

    def _pick(self, index: int) -> None:
        self.mixed.emit(only(index, len(self._names)))

    def _pick_from_box(self) -> None:
        if self._box.label is not None:
            self._pick(self._box.label)

    def _hold(self) -> None:
        self._held = self._mix

    def _share(self, index: int, share: float) -> None:
        self.mixed.emit(blended(self._held, index, share))

    def _nudge(self, index: int, more: float) -> None:
        self.mixed.emit(blended(self._mix, index, min(1.0, max(0.0, float(self._mix[index]) + more))))

    def _step(self, by: int) -> None:
        """As in a group of radio buttons: the next one has the focus, and is chosen."""
        focused = next((index for index, each in enumerate(self._buttons) if each.hasFocus()), 0)
        wanted = (focused + by) % len(self._buttons)
        self._buttons[wanted].setFocus(Qt.FocusReason.OtherFocusReason)
        self._pick(wanted)

    # Room

    def minimumSizeHint(self) -> QSize:
        least = len(self._buttons) * (_LEAST + 2) if self._buttons else self._box.minimumSizeHint().width()
        return QSize(least, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        wide = sum(min(_MOST, self._width_of(each.name)) + 2 for each in self._buttons)
        return QSize(max(wide, self.minimumSizeHint().width()), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write()

    def _write(self) -> None:
        """Names on the buttons where all of them fit, else numbers."""
        room = self.width() // max(1, len(self._buttons)) - 2
        fit = all(self._width_of(each.name) <= min(room, _MOST) for each in self._buttons)
        for index, each in enumerate(self._buttons):
            each.setText(each.name if fit else str(index))

    def _width_of(self, name: str) -> int:
        return max(_LEAST, self.fontMetrics().horizontalAdvance(name) + _SIDES)


def blended(mix: Mix, index: int, share: float) -> Mix:
    """`mix` (classes,) with that share of one class; the others keep their proportions. Alone it has all."""
    rest = mix.copy()
    rest[index] = 0
    total = float(rest.sum())
    if total <= 0:
        return only(index, len(mix))
    result: Mix = rest * np.float32((1 - share) / total)
    result[index] = share
    return result
