"""Time slider with a tick for each snapshot of the run, back to the noise at step 0."""

import numpy as np
from PySide6.QtCore import QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QAction, QColor, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import nearest, position
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.slider import Slider
from ganstudio.text import DOT

_CHECKPOINT_WIDTH = 2.4  # px, of a tick
_EMPTY_TEXTS = ("Snapshots of the run appear here as it trains.", "Snapshots appear here.")
_MIN_TEXT_WIDTH = 460  # px: below it the buttons have icons only, so that the position can be read
_MIN_TICK_DISTANCE = 3  # px: some ticks are left out where they would be closer


class TimeSlider(Slider):
    """Slider over the indices of the snapshots, with ticks below the groove: bold ones for checkpoints.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.

    Attributes
    ----------
    checkpoints : list of float
        Where the bold ticks are, as fractional indices of snapshots.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent=parent)
        self.setObjectName("timeSlider")
        self.setAccessibleName("time: snapshots of the run")
        self.setToolTip(
            "Goes back in time. Each tick is a snapshot of the generator; the grid, the latent explorer and the "
            "cursor in the curves all follow. The right end is live. Bold ticks are checkpoints, from which the run "
            "can be continued (Rewind) or a new run can start (Branch)."
        )
        self.setPageStep(10)
        self.checkpoints: list[float] = []

    def set_checkpoints(self, positions: list[float]) -> None:
        """Draw bold ticks at fractional indices of snapshots."""
        if positions != self.checkpoints:
            self.checkpoints = positions
            self.update()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick clicks are two clicks

    def paint_groove(self, painter: QPainter) -> None:
        """Paint the groove and the ticks."""
        super().paint_groove(painter)
        count = self.maximum() - self.minimum() + 1
        if count < 2:
            return
        colours = theme.current()
        colour = QColor(colours.muted if self.isEnabled() else colours.disabled)
        interval = max(1, round(_MIN_TICK_DISTANCE * count / max(1, self.width())))
        # One rectangle for all: PySide gives Python's lock back for each one that is deleted, and others may take it.
        top, width, tick = self.height() / 2 + 5, _CHECKPOINT_WIDTH, QRectF()
        for number in {*range(self.minimum(), self.maximum() + 1, interval), self.maximum()}:
            tick.setRect(int(self.x_of(number)), top - 0.5, 1, self.height() - top + 0.5)
            painter.fillRect(tick, colour)
        colour = QColor(colours.text if self.isEnabled() else colours.disabled)
        for index in self.checkpoints:
            tick.setRect(self.x_of(index) - width / 2, top - 1, width, self.height() - top + 1)
            painter.fillRect(tick, colour)


class Timeline(QWidget):
    """The slider, its position as text and, while the past is viewed, buttons to continue from there or go back.

    Parameters
    ----------
    model : RunModel
        The open run.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName("timeline")
        self._model = model
        self._steps: list[int] = []
        self.slider = TimeSlider(self)
        self._label = FittingLabel(self)
        self._label.setProperty("muted", True)
        self._live_button = QToolButton(self)
        self._live_button.setObjectName("backToLiveButton")
        self._live_button.setText("back to live")
        self._live_button.setAccessibleName("back to live")
        self._live_button.setToolTip("Shows the newest pictures again.")
        self._action_buttons: list[QToolButton] = []
        self._lay_out()
        self._connect()
        self._update()

    def add_actions(self, *actions: QAction) -> None:
        """Add buttons for what can be done from a step of the past, shown while one is viewed."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setProperty("small", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._row.insertWidget(self._row.count() - 1, button)
            button.setAccessibleName(action.text().rstrip("\N{HORIZONTAL ELLIPSIS}"))
            self._action_buttons.append(button)
        self._style_buttons()
        self._update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._style_buttons()

    def _style_buttons(self) -> None:
        """Leave out the texts of the buttons where there is little room."""
        style = Qt.ToolButtonStyle
        has_room = self.width() >= _MIN_TEXT_WIDTH
        for button in self._action_buttons:
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon if has_room else style.ToolButtonIconOnly)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout()
        self._row.setSpacing(2)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self._live_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.slider)
        column.addLayout(self._row)

    def _connect(self) -> None:
        model = self._model
        self.slider.valueChanged.connect(self._view_index)
        self._live_button.clicked.connect(self._back_to_live)
        model.reset.connect(self._update)
        model.snapshotAdded.connect(self._update)
        model.viewedStepChanged.connect(self._update)
        model.ticked.connect(self._ticked)
        model.configChanged.connect(self._update_text)
        model.rewindPointsChanged.connect(self._update)

    def _ticked(self) -> None:
        if len(self._steps) == len(self._model.snapshots):
            self._update_text()
        else:  # a resume removed some
            self._update()

    def _view_index(self, index: int) -> None:
        """View a snapshot; the right end is live, and stays so when more snapshots come."""
        self._model.view(None if index == len(self._steps) - 1 else self._steps[index])

    def _back_to_live(self) -> None:
        self._model.view(None)

    def _update(self) -> None:
        """Show the model's snapshots and the viewed step."""
        self._steps = [step for step, _ in self._model.snapshots]
        index = nearest(self._steps, self._model.viewed_step)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(self._steps) - 1))
            self.slider.setValue(index or 0)
        self.slider.setEnabled(len(self._steps) > 1)
        self.slider.set_checkpoints(_fractional_indices(self._model.rewind_points, self._steps))
        self.slider.update()
        is_past = self._model.viewed_step is not None
        for button in (self._live_button, *self._action_buttons):
            button.setVisible(is_past)
        self._update_text()

    def _update_text(self) -> None:
        model = self._model
        newest = self._steps[-1] if self._steps else model.step
        step = newest if model.viewed_step is None else model.viewed_step
        if not self._steps and not len(model.history):
            texts: tuple[str, ...] = _EMPTY_TEXTS
        else:
            rewind, short = self._rewind_text(), f"picture of step {step:,}"
            texts = (position(model, step) + rewind, short + rewind, short, f"step {step:,}")
        if texts == self._label.wordings():
            return
        self._label.say(*texts)
        self.slider.setAccessibleDescription(texts[0])

    def _rewind_text(self) -> str:
        """Return where a rewind would go while a step of the past is viewed; "" otherwise."""
        model = self._model
        if model.viewed_step is None or not model.rewind_points:
            return ""
        point = model.find_rewind_point()
        if point is None:
            return f" {DOT} no earlier checkpoint to rewind to"
        return f" {DOT} Rewind goes to step {point:,}"


def _fractional_indices(points: list[int], steps: list[int]) -> list[float]:
    """Return where checkpoints are between the snapshots at `steps`, as indices; those outside are left out."""
    if len(steps) < 2:
        return []
    inside = [point for point in points if steps[0] <= point <= steps[-1]]
    return [float(index) for index in np.interp(inside, steps, np.arange(len(steps)))]
