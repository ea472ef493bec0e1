"""The line at the bottom: how far the run is, how fast, how long yet, when it was last saved."""

import time

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QStatusBar, QWidget

from ganstudio import length
from ganstudio.config import RunConfig
from ganstudio.events import ByHand, Marked, RunStatus, Samples
from ganstudio.gui.curves.manual_updates import describe_updates
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.window.paces import in_words
from ganstudio.text import format_duration

_RECENT = 40  # ticks that speed and time left are judged by: some 10 s
_WORDS = {
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


class _Words(QLabel):
    """Words that change many times a minute, in a place that only grows.

    Each change of a label's size has the whole window laid out anew; a label of fixed size asks for nothing.
    """

    def setText(self, words: str) -> None:
        super().setText(words)
        wanted = self.sizeHint()
        if not words:
            self.setFixedSize(wanted)  # a place to grow from for the next run
        elif wanted.width() > self.minimumWidth() or wanted.height() != self.minimumHeight():
            self.setFixedSize(max(wanted.width(), self.minimumWidth()), wanted.height())


class StatusBar(QStatusBar):
    """Redraws once a second while all goes on, whatever the run says, and at once where its state changes."""

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
        self.step = _label("stepLabel", "Rounds of updates of D and G so far")
        self.speed = _label("speedLabel", "Real pictures that D sees per second")
        self.left = _label("timeLeftLabel", "Time until the run is done, at this speed")
        self.saved = _label("savedLabel", "Time since the last checkpoint: the most that a crash can cost")
        self.memory = _label("memoryLabel", "Memory that the program uses")
        self._lay_out()
        self._clock = QTimer(self, interval=1000)  # the run goes on, and "saved 4 s ago" grows old by itself
        self._clock.timeout.connect(self.refresh)
        self._clock.start()
        for signal in (model.statusChanged, model.stageChanged, model.paceChanged):
            signal.connect(self.refresh)
        model.reset.connect(self.refresh)
        model.measuringChanged.connect(self.refresh)
        model.sampled.connect(self.refresh)  # the time slider says at once which step its picture is of
        model.marked.connect(self._mark)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the model's newest."""
        model, config = self._model, self._model.config
        started = model.started
        step, epoch = _place(model)
        total = total_steps(model)
        self.state.setText(_state(model))
        self.epoch.setText(_epoch(epoch, config) if started else "")
        self.step.setText(f"step {step:,}" if started else "")
        self.by_hand.setText(_by_hand(model))
        share = fraction_done(model)
        self.progress.setVisible(started is not None and bool(length.deciding_setting(config)))
        self.progress.setValue(int(share * _PER_MILLE))
        training = model.status in (RunStatus.TRAINING, RunStatus.FOLLOWING)
        self.speed.setText(_speed(model) if training else "")
        self.left.setText(_time_left(model, total) if training else "")
        self.saved.setText(f"saved {format_duration(time.monotonic() - model.saved_at)} ago" if model.saved_at else "")
        self.memory.setText(_bytes(model.history.last("memory")) if len(model.history) and model.is_busy else "")
        self._make_room()

    def _mark(self, mark: Marked) -> None:
        if isinstance(mark, ByHand):
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _lay_out(self) -> None:
        self._line = QWidget()
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # no words widen the window
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
        """Where the window is narrow, what matters least goes, rather than be cut."""
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
        return f"Training, {in_words(model.pace)}"
    return _WORDS[model.status]


def _epoch(epoch: float, config: RunConfig) -> str:
    """ "epoch 1.2/5"; without the end where it has none, "" where steps or time decide."""
    by = length.deciding_setting(config)
    return "" if by in ("steps", "seconds") else f"epoch {epoch:,.1f}" + (f"/{config.epochs:,}" if by else "")


def _place(model: RunModel) -> tuple[int, float]:
    """Step and epoch that the run is at: of the newest tick, or of a grid that came after it."""
    newest = max(model.samples, default=None)
    grid = model.samples.get(newest) if newest is not None else None
    if isinstance(grid, Samples) and grid.step > model.step:
        return grid.step, grid.epoch
    return model.step, model.epoch


def _by_hand(model: RunModel) -> str:
    """What the last updates by hand changed, while the run is paused after them."""
    last = model.marks[-1] if model.marks and model.status == RunStatus.PAUSED else None
    return describe_updates(last) if isinstance(last, ByHand) else ""


def total_steps(model: RunModel) -> int:
    """Step at which the run will be done under its present settings; 0 while unknown."""
    if model.config.steps:
        return model.config.steps
    if not model.started or length.deciding_setting(model.config) != "epochs":
        return 0
    asked = model.started.config
    if asked.epochs == model.config.epochs and length.deciding_setting(asked) == "epochs":
        return model.started.total_steps
    return model.config.epochs * model.started.batches_per_epoch


def fraction_done(model: RunModel) -> float:
    """Share of the run that is done, 0..1."""
    if model.config.seconds or model.config.steps:
        shares = [model.step / model.config.steps] if model.config.steps else []
        shares += [_trained(model) / model.config.seconds] if model.config.seconds else []
        share = max(shares)
    else:
        share = model.epoch / model.config.epochs if model.config.epochs else 0.0
    return min(1.0, max(0.0, share))


def steps_per_second(model: RunModel) -> float:
    """Median over the newest ticks: a moment of sleep or stepping by hand does not count. nan while unknown."""
    steps = model.history.column("step")[-_RECENT:]
    seconds = model.history.column("seconds")[-_RECENT:]
    gone = np.diff(seconds)
    known = gone > 0
    return float(np.median(np.diff(steps)[known] / gone[known])) if known.any() else float("nan")


def _speed(model: RunModel) -> str:
    rates = model.history.column("images_per_second")[-_RECENT:]
    rates = rates[np.isfinite(rates)]
    return f"{np.median(rates):,.0f} img/s" if len(rates) else ""


def _trained(model: RunModel) -> float:
    """Seconds of training so far."""
    seconds = model.history.last("seconds") if len(model.history) else 0.0
    return float(np.nan_to_num(seconds))


def _time_left(model: RunModel, total: int) -> str:
    if model.config.seconds and not model.config.steps:
        return f"{format_duration(model.config.seconds - _trained(model))} left"
    speed = steps_per_second(model)
    if model.pace is not None:  # waiting between rounds is no time of training
        speed = min(speed, model.pace)
    if not total or not np.isfinite(speed) or speed <= 0:
        return ""
    return f"{format_duration(max(0, total - model.step) / speed)} left"


def _bytes(count: float) -> str:
    if not np.isfinite(count) or count <= 0:
        return ""
    return f"memory {count / 1e9:.1f} GB" if count >= 1e9 else f"memory {count / 1e6:.0f} MB"


def _label(name: str, tip: str, strong: bool = False) -> QLabel:
    label = _Words()
    label.setObjectName(name)
    label.setToolTip(tip)
    label.setProperty("strong", strong)
    return label
