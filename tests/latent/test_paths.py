"""Ways through the latent space keep to the sphere."""

import numpy as np
import pytest

from ganstudio.latent.paths import interpolate_bilinear, interpolate_square, lerp, slerp, walk, walk_mixes

RNG = np.random.default_rng(0)
KEYS = RNG.standard_normal((4, 16)).astype(np.float32)


def test_the_arc_turns_evenly_and_its_length_goes_evenly() -> None:
    a, b = np.array([2.0, 0.0]), np.array([0.0, 4.0])
    assert slerp(a, b, 0.5) == pytest.approx([3 / np.sqrt(2)] * 2)
    assert slerp(a, b, 1 / 3) == pytest.approx(8 / 3 * np.array([np.cos(np.pi / 6), np.sin(np.pi / 6)]))
    assert slerp(a, b, [0.0, 1.0]) == pytest.approx(np.stack([a, b]))
    assert lerp(a, b, [0.25, 0.5]) == pytest.approx(np.array([[1.5, 1.0], [1.0, 2.0]]))


def test_the_arc_between_random_points_stays_at_their_radius() -> None:
    arc = slerp(KEYS[0], KEYS[1], np.linspace(0, 1, 11))
    lengths = np.linalg.norm(arc, axis=1)
    assert np.diff(lengths) == pytest.approx(np.full(10, np.diff(lengths).mean()), abs=1e-5)
    assert np.linalg.norm(lerp(KEYS[0], KEYS[1], 0.5)) < 0.8 * lengths[5]


def test_where_there_is_no_arc_it_is_the_straight_line() -> None:
    a = np.array([1.0, 2.0])
    for b in (3 * a, -a, 0 * a):
        assert slerp(a, b, 0.25) == pytest.approx(a + 0.25 * (b - a))
    assert np.isfinite(slerp(0 * a, 0 * a, 0.5)).all()


def test_the_square_meets_its_corners_and_keeps_their_radius() -> None:
    at = [(0, 0), (1, 0), (0, 1), (1, 1)]
    for corner, (u, v) in zip(KEYS, at, strict=True):
        assert interpolate_square(KEYS, u, v) == pytest.approx(corner, abs=1e-6)
        assert interpolate_bilinear(KEYS, u, v) == pytest.approx(corner, abs=1e-6)
    middle, mean = interpolate_square(KEYS, 0.5, 0.5), KEYS.mean(0)
    assert np.linalg.norm(middle) == pytest.approx(np.linalg.norm(KEYS, axis=1).mean(), rel=1e-6)
    assert middle / np.linalg.norm(middle) == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
    assert interpolate_bilinear(KEYS, 0.5, 0.5) == pytest.approx(mean, abs=1e-6)
    many = interpolate_square(KEYS, [0.0, 0.5, 1.0], [0.0, 0.5, 1.0])
    assert many == pytest.approx(np.stack([KEYS[0], middle, KEYS[3]]), abs=1e-6)


def test_opposite_corners_have_a_middle_without_nan() -> None:
    a, b = KEYS[:2]
    assert interpolate_square([a, b, -b, -a], 0.5, 0.5) == pytest.approx(np.zeros(16), abs=1e-5)


def test_a_walk_goes_through_its_keys() -> None:
    way = walk(KEYS, 4)
    assert way.shape == (3 * 5 + 1, 16)
    assert way.dtype == np.float32
    assert way[::5] == pytest.approx(KEYS, abs=1e-6)
    assert way[2] == pytest.approx(slerp(KEYS[0], KEYS[1], 0.4), abs=1e-6)


def test_a_loop_comes_back_without_saying_its_first_point_twice() -> None:
    way = walk(KEYS, 4, loop=True)
    assert way.shape == (20, 16)
    assert way[-1] == pytest.approx(slerp(KEYS[3], KEYS[0], 0.8), abs=1e-6)
    steps = np.linalg.norm(np.diff(np.concatenate([way, way[:1]]), axis=0), axis=1)
    assert steps.max() < 3 * steps.min()


def test_mixes_keep_step_with_the_walk() -> None:
    shares = np.eye(4)[[0, 1, 3]]
    for loop in (False, True):
        mixed = walk_mixes(shares, 3, loop)
        assert len(mixed) == len(walk(KEYS[:3], 3, loop))
        assert mixed.sum(1) == pytest.approx(np.ones(len(mixed)))
        assert mixed[1] == pytest.approx([0.75, 0.25, 0, 0])


def test_one_key_is_a_walk_of_one_picture() -> None:
    assert walk(KEYS[:1], 4) == pytest.approx(KEYS[:1])
    assert walk(KEYS[:1], 4, loop=True) == pytest.approx(np.repeat(KEYS[:1], 5, axis=0))
    with pytest.raises(ValueError, match="at least one key"):
        walk(np.zeros((0, 3)), 4)
    with pytest.raises(ValueError, match="-1 points"):
        walk(KEYS, -1)
