"""The lab, used as a person does: layers, pointer, zoom, time slider; pixels and numbers are compared."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget

from ganstudio import config as cfg
from ganstudio import networks, presets
from ganstudio.events import Saved
from ganstudio.gui.lab.panel import LabPanel
from ganstudio.gui.lab.units import UnitMaps
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.widgets import theme
from ganstudio.images import Pictures
from ganstudio.latent import plane
from ganstudio.latent.sampler import Sampler
from ganstudio.plots.plane import Layer, contour
from ganstudio.plots.plane_layers import Units
from ganstudio.runs import checkpoint
from ganstudio.training.state import discriminator_weights, half_precision_weights
from support.panels import SMALL

CONFIG = presets.load("lab-gaussians").config
WAIT = 20_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two snapshots, each with networks of its own; the third has no D."""
    folder = tmp_path_factory.mktemp("snapshots")
    for step in (10, 20, 30):
        rng = torch.Generator().manual_seed(step)
        G, D = networks.generator(CONFIG, rng), networks.discriminator(CONFIG, rng)
        tensors, meta = discriminator_weights(D, 0.0, whole=True) if step < 30 else ({}, {})
        weights = half_precision_weights(G, whole=True) | tensors
        checkpoint.save_snapshot(folder / f"{step}.safetensors", weights, {"step": step, **meta})
    return folder


@pytest.fixture
def panel(dressed, qtbot) -> Iterator[LabPanel]:
    panel = LabPanel(RunModel(CONFIG))
    qtbot.addWidget(panel)
    panel.resize(420, 420)
    panel.show()
    yield panel
    assert panel.stop()


def play(panel: LabPanel, folder: Path, *steps: int) -> None:
    for step in steps:
        panel._model.handle(Saved(step, "snapshot", str(folder / f"{step}.safetensors")))


def settle(panel: LabPanel, qtbot) -> Pictures:
    """Wait for the answer to the newest request, and return what is painted."""
    qtbot.waitUntil(lambda: panel._shown == panel._number and not panel.plot.mover.is_settling, timeout=WAIT)
    picture = panel.picture()
    assert picture is not None
    return picture


def click(panel: LabPanel, qtbot, *layers: Layer) -> None:
    for layer in layers:
        qtbot.mouseClick(panel.tools.button(layer), Qt.MouseButton.LeftButton)


def count(picture: Pictures, colour: str) -> int:
    wanted = QColor(colour)
    return int((picture == (wanted.red(), wanted.green(), wanted.blue())).all(-1).sum())


def test_before_training_there_are_real_points_and_it_is_said_how_fakes_come(panel, qtbot):
    picture = settle(panel, qtbot)
    assert count(picture, theme.current().real) > 500
    assert count(picture, theme.current().fake) == 0
    assert "Space" in panel.plot.notes.text
    assert "real" in panel.legend.full()
    assert "fake" not in panel.legend.full()


def test_layers_are_painted_where_the_snapshot_says_and_vanish_with_their_buttons(panel, folder, qtbot):
    play(panel, folder, 10)
    settle(panel, qtbot)
    assert panel.plot.notes.text == ""
    click(panel, qtbot, Layer.REAL, Layer.OPINION)
    picture, fake = settle(panel, qtbot), theme.current().fake
    sampler = Sampler.from_snapshot(folder / "10.safetensors", CONFIG)
    np.testing.assert_allclose(panel.plot.plane.fakes[:5], sampler.sample_points(_fixed(5)), atol=1e-5)
    x, y = panel.plot.view.place(panel.plot.plane.fakes[0]) * 2
    assert count(picture[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3], fake) > 8
    click(panel, qtbot, Layer.FAKE)
    assert count(settle(panel, qtbot), fake) == 0


def _fixed(number: int) -> np.ndarray:
    return plane.fixed_noise(CONFIG, number)[0]


def test_the_map_is_the_colour_of_what_d_says(panel, folder, qtbot):
    play(panel, folder, 10)
    settle(panel, qtbot)
    click(panel, qtbot, Layer.REAL, Layer.FAKE)
    picture = settle(panel, qtbot).astype(int)
    critic = Sampler.from_snapshot(folder / "10.safetensors", CONFIG).critic
    places = np.array([(x, y) for x in (-0.9, -0.3, 0.3, 0.9) for y in (-0.9, -0.3, 0.3, 0.9)], np.float32)
    says = critic.opinion_at(places)
    pixels = np.array([picture[int(y), int(x)] for x, y in panel.plot.view.place(places) * 2])
    blueness = pixels[:, 2] - pixels[:, 0]
    sure = np.abs(says - 0.5) > 0.05
    assert sure.sum() > 4
    assert (np.sign(blueness[sure] - 8) == np.sign(says[sure] - 0.5)).all()  # the ground itself is a little blue


def test_the_time_slider_shows_the_points_of_the_past(panel, folder, qtbot):
    play(panel, folder, 10, 20)
    settle(panel, qtbot)
    newest = panel.plot.plane.fakes
    panel._model.view(10)
    settle(panel, qtbot)
    assert panel.plot.plane.request.model.step == 10
    assert np.abs(panel.plot.plane.fakes - newest).max() > 0.1
    assert "step 10" in panel.legend.full()
    click(panel, qtbot, Layer.TRACES)
    settle(panel, qtbot)
    assert panel.plot.plane.traces is None  # nothing was before the first
    panel._model.view(None)
    settle(panel, qtbot)
    traces = panel.plot.plane.traces
    assert traces.shape == (2, 40, 2)
    np.testing.assert_allclose(traces[1], newest[:40], atol=1e-6)
    assert len(panel._thread._old) == 2  # a snapshot is read once


def test_only_one_map_and_one_kind_of_arrows_is_shown_at_a_time(panel, folder, qtbot):
    play(panel, folder, 10)
    click(panel, qtbot, Layer.PUSH, Layer.SLOPE, Layer.LAG, Layer.OPTIMAL)
    assert panel.tools.layers == {Layer.REAL, Layer.FAKE, Layer.SLOPE, Layer.OPTIMAL}
    settle(panel, qtbot)
    assert panel.plot.plane.arrows.shape == (200, 2)
    assert "D's slope" in panel.legend.full()
    click(panel, qtbot, Layer.OPTIMAL, Layer.SLOPE)
    settle(panel, qtbot)
    assert panel.plot.plane.map is None
    assert panel.plot.plane.arrows is None


def test_the_difference_is_d_minus_the_best_d_and_its_line_where_both_agree(panel, folder, qtbot):
    play(panel, folder, 10)
    maps = {}
    for layer in (Layer.OPTIMAL, Layer.LAG):
        click(panel, qtbot, layer)
        settle(panel, qtbot)
        maps[layer] = panel.plot.plane.map
    shown = panel.plot.plane
    np.testing.assert_allclose(shown.contour, contour(shown.map, shown.request.area, 0.0))
    click(panel, qtbot, Layer.OPINION)
    settle(panel, qtbot)
    np.testing.assert_allclose(maps[Layer.LAG], panel.plot.plane.map - maps[Layer.OPTIMAL])


def test_hidden_units_are_small_maps_and_the_one_under_the_pointer_is_in_the_plane(panel, folder, qtbot):
    play(panel, folder, 10)
    click(panel, qtbot, Layer.UNITS)
    settle(panel, qtbot)
    strip, critic = panel.units, Sampler.from_snapshot(folder / "10.safetensors", CONFIG).critic
    small = plane.unit_maps(critic, len(plane.hidden_layers(critic)) - 1, plane.WHOLE, 20, 20)
    assert strip.isVisible()
    picture = grabbed(strip.maps)
    for number, unit in enumerate(small):
        place = strip.maps.place_of(number).toRect()
        tile = picture[place.top() + 2 : place.bottom() - 1, place.left() + 2 : place.right() - 1]
        redness = tile[..., 0].mean() - tile[..., 1].mean()  # that D's colour has and grey and the ground have not
        assert (redness > 8) == (unit.mean() > 0.12), number
    opinion = panel.plot.plane.map
    where = strip.maps.place_of(2).center().toPoint()
    qtbot.mouseMove(strip.maps, where)
    qtbot.waitUntil(lambda: panel.plot.plane.request.unit.number == 2, timeout=WAIT)
    request = panel.plot.plane.request
    large = plane.unit_maps(critic, len(plane.hidden_layers(critic)) - 1, request.area, request.rows, request.columns)
    np.testing.assert_allclose(panel.plot.plane.map, large[2])
    assert "unit 3 below 0" in panel.legend.full()
    qtbot.mouseClick(strip.maps, Qt.MouseButton.LeftButton, pos=where)
    QApplication.sendEvent(strip.maps, QEvent(QEvent.Type.Leave))
    assert strip.unit.number == 2  # a click keeps it
    qtbot.keyClick(strip.maps, Qt.Key.Key_Right)
    assert strip.unit.number == 3
    qtbot.keyClick(strip.maps, Qt.Key.Key_Escape)
    settle(panel, qtbot)
    np.testing.assert_allclose(panel.plot.plane.map, opinion)
    click(panel, qtbot, Layer.UNITS)
    settle(panel, qtbot)
    assert not strip.isVisible()
    assert panel.plot.plane.units is None


def test_units_of_another_hidden_layer_can_be_chosen(panel, qtbot, tmp_path: Path):
    deep = cfg.change(CONFIG, "network.d_layers", 2)
    D = networks.discriminator(deep, torch.Generator().manual_seed(1))
    tensors, meta = discriminator_weights(D, 0.0, whole=True)
    weights = half_precision_weights(networks.generator(deep), whole=True) | tensors
    checkpoint.save_snapshot(tmp_path / "1.safetensors", weights, {"step": 1, **meta})
    panel._model.set_config(deep)
    play(panel, tmp_path, 1)
    click(panel, qtbot, Layer.UNITS)
    settle(panel, qtbot)
    box, critic = panel.units.layer_box, Sampler.from_snapshot(tmp_path / "1.safetensors", deep).critic
    assert [box.itemText(index) for index in range(box.count())] == ["layer 1 of 2", "layer 2 of 2"]
    for layer in (1, 0):
        box.setCurrentIndex(layer)
        box.activated.emit(layer)
        settle(panel, qtbot)
        maps = plane.unit_maps(critic, layer, plane.WHOLE, 20, 20)
        np.testing.assert_allclose(panel.plot.plane.units.maps, maps[: plane.MAX_UNITS])


def test_small_maps_of_units_have_the_colours_of_the_theme(dressed, qtbot, qapp):
    maps = UnitMaps()
    qtbot.addWidget(maps)
    maps.show()
    maps.show_units(Units(np.zeros((1, 20, 20)), 0, 1, 1))
    x, y = maps.place_of(0).center().toPoint().toTuple()
    light = QColor(theme.LIGHT.window).getRgb()[:3]
    assert tuple(grabbed(maps)[y, x]) != light
    theme.apply(qapp, "light")
    try:
        qtbot.waitUntil(lambda: tuple(grabbed(maps)[y, x]) == light)
    finally:
        theme.apply(qapp, "dark")


def grabbed(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def test_the_manifold_cannot_be_chosen_for_z_that_has_none(panel):
    button = panel.tools.button(Layer.MANIFOLD)
    assert button.isEnabled()
    network = dataclasses.replace(CONFIG.network, z_size=3)
    panel._model.set_config(dataclasses.replace(CONFIG, network=network))
    assert not button.isEnabled()
    assert "Set the z size to 2" in button.toolTip()


def test_the_pointer_reads_coordinates_and_the_opinion_of_d_itself(panel, folder, qtbot):
    play(panel, folder, 10)
    settle(panel, qtbot)
    place = panel.plot.view.place(np.array([0.5, -0.25]))
    qtbot.mouseMove(panel.plot, QPoint(round(place[0]), round(place[1])))
    qtbot.waitUntil(lambda: ", D " in panel.plot.notes.reading, timeout=WAIT)
    critic = Sampler.from_snapshot(folder / "10.safetensors", CONFIG).critic
    x, y = panel._reading.point
    assert abs(x - 0.5) + abs(y + 0.25) < 0.02
    says = critic.opinion_at(np.array([(x, y)], np.float32))[0]
    assert panel.plot.notes.reading == f"x {x:.2f}, y \N{MINUS SIGN}{-y:.2f}, D {says:.2f}"


def test_the_view_zooms_about_the_pointer_moves_and_is_reset(panel, folder, qtbot):
    play(panel, folder, 10)
    settle(panel, qtbot)
    at = QPointF(100, 80)
    before = panel.plot.view.point_at(at)
    panel.plot.mover.zoom(4.0, at)
    assert panel.plot.view.point_at(at) == pytest.approx(before)
    settle(panel, qtbot)
    area = panel.plot.plane.request.area
    assert area.right - area.left == pytest.approx(2.5 / 4, rel=0.2)
    qtbot.keyClick(panel.plot, Qt.Key.Key_Left)
    assert panel.plot.view.point_at(at + QPointF(40, 0)) == pytest.approx(before)
    qtbot.mouseClick(panel.tools.reset_button, Qt.MouseButton.LeftButton)
    assert panel.plot.view.is_whole
    settle(panel, qtbot)


def test_a_snapshot_without_d_says_so_and_a_damaged_one_why(panel, folder, tmp_path, qtbot):
    play(panel, folder, 30)
    settle(panel, qtbot)
    assert panel.plot.plane.map is None
    assert "saved without its discriminator" in panel.legend.full()
    (tmp_path / "40.safetensors").write_bytes(b"not a file of tensors")
    play(panel, tmp_path, 40)
    qtbot.waitUntil(lambda: "40.safetensors" in panel.plot.notes.text, timeout=WAIT)


def test_an_answer_for_a_run_that_was_left_is_not_shown(panel, folder, qtbot):
    play(panel, folder, 10)
    settle(panel, qtbot)
    old = panel.plot.plane
    panel._model.begin(CONFIG)
    panel._show(old)
    assert panel.plot.plane is not old
    settle(panel, qtbot)
    assert panel.plot.plane.fakes is None


def test_the_lab_takes_the_place_of_the_grids_while_the_data_are_points(dressed, thread, qtbot, tmp_path):
    model = RunModel(CONFIG)
    samples = SamplesPanel(model, thread)
    qtbot.addWidget(samples)
    lab = LabPanel(model, samples)
    samples.set_plane(lab)
    cards = QLabel("a notice", samples)
    samples.float_over_grid(cards)
    samples.resize(420, 420)
    samples.show()
    settle(lab, qtbot)
    assert lab.isAncestorOf(cards)
    assert not samples.fake_grid.isVisible()
    assert not samples.tools.isVisible()
    with qtbot.waitSignal(samples.saver.written):
        samples.saver.save(tmp_path / "plane.png")
    saved = np.asarray(Image.open(tmp_path / "plane.png"))
    assert count(saved, theme.current().real) > 500
    model.set_config(SMALL)
    assert not lab.isVisible()
    assert not lab.isAncestorOf(cards)
    assert samples.fake_grid.isVisible()
    model.set_config(CONFIG)
    assert lab.isVisible()
    assert lab.stop()
    assert samples.stop()


class _Tall(QLabel):
    """A notice that would like to be tall."""

    def sizeHint(self) -> QSize:
        return QSize(100, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(20, 20)


def test_the_lab_asks_for_no_more_room_than_its_tools_and_a_small_plane_need(panel, qtbot):
    """In a scroll area: what asked for more would push the time slider out of sight."""
    panel.float_over(_Tall())
    area = QScrollArea(widgetResizable=True)
    qtbot.addWidget(area)
    holder = QWidget()
    QVBoxLayout(holder).addWidget(panel)
    area.setWidget(holder)
    for size in ((700, 260), (260, 260)):
        area.resize(*size)
        area.show()
        QApplication.sendPostedEvents()
        assert area.verticalScrollBar().maximum() == 0
        assert panel.plot.height() >= 60
        assert panel.tools.height() == panel.tools.heightForWidth(panel.tools.width())
    panel.setParent(None)
