"""Numbers of the plane: contours, arrows, cells."""

import numpy as np

from ganstudio.plots.plane import Area, cells_of, contour, shorten

AREA = Area(-1.0, -2.0, 3.0, 2.0)


def test_the_contour_of_a_map_is_where_it_crosses_the_level():
    x, y = np.meshgrid(AREA.columns(40), AREA.rows(40))
    lines = contour(0.5 + 1.2 - np.hypot(x - 0.7, y + 0.3), AREA)
    assert len(lines) > 40
    np.testing.assert_allclose(np.hypot(lines[..., 0] - 0.7, lines[..., 1] + 0.3), 1.2, atol=0.01)
    _, counts = np.unique(np.round(lines.reshape(-1, 2), 9), axis=0, return_counts=True)
    assert (counts == 2).all()  # a closed line: each piece goes on where another ends
    assert len(contour(np.full((5, 5), 0.7), AREA)) == 0


def test_a_saddle_joins_the_corners_that_its_mean_is_like():
    high = contour(np.array([[1.0, 0.4], [0.4, 1.0]]), Area(0, 0, 2, 2))
    low = contour(np.array([[0.6, 0.0], [0.0, 0.6]]), Area(0, 0, 2, 2))
    # Centres at 0.5 and 1.5. High at top left and bottom right: joined, the lines cut off the other two corners.
    assert {tuple(np.sign(line.mean(0) - 1)) for line in high} == {(1, 1), (-1, -1)}
    assert {tuple(np.sign(line.mean(0) - 1)) for line in low} == {(-1, 1), (1, -1)}


def test_no_line_is_drawn_where_a_map_is_not_known():
    values = np.tile(np.linspace(0, 1, 8), (8, 1))
    values[:4] = np.nan
    lines = contour(values, AREA)
    assert len(lines) == 3
    assert lines[..., 1].max() < 0


def test_arrows_keep_their_direction_and_their_order_and_weak_ones_their_proportion():
    drawn = shorten(np.array([[1e-4, 0], [2e-4, 0], [0, -5.0], [0, -1e6], [np.nan, 0]]))
    assert abs(drawn[1, 0] / drawn[0, 0] - 2) < 1e-3
    assert drawn[2, 1] < 0 < abs(drawn[2, 1]) < abs(drawn[3, 1]) < 0.3
    assert (drawn[4] == 0).all()


def test_cells_that_g_turns_over_are_folded_and_those_it_only_mirrors_are_not():
    u, v = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 5), indexing="ij")
    mirrored = cells_of(np.stack((-u, v), axis=-1))
    assert not mirrored.folded.any()
    np.testing.assert_allclose(mirrored.density, 1 / 4)  # all of the noise on a square of side 2
    folded = cells_of(np.stack((np.abs(u + 0.5), v), axis=-1))
    assert folded.folded.sum() == 4
    assert folded.corners[folded.folded][..., 0].max() <= 0.5
    line = cells_of(np.stack((np.linspace(0, 2, 5), np.zeros(5)), axis=-1))
    np.testing.assert_allclose(line.density, 0.5)


def test_each_edge_of_the_cells_is_there_once():
    x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
    cells = cells_of(np.stack((x, y), -1) + 0.01 * x[..., None])
    edges, of = cells.edges()
    assert len(edges) == 3 * 3 + 4 * 2  # of 2 x 3 cells
    ends = {frozenset(map(tuple, np.round(edge, 6))) for edge in edges}
    assert len(ends) == len(edges)
    around = {
        frozenset((tuple(np.round(cell[side], 6)), tuple(np.round(cell[(side + 1) % 4], 6))))
        for cell in cells.corners
        for side in range(4)
    }
    assert ends == around
    for edge, cell in zip(edges, of, strict=True):
        assert {tuple(end) for end in edge} <= {tuple(corner) for corner in cells.corners[cell]}
