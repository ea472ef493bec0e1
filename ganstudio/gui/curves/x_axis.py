"""X axis that all plots of the panel share; it scrolls with the run until the user zooms."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.scale import whole_run


class SharedXAxis(QObject):
    """Keeps the x ranges of several views the same."""

    moved = Signal()  # the user moved or zoomed one of the views: the others have followed

    def __init__(self, views: Sequence[PlotView], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views = views
        self._setting = False
        self.following = True  # whether the whole run is shown
        for view in views:
            view.xRangeChanged.connect(self._follow_view)
            view.userMoved.connect(self._stop_following)

    def show_run(self, x: Floats, measured_x: Floats) -> None:
        """Show the whole run, if the axis follows it; see `whole_run`."""
        if self.following:
            self.set_range(*whole_run(x, measured_x))

    def range(self) -> tuple[float, float]:
        """Return start and stop of the axis."""
        return self._views[0].x_range()

    def set_range(self, start: float, stop: float) -> None:
        """Show x from `start` to `stop` in all views."""
        self._setting = True
        for view in self._views:
            view.set_x_range(start, stop)
        self._setting = False

    def _follow_view(self, x_range: tuple[float, float]) -> None:
        if not self._setting:
            self.set_range(*x_range)
            self.moved.emit()

    def _stop_following(self) -> None:
        self.following = False
