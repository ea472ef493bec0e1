"""One value of a convolution: the patch, the kernel and the products that it is the sum of, under the pointer."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.inside.large_map import LargeMap
from ganstudio.gui.inside.looker import Looker, index_of
from ganstudio.gui.inside.map_colours import colour_maps
from ganstudio.gui.inside.page import Page
from ganstudio.gui.inside.sum_table import SumTable
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.inside_requests import Summed, SumsRequest
from ganstudio.gui.workers.sample_requests import Channel
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent.sums import Sums
from ganstudio.text import format_signed

if TYPE_CHECKING:
    from ganstudio.networks.inside.structure import Layer

_STEP = 250  # ms between two values, until the pointer shows which
_GRID_WIDTH = 132  # px
_CONVOLUTION = (
    "Point at the output: its value is the sum of the input values in a patch, each times the weight of the kernel at "
    "the same place. The kernel is the same everywhere."
)
_TRANSPOSED = (
    "Point at the input: its value, times the kernel, is stamped into the output. Point at the output: its value is "
    "the sum of all stamps that reach it."
)
_FAILED = "This convolution cannot be shown: "


class SumPage(Page):
    """Input map, numbers and output map of a convolution, coupled under the pointer.

    Parameters
    ----------
    looker
        What is looked at.
    samples
        The thread that answers.
    parent
        Qt's parent.
    """

    backRequested = Signal()

    def __init__(self, looker: Looker, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insideSumPage")
        self._looker, self._samples = looker, samples
        self._layer: Layer | None = None
        self._output, self._taken = 0, -1  # numbers of maps; -1: the input map that adds most
        self._asked: SumsRequest | None = None
        self.sums: Sums | None = None
        self._at = (0, 0)  # the value that is shown
        self._points_at_input = False
        self._steps = QTimer(self, interval=_STEP)
        self._steps.timeout.connect(self._step)
        self._make_parts()
        self._lay_out()
        self.inputs.chosen.connect(self._choose)
        self.input.pointed.connect(self._point_at_input)
        self.output.pointed.connect(self._point_at_output)
        self._looker.changed.connect(self.refresh)
        samples.on(Channel.SUMS).answered.connect(self._take)
        samples.on(Channel.SUMS).refused.connect(self._refuse)

    def _make_parts(self) -> None:
        self.back = QPushButton("Back to the maps", self)
        self.back.setObjectName("insideBackButton")
        self.back.setToolTip(as_tip("Back to the maps (Esc)"))
        self.back.setAutoDefault(False)
        self.back.setProperty("small", True)
        self.back.clicked.connect(self.backRequested)
        self.title = WrappedLabel("", self)
        self.inputs = PictureGrid("input maps, the one that adds most first", "muted", self)
        self.inputs.setObjectName("insideInputs")
        self.inputs.setFixedWidth(_GRID_WIDTH)
        self.inputs.set_selectable(True)
        self.inputs.setToolTip(as_tip("Input maps, the one that adds most to the output map first. Click one."))
        self.input = LargeMap("insideInput", "input map", "A map that the layer takes", self)
        self.output = LargeMap("insideOutput", "output map", "What all input maps together make", self)
        self.input_name, self.output_name = Label("", self), Label("", self)
        self.table = SumTable(self)
        self.says = WrappedLabel("", self)
        self.says.setObjectName("insideSumSays")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.back)
        body = QGridLayout()
        body.setHorizontalSpacing(SPACE)
        body.setVerticalSpacing(SPACE // 2)
        for column, name in ((1, self.input_name), (3, self.output_name)):
            name.setProperty("muted", True)
            body.addWidget(name, 0, column)
            body.setColumnStretch(column, 1)
        for column, part in enumerate((self.inputs, self.input, self.table, self.output)):
            body.addWidget(part, 1, column)
        body.setRowStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE // 2)
        whole.addLayout(head)
        whole.addLayout(body, 1)
        whole.addWidget(self.says)

    # What is shown

    def show_layer(self, layer: "Layer") -> None:
        """Show the sums of a layer that is a convolution; its output map is the channel that is chosen."""
        self._layer, self._taken, self._asked = layer, -1, None
        self._at, self._points_at_input = (0, 0), False
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Ask for the sums if what the network takes is another one."""
        inputs = self._looker.inputs()
        if not self.isVisible() or self._layer is None or inputs is None:
            return
        if self._output != max(0, self._looker.channel):
            self._output, self._taken = max(0, self._looker.channel), -1
        before = self._asked
        taken = None if self._taken < 0 else self._taken
        if (
            before is not None
            and (before.model, before.output, before.taken) == (inputs.model, self._output, taken)
            and inputs.are_those_of(before)
        ):
            return
        self._asked = SumsRequest(
            inputs.model,
            inputs.is_generator,
            self._layer.place,
            inputs.z,
            inputs.mix,
            inputs.picture,
            self._output,
            taken,
        )
        self._samples.put(Channel.SUMS, self._asked)

    @Slot(object)
    def _take(self, summed: Summed) -> None:
        asked = summed.request
        if self._layer is None or (asked.place, asked.is_generator) != (self._layer.place, self._looker.is_generator):
            return
        self.sums = sums = summed.sums
        is_newest = self._asked is asked
        if is_newest or self._taken < 0:  # not the answer from before another map was chosen
            self._taken = sums.channel
        if is_newest:  # so that the same is not asked for again
            self._asked = asked.with_taken(sums.channel)
        self.title.setText(f"{self._layer.words.title}. {_TRANSPOSED if sums.is_transposed else _CONVOLUTION}")
        last = len(sums.order) - 1
        self.input_name.setText(f"input map {sums.channel} of 0 to {last}" if last else "the only input map")
        self.output_name.setText(f"output map {sums.output}")
        strengths = np.full(len(sums.inputs), np.abs(sums.inputs).max())
        self.inputs.show_pictures(colour_maps(sums.inputs, strengths))
        self.inputs.frame(index_of(sums.order[: len(sums.inputs)], sums.channel))
        self.show_value()

    @Slot(str)
    def _refuse(self, why: str) -> None:
        if self.isVisible():
            self.sums = None
            self.title.setText(f"{_FAILED}{why}")
            self.input.show_map(None)
            self.output.show_map(None)
            self.says.setText("")

    @Slot(int)
    def _choose(self, index: int) -> None:
        if self.sums is not None:
            self._taken = int(self.sums.order[index])
            self.refresh()

    # Under the pointer

    @Slot(int, int)
    def _point_at_input(self, row: int, column: int) -> None:
        if self.sums is None or row < 0:
            return
        self._steps.stop()
        self._points_at_input = self.sums.is_transposed
        if self.sums.is_transposed:
            self._at = row, column
        else:  # the output value whose patch begins around here
            stride, last = self.sums.stride, self.sums.whole.shape
            self._at = min(row // stride[0], last[0] - 1), min(column // stride[1], last[1] - 1)
        self.show_value()

    @Slot(int, int)
    def _point_at_output(self, row: int, column: int) -> None:
        if row >= 0:
            self._steps.stop()
            self._points_at_input, self._at = False, (row, column)
            self.show_value()

    @Slot()
    def _step(self) -> None:
        """Go to the next value, row by row."""
        if self.sums is None:
            return
        shape = self.sums.taken.shape if self._points_at_input else self.sums.whole.shape
        place = (self._at[0] * shape[1] + self._at[1] + 1) % (shape[0] * shape[1])
        self._points_at_input = self.sums.is_transposed
        self._at = divmod(place, shape[1])
        self.show_value()

    def show_value(self) -> None:
        """Show the value that is pointed at: its patch, its products and its sum."""
        sums = self.sums
        if sums is None:
            return
        shape = sums.taken.shape if self._points_at_input else sums.whole.shape
        row, column = self._at = min(self._at[0], shape[0] - 1), min(self._at[1], shape[1] - 1)
        largest = float(np.abs(sums.inputs).max()), float(np.abs(sums.kernel).max())
        if self._points_at_input:
            places, values = sums.targets(row, column), np.full(sums.kernel.shape, float(sums.taken[row, column]))
            values[places[..., 0] < 0] = np.nan
            inputs, outputs = np.array([[[row, column]]]), places
            total = "stamped into the output"
            self.says.setText(_say_stamp(sums, row, column))
        else:
            places, values = sums.sources(row, column), sums.values(row, column)
            inputs, outputs = places, np.array([[[row, column]]])
            total = f"sum: {format_signed(float(np.nansum(values * sums.kernel)), 3)}"
            self.says.setText(_say_sum(sums, row, column))
        self.input.show_map(colour_maps(sums.taken[None], np.array(largest[:1]))[0], _mask(inputs, sums.taken.shape))
        whole = np.array([np.abs(sums.whole).max()])
        self.output.show_map(colour_maps(sums.whole[None], whole)[0], _mask(outputs, sums.whole.shape))
        self.table.show_sum(values, sums.kernel, largest, total)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._steps.start()
        self.refresh()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._steps.stop()


def _say_sum(sums: Sums, row: int, column: int) -> str:
    values = sums.values(row, column)
    count, part = int(np.isfinite(values).sum()), format_signed(float(sums.part[row, column]), 3)
    whole = format_signed(float(sums.whole[row, column]), 3)
    products = "1 product is" if count == 1 else f"{count} products add up to"
    begins = f"Row {row + 1}, column {column + 1} of the output: {products} {part}"
    bias = f" With the bias {format_signed(sums.bias, 3)} it is" if sums.bias else ""
    if len(sums.order) == 1:
        return f"{begins}.{bias} {whole}." if bias else f"{begins}."
    return (
        f"{begins} from this input map. The same is done with all {len(sums.order)} input maps."
        f"{bias or ' It is'} {whole} in all."
    )


def _say_stamp(sums: Sums, row: int, column: int) -> str:
    value = format_signed(float(sums.taken[row, column]), 3)
    places = sums.targets(row, column).reshape(-1, 2)
    places = places[places[:, 0] >= 0] + 1
    says = f"Row {row + 1}, column {column + 1} of the input is {value}."
    if not len(places):
        return f"{says} Its stamp lies outside of the output."
    (top, left), (bottom, right) = places.min(0), places.max(0)
    return f"{says} Times the kernel it is added to rows {top} to {bottom} and columns {left} to {right} of the output."


def _mask(places: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(shape, np.bool_)
    found = places.reshape(-1, 2)
    found = found[found[:, 0] >= 0]
    mask[found[:, 0], found[:, 1]] = True
    return mask
