"""The channels of a layer as small maps, one of them large, and what the networks answer when it is changed."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui.inside.figures import TIMES
from ganstudio.gui.inside.large_map import LargeMap
from ganstudio.gui.inside.looker import Looker, index_of
from ganstudio.gui.inside.map_colours import colour_maps
from ganstudio.gui.inside.scale_legend import ScaleLegend
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.flow_layout import FlowLayout
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.inside_requests import Looked
from ganstudio.text import format_number, format_signed

_SCALES = (
    (
        "one scale",
        "one scale for the layer",
        "The largest value of the layer has the full colour: maps can be compared",
    ),
    (
        "own scales",
        "a scale for each map",
        "The largest value of each map has the full colour: weak maps are seen, too",
    ),
)
_CHANGES = (
    ("as it is", "channel as it is", "Leave this channel as it is"),
    ("off", "channel off", "Set all values of this channel to 0"),
    (f"{TIMES}2", "channel twice as strong", "Multiply all values of this channel by 2"),
    ("paint", "paint into the channel", "Drag over the large map: cells become the largest value of the layer"),
    ("erase", "erase in the channel", "Drag over the large map: cells become 0"),
)
_AS_IT_IS, _OFF, _TWICE, _PAINT, _ERASE = range(5)
_FACTORS = {_AS_IT_IS: 1.0, _OFF: 0.0, _TWICE: 2.0}
JUDGED = (
    ("G(z)", "what G makes", "D judges what G makes of the explorer's z"),
    ("real", "a picture of the data", "D judges a picture of the data set; press again for another one"),
)
GENERATED, REAL = range(2)
_GRID_TIP = (
    "What the layer makes, the strongest channels first. Maps follow the sliders of the latent explorer. Click one to "
    "see it large."
)
_LARGE_TIP = "Drag to paint into this channel: the picture beside answers. With the keys: arrows, then Space."
_SUM_TIP = "See the patch, the kernel and the products that one value of a convolution is the sum of"
_STEPS_TIP = "See this channel at steps of the run, for the same input: when it learned what it does"
_GRADIENT = "D's gradient\N{HORIZONTAL ELLIPSIS}"
_GRADIENT_TIP = "See what would make D call the picture more real, drawn over the picture"
_NO_CHANGE = "Change a channel: what becomes of the picture is shown here"


class MapsPanel(QWidget):
    """Channels, scale, one channel large, its changes, and the answer.

    Parameters
    ----------
    looker
        What is looked at.
    parent
        Qt's parent.
    """

    anotherRequested = Signal()  # another real picture

    def __init__(self, looker: Looker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insideMaps")
        self._looker = looker
        self.scale = ChoiceRow("scale of the colours", _SCALES, self)
        self.scale.setObjectName("insideScaleChoice")
        self.legend = ScaleLegend(self)
        self.judged = ChoiceRow("what D judges", JUDGED, self)
        self.judged.setObjectName("insideJudged")
        self.sort_button = self._button("insideSortButton", "sort", "Show the channels that are strongest now first")
        self.grid = PictureGrid("channels of the layer", "muted", self)
        self.grid.setObjectName("insideGrid")
        self.grid.set_selectable(True)
        self.grid.setToolTip(as_tip(_GRID_TIP))
        self.large = LargeMap("insideLargeMap", "the chosen channel, large", _LARGE_TIP, self)
        self.sum_button = self._button("insideSumButton", "one sum\N{HORIZONTAL ELLIPSIS}", _SUM_TIP)
        self.sum_button.setEnabled(False)
        self.steps_button = self._button("insideStepsButton", "over time\N{HORIZONTAL ELLIPSIS}", _STEPS_TIP)
        self.steps_button.setEnabled(False)
        self.gradient_button = self._button(
            "insideGradientButton", "D's gradient\N{HORIZONTAL ELLIPSIS}", _GRADIENT_TIP
        )
        self.gradient_button.setEnabled(False)
        self.change = ChoiceRow("change of the channel", _CHANGES, self)
        self.change.setObjectName("insideChange")
        self.undo_button = self._button("insideUndoButton", "undo all", "Leave all channels of this layer as they are")
        self.before = PictureGrid("picture", "fake", self)
        self.after = PictureGrid("picture with the changed channels", "accent", self)
        self.says = WrappedLabel("", self)
        self.says.setObjectName("insideMapSays")
        self._lay_out()
        self._connect()

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(as_tip(tip))
        button.setProperty("small", True)
        return button

    def _lay_out(self) -> None:
        tools = FlowLayout()
        tools.setSpacing(SPACE // 2)
        for part in (self.judged, self.scale, self.legend, self.sort_button):
            tools.addWidget(part)
        left = QVBoxLayout()
        left.setSpacing(SPACE // 2)
        left.addLayout(tools)
        left.addWidget(self.grid, 1)
        changes = FlowLayout()
        changes.setSpacing(SPACE // 2)
        changes.addWidget(self.change)
        changes.addWidget(self.undo_button)
        changes.addWidget(self.sum_button)
        changes.addWidget(self.steps_button)
        changes.addWidget(self.gradient_button)
        right = QGridLayout()
        right.setSpacing(SPACE // 2)
        right.addLayout(changes, 0, 0, 1, 3)
        right.addWidget(self.large, 1, 0)
        right.addWidget(self.before, 1, 1)
        right.addWidget(self.after, 1, 2)
        right.addWidget(self.says, 2, 0, 1, 3)
        right.setRowStretch(1, 1)
        for column, stretch in enumerate((4, 3, 3)):
            right.setColumnStretch(column, stretch)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addLayout(left, 1)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self._looker.changed.connect(self.show_all)
        self.scale.changed.connect(self.show_all)
        self.sort_button.clicked.connect(self._looker.sort)
        self.grid.chosen.connect(self._choose)
        self.grid.pointed.connect(self._point_at)
        self.change.changed.connect(self._change)
        self.undo_button.clicked.connect(self._looker.undo_all)
        self.large.painted.connect(self._paint)
        self.large.pointed.connect(self._point_in)
        self.judged.button(GENERATED).clicked.connect(self.judge_generated)
        self.judged.button(REAL).clicked.connect(self.anotherRequested)

    # What the user does

    @Slot(int)
    def _choose(self, index: int) -> None:
        if self._looker.seen is not None:
            self._looker.choose(int(self._looker.seen.seen.channels[index]))

    @Slot(int)
    def _change(self, index: int) -> None:
        if index in _FACTORS:
            self._looker.multiply(_FACTORS[index])

    @Slot(int, int)
    def _paint(self, row: int, column: int) -> None:
        is_out = self.change.index == _ERASE
        if self.change.index not in (_PAINT, _ERASE):
            self._check(_PAINT)
        self._looker.paint(row, column, is_out)

    @Slot()
    def judge_generated(self) -> None:
        """Have D judge what G makes of the explorer's z."""
        self.judged.button(GENERATED).setChecked(True)
        self._looker.show_picture(None)

    # What is shown

    def show_text(self, text: str) -> None:
        """Show why there is nothing to see."""
        for grid in (self.before, self.after):
            grid.show_text("")
        self.grid.show_text(text)
        self.large.show_map(None)
        self.says.setText("")
        self._enable(False)

    @Slot()
    def show_all(self, *_: object) -> None:
        """Show the newest answer."""
        looked = self._looker.seen
        self.judged.setVisible(not self._looker.is_generator)
        if looked is None:
            self.show_text("")
            return
        self._enable(True)
        self._show_maps(looked)
        self._show_pictures(looked)
        self._show_change()
        self._say()

    def recolour(self) -> None:
        """Give the maps the colours of another theme."""
        if self._looker.seen is not None:
            self._show_maps(self._looker.seen)

    def _enable(self, on: bool) -> None:
        for part in (self.scale, self.sort_button, self.change):
            part.setEnabled(on)
        self.undo_button.setEnabled(on and bool(self._looker.edits))
        self.legend.setVisible(on)

    def _show_maps(self, looked: Looked) -> None:
        seen = looked.seen
        maps, channels = seen.maps.copy(), [int(channel) for channel in seen.channels]
        for edit in self._looker.edits:
            if edit.channel in channels:
                edit.apply(maps[channels.index(edit.channel)], seen.largest)
        own = np.abs(maps).max((1, 2))
        is_common = self.scale.index == 0
        pixels = colour_maps(maps, np.full(len(maps), seen.largest) if is_common else own)
        self.legend.show_scale(seen.largest if is_common else None)
        self.grid.show_pictures(pixels)
        chosen = self._looker.channel
        index = channels.index(chosen) if chosen in channels else -1
        self.grid.frame(index)
        self.large.show_map(pixels[index] if index >= 0 else None, self._looker.edit.painted)

    def _show_pictures(self, looked: Looked) -> None:
        seen = looked.seen
        self.before.show_pictures(seen.picture)
        if seen.changed is not None and self._looker.edits:
            self.after.show_pictures(seen.changed)
        else:
            self.after.show_text(_NO_CHANGE)
        self.after.setVisible(looked.request.is_generator)

    def _show_change(self) -> None:
        edit = self._looker.edit
        if edit.painted is not None:
            self._check(self.change.index if self.change.index in (_PAINT, _ERASE) else _PAINT)
        elif self.change.index not in (_PAINT, _ERASE) or edit.factor != 1.0:
            self._check(next(index for index, factor in _FACTORS.items() if factor == edit.factor))

    def _check(self, index: int) -> None:
        self.change.blockSignals(True)
        self.change.button(index).setChecked(True)
        self.change.blockSignals(False)

    @Slot(int)
    def _point_at(self, index: int) -> None:
        seen = None if self._looker.seen is None else self._looker.seen.seen
        if seen is None or not 0 <= index < len(seen.channels):
            self._say()
            return
        self.says.setText(_describe(int(seen.channels[index]), seen.maps[index], seen.count))

    @Slot(int, int)
    def _point_in(self, row: int, column: int) -> None:
        seen = None if self._looker.seen is None else self._looker.seen.seen
        index = -1 if seen is None else index_of(seen.channels, self._looker.channel)
        if seen is None or index < 0 or row < 0:
            self._say()
            return
        value = format_signed(float(seen.maps[index][row, column]), 3)
        self.says.setText(f"Channel {self._looker.channel}, row {row + 1}, column {column + 1}: {value}")

    def _say(self) -> None:
        seen = None if self._looker.seen is None else self._looker.seen.seen
        index = -1 if seen is None else index_of(seen.channels, self._looker.channel)
        if seen is None or index < 0:
            self.says.setText("")
            return
        words = _describe(self._looker.channel, seen.maps[index], seen.count)
        if seen.chance is not None:
            words += f" D(x) is {seen.chance:.2f}"
            words += f", with the change {seen.changed_chance:.2f}." if seen.changed_chance is not None else "."
        self.says.setText(words)


def _describe(channel: int, values: np.ndarray, count: int) -> str:
    low, high = (format_number(float(each)) for each in (values.min(), values.max()))
    kind = "Number" if values.size == 1 else "Channel"
    name = f"{kind} {channel} of 0 to {count - 1}" if count > 1 else f"The only {kind.lower()}"
    return f"{name}: {high}." if values.size == 1 else f"{name}: {low} to {high}."
