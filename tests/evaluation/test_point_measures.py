"""Measures of points: known values, and what a perfect and a collapsed generator read."""

import numpy as np
import pytest

from ganstudio.data.points.distributions import BUILT_IN, LIMIT
from ganstudio.errors import StudioError
from ganstudio.evaluation.points import measures
from ganstudio.evaluation.points.meter import COUNT, PointMeter


@pytest.fixture(scope="module")
def ring() -> PointMeter:
    return PointMeter(BUILT_IN["lab-ring-8"])


def test_divergence_of_known_histograms() -> None:
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.5])
    assert measures.jensen_shannon(p, p) == 0
    assert measures.jensen_shannon(p, q) == pytest.approx(0.5)
    assert measures.jensen_shannon(np.array([1.0, 0, 0]), np.array([0, 0, 1.0])) == pytest.approx(1)


def test_a_shift_is_as_far_as_it_is_seen_from_all_directions() -> None:
    points = np.random.default_rng(0).normal(size=(500, 2))
    moved = np.roll(points, 7, axis=0) + np.array([0.3, 0.4])
    assert measures.sliced_wasserstein(points, points) == 0
    assert measures.sliced_wasserstein(points, moved) == pytest.approx(0.5 * 2 / np.pi, rel=0.01)  # mean |cos|


@pytest.mark.parametrize("name", ["lab-ring-8", "lab-grid-25", "lab-moons", "lab-gaussians"])
def test_a_perfect_generator_reads_the_floor_of_two_real_samples(name: str) -> None:
    meter = PointMeter(BUILT_IN[name])
    perfect = meter.measure(BUILT_IN[name].sample(COUNT, seed=12345)[0])
    assert perfect.js < 0.05
    assert perfect.js == pytest.approx(perfect.js_floor, rel=0.35)
    assert perfect.sw == pytest.approx(perfect.sw_floor, rel=0.6)
    if perfect.modes is not None:
        assert perfect.modes == perfect.of_modes
        assert perfect.hq == pytest.approx(1 - np.exp(-4.5), abs=0.01)
        assert perfect.mode_kl is not None
        assert 0 < perfect.mode_kl < 0.012


def test_a_generator_with_all_points_in_one_cell_reads_nearly_a_bit(ring: PointMeter) -> None:
    wrong = ring.measure(np.full((COUNT, 2), 0.3))
    assert wrong.js == 1
    assert (wrong.modes, wrong.hq) == (0, 0)
    collapsed = ring.measure(BUILT_IN["lab-ring-8"].modes.centres[[2]].repeat(COUNT, axis=0))  # type: ignore[union-attr]
    assert 0.75 < collapsed.js < 0.9
    assert (collapsed.modes, collapsed.hq) == (1, 1)
    assert collapsed.mode_kl == pytest.approx(np.log(8))


def test_points_outside_of_the_plane_are_in_no_cell_of_it(ring: PointMeter) -> None:
    outside = np.tile([[LIMIT + 0.01, 0.0], [0.0, -50.0], [-LIMIT - 0.01, 1.0], [1e20, 1e20]], (COUNT // 4, 1))
    shares = measures.histogram(outside)
    assert shares[-1] == 1
    assert not shares[:-1].any()
    assert ring.measure(outside).js == 1


def test_modes_are_found_by_points_within_three_deviations() -> None:
    modes = BUILT_IN["lab-ring-8"].modes
    assert modes is not None
    near, far = (modes.centres + np.array([x, 0]) for x in (0.029, 0.031))
    found = measures.count_modes(np.concatenate((near[:3], far)), modes)
    assert found.found == 3
    assert found.high_quality == pytest.approx(3 / 11)


def test_points_that_are_not_finite_are_not_measured(ring: PointMeter) -> None:
    points = np.zeros((COUNT, 2))
    points[5, 1] = np.nan
    with pytest.raises(StudioError, match="finite"):
        ring.measure(points)
