"""The nearest training pictures, against a plain search; copies are found as such."""

import numpy as np
import pytest

from ganstudio.evaluation import neighbours


def pictures(count: int, seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), np.uint8)


def searched(queries: np.ndarray, pool: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    apart = np.linalg.norm(queries.reshape(len(queries), 1, -1) - pool.reshape(1, len(pool), -1), axis=2)
    order = apart.argsort(1)[:, :k]
    return order, np.take_along_axis(apart, order, 1)


@pytest.mark.parametrize("part", [4096, 7])  # the pool in one part, and in many
def test_nearest_features(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_POOL_BATCH", part)
    monkeypatch.setattr(neighbours, "_MAX_DISTANCES", part * 4)
    random = np.random.default_rng(0)
    queries, pool = (random.standard_normal((count, 5)).astype(np.float32) for count in (10, 50))
    indices, distances = neighbours.find_nearest(queries, pool, k=3)
    expected = searched(queries.astype(np.float64), pool.astype(np.float64), 3)
    assert np.array_equal(indices, expected[0])
    assert distances == pytest.approx(expected[1], rel=1e-6)


@pytest.mark.parametrize("shape", [(6, 6), (6, 6, 3)])
def test_nearest_pictures_with_values_up_to_one(shape: tuple[int, ...]) -> None:
    queries, pool = pictures(4, 0, *shape), pictures(30, 1, *shape)
    indices, distances = neighbours.find_nearest(queries, pool, k=2)
    expected = searched(queries / 255, pool / 255, 2)
    assert np.array_equal(indices, expected[0])
    assert distances == pytest.approx(expected[1], rel=1e-5)


def test_a_copy_is_at_no_distance_at_all() -> None:
    pool = pictures(200, 1, 28, 28)
    indices, distances = neighbours.find_nearest(pool[[150, 3]], pool)
    assert indices.tolist() == [[150], [3]]
    assert distances.tolist() == [[0.0], [0.0]]


def test_the_sheet_shows_each_picture_and_then_its_neighbours() -> None:
    fakes, pool = pictures(2, 0, 4, 4), pictures(9, 1, 4, 4)
    shown = neighbours.arrange_sheet(fakes, pool, np.array([[8, 1], [0, 5]]))
    assert np.array_equal(shown, np.stack([fakes[0], pool[8], pool[1], fakes[1], pool[0], pool[5]]))


def test_more_neighbours_than_pictures() -> None:
    with pytest.raises(ValueError, match="from 1 to 3"):
        neighbours.find_nearest(pictures(1, 0, 4, 4), pictures(3, 1, 4, 4), k=4)
