"""The nearest training pictures, against a plain search; copies are found as such."""

import numpy as np
import pytest

from ganstudio.errors import Cancelled
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


def noisy(pictures_: np.ndarray, by: int) -> np.ndarray:
    noise = np.random.default_rng(7).integers(-by, by + 1, pictures_.shape)
    return np.clip(pictures_.astype(int) + noise, 0, 255).astype(np.uint8)


def test_a_near_copy_is_told_from_a_picture_that_only_has_a_nearest_one() -> None:
    pool = pictures(20, 1, 6, 8, 4)
    samples = np.concatenate([noisy(pool[[5, 2]], 40), pictures(2, 9, 6, 8, 4)])
    found = neighbours.compare(samples, pool)
    assert found.indices[:2, 0].tolist() == [5, 2]
    assert found.are_copies.tolist() == [True, True, False, False]
    next_to_5 = neighbours.find_nearest(pool[[5]], pool, 2)[1][0, 1]
    assert found.ratios[0] == pytest.approx(found.distances[0, 0] / next_to_5)
    assert not found.mirrored.any()


def test_a_second_file_of_a_picture_does_not_hide_its_copies() -> None:
    pool = pictures(20, 1, 6, 6)
    pool[9], pool[12] = noisy(pool[5], 3), pool[5]  # the same picture, as a JPEG file too, and once more
    assert neighbours.compare(noisy(pool[[5]], 20), pool).are_copies.tolist() == [True]


@pytest.mark.parametrize("count", [1, 3])
def test_copies_are_found_among_pictures_that_are_all_the_same(count: int) -> None:
    pool = pictures(1, 1, 6, 6).repeat(count, 0)
    samples = np.concatenate([noisy(pool[:1], 20), 255 - pool[:1]])
    assert neighbours.compare(samples, pool).are_copies.tolist() == [True, False]


def test_mirrored_copies_are_found_where_training_mirrors() -> None:
    pool = pictures(20, 1, 6, 8, 3)
    samples = np.stack([pool[4], pool[11][:, ::-1]])
    plain, mirrored = (neighbours.compare(samples, pool, 2, mirrors=each) for each in (False, True))
    assert plain.are_copies.tolist() == [True, False]
    assert mirrored.are_copies.tolist() == [True, True]
    assert mirrored.mirrored.tolist() == [False, True]
    assert mirrored.indices[:, 0].tolist() == [4, 11]
    assert mirrored.indices.shape == mirrored.distances.shape == (2, 2)


def test_large_pictures_are_compared_in_parts_that_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    queries, pool = pictures(9, 0, 6, 6), pictures(30, 1, 6, 6)
    expected = neighbours.find_nearest(queries, pool, 2)
    monkeypatch.setattr(neighbours, "_MAX_NUMBERS", 36 * 4)
    monkeypatch.setattr(neighbours, "_MAX_QUERIES", 36 * 4)
    sizes, plain = [], neighbours._points
    monkeypatch.setattr(neighbours, "_points", lambda rows: sizes.append(len(rows)) or plain(rows))
    for got, same in zip(neighbours.find_nearest(queries, pool, 2), expected, strict=True):
        assert np.array_equal(got, same)
    assert max(sizes) == 4


def test_a_search_that_is_called_off_ends() -> None:
    with pytest.raises(Cancelled):
        neighbours.compare(pictures(2, 0, 4, 4), pictures(9, 1, 4, 4), cancelled=lambda: True)
