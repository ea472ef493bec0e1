"""The status bar: how far the run is, how fast, how long it still takes, and when it was last saved."""

import time

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QStatusBar, QWidget
from typing_extensions import override

from ganstudio import length
from ganstudio.config import RunConfig
from ganstudio.events import ByHand, Marked, RunStatus, Samples
from ganstudio.gui.curves.manual_updates import describe_updates
from ganstudio.gui.model.progress import fraction_done, speed_text, time_left_text, total_steps
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.window.paces import describe_pace
from ganstudio.text import format_duration

_STATUS_TEXTS = {
    RunStatus.IDLE: "Ready",
    RunStatus.STARTING: "Starting…",
    RunStatus.TRAINING: "Training",
    RunStatus.PAUSED: "Paused",
    RunStatus.SAVING: "Saving…",
    RunStatus.FINISHED: "Stopped",
    RunStatus.FOLLOWING: "Following: another program is training this run",
    RunStatus.FAILED: "Stopped by an error",
}
_PER_MILLE = 1000


class _GrowingLabel(Label):
    """Label whose text changes many times a minute, and whose size only grows.

    Every change of a label's size hint makes Qt lay out the whole window; a label of fixed size makes it do nothing.
    """

    def setText(self, text: str) -> None:
        super().setText(text)
        hint = self.sizeHint()
        if not text:
            self.setFixedSize(hint)  # grows anew for the next run
        elif hint.width() > self.minimumWidth() or hint.height() != self.minimumHeight():
            self.setFixedSize(max(hint.width(), self.minimumWidth()), hint.height())


class StatusBar(QStatusBar):
    """Status bar that is redrawn once a second, however often the run reports, and at once when its state changes."""

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setSizeGripEnabled(False)
        self.state = _label("stateLabel", "What the run is doing", strong=True)
        self.by_hand = _label("byHandLabel", "What your manual updates changed, on the same pictures before and after")
        self.epoch = _label("epochLabel", "Passes over the data")
        self.progress = QProgressBar()
        self.progress.setObjectName("progressBar")
        self.progress.setAccessibleName("Progress of the run")
        self.progress.setTextVisible(False)
        self.progress.setRange(0, _PER_MILLE)
        self.progress.setMinimumWidth(40)
        self.step = _label("stepLabel", "Rounds trained so far; a round is D's turn and then G's")
        self.speed = _label("speedLabel", "Real pictures that D sees per second")
        self.left = _label("timeLeftLabel", "Time until the run is done, at this speed")
        self.saved = _label("savedLabel", "Time since the last checkpoint: at most this much is lost in a crash")
        self.memory = _label("memoryLabel", "Memory that the program uses")
        self._lay_out()
        self._clock = QTimer(self, interval=1000)  # training continues, and so does "saved 4 s ago"
        self._clock.timeout.connect(self.refresh)
        self._clock.start()
        for signal in (model.statusChanged, model.stageChanged, model.paceChanged):
            signal.connect(self.refresh)
        model.reset.connect(self.refresh)
        model.measuringChanged.connect(self.refresh)
        model.sampled.connect(self.refresh)  # the time slider shows the new step at once, too
        model.marked.connect(self._mark)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the newest figures of the run."""
        model, config = self._model, self._model.config
        started = model.started
        step, epoch = _position(model)
        total = total_steps(model)
        self.state.setText(_state(model))
        self.epoch.setText(_epoch(epoch, config) if started else "")
        self.step.setText(f"step {step:,}" if started else "")
        self.by_hand.setText(_by_hand(model))
        fraction = fraction_done(model)
        self.progress.setVisible(started is not None and bool(length.deciding_setting(config)))
        self.progress.setValue(int(fraction * _PER_MILLE))
        training = model.status in (RunStatus.TRAINING, RunStatus.FOLLOWING)
        self.speed.setText(speed_text(model) if training else "")
        self.left.setText(time_left_text(model, total) if training else "")
        self.saved.setText(f"saved {format_duration(time.monotonic() - model.saved_at)} ago" if model.saved_at else "")
        self.memory.setText(_bytes(model.history.last("memory")) if len(model.history) and model.is_busy else "")
        self._make_room()

    def _mark(self, mark: Marked) -> None:
        if isinstance(mark, ByHand):
            self.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _lay_out(self) -> None:
        self._line = QWidget()
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # no text widens the window
        row = QHBoxLayout(self._line)
        row.setContentsMargins(SPACE, 0, SPACE, 0)
        row.setSpacing(SPACE * 2)
        row.addWidget(self.state)
        row.addWidget(self.by_hand)
        row.addWidget(self.epoch)
        row.addWidget(self.progress, 1)
        for label in (self.step, self.speed, self.left, self.saved, self.memory):
            row.addWidget(label)
        row.addStretch(0)
        self.addWidget(self._line, 1)

    def _make_room(self) -> None:
        """Hide what matters least where the window is narrow, so that nothing is cut."""
        labels = (self.state, self.by_hand, self.epoch, self.step, self.speed, self.left, self.saved, self.memory)
        room = self.width() - self.progress.minimumWidth() - 4 * SPACE
        for label in labels:
            room -= max(label.sizeHint().width(), label.minimumWidth()) + 2 * SPACE if label.text() else 0
            label.setVisible(bool(label.text()) and room >= 0)


def _state(model: RunModel) -> str:
    if model.is_measuring:
        return "Measuring…"
    if model.status == RunStatus.FINISHED and model.finished:
        return model.finished.reason.capitalize()  # done, stopped, interrupted
    if model.stage and model.status in (RunStatus.STARTING, RunStatus.TRAINING):
        return f"{model.stage}\N{HORIZONTAL ELLIPSIS}"
    if model.pace is not None and model.status == RunStatus.TRAINING:
        return f"Training, {describe_pace(model.pace)}"
    return _STATUS_TEXTS[model.status]


def _epoch(epoch: float, config: RunConfig) -> str:
    """Return "epoch 1.2/5"; without the end where there is none, "" where steps or time end the run."""
    ended_by = length.deciding_setting(config)
    if ended_by in ("steps", "seconds"):
        return ""
    return f"epoch {epoch:,.1f}" + (f"/{config.epochs:,}" if ended_by else "")


def _position(model: RunModel) -> tuple[int, float]:
    """Return step and epoch of the newest tick, or of a grid that came after it."""
    newest = max(model.samples, default=None)
    grid = model.samples.get(newest) if newest is not None else None
    if isinstance(grid, Samples) and grid.step > model.step:
        return grid.step, grid.epoch
    return model.step, model.epoch


def _by_hand(model: RunModel) -> str:
    """Return what the last manual updates changed, while the run is paused after them."""
    last = model.marks[-1] if model.marks and model.status == RunStatus.PAUSED else None
    return describe_updates(last) if isinstance(last, ByHand) else ""


def _bytes(count: float) -> str:
    if not np.isfinite(count) or count <= 0:
        return ""
    return f"memory {count / 1e9:.1f} GB" if count >= 1e9 else f"memory {count / 1e6:.0f} MB"


def _label(name: str, tip: str, strong: bool = False) -> Label:
    label = _GrowingLabel()
    label.setObjectName(name)
    label.setToolTip(as_tip(tip))
    label.setProperty("strong", strong)
    return label
