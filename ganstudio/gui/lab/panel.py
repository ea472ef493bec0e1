"""The 2-D lab: the plane of a run of points, with its layers. It takes the place of the grids of pictures."""

import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.config import RunConfig
from ganstudio.data.points.sets import COUNT as POINTS
from ganstudio.events import RunStatus
from ganstudio.gui.lab.contents import Contents, contents_of
from ganstudio.gui.lab.frame_messages import Frame
from ganstudio.gui.lab.frame_process import Shown
from ganstudio.gui.lab.frames import Frames
from ganstudio.gui.lab.legend import LabLegend
from ganstudio.gui.lab.live_pictures import LivePictures
from ganstudio.gui.lab.morph import Morph
from ganstudio.gui.lab.plot import PlanePlot
from ganstudio.gui.lab.reading import PointReading
from ganstudio.gui.lab.tools import LabTools
from ganstudio.gui.lab.units import UnitsStrip
from ganstudio.gui.model.point_editor import modes_now
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import point_edits, run_config, snapshot_model
from ganstudio.gui.samples.panel import PlaneWidget
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.enlarge_button import EnlargeButton
from ganstudio.gui.widgets.overlay_host import OverlayHost
from ganstudio.gui.workers.lab import LabThread
from ganstudio.gui.workers.lab_requests import Live, Plane, PlaneRequest
from ganstudio.images import Pictures
from ganstudio.latent.models import Model
from ganstudio.plots.plane import Layer
from ganstudio.runs.control import Control
from ganstudio.runs.drawing import drawing_path

_CELL = 9  # px: side of a cell of the maps
_MAX_CELLS = 96  # along a side
_MAX_PAST = 30  # snapshots that traces go back to
_PLANE_SECONDS, _POINTED_SECONDS = 2.0, 0.2  # between two planes beside such pictures, the latter under the pointer
_LEGEND_INTERVAL = 200  # ms between two legends of such frames: nobody reads faster
_PIXELS = 2  # of a saved picture for each px
_NO_MANIFOLD = "The manifold can be drawn for z with one or two numbers. Set the z size to 2 for the next run."
_NO_MODES = "These points have no separate modes that could be moved. Points can be added and erased."
_NOT_YET: dict[str, str] = {
    RunStatus.IDLE: "Press Space to start: you will see how G moves its points to the real ones.",
    RunStatus.STARTING: "Getting ready.",
    RunStatus.FAILED: "The run ended before its first snapshot.",
    RunStatus.FINISHED: "This run has no snapshots.",
}


class LabPanel(PlaneWidget):
    """The plane, and what it shows.

    Parameters
    ----------
    model
        The open run.
    parent
        Qt's parent.
    """

    failed = Signal(object)  # Failed
    editRequested = Signal(object)  # Edit of the points
    drawRequested = Signal()  # a data set
    enlargeRequested = Signal()

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labPanel")
        self.setAccessibleName("2-D lab")
        self._model = model
        self._thread = LabThread(self)
        self.watched: Callable[[], Control | None] = lambda: None  # what hands over the networks that are trained
        self._number = self._shown = 0  # of the newest request, and of the newest answer that counts
        self._request: PlaneRequest | None = None  # the newest
        self._is_waiting = False  # for its answer
        self._computing = 0.0  # seconds of a processor, of the newest answer
        self._asked_at = 0.0  # monotonic time of the newest request
        self._legend_timer = QTimer(self, singleShot=True, interval=_LEGEND_INTERVAL)
        self._frames = Frames(self)
        self.tools = LabTools(self)
        self.plot = PlanePlot(self)
        self._reading = PointReading(self.plot, self._thread)
        self._morph = Morph(self.tools.button(Layer.MANIFOLD), self)
        self.plot.overlays.append(self._morph.paint)
        self.plot.overlaid.append(lambda: self._morph.is_running)
        self._contents = Contents()
        self.units = UnitsStrip(self)
        self.units.hide()
        self._pictures = LivePictures(self.plot, self.units.maps, self)
        self.legend = LabLegend(self)
        self._lay_out()
        self._connect()

    @property
    def enlarge_button(self) -> EnlargeButton:
        """The button that enlarges the plane."""
        return self.tools.enlarge_button

    def float_over(self, widget: QWidget) -> None:
        """Show a widget over the plane, which stays as it is."""
        self._stage.float(widget)

    def stop(self) -> bool:
        """End the threads; return False if one did not end in time."""
        return all([self._pictures.stop(), self._thread.stop()])

    def start_over(self) -> None:
        """Show the first of the layers and the whole plane, as at the first start."""
        self.plot.mover.reset()
        self.tools.show_first()
        self.tools.leave_tool()

    @property
    @override
    def step(self) -> int | None:
        return None if self.plot.plane is None else self.plot.plane.step

    def picture(self) -> Pictures | None:
        """Return what the plane shows as a picture (H, W, 3); None before anything is shown."""
        if self.plot.plane is None:
            return None
        size = self.plot.size() * _PIXELS
        image = QImage(size, QImage.Format.Format_RGB888)
        image.setDevicePixelRatio(_PIXELS)
        painter = QPainter(image)
        painter.setFont(self.plot.font())
        self.plot.paint(painter, with_notes=False)
        painter.end()
        lines = np.frombuffer(image.constBits(), np.uint8).reshape(size.height(), image.bytesPerLine())
        return lines[:, : 3 * size.width()].reshape(size.height(), size.width(), 3).copy()

    # Building

    def _lay_out(self) -> None:
        filling = QVBoxLayout()
        filling.setContentsMargins(0, 0, 0, 0)
        filling.addWidget(self.plot)
        self._stage = OverlayHost(filling, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(self.tools)
        column.addWidget(self._stage, 1)
        column.addWidget(self.units)
        column.addWidget(self.legend)

    def _connect(self) -> None:
        model, thread = self._model, self._thread
        model.reset.connect(self._reset)
        signals = (model.snapshotAdded, model.viewedStepChanged, model.statusChanged, model.configChanged)
        for signal in (*signals, model.stageChanged, model.pointEditsChanged):
            signal.connect(self.refresh)
        thread.answered.connect(self._show)
        thread.refusedPlane.connect(self._refuse)
        thread.failed.connect(self.failed)
        self._pictures.framed.connect(self._show_frame)
        self._pictures.failed.connect(self.failed)
        self.tools.changed.connect(self._layers_changed)
        self.tools.reset_button.clicked.connect(self.plot.mover.reset)
        self.units.changed.connect(self.refresh)
        self._frames.due.connect(self._ask_for_frame)
        self._legend_timer.timeout.connect(self._update_legend)
        self._morph.changed.connect(self.plot.refresh)
        self.plot.areaChanged.connect(self.refresh)
        self.plot.enlargeRequested.connect(self.enlargeRequested)
        self.tools.draw_button.clicked.connect(self.drawRequested)
        self.plot.touch.edited.connect(self.editRequested)
        self.plot.toolLeft.connect(self.tools.leave_tool)
        self.tools.toolChosen.connect(self.plot.touch.use)

    # Room

    @override
    def hasHeightForWidth(self) -> bool:
        return False  # the plane and the notices over it take what there is: they ask for no room around

    def minimumSizeHint(self) -> QSize:
        """Return the size that the tools need at the present width, with a small plane below them."""
        hint = super().minimumSizeHint()
        tools = self.tools
        return QSize(
            hint.width(), hint.height() - tools.minimumSizeHint().height() + tools.heightForWidth(self.width())
        )

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, before = event.size().width(), event.oldSize().width()
        if self.tools.heightForWidth(width) != self.tools.heightForWidth(before):
            self.updateGeometry()

    # What is shown

    def refresh(self, *_: object) -> None:
        """Ask for what belongs to the viewed step."""
        config = run_config(self._model)
        if not self.isVisible() or not config.makes_points:
            return  # showEvent comes back to it
        self.tools.enable(Layer.MANIFOLD, _NO_MANIFOLD if config.network.z_size > 2 else "")
        self._show_modes(config)
        request = self._make_request(config)
        self._ask(request)
        is_live = request.live is not None and self._model.status == RunStatus.TRAINING
        self._frames.run(is_live)
        self._pictures.follow(request if is_live else None)
        if not self._model.is_busy:
            self._pictures.end()
        if request.model is None and request.live is None:
            self._show_waiting()
        else:
            self.plot.notes.show_text("")

    def _make_request(self, config: RunConfig) -> PlaneRequest:
        """Return a request for what belongs to the viewed step: the networks as they are now, if it is the newest."""
        model, layers = self._model, self.tools.layers
        control = self.watched() if model.viewed_step is None else None
        generator = snapshot_model(model)
        past = self._past(generator) if generator is not None and Layer.TRACES in layers and control is None else ()
        rows, columns = (min(_MAX_CELLS, max(2, side // _CELL)) for side in (self.plot.height(), self.plot.width()))
        return PlaneRequest(
            0,
            config.data,
            model.data_home,
            None if model.folder is None else drawing_path(model.folder),
            generator,
            self.plot.view.area,
            rows,
            columns,
            layers,
            past,
            self.units.unit,
            None if control is None else Live(control, model.config, model.status == RunStatus.TRAINING),
            point_edits(model),
        )

    def _ask(self, request: PlaneRequest) -> None:
        self._number += 1
        self._is_waiting = True
        self._asked_at = time.monotonic()
        self._request = replace(request, number=self._number)
        self._thread.request(self._request)

    @Slot()
    def _ask_for_frame(self) -> None:
        """Ask for the networks as they are now, unless the last frame is still being computed, or nobody looks."""
        is_seen = self.isVisible() and not self.window().isMinimized()
        if self._pictures.watch(is_seen and self._request is not None) and is_seen and self._request is not None:
            self._frames.slow_down()  # the pictures come by themselves
            seconds = _PLANE_SECONDS if self._reading.point is None else _POINTED_SECONDS
            if not self._is_waiting and time.monotonic() - self._asked_at >= seconds:
                self._ask(self._request)
        elif not self.isVisible():
            self._frames.run(False)  # showEvent comes back to it
        elif self._request is None or not is_seen:
            return
        elif not self._is_waiting:
            self._frames.note(self._computing, self.plot.drawing.seconds)
            self._ask(self._request)

    def _show_modes(self, config: RunConfig) -> None:
        """Let the modes be moved that the points have."""
        modes = modes_now(self._model)
        self.plot.touch.show_modes(modes, config.data.points or POINTS)
        self.tools.enable_move("" if modes is not None else _NO_MODES)

    def _past(self, generator: Model) -> tuple[Model, ...]:
        """Return the generators of the snapshots before one, the oldest first."""
        snapshots = self._model.snapshots
        end = bisect_right([step for step, _ in snapshots], generator.step) - 1
        before = snapshots[max(0, end - _MAX_PAST) : end]
        return tuple(replace(generator, path=path, step=step) for step, path in before)

    def _show_waiting(self) -> None:
        model = self._model
        stage = f"{model.stage}\N{HORIZONTAL ELLIPSIS}" if model.stage else ""
        self.plot.notes.show_text(stage or _NOT_YET.get(model.status, "The first fakes will appear in a moment."))

    def _layers_changed(self) -> None:
        self.units.setVisible(Layer.UNITS in self.tools.layers)
        self.plot.show_layers(self.tools.layers)
        self._update_legend()
        self.refresh()

    @Slot(object)
    def _show(self, plane: Plane) -> None:
        """Show an answer, unless another run has been opened since."""
        if plane.request.number <= self._shown:
            return
        self._shown = plane.request.number
        self._is_waiting = self._shown != self._number
        self._computing = plane.seconds
        was_painted = self.plot.painted is not None
        if not self._frames.is_running and not self._is_waiting:
            self.plot.show_painted(None)
        is_painted = self.plot.painted is not None
        if is_painted == was_painted and plane.looks_like(self.plot.plane):
            self.plot.plane = plane
        else:
            self.plot.show_plane(plane)
            self._reading.ask()
            if not is_painted:
                self.units.show_units(plane.units)
        self._morph.take(plane.manifold if Layer.MANIFOLD in self.tools.layers else None)
        if not is_painted:
            self._show_contents(contents_of(plane), is_brief=plane.is_live)

    @Slot(object, object)
    def _show_frame(self, shown: Shown, frame: Frame) -> None:
        """Show pictures of networks that are being trained, from now on."""
        if not self._frames.is_running:
            return
        self.plot.show_painted(shown.painted)
        if shown.units is not None and frame.units is not None:
            self.units.show_painted(shown.units, frame.units)
        else:
            self.units.show_units(None)
        self._show_contents(frame.contents, is_brief=True)

    def _show_contents(self, contents: Contents, is_brief: bool) -> None:
        """Say what there is to see; `is_brief`: the next follows at once."""
        self._contents = contents
        if contents.step is not None:
            self.plot.notes.show_text("")
        if not is_brief:
            self._update_legend()
        elif not self._legend_timer.isActive():
            self._legend_timer.start()

    @Slot(str)
    def _refuse(self, message: str) -> None:
        self._is_waiting = False
        self.plot.notes.show_text(message)

    def _reset(self) -> None:
        """Forget everything: another run is open."""
        self._shown, self._request = self._number, None
        self._frames.run(False)
        self._reading.forget()
        self._pictures.follow(None)
        self._pictures.end()
        self._contents = Contents()
        self._morph.take(None)
        self.plot.show_painted(None)
        self.plot.show_plane(None)
        self.units.start_over()
        self.plot.notes.show_text("")
        self._update_legend()
        self.refresh()

    def _update_legend(self) -> None:
        self.legend.show_for(self.tools.layers, self._contents)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_legend()
            self.refresh()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.units.setVisible(Layer.UNITS in self.tools.layers)
        self.plot.show_layers(self.tools.layers)
        self._update_legend()
        self.refresh()
