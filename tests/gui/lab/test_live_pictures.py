"""Pictures of the plane from a process of its own, while a run trains."""

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPainter

from ganstudio import config as cfg
from ganstudio import networks, presets
from ganstudio.events import RunStatus
from ganstudio.gui.lab import frame_program, live_pictures, painting
from ganstudio.gui.lab.frame_memory import Pictures, Weights, picture_bytes
from ganstudio.gui.lab.frame_messages import Frame, Order, Scene
from ganstudio.gui.lab.frame_program import FramePainter
from ganstudio.gui.lab.panel import LabPanel
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.plots.plane import Layer
from ganstudio.runs.control import Control
from ganstudio.system import child_process, shared_memory
from ganstudio.training.look import Look, flatten

CONFIG = presets.load("lab-gaussians").config
WAIT = 30_000
DOTS = frozenset({Layer.REAL, Layer.FAKE})


class Trained(Control):
    """A run that is being trained: each look finds it a step further, unless it stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.rng = torch.Generator().manual_seed(1)
        self.G, self.D = networks.generator(CONFIG, self.rng), networks.discriminator(CONFIG, self.rng)
        self.number = 0
        self.stands_still = False
        self.taker: Callable[[Look], None] | None = None
        self.timer = QTimer(interval=10)
        self.timer.timeout.connect(self.train)
        self.timer.start()

    def look(self, take: Callable[[Look], None]) -> None:
        take(self.newest())

    def watch(self, take: Callable[[Look], None] | None, seconds: float) -> None:
        self.taker = take

    def train(self) -> None:
        if self.taker is not None:
            self.taker(self.newest())

    def newest(self) -> Look:
        if not self.stands_still:
            self.number += 1
            with torch.no_grad():
                for weight in (*self.G.parameters(), *self.D.parameters()):
                    weight += 0.02 * torch.randn(weight.shape, generator=self.rng)
        return Look(self.number, flatten(self.G), flatten(self.D), 0.0)


@pytest.fixture
def trained(qapp) -> Iterator[Trained]:
    trained = Trained()
    yield trained
    trained.timer.stop()


@pytest.fixture
def frame_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_pictures, "usable_cores", lambda: 2)


@pytest.fixture
def panel(dressed, qtbot, trained: Trained) -> Iterator[LabPanel]:
    panel = LabPanel(RunModel(CONFIG))
    panel.watched = lambda: trained if panel._model.is_busy else None
    qtbot.addWidget(panel)
    panel.tools.show_layers(DOTS)
    panel.resize(300, 300)
    panel.show()
    qtbot.waitUntil(lambda: not panel.plot.mover.is_settling and not panel._is_waiting, timeout=WAIT)
    yield panel
    assert panel.stop()


def pixels_of(image: QImage) -> np.ndarray:
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 4 * image.width()].copy().reshape(image.height(), image.width(), 4)[..., :3]


def drawn_here(panel: LabPanel) -> np.ndarray:
    """The newest plane, drawn in this process."""
    plot = panel.plot
    image = QImage(plot.width(), plot.height(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painting.paint_ground(painter, plot.view)
    painting.paint_layers(painter, plot.view, plot.plane, plot.layers, None)
    painting.paint_edges(painter, plot.view, plot.drawing.scale_picture(plot.view, plot.font(), 1.0))
    painter.end()
    return pixels_of(image)


def seen_of(panel: LabPanel) -> np.ndarray:
    """What the plot shows."""
    return pixels_of(panel.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))


def child_of(panel: LabPanel) -> psutil.Process:
    return psutil.Process(panel._pictures._process._popen.pid)


def shows_step(panel: LabPanel, number: int) -> bool:
    return panel.plot.painted is not None and panel._contents.step == number


def test_a_process_paints_what_would_be_drawn_here_until_the_run_pauses_or_it_is_gone(
    panel: LabPanel, trained: Trained, qtbot, frame_process
) -> None:
    plot = panel.plot
    panel._model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: plot.painted is not None, timeout=WAIT)
    first = panel._contents.step
    qtbot.waitUntil(lambda: panel._contents.step > first, timeout=WAIT)  # and goes on
    trained.stands_still = True
    qtbot.waitUntil(lambda: shows_step(panel, trained.number), timeout=WAIT)
    qtbot.waitUntil(lambda: plot.plane.step == trained.number, timeout=WAIT)
    assert np.array_equal(pixels_of(plot.painted.image), drawn_here(panel))
    assert np.array_equal(
        pixels_of(plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)), drawn_here(panel)
    )
    assert plot._screen.isVisible()  # by Qt alone
    assert (plot._screen._timer.isActive(), plot._screen._host_timer.isActive()) == (True, False)
    qtbot.waitUntil(lambda: f"fake at step {trained.number:,}" in panel.legend.toolTip(), timeout=WAIT)
    plot.notes.show_reading("x 1, D 0.5")
    assert not plot._screen.isVisible()
    assert (plot._screen._timer.isActive(), plot._screen._host_timer.isActive()) == (False, True)
    changed = (seen_of(panel) != drawn_here(panel)).any(2)
    assert changed[:40, 100:].any()
    assert not changed[40:].any()
    plot.notes.show_reading("")
    assert plot._screen.isVisible()
    for name in (panel._pictures._process._weights.memory.name, panel._pictures._process._pictures.memory.name):
        assert sys.platform == "win32" or not Path(name).exists()  # nothing is left, however the program ends

    qtbot.mouseClick(panel.tools.button(Layer.UNITS), Qt.MouseButton.LeftButton)  # another scene
    maps = panel.units.maps
    qtbot.waitUntil(lambda: maps._screen.isVisible() and maps._count > 0, timeout=WAIT)
    qtbot.waitUntil(lambda: plot.plane.units is not None, timeout=WAIT)
    from_process, live = maps.grab().toImage(), maps._live
    maps.setFocus()
    qtbot.waitUntil(lambda: not maps._screen.isVisible(), timeout=WAIT)  # its frame is painted over them
    assert from_process != maps.grab().toImage()
    plot.setFocus()
    qtbot.waitUntil(maps._screen.isVisible, timeout=WAIT)
    maps.show_units(plot.plane.units)
    assert maps._live is None
    assert from_process == maps.grab().toImage()
    maps.show_painted(live, maps._count)
    plot.mover.zoom(2.0)
    qtbot.waitUntil(lambda: plot.painted.view == plot.view, timeout=WAIT)

    panel._model.set_status(RunStatus.PAUSED)
    qtbot.waitUntil(lambda: plot.painted is None, timeout=WAIT)
    assert plot.plane.step == trained.number
    timers = [each for screen in (plot._screen, maps._screen) for each in (screen._timer, screen._host_timer)]
    assert not any(timer.isActive() for timer in timers)
    panel._model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: plot.painted is not None, timeout=WAIT)

    trained.stands_still = False
    child_of(panel).kill()
    qtbot.waitUntil(lambda: panel._pictures._process is None and plot.painted is None, timeout=WAIT)
    now = plot.plane.step
    qtbot.waitUntil(lambda: plot.plane.step > now + 2, timeout=WAIT)  # drawn here again
    assert panel._pictures._process is None  # and none is started again and again


@pytest.mark.parametrize("trouble", ["no Python", "no room"])
def test_where_there_is_no_process_it_is_drawn_here(
    panel: LabPanel, trained: Trained, qtbot, frame_process, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    def refuse(_size: int) -> Path:
        raise OSError

    if trouble == "no Python":
        monkeypatch.setattr(child_process, "command", lambda _module: None)
    else:
        monkeypatch.setattr(shared_memory, "_make_file", refuse)
        monkeypatch.setattr(sys, "platform", "linux")
    panel._model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: panel._pictures._refused is not None and trained.number > 4, timeout=WAIT)
    assert panel._pictures._process is None
    qtbot.waitUntil(lambda: panel.plot.plane is not None and panel.plot.plane.step > 4, timeout=WAIT)


# ---- the process, seen from inside ----------------------------------------------------------------------------------


class Painting:
    """What the process does, here."""

    def __init__(self, trained: Trained, layers: frozenset[Layer]) -> None:
        self.trained = trained
        self.weights = Weights(flatten(trained.G).numel(), flatten(trained.D).numel())
        self.pictures = Pictures(picture_bytes(80, 60))
        self.painter = FramePainter(self.weights)
        self.number = 0
        for memory in (self.weights.memory, self.pictures.memory):
            memory.forget_name()
        self.painter._pictures = self.pictures
        self.show(layers)

    def show(self, layers: frozenset[Layer], **changes: object) -> None:
        values = {
            "number": 1,
            "config": cfg.to_dict(CONFIG),
            "home": None,
            "kept": None,
            "edits": [],
            "layers": tuple(layers),
            "view": (80.0, 60.0, 0.0, 0.0, 1.0),
            "ratio": 1.0,
            "rows": 6,
            "columns": 8,
            "unit_layer": -1,
            "unit": None,
            "units_side": 20.0,
            "units_ground": "#123456",
            "theme": "dark",
            "pictures": self.pictures.memory.name,
            "picture_bytes": self.pictures.size,
            "slot": 0,
        }
        self.painter.obey(Order(scene=Scene(**values | changes)))

    def look(self) -> Frame | None:
        look = self.trained.newest()
        self.number += 1
        self.weights.write(self.number, look.step, look.G.numpy(), look.D.numpy(), look.centre)
        frame = self.painter.paint()
        assert self.weights.answered == self.number
        return frame

    def pixels(self) -> np.ndarray:
        return self.pictures.picture(0, 80, 60).reshape(60, 80, 4)[..., 2::-1].copy()


def test_every_look_is_painted_in_place_of_the_last_and_something_is_said_of_some(
    qapp, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_program, "_SAYING_SECONDS", 3600.0)
    monkeypatch.setattr(frame_program, "_REST_SECONDS", 3600.0)
    here = Painting(trained, DOTS)
    assert here.painter.rest_seconds() < 1.0
    assert here.look().contents.step == 1
    assert here.painter.rest_seconds() > 3000.0  # no other look comes so soon
    first = here.pixels()
    assert here.look() is None
    assert (here.pixels() != first).any()
    monkeypatch.setattr(frame_program, "_SAYING_SECONDS", 0.0)
    trained.stands_still = True
    assert here.look().contents.step == 2  # of the last picture, though this look was none
    assert here.look() is None
    monkeypatch.setattr(frame_program, "_SAYING_SECONDS", 3600.0)
    here.show(DOTS | {Layer.OPINION}, number=2)  # another scene is painted, though nothing was trained
    frame = here.look()
    assert frame.scene == 2
    assert frame.contents.map_layer is Layer.OPINION


def test_the_map_and_the_small_maps_are_renewed_in_turn_and_both_where_nothing_follows(
    qapp, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_program, "_SETTLED_SECONDS", 3600.0)
    here = Painting(trained, frozenset({Layer.OPINION, Layer.UNITS, Layer.FAKE}))
    planes = []
    for _ in range(4):
        here.look()
        planes.append(here.painter._shown)
    assert [one.map is other.map for one, other in itertools.pairwise(planes)] == [True, False, True]
    assert [one.units is other.units for one, other in itertools.pairwise(planes)] == [False, True, False]
    assert all((one.fakes != other.fakes).any() for one, other in itertools.pairwise(planes))
    small = here.pictures.units(0, 20, 20).copy()
    here.look()
    assert here.painter._shown.units is planes[-1].units
    np.testing.assert_array_equal(here.pictures.units(0, 20, 20), small)
    moving = here.pixels()
    monkeypatch.setattr(frame_program, "_SETTLED_SECONDS", 0.0)
    here.painter.paint()  # the last look again
    settled = here.painter._shown
    assert settled.units is not planes[-1].units
    assert (here.pictures.units(0, 20, 20) != small).any()
    np.testing.assert_array_equal(here.pixels(), moving)  # its map was new
    here.painter.paint()
    assert here.painter._shown is settled


def test_a_look_that_is_being_replaced_is_left_out(qapp, trained: Trained) -> None:
    here = Painting(trained, DOTS)
    look = trained.newest()
    for number in (1, 3):  # the third lies where the first did
        here.weights.write(number, look.step, look.G.numpy(), look.D.numpy(), None)
    assert here.weights.read(1) is None
    assert here.weights.read(3)[3] is None
    here.weights._looks[1]["head"]["began"] = 5  # is being written
    assert here.painter.paint() is None
    assert here.weights.answered == 0
    here.weights.write(5, look.step, look.G.numpy(), look.D.numpy(), None)
    assert here.painter.paint() is not None


def test_the_colours_are_those_of_the_window(qapp, trained: Trained) -> None:
    here = Painting(trained, frozenset())
    before = theme.current().name
    try:
        for name in ("dark", "light"):
            here.show(frozenset(), theme=name)
            here.look()
            pixel = here.pixels()[30, 40]
            assert "#" + pixel.tobytes().hex().upper() == theme.THEMES[name].window.upper()
    finally:
        theme.use(before)


def test_orders_that_wait_come_to_the_newest_scene_and_whether_looks_come() -> None:
    waiting: frame_program.queue.SimpleQueue[Order] = frame_program.queue.SimpleQueue()
    assert frame_program._newest(waiting, 0.0) is None
    for is_watched in (True, False):
        waiting.put(Order(is_watched=is_watched))
    assert frame_program._newest(waiting, None) == Order(is_watched=False)
    assert waiting.empty()
