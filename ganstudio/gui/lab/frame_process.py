"""The window's side of the process that paints the plane while a run trains."""

import contextlib
import os
import subprocess
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot
from PySide6.QtGui import QImage

from ganstudio import config as cfg
from ganstudio.data.points import edits as point_edits
from ganstudio.gui.lab import frame_program
from ganstudio.gui.lab.frame_memory import SLOTS, Pictures, Weights, picture_bytes
from ganstudio.gui.lab.frame_messages import Beginning, Frame, Order, Scene
from ganstudio.gui.lab.plot import Painted
from ganstudio.gui.lab.screen import LiveImage
from ganstudio.gui.lab.units import UnitMaps
from ganstudio.gui.lab.view import View
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.lab_requests import Live, PlaneRequest
from ganstudio.gui.workers.worker import Worker
from ganstudio.system import child_process
from ganstudio.system.child_process import receive, send, wait_until_ready

if TYPE_CHECKING:
    from ganstudio.training.look import Look

FRAME_INTERVAL = 1 / 60  # s between two looks
MAX_AHEAD = 2  # looks that the process has not answered: it paints one, and the next waits for it
_SPARE = 1.25  # of the memory of pictures: the window may grow a little
_READ_BYTES = 1 << 16  # at a time
_CAN_LISTEN = os.name == "posix"  # to a pipe, in the event loop
_GONE = (OSError, EOFError, ValueError)  # what sending and receiving raise if the process is gone


@dataclass(frozen=True, eq=False)
class Shown:
    """The pictures of a scene.

    Parameters
    ----------
    scene
        Its number.
    painted
        The plane.
    units
        Small maps of hidden units; None: none are wanted.
    """

    scene: int
    painted: Painted
    units: LiveImage | None


class FrameProcess(Worker):
    """Thread that starts the process and reads its answers. Where none can be started, `left` is emitted.

    Parameters
    ----------
    live
        The run that is trained.
    parent
        Qt's parent.
    """

    ready = Signal()  # scenes can be shown
    answered = Signal(object)  # Frame
    left = Signal()  # the process is gone, or did not come

    action = "The plane could not be painted by a process of its own"
    kept = "Training is not affected."

    def __init__(self, live: Live, parent: QObject | None = None) -> None:
        super().__init__("framesThread", parent)
        self.live = live
        self._looked = threading.Event()
        self._first: Look | None = None
        self._sending = threading.Lock()
        self._orders: BinaryIO | None = None
        self._popen: subprocess.Popen[bytes] | None = None
        self._weights: Weights | None = None
        self._pictures: Pictures | None = None
        self._sent = 0  # number of the newest look
        self._is_watching = False
        self._notifier: QSocketNotifier | None = None
        self._said = child_process.Inbox(Frame)
        self._ends = threading.Event()
        self._number = 0  # of the newest scene
        self._view: View | None = None  # of it
        self._slot = 0  # of the pictures that are shown
        self._shown: Shown | None = None

    # In the GUI thread

    def show(self, request: PlaneRequest, view: View, scale: QImage, units: UnitMaps) -> None:
        """Have another scene painted from now on, with the coordinates along its edges, and maps as they lie there.

        Raises
        ------
        OSError
            There is no room for its pictures.
        """
        self._number += 1
        self._view = view
        ratio, width, height = scale.devicePixelRatio(), scale.width(), scale.height()
        size = picture_bytes(width, height)
        if self._pictures is None or self._pictures.size < size:
            if self._pictures is not None:
                self._pictures.memory.forget_name()
            self._pictures = Pictures(int(_SPARE * size))
        lines = np.frombuffer(scale.constBits(), np.uint8).reshape(height, scale.bytesPerLine())
        self._pictures.overlay(width, height)[:] = lines[:, : 4 * width]
        assert request.live is not None
        self._send(
            Order(
                Scene(
                    self._number,
                    cfg.to_dict(request.live.config),
                    None if request.home is None else str(request.home),
                    None if request.kept is None else str(request.kept),
                    point_edits.encode(request.edits),
                    tuple(request.layers),
                    (view.width, view.height, view.x, view.y, view.zoom),
                    ratio,
                    request.rows,
                    request.columns,
                    request.unit.layer,
                    request.unit.number,
                    units.side,
                    units.palette().color(units.backgroundRole()).name(),
                    theme.current().name,
                    self._pictures.memory.name,
                    self._pictures.size,
                    self._free_slot,
                )
            )
        )

    def watch(self, is_on: bool) -> None:
        """Have the networks painted again and again, or no longer."""
        if is_on != self._is_watching:
            self._is_watching = is_on
            self.live.control.watch(self._take if is_on else None, FRAME_INTERVAL)
            self._send(Order(is_watched=is_on))

    def listen(self) -> None:
        """Read the answers here, once the process is ready: a thread between would cost training more than they do."""
        if _CAN_LISTEN and self._popen is not None and self._popen.stdout is not None:
            self._notifier = QSocketNotifier(self._popen.stdout.fileno(), QSocketNotifier.Type.Read, self)
            self._notifier.activated.connect(self._read)

    @Slot()
    def _read(self) -> None:
        """Read what the process has said; the thread ends with the process."""
        assert self._notifier is not None
        try:
            said = os.read(self._notifier.socket(), _READ_BYTES)
            answers = self._said.take(said)
        except _GONE:
            said, answers = b"", []
        if not said:
            self._notifier.setEnabled(False)
            self._ends.set()
        for answer in answers:
            self.answered.emit(answer)

    @property
    def _free_slot(self) -> int:
        """The pictures in memory that are not shown."""
        return (self._slot + 1) % SLOTS

    def take(self, frame: Frame) -> Shown | None:
        """Return the pictures of a frame: those of a scene stay the same, for they are painted anew where they lie.

        None if another scene was asked for since.
        """
        if frame.scene != self._number or self._pictures is None or self._view is None:
            return None
        if self._shown is None or self._shown.scene != frame.scene:
            self._pictures.memory.forget_name()  # the process has opened it
            self._slot = self._free_slot
            self._shown = None
        if self._shown is None or (self._shown.units is None and frame.units is not None):
            self._shown = self._read_pictures(self._pictures, frame, self._view)
        return self._shown

    def _read_pictures(self, pictures: Pictures, frame: Frame, view: View) -> Shown:
        pixels = pictures.picture(self._slot, frame.width, frame.height)
        ratio = frame.width / view.width
        painted = Painted(_image(pixels, ratio), pixels, view)
        if frame.units is None:
            return Shown(frame.scene, painted, None)
        pixels = pictures.units(self._slot, frame.units_width, frame.units_height)
        return Shown(frame.scene, painted, LiveImage(_image(pixels, ratio), pixels))

    def request_stop(self) -> None:
        """End the process, and with it the thread."""
        super().request_stop()
        self.watch(False)
        if self._notifier is not None:
            self._notifier.setEnabled(False)
        self._looked.set()
        self._ends.set()
        popen = self._popen
        if popen is not None:
            popen.kill()

    # In the thread that trains, between two rounds

    def _take(self, look: "Look") -> None:
        """Lay a look where the process finds it."""
        if self._weights is None:
            self._first = look
            self._looked.set()
            return
        if self._sent - self._weights.answered >= MAX_AHEAD:
            return
        self._sent += 1
        self._weights.write(self._sent, look.step, look.G.numpy(), look.D.numpy(), look.centre)

    # In the thread

    def work(self) -> None:
        """Start the process, and read its answers until it ends."""
        try:
            self._begin()
            assert self._popen is not None
            answers = cast(BinaryIO, self._popen.stdout)
            wait_until_ready(answers)
            if self._weights is not None:
                self._weights.memory.forget_name()
            self.ready.emit()
            if _CAN_LISTEN:
                self._ends.wait()
            while not self.is_stopping() and not _CAN_LISTEN:
                self.answered.emit(receive(answers, Frame))
        except _GONE:
            pass
        finally:
            self._end()
            self.left.emit()

    def _begin(self) -> None:
        """Start the process. Raises OSError."""
        self.live.control.look(self._take)
        self._looked.wait()
        command = child_process.command(frame_program.__name__)
        look = self._first
        if command is None or look is None or self.is_stopping():
            raise OSError
        weights = Weights(look.G.numel(), look.D.numel())
        self._popen = child_process.start(command, {"QT_QPA_PLATFORM": "offscreen"})
        if self.is_stopping():
            raise OSError
        orders = cast(BinaryIO, self._popen.stdin)
        send(orders, Beginning(weights.memory.name, look.G.numel(), look.D.numel()))
        with self._sending:
            self._orders = orders
        self._weights = weights

    def _end(self) -> None:
        """End the process, if it has not ended, and forget the names of what both saw."""
        with self._sending:
            self._orders = None
        for memory in (self._weights, self._pictures):
            if memory is not None:
                memory.memory.forget_name()
        if self._popen is not None:
            child_process.end(self._popen)

    # In the GUI thread

    def _send(self, order: Order) -> None:
        with self._sending, contextlib.suppress(OSError):
            if self._orders is not None:
                send(self._orders, order)


def _image(pixels: npt.NDArray[np.uint8], ratio: float) -> QImage:
    """Return an image that reads pixels, (H, 4 W), with so many of them for each px."""
    height, line = pixels.shape
    image = QImage(pixels.data, line // 4, height, line, QImage.Format.Format_RGB32)
    if ratio != 1:
        image.setDevicePixelRatio(ratio)
    return image
