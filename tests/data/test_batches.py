import numpy as np
import pytest
import torch

from ganstudio.data.batches import Batches
from ganstudio.data.catalog import Dataset, find

CPU = torch.device("cpu")


def numbered(count: int, channels: int = 1) -> Dataset:
    """Picture i is all grey level i."""
    shape = (count, 4, 4) if channels == 1 else (count, 4, 4, channels)
    levels = np.arange(count, dtype=np.uint8).reshape(-1, *[1] * (len(shape) - 1))
    return Dataset(find("digits"), np.broadcast_to(levels, shape).copy(), np.zeros(count, np.uint8))


def levels(batch: torch.Tensor) -> list[int]:
    return ((batch[:, 0, 0, 0] + 1) * 127.5).round().int().tolist()


def test_an_epoch_shows_every_picture_once_in_a_new_order() -> None:
    batches = Batches(numbered(20), 5, CPU, seed=1)
    epochs = [[level for _ in range(4) for level in levels(batches.next())] for _ in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(20))
    assert epochs[0] != epochs[1]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_batch_is_float_nchw_in_minus_one_to_one(channels: int) -> None:
    data = numbered(2, channels)
    data.images[0], data.images[1] = 0, 255
    batch = Batches(data, 2, CPU, seed=0).next()
    assert batch.shape == (2, channels, 4, 4)
    assert batch.dtype == torch.float32
    assert sorted(batch[:, 0, 0, 0].tolist()) == [-1.0, 1.0]


def test_goes_on_from_any_place() -> None:
    for place in range(9):
        one, two = (Batches(numbered(20), 5, CPU, seed=3) for _ in range(2))
        for _ in range(place):
            one.next()
        two.load(*one.state())
        assert [levels(one.next()) for _ in range(10)] == [levels(two.next()) for _ in range(10)]


def test_too_few_pictures_are_repeated_to_a_batch() -> None:
    batches = Batches(numbered(3), 8, CPU, seed=0)
    assert batches.per_epoch == 1
    got = levels(batches.next())
    assert len(got) == 8
    assert set(got) == {0, 1, 2}
