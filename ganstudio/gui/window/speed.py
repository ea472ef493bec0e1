"""Slow motion: how many rounds a second a run trains, set by a slider or from the menu."""

from bisect import bisect_left

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ganstudio.events import RunStatus
from ganstudio.gui.model.run_control import RunControl
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.window.paces import PACES, describe_pace

_FULL_SPEED = len(PACES)  # position of the slider
_WIDTH = 72  # px


def slider_position(pace: float | None) -> int:
    """Return the position of a pace on the slider."""
    return _FULL_SPEED if pace is None else bisect_left(PACES, pace)


class Speed(QWidget):
    """The slider of slow motion, with the pace beside it."""

    def __init__(self, model: RunModel, control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("speed")
        self.setAccessibleName("speed of training")
        self._model = model
        self._control = control
        self._label = Label("", self)
        self._label.setProperty("muted", True)
        self.slider = Slider(0, _FULL_SPEED, parent=self)
        self.slider.setObjectName("speedSlider")
        self.slider.setAccessibleName("speed: rounds a second")
        self.slider.setFixedWidth(_WIDTH)
        self.slider.setPageStep(1)
        self.slider.setToolTip(
            "Slow motion. The right end is full speed; further left, training runs at a few rounds a second, each "
            "with a new grid and a new point on the curves. Double-click for full speed."
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE // 2, 0, theme.SPACE // 2, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self.slider)
        row.addWidget(self._label)
        self.slider.valueChanged.connect(self._moved)
        self.slider.resetRequested.connect(self._full_speed)
        for signal in (model.paceChanged, model.statusChanged, model.configChanged):
            signal.connect(self.refresh)
        self.refresh()

    def slower(self) -> None:
        """Move the slider one position to the left."""
        self.slider.setValue(self.slider.value() - 1)

    def faster(self) -> None:
        """Move the slider one position to the right."""
        self.slider.setValue(self.slider.value() + 1)

    def refresh(self, *_: object) -> None:
        """Show the pace; the slider is enabled while a run is being trained here."""
        model = self._model
        with QSignalBlocker(self.slider):
            self.slider.setValue(slider_position(model.pace))
        text, metrics = describe_pace(model.pace), self._label.fontMetrics()
        self._label.setMinimumWidth(max(metrics.horizontalAdvance(describe_pace(pace)) for pace in PACES))
        self._label.setText(text)
        self.slider.setAccessibleDescription(text)
        single_process = model.config.engine.processes == 1  # several processes cannot be steered
        self.setEnabled(model.is_busy and model.status != RunStatus.SAVING and single_process)

    def set_roomy(self, roomy: bool) -> None:
        """Show the pace beside the slider, or the slider alone."""
        self._label.setVisible(roomy)

    def _moved(self, value: int) -> None:
        self._control.set_pace(PACES[value] if value < _FULL_SPEED else None)

    def _full_speed(self) -> None:
        self._control.set_pace(None)
