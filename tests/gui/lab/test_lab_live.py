"""The lab while a run is being trained: it draws from its own copy of the networks, frame after frame."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt

from ganstudio import networks, presets
from ganstudio.events import RunStatus, Saved
from ganstudio.gui.lab.frames import Frames
from ganstudio.gui.lab.panel import LabPanel
from ganstudio.gui.model.run_model import RunModel
from ganstudio.plots.plane import Layer
from ganstudio.runs import checkpoint
from ganstudio.runs.control import Control
from ganstudio.training.look import Look, flatten
from ganstudio.training.state import half_precision_weights

CONFIG = presets.load("lab-gaussians").config
WAIT = 20_000


class Trained(Control):
    """A run that is being trained: each look finds it a step further, unless it stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.rng = torch.Generator().manual_seed(1)
        self.G, self.D = networks.generator(CONFIG, self.rng), networks.discriminator(CONFIG, self.rng)
        self.step_ = self.looks = 0
        self.stands_still = self.is_deaf = False

    def look(self, take: Callable[[Look], None]) -> None:
        self.looks += 1
        if self.is_deaf:
            return
        if not self.stands_still:
            self.step_ += 1
            with torch.no_grad():
                for weight in self.G.parameters():
                    weight += 0.02 * torch.randn(weight.shape, generator=self.rng)
        take(Look(self.step_, flatten(self.G), flatten(self.D), 0.0))

    def fakes(self, count: int) -> np.ndarray:
        from ganstudio.latent import plane

        with torch.no_grad():
            return self.G(torch.from_numpy(plane.fixed_noise(CONFIG, count)[0])).flatten(1).numpy()


@pytest.fixture
def trained() -> Trained:
    return Trained()


@pytest.fixture
def panel(dressed, qtbot, trained) -> Iterator[LabPanel]:
    panel = LabPanel(RunModel(CONFIG))
    panel.watched = lambda: trained if panel._model.is_busy else None
    qtbot.addWidget(panel)
    panel.resize(300, 300)
    panel.show()
    qtbot.waitUntil(lambda: not panel.plot.mover.is_settling and not panel._is_waiting, timeout=WAIT)
    yield panel
    assert panel.stop()


def stand_still(panel: LabPanel, trained: Trained, qtbot) -> None:
    """Let what is trained stand still, and wait until the plane shows it so."""
    trained.stands_still = True
    looks = trained.looks
    qtbot.waitUntil(lambda: trained.looks >= looks + 2 and not panel._is_waiting, timeout=WAIT)


def test_a_run_that_is_trained_is_drawn_from_its_networks_again_and_again(panel, trained, qtbot):
    panel._model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: trained.step_ >= 5, timeout=WAIT)
    stand_still(panel, trained, qtbot)
    shown = panel.plot.plane
    assert shown.is_live
    assert shown.step == trained.step_
    np.testing.assert_allclose(shown.fakes[:50], trained.fakes(50), atol=1e-6)
    assert shown.map is not None
    assert panel.plot.notes.text == ""
    drawn = panel.plot.drawing._drawn
    stand_still(panel, trained, qtbot)
    assert panel.plot.plane.fakes is shown.fakes  # nothing moved: nothing is computed or painted again
    assert panel.plot.drawing._drawn is drawn
    panel.hide()
    looks = trained.looks
    qtbot.wait(60)
    assert trained.looks == looks  # nobody looks


def test_a_paused_run_is_drawn_when_something_changes(panel, trained, qtbot):
    panel._model.set_status(RunStatus.PAUSED)
    qtbot.waitUntil(lambda: panel.plot.plane is not None and panel.plot.plane.is_live, timeout=WAIT)
    looks = trained.looks
    qtbot.wait(60)
    assert trained.looks == looks
    panel._model.snapshotAdded.emit(2)  # after an update by hand
    qtbot.waitUntil(lambda: panel.plot.plane.step == trained.step_ == looks + 1, timeout=WAIT)


def test_an_earlier_step_and_a_run_that_is_over_show_their_snapshot(panel, trained, qtbot, tmp_path: Path):
    path = tmp_path / "1.safetensors"
    checkpoint.save_snapshot(path, half_precision_weights(trained.G, whole=True), {"step": 1})
    written = trained.fakes(20)
    panel._model.handle(Saved(1, "snapshot", str(path)))
    panel._model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: panel.plot.plane is not None and panel.plot.plane.is_live, timeout=WAIT)
    for go in (lambda: panel._model.view(1), lambda: panel._model.set_status(RunStatus.FINISHED)):
        go()
        qtbot.waitUntil(lambda: not panel.plot.plane.is_live and not panel._is_waiting, timeout=WAIT)
        assert panel.plot.plane.step == 1
        np.testing.assert_allclose(panel.plot.plane.fakes[:20], written, atol=1e-6)
        looks = trained.looks
        qtbot.wait(40)
        assert trained.looks == looks
        panel._model.view(None)


def test_while_the_networks_are_not_handed_over_they_stay_as_they_were(panel, trained, qtbot):
    panel._model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: trained.step_ >= 2, timeout=WAIT)
    trained.is_deaf = True
    looks = trained.looks
    qtbot.waitUntil(lambda: trained.looks >= looks + 2 and not panel._is_waiting, timeout=WAIT)
    assert panel.plot.plane.step == trained.step_


def test_traces_are_of_the_last_frames(panel, trained, qtbot):
    qtbot.mouseClick(panel.tools.button(Layer.TRACES), Qt.MouseButton.LeftButton)
    panel._model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: panel.plot.plane is not None and panel.plot.plane.traces is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: len(panel.plot.plane.traces) >= 4, timeout=WAIT)
    traces, fakes = panel.plot.plane.traces, panel.plot.plane.fakes
    np.testing.assert_allclose(traces[-1], fakes[:40], atol=1e-6)
    assert (np.abs(np.diff(traces, axis=0)).max((1, 2)) > 0).all()
    trained.step_ = -10  # gone back
    qtbot.waitUntil(lambda: panel.plot.plane.step < 0 or panel.plot.plane.traces is None, timeout=WAIT)
    assert panel.plot.plane.traces is None or len(panel.plot.plane.traces) < len(traces)


def test_maps_are_coarser_while_a_frame_takes_too_long_and_fine_again_afterwards(panel, trained, qtbot):
    panel._thread.frame_seconds = 0.0
    panel._model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: trained.step_ >= 4, timeout=WAIT)
    request = panel.plot.plane.request
    assert panel.plot.plane.map.shape == (request.rows // 4, request.columns // 4)
    trained.stands_still = True
    for status, share in ((RunStatus.PAUSED, 1), (RunStatus.TRAINING, 4)):  # a run that is paused has time for them
        panel._model.set_status(status)
        shape = request.rows // share, request.columns // share
        qtbot.waitUntil(lambda shape=shape: panel.plot.plane.map.shape == shape, timeout=WAIT)
        trained.stands_still = False
    panel._thread.frame_seconds = 1.0
    qtbot.waitUntil(lambda: panel.plot.plane.map.shape == (request.rows, request.columns), timeout=WAIT)


def test_frames_leave_two_thirds_of_the_time_to_training(qtbot):
    frames = Frames()
    for seconds, interval in ((0.004, 16), (0.030, 90), (0.010, 30)):
        frames.note(seconds / 2, seconds / 2)
        assert frames.interval == interval
    frames.run(True)
    with qtbot.waitSignals([frames.due, frames.due], timeout=WAIT):
        pass


def test_what_frames_take_is_noted(panel, trained, qtbot):
    panel._model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: trained.step_ >= 3, timeout=WAIT)
    panel._frames.note = lambda *seconds: noted.append(seconds)
    noted: list[tuple[float, float]] = []
    qtbot.waitUntil(lambda: len(noted) > 2, timeout=WAIT)
    assert all(computing > 0 and painting > 0 for computing, painting in noted)
