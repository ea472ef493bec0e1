"""Curves of the runs: all of them small, and one large."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from ganstudio.gui.compare.compare_plot import ComparePlot
from ganstudio.gui.compare.compared_runs import CURVES, ComparedCurve, ComparedRun, known_curves, most_telling_curve
from ganstudio.gui.compare.small_plot import SmallPlots
from ganstudio.gui.model.viewing import nearest
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.text import format_number, format_percent

_MILLI = 1000  # of an epoch or a step: places are compared as whole numbers


class CurveComparison(QWidget):
    """Large plot of one curve of all runs, and small plots of all curves.

    `curve_box`, which chooses the large one, is laid out by the window.
    """

    curveChanged = Signal()  # another curve is large

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[ComparedRun] = ()
        self._unit = ""
        self._plot: ComparePlot | None = None
        self.curve_box = QComboBox(self)
        self.curve_box.setObjectName("compareCurve")
        self.curve_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.curve_box.setAccessibleName("Curve to compare")
        self.curve_box.setToolTip("The curve that is shown large; you can also click a small one.")
        self.small_plots = SmallPlots()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE)
        self._row.addWidget(self.small_plots, 1)
        self.curve_box.activated.connect(self._show_curve)
        self.small_plots.group.idClicked.connect(self._choose_small)

    @property
    def plot(self) -> ComparePlot | None:
        """The large plot; None until there are runs."""
        return self._plot

    @property
    def curve(self) -> ComparedCurve:
        """The curve that is large."""
        index = self.curve_box.currentData()
        return CURVES[0 if index is None else int(index)]

    def set_runs(self, runs: Sequence[ComparedRun]) -> None:
        """Show these runs; the most telling curve is large at first."""
        self._runs = runs
        if self._plot is not None:
            self._plot.setParent(None)
            delete_later(self._plot)
        self._plot = ComparePlot(len(runs), self)
        self._row.insertWidget(0, self._plot, 1)
        known = known_curves(runs)
        self.small_plots.set_curves(known)
        with QSignalBlocker(self.curve_box):
            self.curve_box.clear()
            for index, curve in known.items():
                self.curve_box.addItem(curve.label, index)
                self.curve_box.setItemData(self.curve_box.count() - 1, curve.help, Qt.ItemDataRole.ToolTipRole)
            self.curve_box.setCurrentIndex(max(0, self.curve_box.findData(most_telling_curve(runs))))

    def set_unit(self, unit: str) -> None:
        """Show all curves over epochs or steps, from start to end."""
        self._unit = unit
        end = max((run.end(unit) for run in self._runs), default=0.0)
        for index in self.small_plots.indices():
            self.small_plots.plot(index).set_lines([run.line(CURVES[index], unit) for run in self._runs], end)
        self._show_curve()
        if self._plot is not None:
            self._plot.show_all()

    def set_cursor(self, x: float) -> None:
        """Show where the pictures are from."""
        self.small_plots.set_cursor(x)
        if self._plot is not None:
            self._plot.set_cursor(x)

    def value_text(self, index: int, x: float) -> str:
        """Return the value of the large curve of a run at x as text; "" if there is none."""
        if self._plot is None:
            return ""
        value = self._plot.value_at(index, self._at_or_before(index, x))
        if math.isnan(value):
            return ""
        return f"{self.curve.label} {format_percent(value) if self.curve.percent else format_number(value)}"

    def _at_or_before(self, index: int, x: float) -> float:
        """Return x; for a measured curve, the place of the last measure before."""
        places, _ = self._runs[index].curve(self.curve, self._unit)
        if not self.curve.measured or not len(places) or x < places[0]:
            return x
        last = nearest([int(_MILLI * place) for place in places], int(_MILLI * x))
        return float(places[last or 0])

    def _choose_small(self, index: int) -> None:
        with QSignalBlocker(self.curve_box):
            self.curve_box.setCurrentIndex(self.curve_box.findData(index))
        self._show_curve()

    def _show_curve(self, *_: object) -> None:
        if self._plot is None or not self.curve_box.count():
            return
        curve = self.curve
        self._plot.set_lines([run.line(curve, self._unit) for run in self._runs], curve.percent)
        self.small_plots.plot(CURVES.index(curve)).setChecked(True)
        self.curveChanged.emit()
