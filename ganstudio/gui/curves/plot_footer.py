"""PlotFooter: below the plots, how much they are smoothed, where the pointer is, and what the x axis counts."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ganstudio.gui.curves.curve_source import UNITS
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import plain, wrapped
from ganstudio.gui.widgets.widgets import Slider

_SMOOTHING, _SMOOTHEST = 6, 40  # positions of the slider: at the start, at the right end
_PLACES = {"epoch": "epoch {:,.2f}", "step": "step {:,.0f}"}


def half_life(position: int) -> float:
    """Ticks after which a value counts half, at a position of the smoothing slider: 0 is none, then 1 to some 860."""
    return 2 ** ((position - 1) / 4) if position else 0.0


class PlotFooter(QWidget):
    """Smoothing slider, place of the pointer, unit of the x axis."""

    smoothed = Signal()
    unitChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._smoothing = Slider(0, _SMOOTHEST, parent=self)
        self._unit = QComboBox(self)
        self._words = QLabel(self)
        self._measure = QToolButton(self)
        self._measure.setObjectName("measureButton")
        self._measure.setProperty("small", True)
        self._measure.hide()
        self._tip = ""  # of the action that it stands for
        self._make_smoothing()
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._unit.addItems([f"{unit}s" for unit in UNITS])
        self._unit.setAccessibleName("unit of the x axis")
        self._unit.setToolTip("What the x axis counts: passes over the data, or rounds of updates.")
        self._unit.currentIndexChanged.connect(self.unitChanged)
        name = QLabel("smooth", self)
        name.setToolTip(self._smoothing.toolTip())
        for label in (name, self._words):
            label.setProperty("muted", True)
            label.setProperty("small", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(name)
        row.addWidget(self._smoothing)
        row.addWidget(self._words, 1)
        row.addWidget(self._measure)
        row.addWidget(self._unit)

    def _make_smoothing(self) -> None:
        slider = self._smoothing
        slider.setObjectName("smoothingSlider")
        slider.setAccessibleName("smoothing of the curves")
        slider.setToolTip(
            "Smooths the lines with a running average; the unsmoothed values stay visible behind them. A double "
            "click resets it."
        )
        slider.setFixedWidth(72)
        slider.setValue(_SMOOTHING)
        slider.valueChanged.connect(self._smooth)
        slider.resetAsked.connect(self._reset_smoothing)
        self._smooth()

    @property
    def unit(self) -> str:
        """Column that the x axis counts in."""
        return UNITS[self._unit.currentIndex()]

    def decay(self) -> float:
        """What a value counts still, one tick later, 0..1."""
        ticks = half_life(self._smoothing.value())
        return 2 ** (-1 / ticks) if ticks else 0.0

    def say_place(self, x: float | None) -> None:
        """Where the pointer is on the x axis; None: nowhere."""
        self._words.setText("" if x is None else _PLACES[self.unit].format(x))

    def set_measure_action(self, action: QAction) -> None:
        """What the button for measuring does."""
        self._measure.setDefaultAction(action)
        self._measure.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._measure.setAccessibleName(action.text())
        self._tip = action.toolTip()

    def offer_measuring(self, offered: bool) -> None:
        """Show the button, where the plot of what is measured is shown."""
        self._measure.setVisible(offered and self._measure.defaultAction() is not None)

    def say_next_measure(self, words: str) -> None:
        """When the next measurement comes by itself."""
        self._measure.setToolTip(wrapped(plain(self._tip), plain(words)))

    def _smooth(self) -> None:
        ticks = half_life(self._smoothing.value())
        self._smoothing.setAccessibleDescription(f"a value counts half after {ticks:.0f} points" if ticks else "none")
        self.smoothed.emit()

    def _reset_smoothing(self) -> None:
        self._smoothing.setValue(_SMOOTHING)
