"""Row below the plots: smoothing, position of the pointer, and unit of the x axis."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ganstudio.gui.curves.curve_source import UNITS
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import wrapped
from ganstudio.gui.widgets.slider import Slider

_DEFAULT_SMOOTHING = 6  # position of the slider
_MAX_SMOOTHING = 40
_POSITIONS = {"epoch": "epoch {:,.2f}", "step": "step {:,.0f}"}


def half_life(position: int) -> float:
    """Return after how many ticks a value counts half: 0 at position 0 of the slider, then 1 to about 860."""
    return 2 ** ((position - 1) / 4) if position else 0.0


class PlotFooter(QWidget):
    """Smoothing slider, position of the pointer, button that measures, and unit of the x axis."""

    smoothingChanged = Signal()
    unitChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._smoothing = Slider(0, _MAX_SMOOTHING, parent=self)
        self._unit = QComboBox(self)
        self._position = Label("", self)
        self._measure = QToolButton(self)
        self._measure.setObjectName("measureButton")
        self._measure.setProperty("small", True)
        self._measure.hide()
        self._tip = ""  # of the action that measures
        self._make_smoothing()
        self._position.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._position.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._unit.addItems([f"{unit}s" for unit in UNITS])
        self._unit.setAccessibleName("unit of the x axis")
        self._unit.setToolTip(
            "Unit of the x axis: epochs, which are passes over the data, or steps, which are rounds of updates."
        )
        self._unit.currentIndexChanged.connect(self.unitChanged)
        name = Label("smooth", self)
        name.setToolTip(self._smoothing.toolTip())
        for label in (name, self._position):
            label.setProperty("muted", True)
            label.setProperty("small", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(name)
        row.addWidget(self._smoothing)
        row.addWidget(self._position, 1)
        row.addWidget(self._measure)
        row.addWidget(self._unit)

    def _make_smoothing(self) -> None:
        slider = self._smoothing
        slider.setObjectName("smoothingSlider")
        slider.setAccessibleName("smoothing of the curves")
        slider.setToolTip(
            "Smooths the lines with a moving average. The unsmoothed values stay visible behind them. Double-click to "
            "reset."
        )
        slider.setFixedWidth(72)
        slider.setValue(_DEFAULT_SMOOTHING)
        slider.valueChanged.connect(self._smooth)
        slider.resetRequested.connect(self._reset_smoothing)
        self._smooth()

    @property
    def unit(self) -> str:
        """Column that the x axis shows."""
        return UNITS[self._unit.currentIndex()]

    def decay(self) -> float:
        """Return the weight of a value one tick later, 0..1."""
        ticks = half_life(self._smoothing.value())
        return 2 ** (-1 / ticks) if ticks else 0.0

    def show_position(self, x: float | None) -> None:
        """Show a position on the x axis, or none."""
        self._position.setText("" if x is None else _POSITIONS[self.unit].format(x))

    def set_measure_action(self, action: QAction) -> None:
        """Set what the button that measures does."""
        self._measure.setDefaultAction(action)
        self._measure.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._measure.setAccessibleName(action.text())
        self._tip = action.toolTip()

    def show_measure_button(self, shown: bool) -> None:
        """Show or hide the button that measures."""
        self._measure.setVisible(shown and self._measure.defaultAction() is not None)

    def set_next_measure(self, text: str) -> None:
        """Set the sentence that says when the run measures itself next."""
        self._measure.setToolTip(wrapped(self._tip, text))

    def _smooth(self) -> None:
        ticks = half_life(self._smoothing.value())
        self._smoothing.setAccessibleDescription(f"a value counts half after {ticks:.0f} points" if ticks else "none")
        self.smoothingChanged.emit()

    def _reset_smoothing(self) -> None:
        self._smoothing.setValue(_DEFAULT_SMOOTHING)
