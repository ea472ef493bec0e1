"""One channel at steps of the run, for the same input: when it learned what it does."""

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.inside.looker import Looker
from ganstudio.gui.inside.map_colours import colour_maps
from ganstudio.gui.inside.page import Page
from ganstudio.gui.inside.scale_legend import ScaleLegend
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import snapshot_models
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.inside_requests import Step, Steps, StepsRequest
from ganstudio.gui.workers.sample_requests import Channel
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.images import Pictures
from ganstudio.text import format_number

MAX_STEPS = 16  # that are shown
_PAUSE = 300  # ms after the last move of the explorer
_ALIKE = 0.9  # correlation of two maps from which on they look much the same
_GAP = 1  # px between a map and the picture below it


class StepsPage(Page):
    """A map and the picture below it for each of some steps of the run; a click goes to that step.

    Parameters
    ----------
    looker
        What is looked at.
    model
        The run.
    samples
        The thread that answers.
    parent
        Qt's parent.
    """

    backRequested = Signal()

    def __init__(self, looker: Looker, model: RunModel, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insideStepsPage")
        self._looker, self._model, self._samples = looker, model, samples
        self._asked: StepsRequest | None = None
        self.steps: tuple[Step, ...] = ()
        self._missing = 0  # snapshots that could not be read
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.ask)
        self.title = WrappedLabel("", self)
        self.legend = ScaleLegend(self)
        self.back = QPushButton("Back to the maps", self)
        self.back.setObjectName("insideStepsBackButton")
        self.back.setToolTip(as_tip("Back to the maps (Esc)"))
        self.back.setAutoDefault(False)
        self.back.setProperty("small", True)
        self.back.clicked.connect(self.backRequested)
        self.grid = PictureGrid("the channel at steps of the run", "muted", self)
        self.grid.setObjectName("insideSteps")
        self.grid.set_selectable(True)
        self.grid.setToolTip(
            as_tip("The channel, and the picture below it, at steps of the run. Click one to go there.")
        )
        self.says = WrappedLabel("", self)
        self.says.setObjectName("insideStepsSays")
        self._lay_out()
        self.grid.chosen.connect(self._go)
        self.grid.pointed.connect(self._point_at)
        looker.changed.connect(self._look_soon)
        samples.on(Channel.STEPS).answered.connect(self._take)
        samples.on(Channel.STEPS).refused.connect(self._refuse)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.legend)
        head.addWidget(self.back)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE // 2)
        whole.addLayout(head)
        whole.addWidget(self.grid, 1)
        whole.addWidget(self.says)

    # Asking

    @Slot()
    def _look_soon(self) -> None:
        if self.isVisible():
            self._pause.start()

    @Slot()
    def ask(self) -> None:
        """Ask for the channel at steps of the run, if it is not shown as it is now."""
        inputs, layer, channel = self._looker.inputs(), self._looker.layer, self._looker.channel
        if not self.isVisible() or inputs is None or layer is None or channel < 0:
            return
        before, models = self._asked, tuple(snapshot_models(self._model, MAX_STEPS))
        if not models or models[0].config.network != inputs.model.config.network:
            return
        if (
            before is not None
            and before.models[0].path == models[0].path
            and (before.place, before.channel, before.is_generator) == (layer.place, channel, inputs.is_generator)
            and inputs.are_those_of(before)
        ):
            return
        self._asked = StepsRequest(
            models, inputs.is_generator, layer.place, inputs.z, inputs.mix, inputs.picture, channel
        )
        self.title.setText(f"Channel {channel} of {layer.words.title}, for the same input at {len(models)} steps")
        self._samples.put(Channel.STEPS, self._asked)

    @Slot(object)
    def _take(self, steps: Steps) -> None:
        if steps.request is not self._asked:
            return
        self.steps, self._missing = steps.steps, steps.missing
        self.show_steps()

    def show_steps(self) -> None:
        """Show the steps that are known."""
        if not self.steps:
            return
        maps = np.stack([step.values for step in self.steps])
        largest = float(np.abs(maps).max())
        pixels = colour_maps(maps, np.full(len(maps), largest))
        pairs = zip(pixels, self.steps, strict=True)
        self.grid.show_pictures(np.stack([_above(one, step.picture[0]) for one, step in pairs]))
        self.legend.show_scale(largest)
        self._say()

    @Slot(str)
    def _refuse(self, why: str) -> None:
        if self.isVisible():
            self.steps, self._asked = (), None
            self.grid.show_text(why)
            self.says.setText("")

    # What it says

    @Slot(int)
    def _point_at(self, index: int) -> None:
        if not 0 <= index < len(self.steps):
            self._say()
            return
        step = self.steps[index]
        low, high = (format_number(float(each)) for each in (step.values.min(), step.values.max()))
        opinion = "" if step.chance is None else f" D(x) is {step.chance:.2f}."
        self.says.setText(f"Step {step.step:,}: {low} to {high}.{opinion} Click to go to this step.")

    def _say(self) -> None:
        asked = self._asked
        if asked is None or not self.steps:
            return
        if len(self.steps) + self._missing < len(asked.models):
            self.says.setText(f"{len(self.steps)} of {len(asked.models)} steps")
            return
        lost = f" {_count(self._missing)} could not be read." if self._missing else ""
        first, last = self.steps[0].step, self.steps[-1].step
        self.says.setText(f"From step {first:,} to step {last:,}, row by row. {describe_learning(self.steps)}{lost}")

    @Slot(int)
    def _go(self, index: int) -> None:
        if 0 <= index < len(self.steps):
            self._model.view(self.steps[index].step)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asked = None  # there may be new snapshots
        self.ask()


def describe_learning(steps: tuple[Step, ...]) -> str:
    """Return from which step on a channel looks as it does at the last one; "" if it has no places to compare."""
    if steps[-1].values.size == 1:
        return ""
    alike = [_correlate(step.values, steps[-1].values) > _ALIKE for step in steps[:-1]]
    since = len(alike) - next((back for back, is_alike in enumerate(reversed(alike)) if not is_alike), len(alike))
    if since == len(alike):
        return "It still changes: at no earlier step shown did the map look as it does at the last one."
    return (
        f"Since step {steps[since].step:,} the map has looked much as it does at the last one (correlation above "
        f"{_ALIKE:g})."
    )


def _count(missing: int) -> str:
    return "1 snapshot" if missing == 1 else f"{missing} snapshots"


def _correlate(one: np.ndarray, other: np.ndarray) -> float:
    a, b = one.ravel() - one.mean(), other.ravel() - other.mean()
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    if size == 0:  # a channel that is off has the same value everywhere
        return float(np.array_equal(one, other))
    return float(a @ b) / size


def _above(pixels: Pictures, picture: Pictures) -> Pictures:
    """Return a map, (h, w, 3), above a picture, (H, W) or (H, W, C), as wide as that: (h' + gap + H, W, 3)."""
    height, width = picture.shape[:2]
    colour = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture[..., :3]
    rows = np.arange(height) * pixels.shape[0] // height
    columns = np.arange(width) * pixels.shape[1] // width
    gap = np.zeros((_GAP, width, 3), np.uint8)
    whole: Pictures = np.concatenate([pixels[rows][:, columns], gap, colour]).astype(np.uint8)
    return whole
