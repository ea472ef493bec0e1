"""Slow motion: how many rounds a second a run trains, chosen by a slider or from the menu."""

from bisect import bisect_left

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ganstudio.events import RunStatus
from ganstudio.gui.model.run_control import RunControl
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.window.paces import PACES, in_words

_FULL = len(PACES)
_WIDTH = 72  # px


def place(pace: float | None) -> int:
    """Where on the slider a pace stands."""
    return _FULL if pace is None else bisect_left(PACES, pace)


class Speed(QWidget):
    """The slider and its words."""

    def __init__(self, model: RunModel, control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("speed")
        self.setAccessibleName("speed of training")
        self._model = model
        self._control = control
        self._words = QLabel(self)
        self._words.setProperty("muted", True)
        self.slider = Slider(0, _FULL, parent=self)
        self.slider.setObjectName("speedSlider")
        self.slider.setAccessibleName("speed: rounds a second")
        self.slider.setFixedWidth(_WIDTH)
        self.slider.setPageStep(1)
        self.slider.setToolTip(
            "Slow motion. The right end is full speed; further left, training runs at a few rounds a second, each "
            "with a new grid and a new point on the curves. A double click goes back to full speed."
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE // 2, 0, theme.SPACE // 2, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self.slider)
        row.addWidget(self._words)
        self.slider.valueChanged.connect(self._moved)
        self.slider.resetRequested.connect(self._full_speed)
        for signal in (model.paceChanged, model.statusChanged, model.configChanged):
            signal.connect(self.refresh)
        self.refresh()

    def slower(self) -> None:
        """One place to the left."""
        self.slider.setValue(self.slider.value() - 1)

    def faster(self) -> None:
        """One place to the right."""
        self.slider.setValue(self.slider.value() + 1)

    def refresh(self, *_: object) -> None:
        """Show the pace; it can be moved while a run trains here."""
        model = self._model
        with QSignalBlocker(self.slider):
            self.slider.setValue(place(model.pace))
        words, metrics = in_words(model.pace), self._words.fontMetrics()
        self._words.setMinimumWidth(max(metrics.horizontalAdvance(in_words(each)) for each in PACES))
        self._words.setText(words)
        self.slider.setAccessibleDescription(words)
        alone = model.config.engine.processes == 1  # several processes cannot be steered
        self.setEnabled(model.is_busy and model.status != RunStatus.SAVING and alone)

    def set_roomy(self, roomy: bool) -> None:
        """Words beside the slider, or the slider alone."""
        self._words.setVisible(roomy)

    def _moved(self, value: int) -> None:
        self._control.set_pace(PACES[value] if value < _FULL else None)

    def _full_speed(self) -> None:
        self._control.set_pace(None)
