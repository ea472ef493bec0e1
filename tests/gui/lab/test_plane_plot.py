"""Layers are painted where their numbers say: planes made by hand, and the pixels of the plot."""

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QImage, QPainter

from ganstudio import presets
from ganstudio.gui.lab.fast_drawing import Dot, draw_dots
from ganstudio.gui.lab.plot import PlanePlot
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.lab_requests import Plane, PlaneRequest
from ganstudio.plots.plane import Area, Layer, cells_of

AREA = Area(-1.25, -1.25, 1.25, 1.25)
NOTHING = np.zeros((0, 2), np.float32)
Mask = npt.NDArray[np.bool_]


@pytest.fixture
def plot(qtbot, dressed) -> PlanePlot:
    plot = PlanePlot()
    qtbot.addWidget(plot)
    plot.resize(400, 400)
    return plot


def colours(plot: PlanePlot, layers: set[Layer], **parts: object) -> npt.NDArray[np.int64]:
    """Paint some of what a plane has, and return the pixels, (H, W, 4)."""
    data = presets.load("lab-ring-8").config.data
    request = PlaneRequest(1, data, None, None, None, AREA, 2, 2, frozenset(layers))
    plot.show_layers(request.layers)
    plot.show_plane(Plane(request, NOTHING, **parts))
    image = plot.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).reshape(400, 400, 4).astype(np.int64)


def ink(plot: PlanePlot, layer: Layer, **parts: object) -> Mask:
    """Return where a layer leaves a mark."""
    return (colours(plot, {layer}, **parts) != colours(plot, set())).any(-1)


def is_marked(plot: PlanePlot, mask: Mask, x: float, y: float) -> bool:
    column, row = (round(float(each)) for each in plot.view.place(np.array([x, y])))
    return bool(mask[row - 2 : row + 3, column - 2 : column + 3].any())


def test_the_line_of_a_map_is_where_its_numbers_are(plot):
    line = np.array([[(-1.0, 0.5), (1.0, 0.5)]])
    mask = ink(plot, Layer.OPINION, map=np.full((2, 2), 0.5), contour=line)
    assert is_marked(plot, mask, 0.3, 0.5)
    assert not is_marked(plot, mask, 0.3, -0.5)


@pytest.mark.parametrize("layer", [Layer.PUSH, Layer.SLOPE])
def test_arrows_lead_away_from_their_fakes_with_y_upwards(plot, layer):
    mask = ink(plot, layer, fakes=np.zeros((1, 2), np.float32), arrows=np.array([[0.3, 0.2]]))
    assert is_marked(plot, mask, 0.15, 0.1)
    assert is_marked(plot, mask, 0.3, 0.2)
    assert not is_marked(plot, mask, 0.15, -0.1)
    assert not is_marked(plot, mask, -0.15, -0.1)


def test_traces_lead_from_where_a_fake_was_to_where_it_is(plot):
    mask = ink(plot, Layer.TRACES, traces=np.array([[[-0.9, -0.9]], [[-0.9, 0.9]], [[0.0, 0.9]]]))
    assert is_marked(plot, mask, -0.9, 0.0)
    assert is_marked(plot, mask, -0.5, 0.9)
    assert not is_marked(plot, mask, 0.5, 0.0)


def test_cells_of_the_manifold_are_filled_and_those_that_are_folded_hatched(plot):
    u, v = np.meshgrid([-1.0, -0.5, 0.0, 0.5], [0.2, 0.8], indexing="ij")
    u[3] = -0.4  # the last cell lies over the one before it, turned over
    parts = {"manifold": cells_of(np.stack((u, v), axis=-1))}
    assert parts["manifold"].folded.tolist() == [False, False, True]
    painted, mask = colours(plot, {Layer.MANIFOLD}, **parts), ink(plot, Layer.MANIFOLD, **parts)
    assert is_marked(plot, mask, -0.75, 0.5)
    assert not is_marked(plot, mask, 0.5, 0.5)

    def tones(left: float, right: float) -> int:
        corners = plot.view.place(np.array([(left, 0.7), (right, 0.3)])).round().astype(int)
        (first, top), (last, bottom) = corners
        return len(np.unique(painted[top:bottom, first:last].reshape(-1, 4), axis=0))

    assert tones(-0.9, -0.6) == 1
    assert tones(-0.3, -0.1) > 1


def test_real_points_and_fakes_are_told_apart_by_size_as_well_as_colour(plot):
    reals, fakes = np.array([[-0.5, 0.0]], np.float32), np.array([[0.5, 0.0]], np.float32)
    request = PlaneRequest(1, presets.load("lab-ring-8").config.data, None, None, None, AREA, 2, 2, frozenset())
    plot.show_layers(frozenset({Layer.REAL, Layer.FAKE}))
    plot.show_plane(Plane(request, reals, fakes))
    image = plot.grab().toImage()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(400, 400, 4)[..., 2::-1].astype(int)
    kinds = {}
    for kind, x in (("real", -0.5), ("fake", 0.5)):
        column, row = plot.view.place(np.array([x, 0.0]))
        part = pixels[int(row) - 8 : int(row) + 9, int(column) - 8 : int(column) + 9]
        colour = [int(getattr(theme.current(), kind)[at : at + 2], 16) for at in (1, 3, 5)]
        most = np.subtract(colour, part[0, 0])
        share = (part - part[0, 0]) @ most / (most @ most)  # of the colour, by pixel
        kinds[kind] = share.clip(0, 1)
        y, x = (np.indices(share.shape) * kinds[kind]).sum((1, 2)) / kinds[kind].sum()
        assert abs(x - (column - int(column) + 8 - 0.5)) < 0.3  # its middle is its place, to a part of a pixel
        assert abs(y - (row - int(row) + 8 - 0.5)) < 0.3
    assert 17 < kinds["real"].sum() < 23  # a circle of 5 px across
    assert 8 < kinds["fake"].sum() < 11  # a square of 3 px


def test_a_dot_is_round_or_square_and_where_it_belongs_on_a_fine_screen_and_between_pixels(qapp):
    middles = []
    for x in (20.0, 20.25, 20.5):
        image = QImage(80, 80, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(2)
        image.fill(0)
        painter = QPainter(image)
        draw_dots(painter, np.array([[x, 10.0]]), Dot("#ffffff", "#000000", 5.0, 1.0, True))
        painter.end()
        light = np.frombuffer(image.constBits(), np.uint8).reshape(80, 80, 4)[..., 0].astype(float)
        rows, columns = np.indices(light.shape) + 0.5
        middles.append(((columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()))
        assert np.sqrt(light.sum() / 255 / np.pi) == pytest.approx(5, abs=0.15)  # twice as large in pixels
    np.testing.assert_allclose(middles, [(40, 20), (40.5, 20), (41, 20)], atol=0.13)
    image.fill(0)
    painter = QPainter(image)
    draw_dots(painter, np.array([[20.0, 20.0]]), Dot("#ffffff", "#000000", 10.0, 1.0, False))
    painter.end()
    light = np.frombuffer(image.constBits(), np.uint8).reshape(80, 80, 4)[..., 0] / 255
    assert light.sum() == pytest.approx(400, abs=4)  # a square: a circle would have 314
