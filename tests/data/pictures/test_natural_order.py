"""The order of many names is that of all at once, however few are sorted in one go."""

import random

import pytest

from ganstudio.data.pictures import natural_order
from ganstudio.data.pictures.natural_order import path_key, sort_by_path


@pytest.mark.parametrize("count", [0, 1, 10, 11, 95])
def test_pieces_come_together_in_natural_order(monkeypatch: pytest.MonkeyPatch, count: int):
    monkeypatch.setattr(natural_order, "_PIECE", 10)
    numbers = list(range(count))
    random.Random(0).shuffle(numbers)
    paths = [f"folder {number % 3}/picture{number}.png" for number in numbers]
    assert sort_by_path(paths, str) == sorted(paths, key=path_key)


def test_items_of_the_same_path_stay_as_they_came(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(natural_order, "_PIECE", 2)
    items = [("b", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5)]
    assert sort_by_path(items, lambda item: item[0]) == [("a", 2), ("a", 4), ("b", 1), ("b", 3), ("b", 5)]
