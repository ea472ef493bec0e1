"""LatentPanel: sliders over the numbers z that a picture is made from, and the picture."""

import time

import numpy as np
from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent, QValidator
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ganstudio.gui import theme
from ganstudio.gui.class_box import ClassBox, class_names
from ganstudio.gui.run_model import RunModel
from ganstudio.gui.sample_thread import Answer, Noise, SampleThread
from ganstudio.gui.viewing import EN_DASH, run_config, signed, snapshot_model, viewed_snapshot
from ganstudio.gui.widgets import PictureGrid, Slider

ON_PAGE = 10  # sliders
_LIMIT = 3.0  # of a slider; 0.3 % of normal random numbers lie beyond
_UNITS = 100  # slider steps in 1
_STRIP = 9  # pictures along the active direction
_STRIP_HEIGHT = 36  # px
_BUTTON = 76  # px of width
_REST = 120  # ms without a move, after which the pictures along the active direction are made
_ROW, _COLUMN = 19, 130  # px: least height and width of a slider with its labels
_FIRST_SEED = 0  # of the z that is shown first


class PageBox(QSpinBox):
    """Which ten of the numbers the sliders move; any number may be typed to get to its page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = ON_PAGE
        self.setWrapping(True)
        self.setAccessibleName("which numbers the sliders move")
        self.setToolTip("Which ten of the numbers z the sliders move. Step through them, or type the one you want.")

    def set_size(self, z_size: int) -> None:
        """How many numbers there are."""
        self._size = z_size
        self.setRange(0, (z_size - 1) // ON_PAGE)

    def textFromValue(self, value: int) -> str:
        return f"{value * ON_PAGE}{EN_DASH}{min(self._size, (value + 1) * ON_PAGE) - 1}"

    def valueFromText(self, text: str) -> int:
        return int(self._number(text) or 0) // ON_PAGE

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        number = self._number(text)
        if number is None:
            return QValidator.State.Intermediate, text, position
        inside = number < self._size
        return (QValidator.State.Acceptable if inside else QValidator.State.Invalid), text, position

    def _number(self, text: str) -> int | None:
        first = text.split(EN_DASH)[0].strip()
        return int(first) if first.isdecimal() else None

    def event(self, event: QEvent) -> bool:
        space = event.type() == QEvent.Type.ShortcutOverride and getattr(event, "key", int)() == Qt.Key.Key_Space
        return False if space else super().event(event)  # Space starts and pauses, wherever the focus is


class LatentSlider(QWidget):
    """One number of z: its name, a slider, its value."""

    moved = Signal(int, float)  # place on the page, new value

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._name = QLabel(self)
        self._name.setFixedWidth(26)
        self._name.setTextFormat(Qt.TextFormat.RichText)
        self._value = QLabel(self)
        self._value.setFixedWidth(36)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._value.setProperty("muted", True)
        self._value.setProperty("small", True)
        self.slider = Slider(round(-_LIMIT * _UNITS), round(_LIMIT * _UNITS), origin=0, parent=self)
        self.slider.setObjectName(f"latentSlider{place}")
        self.slider.setSingleStep(_UNITS // 10)
        self.slider.setPageStep(_UNITS // 2)
        self.slider.valueChanged.connect(self._changed)
        self.slider.resetAsked.connect(self._reset)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for part, stretch in ((self._name, 0), (self.slider, 1), (self._value, 0)):
            row.addWidget(part, stretch)

    def show_number(self, dimension: int, value: float) -> None:
        """Stand for that number of z, without saying that it moved."""
        self._name.setText(f"<i>z</i><sub>{dimension}</sub>")
        self.slider.setAccessibleName(f"z {dimension}")
        self.slider.setToolTip(
            f"<p><i>z</i><sub>{dimension}</sub>, one of the random numbers that the generator makes the picture from. "
            "Drag it, turn the wheel or use the arrow keys; a double click sets it to 0.</p>"
        )
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value * _UNITS))
        self._say(value)
        self.slider.update()

    def _changed(self, units: int) -> None:
        self._say(units / _UNITS)
        self.moved.emit(self._place, units / _UNITS)

    def _reset(self) -> None:
        self.slider.setValue(0)

    def _say(self, value: float) -> None:
        self._value.setText(signed(value))


class LatentPanel(QWidget):
    """Makes a picture from z with the generator of the viewed step; z stays while the generator learns."""

    painted = Signal(float)  # stamp of the request whose picture has just been painted, see SampleThread.request

    def __init__(self, model: RunModel, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("latentPanel")
        self.setAccessibleName("latent explorer")
        self._model, self._samples = model, samples
        self._rng = np.random.default_rng(_FIRST_SEED + 1)
        self._z: Noise = np.zeros(0, np.float32)  # (z_size,)
        self._active = 0  # dimension that was moved last
        self._floor: dict[str, float] = {}  # channel -> stamp of the newest answer shown; older ones are stale
        self._columns = 0
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self.preview = PictureGrid("picture made from z", parent=self)
        self._strip = PictureGrid("pictures along the number moved last", "muted", self)
        self._sliders = [LatentSlider(place, self) for place in range(ON_PAGE)]
        self._page = PageBox(self)
        self._random = QPushButton("random", self)
        self._reset = QPushButton("reset", self)
        self._words = QLabel(self)
        self._class = ClassBox(may_be_all=False, parent=self)
        self._lay_out()
        self._set_columns(2)
        self._connect()
        self._take_size()
        self._take_snapshot()

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 5 * _ROW + theme.SPACE)

    # Building

    def _lay_out(self) -> None:
        self.preview.setObjectName("latentPreview")
        self._strip.setFixedHeight(_STRIP_HEIGHT)
        self._strip.set_choosable(True)
        self._strip.setToolTip("Where a drag of the slider moved last would lead. Click a picture to go there.")
        self._random.setObjectName("randomLatentButton")
        self._random.setToolTip("Draws all numbers z anew from the normal distribution, as in training.")
        self._reset.setObjectName("resetLatentButton")
        self._reset.setToolTip("Sets all numbers z to 0, the centre of the latent space.")
        self._class.setObjectName("latentClassCombo")
        small: tuple[QWidget, ...] = (self._words, self._random, self._reset)
        for part in small:
            part.setProperty("small", True)
        self._words.setProperty("muted", True)
        buttons = QVBoxLayout()
        buttons.setSpacing(theme.SPACE // 2)
        for each in (self._random, self._reset, self._class, self._page, self._words):
            each.setFixedWidth(_BUTTON)
            buttons.addWidget(each)
        buttons.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE)
        head.addWidget(self.preview)
        head.addLayout(buttons)
        head.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * theme.SPACE)
        self._grid.setVerticalSpacing(0)
        body = QVBoxLayout()
        body.setSpacing(theme.SPACE // 2)
        body.addLayout(self._grid, 1)
        body.addWidget(self._strip)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._whole.setContentsMargins(*(theme.SPACE // 2,) * 4)
        self._whole.setSpacing(theme.SPACE)
        self._whole.addLayout(head)
        self._whole.addLayout(body, 1)

    def _connect(self) -> None:
        model = self._model
        model.reset.connect(self._restart)
        model.snapshotAdded.connect(self._take_snapshot)
        model.viewedStepChanged.connect(self._take_snapshot)
        model.configChanged.connect(self._take_size)
        model.statusChanged.connect(self._take_snapshot)
        self._rest.timeout.connect(self._ask_strip)
        self._page.valueChanged.connect(self._show_numbers)
        self._class.picked.connect(self._ask)
        self._random.clicked.connect(self.randomise)
        self._reset.clicked.connect(self._zero)
        for each in self._sliders:
            each.moved.connect(self._moved)
        self.preview.painted.connect(self.painted)
        self._strip.chosen.connect(self._go_along)
        self._samples.answered.connect(self._answered)
        self._samples.refused.connect(self._refused)

    # z

    @property
    def z(self) -> Noise:
        """The numbers that the picture is made from, (z_size,)."""
        return self._z.copy()

    @property
    def label(self) -> int | None:
        """The class that the picture is of; None if the generator knows none."""
        return self._class.label

    def set_z(self, z: Noise, label: int | None = None) -> None:
        """Show the picture of `z` (z_size,), of the class `label` if there is one."""
        if z.shape != self._z.shape:
            return  # of a run that is no longer open
        if label is not None:
            self._class.choose(label)
        self._z = z.astype(np.float32)
        self._show_numbers()
        self._ask()

    def randomise(self) -> None:
        """New random z."""
        self.set_z(self._rng.standard_normal(len(self._z), dtype=np.float32))

    def _zero(self) -> None:
        self.set_z(np.zeros_like(self._z))

    def _take_size(self) -> None:
        """The open run has its own number of numbers."""
        config = run_config(self._model)
        self._class.set_names(class_names(config))
        self._class.setVisible(bool(self._class.names))
        z_size = config.network.z_size
        if z_size == len(self._z):
            return
        self._z = np.random.default_rng(_FIRST_SEED).standard_normal(z_size, dtype=np.float32)
        self._active = 0
        with QSignalBlocker(self._page):
            self._page.set_size(z_size)
            self._page.setValue(0)
        self._words.setText(f"of {z_size:,}")
        self._show_numbers()

    def _show_numbers(self) -> None:
        first = self._page.value() * ON_PAGE
        for place, each in enumerate(self._sliders):
            there = first + place < len(self._z)
            each.setVisible(there)
            if there:
                each.show_number(first + place, float(self._z[first + place]))

    def _moved(self, place: int, value: float) -> None:
        self._active = self._page.value() * ON_PAGE + place
        self._z[self._active] = value
        self._ask()

    def _along(self) -> Noise:
        """z (_STRIP, z_size) over the range of the slider that was moved last."""
        z = np.repeat(self._z[None], _STRIP, axis=0)
        z[:, self._active] = np.linspace(-_LIMIT, _LIMIT, _STRIP)
        return z

    def _go_along(self, index: int) -> None:
        self.set_z(self._along()[index])

    # Pictures

    def _ask(self) -> None:
        source = snapshot_model(self._model)
        if source is None:
            return
        self._samples.request("latent", self._z, source, self._class.labels(1))
        self._rest.start()

    def _ask_strip(self) -> None:
        source = snapshot_model(self._model)
        if source is not None and self._strip.isVisible():
            self._samples.request("strip", self._along(), source, self._class.labels(_STRIP))

    def _answered(self, answer: Answer) -> None:
        if answer.channel not in ("latent", "strip") or answer.stamp <= self._floor.get(answer.channel, 0.0):
            return
        self._floor[answer.channel] = answer.stamp
        if answer.channel == "strip":
            self._strip.show_pictures(answer.pictures, columns=_STRIP)
            return
        self.preview.show_pictures(answer.pictures, answer.stamp)
        self.preview.setAccessibleDescription(f"the generator of step {answer.step:,}")

    def _refused(self, channel: str, sentence: str) -> None:
        if channel == "latent":
            self.preview.show_words(sentence)

    def _restart(self) -> None:
        now = time.perf_counter()
        self._floor = {"latent": now, "strip": now}
        self._take_size()
        self.preview.show_words("")
        self._take_snapshot()

    def _take_snapshot(self) -> None:
        """The viewed generator is another; or there is none, and the sliders say why they rest."""
        ready = viewed_snapshot(self._model) is not None
        for each in (*self._sliders, self._class, self._page, self._random, self._reset, self._strip):
            each.setEnabled(ready)
        if ready:
            if self.isVisible():
                self._ask()
            return
        words = {
            "idle": "Start a run: its first snapshot wakes the sliders.",
            "finished": "This run kept no snapshot.",
        }.get(self._model.status, "The sliders wake with the first snapshot.")
        self.preview.show_words(words)
        self._strip.show_words("")

    # Room

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._take_snapshot()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Picture left of the sliders, or above them in a tall room; the strip where there is room for it."""
        super().resizeEvent(event)
        width, height = self.width() - theme.SPACE, self.height() - theme.SPACE
        tall = height > 0.7 * width
        sliders = 5 * _ROW
        strip = height - sliders >= _STRIP_HEIGHT + theme.SPACE
        if tall:
            room = height - sliders - theme.SPACE - (_STRIP_HEIGHT + theme.SPACE // 2) * strip
            side = min(room, width - _BUTTON - theme.SPACE)
            self._whole.setDirection(QBoxLayout.Direction.TopToBottom)
        else:
            side = min(height, width * 3 // 10)
            self._whole.setDirection(QBoxLayout.Direction.LeftToRight)
        self.preview.setFixedSize(max(48, side), max(48, side))
        self._show_strip(strip)
        self._set_columns(1 if width < 2 * _COLUMN and height > ON_PAGE * _ROW + 100 else 2)

    def _show_strip(self, shown: bool) -> None:
        before = self._strip.isVisibleTo(self)
        self._strip.setVisible(shown)
        if shown and not before:
            self._ask()

    def _set_columns(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        rows = ON_PAGE // columns
        for place, each in enumerate(self._sliders):
            self._grid.addWidget(each, place % rows, place // rows)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for row in range(ON_PAGE):
            self._grid.setRowStretch(row, 1 if row < rows else 0)
