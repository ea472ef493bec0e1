"""Columns of the open run as curves, read as they grow and drawn no more often than training can afford."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.events import Measured
from ganstudio.gui.curves.curve_source import CurveSource, RowColumns
from ganstudio.gui.curves.quality import MEASURE_COLUMNS
from ganstudio.gui.model.run_model import RunModel
from ganstudio.plots.specs import SPECS, PlotSpec, columns_of
from ganstudio.runs.series import Series

MIN_INTERVAL, MAX_INTERVAL = 100, 1000  # ms between two redraws
_MAX_LOAD = 0.004  # fraction of the time that redraws may take, or they become rarer: training needs the processor
_MAX_READING_SECONDS = 0.02  # for which a redraw reads the history, before other events have their turn


class CurveFeed(QObject):
    """Curves of the open run's history and measures, in step with the run."""

    redrawNeeded = Signal()  # whoever draws the curves calls `read`, draws, and calls `finish_redraw`
    measuresReplaced = Signal()  # the run was measured or rewound, or is another

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.measured: list[Measured] = []
        self.measure_columns = RowColumns(self.measured, MEASURE_COLUMNS)
        self.ticks = CurveSource(self._read_history, columns_of(SPECS, from_measures=False))
        self.measures = CurveSource(self._read_measures, columns_of(SPECS, from_measures=True))
        self._began = 0.0  # time.monotonic() of the last redraw
        self.redraw_seconds = 0.0  # that the last redraw took
        self.paused = True  # while the panel is hidden, nothing is redrawn
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.redrawNeeded)
        for signal in (
            model.ticked,
            model.marked,
            model.measured,
            model.viewedStepChanged,
            model.statusChanged,
            model.measuringChanged,
        ):
            signal.connect(self.schedule_redraw)

    def source_of(self, spec: PlotSpec) -> CurveSource:
        """Return the source that a plot is drawn from."""
        return self.measures if spec.from_measures else self.ticks

    def _read_history(self) -> Series:
        return self._model.history

    def _read_measures(self) -> RowColumns:
        return self.measure_columns

    # When to draw

    @property
    def interval(self) -> int:
        """Time until the next redraw after it is scheduled, ms: the longer, the more the last one took."""
        return max(MIN_INTERVAL, min(MAX_INTERVAL, round(self.redraw_seconds / _MAX_LOAD * 1000)))

    def schedule_redraw(self) -> None:
        """Redraw soon, if no redraw is scheduled yet."""
        if not self.paused and not self._timer.isActive():
            self._timer.start(self.interval)

    def redraw_next(self) -> None:
        """Redraw after the events that wait now, unless the panel is hidden."""
        if not self.paused:
            self._timer.start(0)

    def read(self) -> bool:
        """Read what is new; return False if it is better to read on before drawing."""
        self._replace_measures()
        self.measures.follow()
        if not self.ticks.follow(_MAX_READING_SECONDS):
            self.redraw_next()
            if time.monotonic() - self._began < MIN_INTERVAL / 1000:
                return False
        self._began = time.monotonic()
        return True

    def finish_redraw(self) -> None:
        """Note how long the redraw took that began with `read`."""
        self.redraw_seconds = time.monotonic() - self._began

    def _replace_measures(self) -> None:
        if self._model.measures is not self.measured:
            self.measured = self._model.measures
            self.measure_columns = RowColumns(self.measured, MEASURE_COLUMNS)
            self.measuresReplaced.emit()

    # How to draw

    def restart(self, decay: float) -> None:
        """Begin with another run; `decay` is that of the smoothing."""
        self.ticks.restart(decay)
        self.measures.restart()

    def set_decay(self, decay: float) -> None:
        """Change the smoothing of the history."""
        self.ticks.curves.set_decay(decay)

    def set_unit(self, unit: str) -> None:
        """Change what the x axis counts: "epoch" or "step"."""
        self.ticks.unit = unit
        self.measures.unit = unit
