"""SlidersPage: ten axes through the latent space at a time, the classes, truncation, and the strip of neighbours."""

import time

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QLayout, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui.explorer import axis_strip
from ganstudio.gui.explorer.axes import DIRECTION, LIMIT
from ganstudio.gui.explorer.axis_slider import COLUMN, ROW, AxisSlider
from ganstudio.gui.explorer.axis_strip import AxisStrip
from ganstudio.gui.explorer.class_row import ClassRow
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.page_box import ON_PAGE, PageBox
from ganstudio.gui.model.viewing import percent
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import plain, wrapped
from ganstudio.gui.widgets.widgets import Slider
from ganstudio.gui.workers.sample_requests import Answer, Channel, Mix, Noise

_HEAD = 22  # px: a row of buttons
_ONE_HEAD = 466  # px of width from which one row of them is enough
_COLUMNS = (1, 2, 3)  # of sliders
_SOON = 2  # ms after which the strip is asked for: moves come in bursts
_SHARE = 0.004  # of the time that the strip may take while a run trains, and a new generator comes all the time
_SAME = 1e-3  # by which numbers of z may differ, and show the same strip
_FULL = 100  # per cent


class SlidersPage(QWidget):
    """Moves the explorer along axes, among classes and towards the centre."""

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slidersPage")
        self._explorer = explorer
        self._columns = 0
        self._asked: tuple[object, ...] | None = None  # what the strip was asked for last
        self._asked_z: Noise = np.zeros((0, 0), np.float32)
        self._made_at, self._cost = 0.0, 0.0  # seconds: time.perf_counter(), and what the last strip took
        self._soon = QTimer(self, singleShot=True)
        self._classes = ClassRow(self)
        self._truncation = Slider(0, _FULL, parent=self)
        self._truncated = QLabel(self)
        self._page = PageBox(self)
        self._again = QToolButton(self)
        self._sliders = [AxisSlider(place, self) for place in range(ON_PAGE)]
        self._strip = AxisStrip(self)
        self._dress()
        self._lay_out()
        self._settle()
        self._connect()
        self._take_source()

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * COLUMN, 2 * _HEAD + 5 * ROW + theme.SPACE)

    # Building

    def _dress(self) -> None:
        self._truncation.setObjectName("truncationSlider")
        self._truncation.setAccessibleName("truncation")
        self._truncation.setToolTip(
            wrapped(
                "<b>Truncation</b>: shrinks <i>z</i> towards the centre of the latent space, in every picture. Lower "
                "values give cleaner pictures but less variety; 1 leaves <i>z</i> as in training."
            )
        )
        self._truncation.setSingleStep(5)
        self._truncation.setPageStep(20)
        self._truncation.setValue(_FULL)
        self._truncated.setProperty("muted", True)
        self._truncated.setProperty("small", True)
        self._truncated.setMinimumWidth(self.fontMetrics().horizontalAdvance("truncation 0.00"))
        self._page.setProperty("small", True)
        self._page.setFixedSize(94, _HEAD)
        theme.set_icon(self._again, "round")
        self._again.setObjectName("findDirectionsButton")
        self._again.setIconSize(QSize(14, 14))
        self._again.setFixedHeight(_HEAD)
        self._again.setAccessibleName("find the directions again")
        self._again.setToolTip(
            wrapped(
                "Finds the principal directions again, for the generator as it is now. Until then they stay the "
                "same, so that a slider keeps its meaning while the generator learns."
            )
        )

    def _lay_out(self) -> None:
        right = QHBoxLayout()
        right.setSpacing(theme.SPACE // 2)
        for part, stretch in ((self._truncated, 0), (self._truncation, 1), (self._page, 0), (self._again, 0)):
            right.addWidget(part, stretch)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(theme.SPACE // 2)
        self._head.addWidget(self._classes, 3)
        self._head.addSpacing(theme.SPACE // 2)
        self._head.addLayout(right, 2)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * theme.SPACE)
        self._grid.setVerticalSpacing(0)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._head)
        column.addLayout(self._grid, 1)
        column.addWidget(self._strip)

    def _connect(self) -> None:
        explorer = self._explorer
        explorer.changed.connect(self._follow)
        explorer.sourceChanged.connect(self._take_source)
        explorer.directionsReady.connect(self._take_directions)
        explorer.on(Channel.STRIP).answered.connect(self._answered)
        self._soon.timeout.connect(self._ask)
        self._classes.mixed.connect(self._mixed)
        self._truncation.valueChanged.connect(self._truncate)
        self._truncation.resetAsked.connect(self._untruncate)
        self._page.valueChanged.connect(self._show_axes)
        self._again.clicked.connect(self._find_again)
        self._strip.chosen.connect(self._go_along)
        for each in self._sliders:
            each.moved.connect(self._moved)
            each.named.connect(self._named)

    # What the person does

    def _moved(self, place: int, value: float) -> None:
        self._explorer.set_coordinate(self._page.axis, self._page.first + place, value)

    def _named(self, place: int, name: str) -> None:
        index = self._page.first + place
        self._explorer.name_direction(index, "" if name == _spoken(index) else name)
        self._show_axes()

    def _mixed(self, mix: Mix) -> None:
        self._explorer.set_mix(mix)

    def _truncate(self, value: int) -> None:
        self._explorer.set_truncation(value / _FULL)

    def _untruncate(self) -> None:
        self._truncation.setValue(_FULL)

    def _find_again(self) -> None:
        self._explorer.find_directions(again=True)

    def _go_along(self, index: int) -> None:
        if self._strip.pictures is not None:
            values = np.linspace(-LIMIT, LIMIT, len(self._strip.pictures))
            self._explorer.set_coordinate(*self._explorer.active, float(values[index]))

    # What is shown

    def _take_source(self) -> None:
        """Another generator: it may have other sizes and classes."""
        explorer = self._explorer
        there = explorer.source() is not None
        self._classes.set_classes(explorer.classes)
        if explorer.z_size != self._page.numbers:
            self._page.set_size(explorer.z_size)
        for each in (self._classes, self._truncation, self._page, self._again, self._strip):
            each.setEnabled(there)
        if not there:
            self._strip.show_words("")
            self._asked = None
        if self.isVisible():
            explorer.find_directions()
        self._show_axes()
        since = time.perf_counter() - self._made_at
        self._ask_in(round((self._cost / _SHARE - since) * 1000) if explorer.live else _SOON)

    def _take_directions(self) -> None:
        if self.isVisible():
            self._explorer.find_directions()  # the generator may be much further by now: as a run is opened, say
        self._show_axes()
        self._ask_in(_SOON)

    def _follow(self) -> None:
        """The person moved."""
        self._show()
        self._ask_in(_SOON)

    def _show_axes(self) -> None:
        """What the sliders stand for."""
        kind, first = self._page.axis, self._page.first
        known = self._known(kind)
        for place, each in enumerate(self._sliders):
            index = first + place
            there = index < (known if known is not None else min(ON_PAGE, self._explorer.z_size))
            each.setVisible(there)
            each.setEnabled(known is not None and self._explorer.source() is not None)
            if there:
                each.stand_for(*self._words(kind, index), can_be_named=kind == DIRECTION)
        self._again.setVisible(kind == DIRECTION)
        self._show()

    def _known(self, kind: str) -> int | None:
        """How many axes of a kind there are; None while the directions are being found."""
        if kind != DIRECTION:
            return self._explorer.z_size
        found = self._explorer.directions
        return None if found is None else len(found.vectors)

    def _words(self, kind: str, index: int) -> tuple[str, str, str]:
        """Name, short name and tooltip of an axis."""
        if kind != DIRECTION:
            what = "one of the random numbers that the generator makes the picture from."
            return f"z {index}", f"z {index}", f"<b>z {index}</b>, {what}"
        found, given = self._explorer.directions, self._explorer.direction_name(index)
        name, short = given or _spoken(index), given or f"dir {index + 1}"
        if found is None:
            return name, short, "The directions that change the picture most are being found."
        what = (
            "a principal direction: after those above it, the one along which the generator's first activations vary "
            f"most, with {percent(float(found.spread[index]))} of their variance."
        )
        return name, short, f"<b>{plain(name)}</b>, {what}"

    def _show(self) -> None:
        """Where the explorer is."""
        explorer, kind, first = self._explorer, self._page.axis, self._page.first
        if self._known(kind) is not None:
            for place, each in enumerate(self._sliders):
                if not each.isHidden():
                    each.show_value(explorer.coordinate(kind, first + place))
        self._classes.show_mix(explorer.mix)
        with QSignalBlocker(self._truncation):
            self._truncation.setValue(round(explorer.truncation * _FULL))
        self._truncated.setText(f"truncation {explorer.truncation:.2f}")
        if explorer.source() is not None:
            self._strip.mark(explorer.coordinate(*explorer.active))

    # The strip

    def _ask_in(self, wait: int) -> None:
        """Ask for the strip in so many milliseconds, or sooner if that was settled."""
        wait = max(_SOON, wait)
        if not self._soon.isActive() or self._soon.remainingTime() > wait:
            self._soon.start(wait)

    def _ask(self) -> None:
        """Ask for the strip, unless it would be the same: a drag along the axis changes nothing of it."""
        explorer, source = self._explorer, self._explorer.source()
        if source is None or not self.isVisible() or not self._strip.isVisible():
            return
        z, mix = explorer.along(self._strip.count_for(source.config.data.size)), explorer.mix
        wanted = (source, explorer.truncation, None if mix is None else tuple(mix.tolist()))
        if wanted == self._asked and z.shape == self._asked_z.shape and np.abs(z - self._asked_z).max() < _SAME:
            return
        if explorer.request(Channel.STRIP, z, in_parts=True):
            self._asked, self._asked_z = wanted, z

    def _answered(self, answer: Answer) -> None:
        self._strip.show_parts(answer.pictures, len(answer.z), answer.stamp if answer.whole else None)
        self._strip.mark(self._explorer.coordinate(*self._explorer.active))
        if answer.whole:
            name = self._words(*self._explorer.active)[0]
            self._strip.setAccessibleDescription(f"{len(answer.z)} pictures along {name}")
            self._made_at = time.perf_counter()
            self._cost = self._made_at - answer.stamp

    # Room

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._explorer.find_directions()
        self._ask_in(_SOON)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()
        self._ask_in(_SOON)

    def _settle(self) -> None:
        """One head row in a wide room, two in a narrow one; as many columns as leave room for the strip."""
        width, height = self.width(), self.height()
        one = width >= _ONE_HEAD or not self._explorer.classes
        direction = QBoxLayout.Direction
        self._head.setDirection(direction.LeftToRight if one else direction.TopToBottom)
        left = height - (1 if one else 2) * (_HEAD + 2) - 2
        fitting = [each for each in _COLUMNS if width >= each * least_width(each)]
        roomy = [each for each in fitting if left - rows_of(each) * ROW >= axis_strip.HEIGHT]
        columns = min(roomy, key=lambda each: abs(each - 2)) if roomy else max(fitting, default=1)
        self._set_columns(columns)
        left -= rows_of(columns) * ROW
        self._strip.setVisible(left >= axis_strip.HEIGHT)
        self._strip.setFixedHeight(max(axis_strip.HEIGHT, min(left, height // 2)))

    def _set_columns(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        rows = rows_of(columns)
        for place, each in enumerate(self._sliders):
            self._grid.addWidget(each, place % rows, place // rows)
        for column in _COLUMNS:
            self._grid.setColumnStretch(column - 1, 1 if column <= columns else 0)
        for row in range(ON_PAGE):
            self._grid.setRowStretch(row, 1 if row < rows else 0)


def rows_of(columns: int) -> int:
    """Rows that ten sliders need."""
    return -(-ON_PAGE // columns)


def least_width(columns: int) -> int:
    """Of one of so many columns, px: three are for a wide room only."""
    return COLUMN if columns < 3 else 180


def _spoken(index: int) -> str:
    return f"direction {index + 1}"
