"""Page of the explorer with sliders along ten axes at a time, the classes, truncation, and the strip of pictures."""

import math
import time

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLayout, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.explorer.axes import MAX_COORDINATE, Axis, AxisKind
from ganstudio.gui.explorer.axis_slider import MIN_HEIGHT, MIN_WIDTH, AxisSlider
from ganstudio.gui.explorer.axis_strip import MIN_HEIGHT as MIN_STRIP_HEIGHT
from ganstudio.gui.explorer.axis_strip import AxisStrip
from ganstudio.gui.explorer.class_row import ClassRow
from ganstudio.gui.explorer.directions import default_name
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.page_box import SLIDERS_PER_PAGE, PageBox
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import rich, wrapped
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.workers.sample_requests import Answer, Channel
from ganstudio.latent.paths import Noise
from ganstudio.text import format_percent

_HEAD_HEIGHT = 22  # px: a row of buttons
_ONE_HEAD_WIDTH = 466  # px from which one row of buttons is enough
_COLUMNS = (1, 2, 3)  # of sliders
_MIN_DELAY = 2  # ms until the strip is requested: moves come in bursts
_MAX_TIME_FRACTION = 0.004  # of the time that the strip may take while a run trains and new generators keep coming
_Z_TOLERANCE = 1e-3  # numbers of z that differ by less show the same strip
_PER_CENT = 100


class SlidersPage(QWidget):
    """Sliders that move the explorer along axes, among classes and towards the centre.

    Parameters
    ----------
    explorer
        What they move.
    parent
        Qt's parent.
    """

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slidersPage")
        self._explorer = explorer
        self._columns = 0
        self._requested: tuple[object, ...] | None = None  # what the strip depends on besides z, as last requested
        self._requested_z: Noise = np.zeros((0, 0), np.float32)
        self._made_at = 0.0  # time.perf_counter() of the last strip
        self._strip_seconds = 0.0  # that it took
        self._strip_timer = QTimer(self, singleShot=True)
        self._classes = ClassRow(self)
        self._truncation = Slider(0, _PER_CENT, parent=self)
        self._truncation_text = Label("", self)
        self._page = PageBox(self)
        self._again = QToolButton(self)
        self._sliders = [AxisSlider(place, self) for place in range(SLIDERS_PER_PAGE)]
        self._strip = AxisStrip(self)
        self._name_parts()
        self._lay_out()
        self._arrange()
        self._connect()
        self._take_generator()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(2 * MIN_WIDTH, 2 * _HEAD_HEIGHT + 5 * MIN_HEIGHT + theme.SPACE)

    # Building

    def _name_parts(self) -> None:
        self._truncation.setObjectName("truncationSlider")
        self._truncation.setAccessibleName("truncation")
        self._truncation.setToolTip(
            wrapped(
                rich(
                    "<b>Truncation</b>: shrinks <i>z</i> towards the centre of the latent space, in every picture. "
                    "Lower values give cleaner pictures but less variety; 1 leaves <i>z</i> as in training."
                )
            )
        )
        self._truncation.setSingleStep(5)
        self._truncation.setPageStep(20)
        self._truncation.setValue(_PER_CENT)
        self._truncation_text.setProperty("muted", True)
        self._truncation_text.setProperty("small", True)
        self._truncation_text.setMinimumWidth(self.fontMetrics().horizontalAdvance("truncation 0.00"))
        self._page.setProperty("small", True)
        self._page.setFixedSize(94, _HEAD_HEIGHT)
        theme.set_icon(self._again, "round")
        self._again.setObjectName("findDirectionsButton")
        self._again.setIconSize(QSize(14, 14))
        self._again.setFixedHeight(_HEAD_HEIGHT)
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
        for part, stretch in ((self._truncation_text, 0), (self._truncation, 1), (self._page, 0), (self._again, 0)):
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
        explorer.changed.connect(self._follow_explorer)
        explorer.generatorChanged.connect(self._take_generator)
        explorer.directions.found.connect(self._take_directions)
        explorer.on(Channel.STRIP).answered.connect(self._show_strip)
        self._strip_timer.timeout.connect(self._request_strip)
        self._classes.mixed.connect(explorer.set_mix)
        self._truncation.valueChanged.connect(self._set_truncation)
        self._truncation.resetRequested.connect(self._reset_truncation)
        self._page.valueChanged.connect(self._show_axes)
        self._again.clicked.connect(self._find_again)
        self._strip.chosen.connect(self._go_to_picture)
        for slider in self._sliders:
            slider.moved.connect(self._move)
            slider.named.connect(self._rename)

    # Input

    def _move(self, place: int, value: float) -> None:
        self._explorer.set_coordinate(self._page.axis(place), value)

    def _rename(self, place: int, name: str) -> None:
        index = self._page.axis(place).index
        self._explorer.directions.rename(index, "" if name == default_name(index) else name)
        self._show_axes()

    def _set_truncation(self, value: int) -> None:
        self._explorer.set_truncation(value / _PER_CENT)

    def _reset_truncation(self) -> None:
        self._truncation.setValue(_PER_CENT)

    def _find_again(self) -> None:
        self._explorer.directions.find(again=True)

    def _go_to_picture(self, index: int) -> None:
        if self._strip.pictures is not None:
            values = np.linspace(-MAX_COORDINATE, MAX_COORDINATE, len(self._strip.pictures))
            self._explorer.set_coordinate(self._explorer.active_axis, float(values[index]))

    # Output

    def _take_generator(self) -> None:
        """Show another generator, which may have other sizes and classes."""
        explorer = self._explorer
        has_generator = explorer.generator is not None
        self._classes.set_classes(explorer.classes)
        if explorer.z_size != self._page.z_size:
            self._page.set_size(explorer.z_size)
        for part in (self._classes, self._truncation, self._page, self._again, self._strip):
            part.setEnabled(has_generator)
        if not has_generator:
            self._strip.show_text("")
            self._requested = None
        if self.isVisible():
            explorer.directions.find()
        self._show_axes()
        since = time.perf_counter() - self._made_at
        self._request_strip_in(
            round((self._strip_seconds / _MAX_TIME_FRACTION - since) * 1000) if explorer.is_live else _MIN_DELAY
        )

    def _take_directions(self) -> None:
        if self.isVisible():
            self._explorer.directions.find()  # the generator may be much further by now: as a run is opened, say
        self._show_axes()
        self._request_strip_in(_MIN_DELAY)

    def _follow_explorer(self) -> None:
        """Show where the explorer has moved."""
        self._show_position()
        self._request_strip_in(_MIN_DELAY)

    def _show_axes(self) -> None:
        """Show the axes of the page."""
        kind = self._page.kind
        count = self._axis_count()
        for place, slider in enumerate(self._sliders):
            axis = self._page.axis(place)
            exists = axis.index < (count if count is not None else min(SLIDERS_PER_PAGE, self._explorer.z_size))
            slider.setVisible(exists)
            slider.setEnabled(count is not None and self._explorer.generator is not None)
            if exists:
                name, short_name, tooltip = self._describe(axis)
                slider.show_axis(name, short_name, tooltip, can_be_named=kind is AxisKind.DIRECTION)
        self._again.setVisible(kind is AxisKind.DIRECTION)
        self._show_position()

    def _axis_count(self) -> int | None:
        """Return the number of axes of the page's kind; None while the directions are searched for."""
        if self._page.kind is AxisKind.RAW:
            return self._explorer.z_size
        directions = self._explorer.directions.current
        return None if directions is None else len(directions.vectors)

    def _describe(self, axis: Axis) -> tuple[str, str, str]:
        """Return name, short name and tooltip of an axis."""
        index = axis.index
        if axis.kind is AxisKind.RAW:
            tooltip = rich("<b>z {}</b>, one of the random numbers that the generator makes the picture from.", index)
            return f"z {index}", f"z {index}", tooltip
        directions, given = self._explorer.directions.current, self._explorer.directions.name(index)
        name, short_name = given or default_name(index), given or f"dir {index + 1}"
        if directions is None:
            return name, short_name, "The directions that change the picture most are being found."
        explanation = (
            "a principal direction: after those above it, the one along which the generator's first activations vary "
            f"most, with {format_percent(float(directions.spread[index]))} of their variance."
        )
        return name, short_name, rich("<b>{}</b>, {}", name, explanation)

    def _show_position(self) -> None:
        """Show where the explorer is."""
        explorer = self._explorer
        if self._axis_count() is not None:
            for place, slider in enumerate(self._sliders):
                if not slider.isHidden():
                    slider.show_value(explorer.coordinate(self._page.axis(place)))
        self._classes.show_mix(explorer.mix)
        with QSignalBlocker(self._truncation):
            self._truncation.setValue(round(explorer.truncation * _PER_CENT))
        self._truncation_text.setText(f"truncation {explorer.truncation:.2f}")
        if explorer.generator is not None:
            self._strip.mark(explorer.coordinate(explorer.active_axis))

    # The strip

    def _request_strip_in(self, delay: int) -> None:
        """Request the strip after a delay in milliseconds, unless it will be requested earlier anyway."""
        delay = max(_MIN_DELAY, delay)
        if not self._strip_timer.isActive() or self._strip_timer.remainingTime() > delay:
            self._strip_timer.start(delay)

    def _request_strip(self) -> None:
        """Request the strip, unless it would be the same, as during a drag along the axis."""
        explorer, generator = self._explorer, self._explorer.generator
        if generator is None or not self.isVisible() or not self._strip.isVisible():
            return
        z = explorer.along_active_axis(self._strip.count_for(*generator.config.data.sides))
        mix = explorer.mix
        requested = (generator, explorer.truncation, None if mix is None else tuple(mix.tolist()))
        if (
            requested == self._requested
            and z.shape == self._requested_z.shape
            and np.abs(z - self._requested_z).max() < _Z_TOLERANCE
        ):
            return
        if explorer.request(Channel.STRIP, z, in_parts=True):
            self._requested, self._requested_z = requested, z

    def _show_strip(self, answer: Answer) -> None:
        self._strip.show_parts(answer.pictures, len(answer.z), answer.stamp if answer.whole else None)
        self._strip.mark(self._explorer.coordinate(self._explorer.active_axis))
        if answer.whole:
            name, _, _ = self._describe(self._explorer.active_axis)
            self._strip.setAccessibleDescription(f"{len(answer.z)} pictures along {name}")
            self._made_at = time.perf_counter()
            self._strip_seconds = self._made_at - answer.stamp

    # Room

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._explorer.directions.find()
        self._request_strip_in(_MIN_DELAY)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._request_strip_in(_MIN_DELAY)

    def _arrange(self) -> None:
        """Use one row of buttons if it is wide, else two; and as many columns as leave room for the strip."""
        width, height = self.width(), self.height()
        is_wide = width >= _ONE_HEAD_WIDTH or not self._explorer.classes
        direction = QBoxLayout.Direction
        self._head.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        room = height - (1 if is_wide else 2) * (_HEAD_HEIGHT + 2) - 2
        fitting = [count for count in _COLUMNS if width >= count * _min_column_width(count)]
        roomy = [count for count in fitting if room - _row_count(count) * MIN_HEIGHT >= MIN_STRIP_HEIGHT]
        columns = min(roomy, key=lambda count: abs(count - 2)) if roomy else max(fitting, default=1)
        self._set_columns(columns)
        room -= _row_count(columns) * MIN_HEIGHT
        self._strip.setVisible(room >= MIN_STRIP_HEIGHT)
        self._strip.setFixedHeight(max(MIN_STRIP_HEIGHT, min(room, height // 2)))

    def _set_columns(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        rows = _row_count(columns)
        for place, slider in enumerate(self._sliders):
            self._grid.addWidget(slider, place % rows, place // rows)
        for column in _COLUMNS:
            self._grid.setColumnStretch(column - 1, 1 if column <= columns else 0)
        for row in range(SLIDERS_PER_PAGE):
            self._grid.setRowStretch(row, 1 if row < rows else 0)


def _row_count(columns: int) -> int:
    """Return the number of rows that ten sliders need."""
    return math.ceil(SLIDERS_PER_PAGE / columns)


def _min_column_width(columns: int) -> int:
    """Return the least width of one of several columns, px: three are only for a wide page."""
    return MIN_WIDTH if columns < 3 else 180
