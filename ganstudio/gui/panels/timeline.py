"""Timeline: a slider with one tick for each snapshot, back to the noise at step 0."""

from PySide6.QtCore import QPointF, QSignalBlocker
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.run_model import RunModel
from ganstudio.gui.viewing import nearest, position
from ganstudio.gui.widgets import Slider

_CLOSEST_TICKS = 3  # px: ticks that would stand closer are drawn as a band


class TimeSlider(Slider):
    """Slider over the indices of the snapshots, with their ticks below the groove."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent=parent)
        self.setObjectName("timeSlider")
        self.setAccessibleName("time: snapshots of the run")
        self.setToolTip(
            "Looks back. Each tick is a snapshot of the generator; the grid, the latent explorer and the cursor in the "
            "curves go there together. The right end is live."
        )
        self.setPageStep(10)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick clicks are two clicks

    def paint_groove(self, painter: QPainter) -> None:
        super().paint_groove(painter)
        count = self.maximum() - self.minimum() + 1
        if count < 2:
            return
        painter.setPen(QColor(theme.current().muted if self.isEnabled() else theme.current().disabled))
        every = max(1, round(_CLOSEST_TICKS * count / max(1, self.width())))
        top = self.height() / 2 + 5
        for index in {*range(self.minimum(), self.maximum() + 1, every), self.maximum()}:
            x = int(self.x_of(index)) + 0.5
            painter.drawLine(QPointF(x, top), QPointF(x, self.height() - 0.5))


class Timeline(QWidget):
    """The slider with where it stands in words, and the way back to live."""

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName("timeline")
        self._model = model
        self._steps: list[int] = []
        self.slider = TimeSlider(self)
        self._words = QLabel(self)
        self._words.setProperty("muted", True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._live = QToolButton(self)
        self._live.setObjectName("backToLiveButton")
        self._live.setText("back to live")
        self._live.setAccessibleName("back to live")
        self._live.setToolTip("Looks at the newest pictures again.")
        self._lay_out()
        self._connect()
        self._read()

    def _lay_out(self) -> None:
        below = QHBoxLayout()
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
        self.slider.update()
        self._live.setVisible(self._model.viewed_step is not None)
        self._say()

    def _say(self) -> None:
        model = self._model
        newest = self._steps[-1] if self._steps else model.step
        step = newest if model.viewed_step is None else model.viewed_step
        if not self._steps and not len(model.history):
            words = "One tick here for each snapshot of a run."
        else:
            words = position(model, step)
        self._words.setText(words)
        self.slider.setAccessibleDescription(words)
        self._words.setToolTip(words)
