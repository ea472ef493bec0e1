"""Timeline: a slider with one tick for each snapshot, back to the noise at step 0, and from where to go on."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QAction, QColor, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import nearest, position
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.slider import Slider
from ganstudio.text import DOT

_STRONG = 2.4  # px: width of the tick of a checkpoint
_EMPTY = ("Snapshots of the run appear here as it trains.", "Snapshots appear here.")
_ROOMY = 460  # px: from then on there is room for the words of the buttons, and for where it stands
_CLOSEST_TICKS = 3  # px: ticks that would stand closer are drawn as a band


class TimeSlider(Slider):
    """Slider over the indices of the snapshots, with their ticks below the groove; a rewind goes to the strong ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent=parent)
        self.setObjectName("timeSlider")
        self.setAccessibleName("time: snapshots of the run")
        self.setToolTip(
            "Goes back in time. Each tick is a snapshot of the generator; the grid, the latent explorer and the "
            "cursor in the curves all follow. The right end is live. Bold ticks are checkpoints, from which the run "
            "can go on (Rewind) or another run can begin (Branch)."
        )
        self.setPageStep(10)
        self._points: list[float] = []

    def set_points(self, places: list[float]) -> None:
        """Where strong ticks stand, as (broken) indices of snapshots."""
        if places != self._points:
            self._points = places
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick clicks are two clicks

    def paint_groove(self, painter: QPainter) -> None:
        super().paint_groove(painter)
        count = self.maximum() - self.minimum() + 1
        if count < 2:
            return
        colours = theme.current()
        painter.setPen(QColor(colours.muted if self.isEnabled() else colours.disabled))
        every = max(1, round(_CLOSEST_TICKS * count / max(1, self.width())))
        top = self.height() / 2 + 5
        for index in {*range(self.minimum(), self.maximum() + 1, every), self.maximum()}:
            x = int(self.x_of(index)) + 0.5
            painter.drawLine(QPointF(x, top), QPointF(x, self.height() - 0.5))
        for place in self._points:
            strong = QRectF(self.x_of(place) - _STRONG / 2, top - 1, _STRONG, self.height() - top + 1)
            painter.fillRect(strong, QColor(colours.text if self.isEnabled() else colours.disabled))


class Timeline(QWidget):
    """The slider with where it stands in words; in the past, ways to go on from there and the way back to live."""

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName("timeline")
        self._model = model
        self._steps: list[int] = []
        self.slider = TimeSlider(self)
        self._words = FittingLabel(self)
        self._words.setProperty("muted", True)
        self._live = QToolButton(self)
        self._live.setObjectName("backToLiveButton")
        self._live.setText("back to live")
        self._live.setAccessibleName("back to live")
        self._live.setToolTip("Shows the newest pictures again.")
        self._offered: list[QToolButton] = []
        self._lay_out()
        self._connect()
        self._read()

    def offer(self, *actions: QAction) -> None:
        """Buttons for what can be done from a step of the past, shown while one is looked at."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setProperty("small", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._below.insertWidget(self._below.count() - 1, button)
            button.setAccessibleName(action.text().rstrip("…"))
            self._offered.append(button)
        self._make_room()
        self._read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where there is little, the buttons say by their icons alone what they do."""
        style = Qt.ToolButtonStyle
        roomy = self.width() >= _ROOMY
        for button in self._offered:
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon if roomy else style.ToolButtonIconOnly)

    def _lay_out(self) -> None:
        self._below = below = QHBoxLayout()
        below.setSpacing(2)
        below.addWidget(self._words, 1)
        below.addWidget(self._live)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.slider)
        column.addLayout(below)

    def _connect(self) -> None:
        model = self._model
        self.slider.valueChanged.connect(self._moved)
        self._live.clicked.connect(self._back_to_live)
        model.reset.connect(self._read)
        model.snapshotAdded.connect(self._read)
        model.viewedStepChanged.connect(self._read)
        model.ticked.connect(self._ticked)
        model.configChanged.connect(self._say)
        model.rewindPointsChanged.connect(self._read)

    def _ticked(self) -> None:
        if len(self._steps) == len(self._model.snapshots):
            self._say()
        else:  # a resume took some back
            self._read()

    def _moved(self, index: int) -> None:
        """The right end is the newest snapshot, and stays it while more come: live."""
        self._model.view(None if index == len(self._steps) - 1 else self._steps[index])

    def _back_to_live(self) -> None:
        self._model.view(None)

    def _read(self) -> None:
        """Take over the model's snapshots and where it looks."""
        self._steps = [step for step, _ in self._model.snapshots]
        index = nearest(self._steps, self._model.viewed_step)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(self._steps) - 1))
            self.slider.setValue(index or 0)
        self.slider.setEnabled(len(self._steps) > 1)
        self.slider.set_points(_places(self._model.rewind_points, self._steps))
        self.slider.update()
        past = self._model.viewed_step is not None
        for button in (self._live, *self._offered):
            button.setVisible(past)
        self._say()

    def _say(self) -> None:
        model = self._model
        newest = self._steps[-1] if self._steps else model.step
        step = newest if model.viewed_step is None else model.viewed_step
        if not self._steps and not len(model.history):
            wordings: tuple[str, ...] = _EMPTY
        else:
            rewind, short = self._rewind_words(), f"picture of step {step:,}"
            wordings = (position(model, step) + rewind, short + rewind, short, f"step {step:,}")
        if wordings == self._words.wordings():
            return
        self._words.say(*wordings)
        self.slider.setAccessibleDescription(wordings[0])

    def _rewind_words(self) -> str:
        """Where a rewind would go, while a step of the past is looked at."""
        model = self._model
        if model.viewed_step is None or not model.rewind_points:
            return ""
        point = model.find_rewind_point()
        if point is None:
            return f" {DOT} no checkpoint before it to rewind to"
        return f" {DOT} Rewind goes to step {point:,}"


def _places(points: list[int], steps: list[int]) -> list[float]:
    """Where on the slider checkpoints stand between the snapshots at `steps`; those outside are left out."""
    if len(steps) < 2:
        return []
    inside = [point for point in points if steps[0] <= point <= steps[-1]]
    return [float(place) for place in np.interp(inside, steps, np.arange(len(steps)))]
