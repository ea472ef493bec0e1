"""Pictures of the plane while a run trains, from a process of its own where the computer has a core for it."""

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.gui.lab.frame_messages import Frame
from ganstudio.gui.lab.frame_process import FrameProcess
from ganstudio.gui.lab.plot import PlanePlot
from ganstudio.gui.lab.units import UnitMaps
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.workers.lab_requests import Live, PlaneRequest
from ganstudio.process import usable_cores

_MIN_CORES = 2  # one trains


class LivePictures(QObject):
    """Has a plot's plane painted by a process while a run trains; the process is kept until the run ends.

    Parameters
    ----------
    plot
        Whose size and view the pictures have.
    units
        Small maps that go with them.
    parent
        Qt's parent.
    """

    framed = Signal(object, object)  # Shown, Frame
    failed = Signal(object)  # Failed

    def __init__(self, plot: PlanePlot, units: UnitMaps, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plot = plot
        self._units = units
        self._process: FrameProcess | None = None
        self._ending: list[FrameProcess] = []  # that were told to end
        self._request: PlaneRequest | None = None  # that is painted
        self._is_ready = False
        self._refused: Live | None = None  # a run for which there is no process

    def follow(self, request: PlaneRequest | None) -> None:
        """Have the networks of a run that trains painted as a request wants it; None: nothing, for the time being."""
        self._request = request
        if request is None or request.live is None:
            if self._process is not None:
                self._process.watch(False)
            return
        live = request.live
        if self._process is not None and self._process.live.control is not live.control:
            self.end()
        if self._process is None:
            self._begin(live)
        self._show_scene()

    def watch(self, is_on: bool) -> bool:
        """Have pictures come, or no longer, for nobody looks; return False if no process paints."""
        if self._process is None or self._request is None or not self._is_ready:
            return False
        self._process.watch(is_on)
        return True

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.request_stop()
            self._ending.append(self._process)
            self._process = None
        self._is_ready = False

    def stop(self) -> bool:
        """End the process and wait for it; return False if it did not end in time."""
        self.end()
        ended = [process.stop() for process in self._ending]
        return all(ended)

    def _begin(self, live: Live) -> None:
        is_refused = self._refused is not None and self._refused.control is live.control
        if is_refused or usable_cores() < _MIN_CORES:
            return
        process = self._process = FrameProcess(live, self)
        process.ready.connect(self._begin_showing)
        process.answered.connect(self._take)
        process.left.connect(self._leave)
        process.failed.connect(self.failed)
        process.finished.connect(self._forget)
        process.start(FrameProcess.Priority.InheritPriority)

    def _show_scene(self) -> None:
        """Say what is to be painted; without room for it there are no pictures of the process."""
        if self._process is None or self._request is None or not self._is_ready:
            return
        try:
            plot = self._plot
            scale = plot.drawing.scale_picture(plot.view, plot.font(), plot.devicePixelRatioF())
            self._process.show(self._request, self._plot.view, scale, self._units)
            self._process.watch(True)
        except OSError:
            self._refuse(self._process)

    @Slot()
    def _begin_showing(self) -> None:
        if self.sender() is self._process:
            self._is_ready = True
            self._process.listen()
            self._show_scene()

    @Slot(object)
    def _take(self, frame: Frame) -> None:
        process = self._process
        if process is None or self.sender() is not process:
            return
        shown = process.take(frame)
        if shown is not None and self._request is not None:
            self.framed.emit(shown, frame)

    @Slot()
    def _leave(self) -> None:
        if self._process is not None and self.sender() is self._process:
            self._refuse(self._process)

    @Slot()
    def _forget(self) -> None:
        """Give back what a process had whose thread has ended."""
        for process in [each for each in self._ending if each.isFinished()]:
            self._ending.remove(process)
            delete_later(process)

    def _refuse(self, process: FrameProcess) -> None:
        """Do without a process until another run trains: the plot draws by itself."""
        self._refused = process.live
        self.end()
        self._plot.show_painted(None)
