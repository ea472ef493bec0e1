"""The process that computes and paints the plane, frame after frame, while a run trains in the window.

In the window's own process, both would take Python's lock from the thread that trains. It is told on standard input
what is wanted, and ends with it. It shows nothing itself.

The networks it finds in memory, where it looks every few milliseconds. If the thread that trains woke it, Linux would
often have it run on the core of that thread.
"""

import gc
import math
import os
import queue
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.data.points import edits as point_edits
from ganstudio.gui.lab import painting
from ganstudio.gui.lab.contents import contents_of
from ganstudio.gui.lab.frame_memory import UNITS_BYTES, Pictures, Weights, picture_bytes
from ganstudio.gui.lab.frame_messages import Beginning, Frame, Order, Scene
from ganstudio.gui.lab.units import paint_maps, strip_size, units_of, units_picture
from ganstudio.gui.lab.view import View
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.lab_points import real_points
from ganstudio.gui.workers.lab_requests import FRAME_SECONDS, Live, Plane, PlaneRequest
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane_layers import Points, Unit, Units
from ganstudio.system.child_process import receive, say_ready, send, take_messages, take_pipes

_POLL_SECONDS = 0.003  # between two times that it is seen whether there is another look
_REST_SECONDS = 0.012  # after a look, in which no other one comes
_SETTLED_SECONDS = 0.1  # after which a look that nothing followed is painted again: some of its maps may be older
_FINDING_SECONDS = 0.2  # between two times that it is seen whether the real points have changed
_SAYING_SECONDS = 0.2  # between two times that it is said what the pictures show: the window sees them without a word
_ESTIMATED = 2048  # points of each kind that densities are estimated from: twice as quickly as from the usual number


def main() -> None:
    """Paint what is asked for on standard input, until that ends."""
    orders, answers = take_pipes()
    process.stay_on_one_core()
    app = QGuiApplication(["ganstudio", "-platform", "offscreen"])
    import torch

    torch.set_num_threads(1)
    process.lower_thread_priority()
    beginning = receive(orders, Beginning)
    painter = FramePainter(Weights(beginning.G, beginning.D, beginning.weights))
    gc.freeze()  # nothing of it goes, and to search it for garbage takes as long as several frames
    waiting: queue.SimpleQueue[Order] = queue.SimpleQueue()
    take_messages(orders, Order, waiting.put)
    is_watched = False
    try:
        say_ready(answers)
        while True:
            order = _newest(waiting, painter.rest_seconds() if is_watched else None)
            if order is not None:
                is_watched = order.is_watched
                painter.obey(order)
            frame = painter.paint()
            if frame is not None:
                send(answers, frame)
    except OSError:  # nobody reads it
        os._exit(0)
    finally:
        del app


def _newest(waiting: "queue.SimpleQueue[Order]", seconds: float | None) -> Order | None:
    """Wait for an order, at most so long, and return what those that wait come to; None if none does."""
    try:
        order = waiting.get(timeout=seconds)
    except queue.Empty:
        return None
    while not waiting.empty():
        newer = waiting.get()
        order = Order(newer.scene or order.scene, newer.is_watched)
    return order


class FramePainter:
    """Computes and paints frames of a run that another process trains.

    Parameters
    ----------
    weights
        Looks at its networks.
    """

    def __init__(self, weights: Weights) -> None:
        from ganstudio.gui.workers.lab_live import LiveRun
        from ganstudio.latent.plane_layers import LayerComputer

        self._make_run, self._make_computer = LiveRun, LayerComputer
        self._weights = weights
        self._looks = _Looks(weights)
        self._scene: _Scene | None = None
        self._run: LiveRun | None = None
        self._computer: LayerComputer | None = None
        self._pictures: Pictures | None = None
        self._shown: Plane | None = None  # in the newest picture
        self._units_size = 0, 0  # pixels of the small maps beside it
        self._looked_at = -math.inf  # monotonic time of the newest look
        self._frame: Frame | None = None  # the newest, while nothing was said of it
        self._is_new = False  # the scene, and was not painted yet
        self._said_scene: int | None = None  # number of the last scene that anything was said of
        self._said_at = 0.0  # monotonic time

    def obey(self, order: Order) -> None:
        """Take another scene."""
        if order.scene is not None:
            self._take_scene(order.scene)

    def paint(self) -> Frame | None:
        """Paint the newest look, unless that was done, and return what is to be said of the picture."""
        number, scene, now = self._weights.newest, self._scene, time.monotonic()
        is_due = number != self._weights.answered or self._is_new or now - self._looked_at > _SETTLED_SECONDS
        if number and scene is not None and is_due and self._looks.take(number):
            self._is_new, self._looked_at = False, now
            self._frame = self._paint(scene) or self._frame
            self._weights.answered = number
        return self._take_frame()

    def rest_seconds(self) -> float:
        """Return for how long no other look is to be expected."""
        return max(_POLL_SECONDS, self._looked_at + _REST_SECONDS - time.monotonic())

    def _take_frame(self) -> Frame | None:
        """Return the newest frame if it is time to say something of it."""
        frame, now = self._frame, time.monotonic()
        if frame is None or (frame.scene == self._said_scene and now - self._said_at < _SAYING_SECONDS):
            return None
        self._frame, self._said_scene, self._said_at = None, frame.scene, now
        return frame

    def _take_scene(self, scene: Scene) -> None:
        if self._pictures is None or self._pictures.memory.name != scene.pictures:
            self._pictures = Pictures(scene.picture_bytes, scene.pictures)
        theme.use(scene.theme)
        overlay = _overlay(self._pictures, scene)
        before = None if self._scene is None else self._scene.scene
        self._scene = _Scene(scene, self._looks, overlay)
        if before is None or scene.config != before.config:
            self._run = None
        self._shown = self._frame = self._said_scene = None
        self._is_new = True

    def _paint(self, scene: "_Scene") -> Frame | None:
        """Return a picture; None if it would be as the last one, or there is nothing to see yet."""
        plane = self._plane(scene)
        if plane is None or plane.looks_like(self._shown) or self._pictures is None:
            return None
        before, self._shown = self._shown, plane
        slot = scene.scene.slot
        image = scene.paint(plane)
        size = image.width(), image.height()
        _copy(image, self._pictures.picture(slot, *size))
        frame = Frame(scene.scene.number, *size, contents_of(plane))
        if plane.units is None:
            return frame
        if before is None or plane.units is not before.units:
            self._units_size = self._paint_units(scene, plane.units, self._pictures)
        width, height = self._units_size
        return replace(frame, units=units_of(plane.units), units_width=width, units_height=height) if width else frame

    def _paint_units(self, scene: "_Scene", units: Units, pictures: Pictures) -> tuple[int, int]:
        """Paint the small maps of hidden units, and return the size of their picture; (0, 0): there is no room."""
        picture = scene.paint_units(units)
        size = picture.width(), picture.height()
        if picture_bytes(*size) > UNITS_BYTES:
            return 0, 0
        _copy(picture, pictures.units(scene.scene.slot, *size))
        return size

    def _plane(self, scene: "_Scene") -> Plane | None:
        """Return what the networks show; None before there is anything."""
        reals = scene.reals()
        if self._run is None or not self._run.is_of(scene.live):
            self._run = self._make_run(scene.live)
        computer = self._computer
        if computer is None or not computer.is_for(scene.live.config, reals):
            computer = self._computer = self._make_computer(scene.live.config, reals, _ESTIMATED)
        return self._run.plane(scene.request, computer, FRAME_SECONDS)


class _Looks:
    """Looks at networks in another process; it hands over the newest one."""

    def __init__(self, weights: Weights) -> None:
        from ganstudio.training.look import Look

        self._make_look = Look
        self._weights = weights
        self._newest: Look | None = None

    def take(self, number: int) -> bool:
        """Take a look; return False if it is being replaced by another one."""
        import torch

        found = self._weights.read(number)
        if found is None:
            return False
        step, G, D, centre = found
        self._newest = self._make_look(step, torch.from_numpy(G), torch.from_numpy(D), centre)
        return True

    def look(self, take: Callable[..., None]) -> None:
        """Hand over the newest look."""
        take(self._newest)

    def watch(self, take: Callable[..., None] | None, seconds: float) -> None:
        """Hand over nothing: looks are taken one by one here."""


class _Scene:
    """A scene as the rest of the program knows it."""

    def __init__(self, scene: Scene, looks: _Looks, overlay: QImage) -> None:
        self.scene = scene
        self._overlay = overlay
        self._map: Floats | None = None  # of the plane that was painted last
        self._map_picture: QImage | None = None
        self.view = View(*scene.view)
        self.live = Live(looks, cfg.from_dict(scene.config))
        self.request = PlaneRequest(
            scene.number,
            self.live.config.data,
            None if scene.home is None else Path(scene.home),
            None if scene.kept is None else Path(scene.kept),
            None,
            self.view.area,
            scene.rows,
            scene.columns,
            frozenset(scene.layers),
            (),
            Unit(scene.unit_layer, scene.unit),
            self.live,
            point_edits.decode(scene.edits),
        )
        self._reals, self._found_at = real_points(self.request), time.monotonic()

    def reals(self) -> Points:
        """Return the real points: where they are kept is not looked up again in each frame."""
        if time.monotonic() - self._found_at > _FINDING_SECONDS:
            self._reals, self._found_at = real_points(self.request), time.monotonic()
        return self._reals

    def paint(self, plane: Plane) -> QImage:
        """Return the picture of a plane."""
        ratio = self.scene.ratio
        width, height = (round(side * ratio) for side in (self.view.width, self.view.height))
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painting.paint_ground(painter, self.view)
        layers = self.request.layers
        if plane.map is None or plane.map is not self._map:
            self._map, self._map_picture = plane.map, painting.map_picture(plane, layers)
        painting.paint_layers(painter, self.view, plane, layers, self._map_picture)
        painting.paint_edges(painter, self.view, self._overlay)
        painter.end()
        return image

    def paint_units(self, units: Units) -> QImage:
        """Return the small maps of hidden units, as they lie in the window."""
        side, ratio = self.scene.units_side, self.scene.ratio
        size = strip_size(len(units.maps), side)
        image = QImage(math.ceil(size.width() * ratio), math.ceil(size.height() * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(self.scene.units_ground))
        painter = QPainter(image)
        paint_maps(painter, units_picture(units.maps), len(units.maps), side)
        painter.end()
        return image


def _overlay(pictures: Pictures, scene: Scene) -> QImage:
    """Return what the window has painted for the edges of all pictures of a scene."""
    width, height = (round(side * scene.ratio) for side in scene.view[:2])
    pixels = pictures.overlay(width, height)
    image = QImage(pixels.data, width, height, pixels.shape[1], QImage.Format.Format_ARGB32_Premultiplied).copy()
    image.setDevicePixelRatio(scene.ratio)
    return image


def _copy(image: QImage, pixels: npt.NDArray[np.uint8]) -> None:
    """Copy the pixels of an image, (H, 4 W)."""
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels[:] = lines[:, : pixels.shape[1]]
