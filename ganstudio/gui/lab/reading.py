"""What is said of the point of the plane under the pointer: where it is, and D's opinion of it."""

import numpy as np
from PySide6.QtCore import QObject, Slot

from ganstudio.gui.lab.plot import PlanePlot
from ganstudio.gui.workers.lab import LabThread
from ganstudio.gui.workers.lab_requests import ProbeRequest


class PointReading(QObject):
    """Says it in a plot; the opinion comes from a thread.

    Parameters
    ----------
    plot
        The plot.
    thread
        What asks D.
    """

    def __init__(self, plot: PlanePlot, thread: LabThread) -> None:
        super().__init__(plot)
        self._plot = plot
        self._thread = thread
        self._opinion: float | None = None  # of D, at the point
        self.point: tuple[float, float] | None = None  # under the pointer; None: it is elsewhere
        plot.pointed.connect(self._move)
        thread.probed.connect(self._take)

    def ask(self) -> None:
        """Ask D again: the plane has changed."""
        plane = self._plot.plane
        if self.point is not None and plane is not None and plane.step is not None:
            self._thread.probe(ProbeRequest(plane.request, self.point))

    def forget(self) -> None:
        """Forget D's opinion: it was that of another run."""
        self._opinion = None

    @Slot(object)
    def _move(self, point: tuple[float, float] | None) -> None:
        self.point = point
        if point is None:
            self._opinion = None
        self.ask()
        self._say()

    @Slot(object, object)
    def _take(self, _request: ProbeRequest, opinion: float | None) -> None:
        if self.point is not None:
            self._opinion = opinion
            self._say()

    def _say(self) -> None:
        self._plot.notes.show_reading("" if self.point is None else self._describe(*self.point))

    def _describe(self, x: float, y: float) -> str:
        decimals = max(2, int(np.log10(self._plot.view.px)))
        place = f"x {x:.{decimals}f}, y {y:.{decimals}f}".replace("-", "\N{MINUS SIGN}")
        return place if self._opinion is None else f"{place}, D {self._opinion:.2f}"
