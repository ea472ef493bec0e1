"""Distributions of points: what is drawn has the density that is said, and classes are the parts it consists of."""

import numpy as np
import pytest
import torch

from ganstudio.data import catalog
from ganstudio.data.batches import Batches
from ganstudio.data.points import density_picture, distributions, sets
from ganstudio.data.points.distributions import BUILT_IN, LIMIT, DensityMap

SIDE = 50  # cells along the plane, each of 5 x 5 places whose density is computed


@pytest.mark.parametrize("name", BUILT_IN)
def test_points_are_as_frequent_as_the_density_says(name: str) -> None:
    points, labels = BUILT_IN[name].sample(20_000, seed=1)
    cell = 2 * LIMIT / SIDE
    counts = density_picture.count_in_cells(points, (SIDE, SIDE), cell)
    density = distributions.density_grid(BUILT_IN[name], 5 * SIDE)
    expected = density.reshape(SIDE, 5, SIDE, 5).mean((1, 3)) * cell**2
    assert expected.sum() == pytest.approx(1, abs=0.01)
    assert np.abs(counts / 20_000 - expected).sum() / 2 < 0.08
    some = points[:200]
    grid = BUILT_IN[name].density_on(some[:, 0].astype(np.float64), some[:, 1].astype(np.float64))
    assert np.diag(grid) == pytest.approx(BUILT_IN[name].density(some))
    assert len(np.unique(labels)) == max(1, len(BUILT_IN[name].labels))
    assert np.array_equal(points, BUILT_IN[name].sample(20_000, seed=1)[0])
    assert not np.array_equal(points, BUILT_IN[name].sample(20_000, seed=2)[0])


def test_the_middle_of_what_is_learned_is_the_origin_and_none_of_it_is_beyond_the_plane() -> None:
    for name, distribution in BUILT_IN.items():
        points, _ = distribution.sample(4_000, 0)
        assert np.abs(points.mean(0)).max() < 0.6, name
        assert (np.abs(points) < LIMIT).all(1).mean() > 0.99, name


def test_modes_of_the_ring_and_the_grid_are_those_of_the_literature() -> None:
    ring, grid = BUILT_IN["lab-ring-8"].modes, BUILT_IN["lab-grid-25"].modes
    assert ring is not None
    assert grid is not None
    assert np.hypot(*ring.centres.T) == pytest.approx(np.ones(8))
    assert ring.deviations == pytest.approx(np.full((8, 2), 0.01))
    assert sorted(set(np.round(4 * grid.centres.ravel(), 9).tolist())) == [-4, -2, 0, 2, 4]
    assert 4 * grid.deviations == pytest.approx(np.full((25, 2), 0.05))


def test_a_point_is_drawn_where_it_is_and_one_beyond_the_plane_nowhere() -> None:
    places = np.array([[1.24, 1.24], [-1.24, 0.01], [1.3, 0.0], [0.0, -9.0], [np.nan, 0.0], [1e30, 1e30]])
    counts = density_picture.count_in_cells(places, (10, 10), 2 * LIMIT / 10)
    assert counts[0, 9] == counts[4, 0] == 1  # right at the top; left, just above the middle
    assert counts.sum() == 2
    picture = density_picture.draw_density(places, (10, 10), 3)
    assert picture[0, 9].tolist() == picture[4, 0].tolist()
    assert picture[0, 9, 0] > picture[9, 9, 0] == density_picture.GROUND[0]
    assert density_picture.draw_density(places, (10, 10), 1)[9, 9] == 0
    one = density_picture.draw_each(places[:1], (64, 64), 1)[0]
    assert one.max() == one[0, 63] > 200 > one.mean()


def test_points_of_a_picture_are_where_it_is_bright() -> None:
    weights = np.zeros((10, 20))
    weights[0, 15:], weights[9, :5] = 3, 1  # at the top right, and a third as much at the bottom left
    drawn = DensityMap(weights)
    points, _ = drawn.sample(4_000, 0)
    top = points[:, 1] > 0
    assert 0.72 < top.mean() < 0.78
    assert points[top].min(0) == pytest.approx([0.5, 0.4], abs=0.01)
    assert points[top].max(0) == pytest.approx([1.0, 0.5], abs=0.01)
    assert points[~top].max(0) == pytest.approx([-0.5, -0.4], abs=0.01)
    assert drawn.density(np.array([[0.75, 0.45], [-0.75, -0.45], [0.75, 0.55], [0.0, 0.0]])) == pytest.approx(
        [15.0, 5.0, 0.0, 0.0]
    )


def test_batches_of_fresh_points_never_repeat_and_go_on_to_the_bit_where_they_were_left() -> None:
    def batches(fresh: bool) -> Batches:
        dataset = catalog.load("lab-ring-8", size=64, channels=3, points=60, fresh=fresh)
        return Batches(dataset, 20, torch.device("cpu"), seed=3, labels=True)

    def epoch(of: Batches) -> list[tuple[float, ...]]:
        return sorted(tuple(point) for _ in range(3) for point in of.next().images.flatten(1).tolist())

    fixed, fresh = batches(False), batches(True)
    assert epoch(fixed) == epoch(fixed)
    seen = [*epoch(fresh), *epoch(fresh)]
    assert len(set(seen)) == 120
    fresh.next()
    state, expected = fresh.state(), [fresh.next() for _ in range(5)]
    again = batches(True)
    again.load_state(*state)
    for batch, other in zip(expected, [again.next() for _ in range(5)], strict=True):
        assert torch.equal(batch.images, other.images)
        assert batch.labels is not None
        assert other.labels is not None
        assert torch.equal(batch.labels, other.labels)
        modes = BUILT_IN["lab-ring-8"].modes
        assert modes is not None
        assert batch.labels.tolist() == modes.distances(batch.images.flatten(1).numpy()).argmin(1).tolist()


def test_a_set_of_points_is_in_the_catalog_and_a_set_of_own_pictures_of_its_name_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert set(BUILT_IN) <= set(catalog.list_names())
    info = catalog.find("lab-moons")
    assert info.points
    assert (info.labels, info.count) == (("upper", "lower"), sets.COUNT)
    assert not info.has_test_split
    assert catalog.is_available("lab-moons")
    own = catalog.find("digits")
    monkeypatch.setattr(catalog.imported, "look_up", lambda name, home: own if name == "lab-moons" else None)
    assert catalog.find("lab-moons") is own
