"""What would make D call a picture more real, drawn over the picture, and what D says if the picture is changed so."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.inside.large_map import LargeMap
from ganstudio.gui.inside.looker import Inputs, Looker
from ganstudio.gui.inside.map_colours import colour_maps, colour_over
from ganstudio.gui.inside.maps_panel import JUDGED
from ganstudio.gui.inside.page import Page
from ganstudio.gui.inside.scale_legend import ScaleLegend
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.flow_layout import FlowLayout
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.inside_requests import Pushed, PushRequest
from ganstudio.gui.workers.sample_requests import Channel
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.text import format_number

_FULL = 0.99  # share of the values that are not larger than that which gets the full colour
_WAYS = (
    ("over the picture", "gradient over the picture", "Colours over the picture: the stronger, the more they cover"),
    ("alone", "gradient alone", "The gradient without the picture"),
)
_OVER = 0
_COLOURS = (
    ("all", "all colours", "The mean of red, green and blue: lighter or darker"),
    ("red", "red", "More or less red"),
    ("green", "green", "More or less green"),
    ("blue", "blue", "More or less blue"),
    ("opacity", "opacity", "More or less opaque"),
)
_ALL, _OPACITY = 0, 4
_WORDS = {0: ("lighter", "darker"), _OPACITY: ("more opaque", "less opaque")}
_STEPS = tuple(
    (f"{levels}", f"step of {levels} grey levels", f"The picture at the right: moved by {levels} of 255 grey levels")
    for levels in (1, 4, 16)
)
_LEVELS = (1.0, 4.0, 16.0)
_TITLE = (
    "What would make D call this picture more real. Green: lighter lowers G's loss ({loss}); purple: darker lowers it."
)
_OVERLAY_TIP = (
    "Minus the gradient of G's loss with respect to the picture, through this run's D: what G is taught. Point at a "
    "pixel to see its value."
)
_LEGEND_TIP = (
    "By how much G's loss falls if the pixel becomes one of 255 grey levels lighter. The largest hundredth of the "
    "pixels have the full colour."
)


class GradientPage(Page):
    """The picture that D judges, the gradient over it, and the picture after a step along the gradient.

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
    judgeRequested = Signal(int)  # GENERATED or REAL: what D is to judge

    def __init__(self, looker: Looker, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insideGradientPage")
        self._looker, self._samples = looker, samples
        self._asked: PushRequest | None = None
        self.shown: Pushed | None = None
        self._largest = 0.0
        self._make_parts()
        self._lay_out()
        for row in (self.way, self.colour):
            row.changed.connect(self.show_gradient)
        self.step.changed.connect(self.refresh)
        for index in range(len(JUDGED)):
            self.judged.button(index).clicked.connect(self._judge)
        self.overlay.pointed.connect(self._point_at)
        looker.changed.connect(self.refresh)
        samples.on(Channel.PUSH).answered.connect(self._take)
        samples.on(Channel.PUSH).refused.connect(self._refuse)

    def _make_parts(self) -> None:
        self.title = WrappedLabel("", self)
        self.back = QPushButton("Back to the maps", self)
        self.back.setObjectName("insideGradientBackButton")
        self.back.setToolTip(as_tip("Back to the maps (Esc)"))
        self.back.setAutoDefault(False)
        self.back.setProperty("small", True)
        self.back.clicked.connect(self.backRequested)
        self.judged = ChoiceRow("what D judges", JUDGED, self)
        self.judged.setObjectName("insideGradientJudged")
        self.way = ChoiceRow("how the gradient is shown", _WAYS, self)
        self.way.setObjectName("insideGradientWay")
        self.colour = ChoiceRow("which colour", _COLOURS, self)
        self.colour.setObjectName("insideGradientColour")
        self.legend = ScaleLegend(self, _LEGEND_TIP)
        self.step = ChoiceRow("length of the step, grey levels", _STEPS, self)
        self.step.setObjectName("insideGradientStep")
        self.step.button(1).setChecked(True)
        self.picture = PictureGrid("picture", "muted", self)
        self.overlay = LargeMap("insideGradient", "gradient over the picture", _OVERLAY_TIP, self)
        self.moved = PictureGrid("picture after the step", "accent", self)
        self.captions = tuple(self._muted(text) for text in ("what D judges", "the gradient", "after a step of"))
        self.says = WrappedLabel("", self)
        self.says.setObjectName("insideGradientSays")

    def _muted(self, text: str) -> Label:
        label = Label(text, self)
        label.setProperty("muted", True)
        return label

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.back)
        body = QGridLayout()
        body.setHorizontalSpacing(SPACE)
        body.setVerticalSpacing(SPACE // 2)
        tools: tuple[tuple[QWidget, ...], ...] = (
            (self.judged,),
            (self.way, self.colour, self.legend, self._muted("per grey level")),
            (self.step, self._muted("grey levels")),
        )
        for column, (caption, parts) in enumerate(zip(self.captions, tools, strict=True)):
            row = FlowLayout()
            row.setSpacing(SPACE // 2)
            for part in (caption, *parts):
                row.addWidget(part)
            body.addLayout(row, 0, column)
            body.setColumnStretch(column, 1)
        for column, part in enumerate((self.picture, self.overlay, self.moved)):
            body.addWidget(part, 1, column)
        body.setRowStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE // 2)
        whole.addLayout(head)
        whole.addLayout(body, 1)
        whole.addWidget(self.says)

    # Asking

    @Slot()
    def _judge(self) -> None:
        self.judgeRequested.emit(self.judged.index)

    @Slot()
    def refresh(self, *_: object) -> None:
        """Ask for the gradient if what D judges, or D, is another one."""
        inputs = self._looker.judged_inputs()
        if not self.isVisible() or inputs is None:
            return
        levels = _LEVELS[self.step.index]
        before = self._asked
        if before is not None and _is_same(before, inputs) and before.levels == levels:
            return
        self._asked = PushRequest(inputs.model, inputs.z, inputs.mix, inputs.picture, levels)
        self._samples.put(Channel.PUSH, self._asked)

    @Slot(object)
    def _take(self, pushed: Pushed) -> None:
        if pushed.request is self._asked:
            self.shown = pushed
            self.show_gradient()

    @Slot(str)
    def _refuse(self, why: str) -> None:
        if not self.isVisible():
            return
        self.shown = self._asked = None
        self.picture.show_text(why)
        self.moved.show_text("")
        self.overlay.show_map(None)
        self._enable(False)
        self.says.setText("")

    # What is shown

    @Slot()
    def show_gradient(self, *_: object) -> None:
        """Show the newest answer."""
        if self.shown is None:
            return
        push, config = self.shown.push, self.shown.request.model.config
        self._enable(True)
        self.title.setText(_TITLE.format(loss=config.objective.loss))
        channels = len(push.slope)
        self.colour.setVisible(channels > 1)
        self.colour.button(_OPACITY).setVisible(channels > 3)
        values = self._values()
        self._largest = float(np.quantile(np.abs(values), _FULL)) or float(np.abs(values).max())
        if self.way.index == _OVER:
            pixels = colour_over(values, self._largest, push.picture[0])
        else:
            pixels = colour_maps(values[None], np.array([self._largest]))[0]
        self.overlay.show_map(pixels)
        self.legend.show_scale(self._largest)
        self.picture.show_pictures(push.picture)
        self.moved.show_pictures(push.moved)
        self._say()

    def _enable(self, on: bool) -> None:
        for part in (self.way, self.colour, self.step):
            part.setEnabled(on)
        self.legend.setVisible(on)

    def _values(self) -> npt.NDArray[np.float32]:
        """Return the slope that is shown, (h, w)."""
        assert self.shown is not None
        slope, colour = self.shown.push.slope, self.colour.index
        values: npt.NDArray[np.float32] = (
            slope[colour - 1] if 0 < colour <= len(slope) else slope[: min(len(slope), 3)].mean(0)
        )
        return values

    @Slot(int, int)
    def _point_at(self, row: int, column: int) -> None:
        if self.shown is None or row < 0:
            self._say()
            return
        value, colour = float(self._values()[row, column]), self.colour.index
        name = _COLOURS[colour][1]
        more, less = _WORDS.get(colour, (f"more {name}", f"less {name}"))
        self.says.setText(
            f"Row {row + 1}, column {column + 1}: D wants it {more if value > 0 else less}. One grey level "
            f"{more if value > 0 else less} lowers G's loss by {format_number(abs(value))}."
        )

    def _say(self) -> None:
        if self.shown is None:
            return
        push, levels = self.shown.push, self.shown.request.levels
        as_class = "" if push.label < 0 else f" as one of class {push.label}"
        if not self._largest:
            none = "The gradient is 0 everywhere: G learns nothing from this picture."
            self.says.setText(f"D(x) is {push.chance:.2f}{as_class}. {none}")
            return
        unit = "grey level" if levels == 1 else "grey levels"
        self.says.setText(
            f"D(x) is {push.chance:.2f}{as_class}; moved by {levels:g} {unit} (root mean square) along the gradient, "
            f"{push.moved_chance:.2f}."
        )

    def choose_judged(self, index: int) -> None:
        """Check what D judges, without asking for it."""
        self.judged.button(index).setChecked(True)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asked = None
        self.refresh()


def _is_same(request: PushRequest, inputs: Inputs) -> bool:
    model, before = inputs.model, request.model
    is_same_model = (model.path, model.step, model.version) == (before.path, before.step, before.version)
    return is_same_model and inputs.are_those_of(request)
