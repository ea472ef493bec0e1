"""Batches are the same wherever the pictures lie, whatever the number of processes, and from any place on."""

import gc
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.data import prefetch
from ganstudio.data.batches import Batch, Batches
from ganstudio.data.catalog import Dataset, find

CPU = torch.device("cpu")
KEPT, STREAMED = 4.0, 0.0  # GB


def numbered(count: int, channels: int = 1) -> Dataset:
    """Picture i is all grey level i, and of class i % 10."""
    shape = (count, 4, 4) if channels == 1 else (count, 4, 4, channels)
    levels = np.arange(count, dtype=np.uint8).reshape(-1, *[1] * (len(shape) - 1))
    return Dataset(find("digits"), np.broadcast_to(levels, shape).copy(), np.arange(count, dtype=np.uint8) % 10)


def random(count: int = 23, channels: int = 3) -> Dataset:
    shape = (count, 4, 5) if channels == 1 else (count, 4, 5, channels)
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    return Dataset(find("digits"), images, np.arange(count, dtype=np.uint8) % 10)


def levels(batch: Batch) -> list[int]:
    return ((batch.images[:, 0, 0, 0] + 1) * 127.5).round().int().tolist()


def same(one: Batch, two: Batch) -> bool:
    """Whether pictures and classes are equal to the bit."""
    assert one.labels is not None
    assert two.labels is not None
    return torch.equal(one.images, two.images) and torch.equal(one.labels, two.labels)


@pytest.fixture(params=[KEPT, STREAMED], ids=["resident", "streamed"])
def limit(request: pytest.FixtureRequest) -> float:
    return request.param


def test_an_epoch_shows_every_picture_once_in_a_new_order(limit: float) -> None:
    batches = Batches(numbered(20), 5, CPU, seed=1, limit=limit)
    epochs = [[level for _ in range(4) for level in levels(batches.next())] for _ in range(2)]
    batches.close()
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(20))
    assert epochs[0] != epochs[1]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_batch_is_float_nchw_in_minus_one_to_one(channels: int, limit: float) -> None:
    data = random(4, channels)
    data.images[0], data.images[1] = 0, 255
    batches = Batches(data, 4, CPU, seed=0, limit=limit, labels=True)
    batch = batches.next()
    batches.close()
    assert batch.labels is not None
    assert batch.labels.dtype == torch.int64
    assert batch.images.shape == (4, channels, 4, 5)
    assert batch.images.dtype == torch.float32
    planes = data.images.reshape(4, 4, 5, channels).transpose(0, 3, 1, 2)
    expected = torch.from_numpy(planes / np.float32(127.5) - np.float32(1))[batch.labels]
    torch.testing.assert_close(batch.images, expected, rtol=0, atol=1e-6)
    assert (float(batch.images.min()), float(batch.images.max())) == (-1.0, 1.0)


def test_goes_on_from_any_place(limit: float) -> None:
    data = numbered(20)
    for place in range(9):
        one, two = (Batches(data, 5, CPU, seed=3, limit=limit) for _ in range(2))
        two.next()  # so that something has been read ahead
        for _ in range(place):
            one.next()
        two.load_state(*one.state())
        assert [levels(one.next()) for _ in range(10)] == [levels(two.next()) for _ in range(10)]
        one.close()
        two.close()


def test_too_few_pictures_are_repeated_to_a_batch(limit: float) -> None:
    batches = Batches(numbered(3), 8, CPU, seed=0, limit=limit)
    assert batches.per_epoch == 1
    got = levels(batches.next())
    batches.close()
    assert len(got) == 8
    assert set(got) == {0, 1, 2}


def test_both_modes_hand_out_the_same_through_resumes_from_one_to_the_other() -> None:
    data = random(23)  # batches of 5: 3 pictures wait for another epoch
    whole = Batches(data, 5, CPU, seed=7, labels=True)
    expected = [whole.next() for _ in range(3 * whole.per_epoch)]
    limits = [STREAMED, KEPT, STREAMED, STREAMED]
    state, done = None, 0
    for limit, until in zip(limits, (2, 6, 7, 12), strict=True):
        batches = Batches(data, 5, CPU, seed=99, limit=limit, labels=True)
        assert batches.resident == (limit == KEPT)
        batches.load_state(*(state or Batches(data, 5, CPU, seed=7).state()))
        while done < until:
            assert same(batches.next(), expected[done])
            done += 1
        state = batches.state()
        batches.close()
    assert done == len(expected)


def test_reading_ahead_does_not_show_in_the_state() -> None:
    data = random(23)
    kept, streamed = (Batches(data, 5, CPU, seed=7, limit=limit) for limit in (KEPT, STREAMED))
    for _ in range(10):
        (rng, position), (other, place) = kept.state(), streamed.state()
        assert torch.equal(rng, other)
        assert position == place
        kept.next()
        streamed.next()
    streamed.close()


@pytest.mark.parametrize("world", [2, 3])
def test_the_processes_together_see_what_one_sees(world: int, limit: float) -> None:
    data = random(23)
    alone = Batches(data, 6, CPU, seed=2, labels=True)
    parts = [Batches(data, 6, CPU, seed=2, rank=rank, world=world, limit=limit, labels=True) for rank in range(world)]
    rngs = [torch.Generator().manual_seed(4) for _ in range(world + 1)]
    for _ in range(8):
        assert same(alone.next(), _joined([each.next() for each in parts]))
        together = _joined([part.draw(rng) for part, rng in zip(parts, rngs[1:], strict=True)])
        assert same(alone.draw(rngs[0]), together)
        labels = [part.draw_labels(rng) for part, rng in zip(parts, rngs[1:], strict=True)]
        assert torch.equal(alone.draw_labels(rngs[0]), torch.cat(labels))
    for each in parts:
        each.close()


def _joined(parts: list[Batch]) -> Batch:
    labels = [each.labels for each in parts if each.labels is not None]
    return Batch(torch.cat([each.images for each in parts]), torch.cat(labels))


def test_labels_go_with_their_pictures(limit: float) -> None:
    batches = Batches(numbered(50), 8, CPU, seed=0, limit=limit, labels=True)
    rng = torch.Generator().manual_seed(0)
    for batch in (batches.next(), batches.next(), batches.draw(rng)):
        assert batch.labels is not None
        assert batch.labels.tolist() == [level % 10 for level in levels(batch)]
    batches.close()


def test_no_labels_unless_asked_for() -> None:
    batches = Batches(numbered(8), 4, CPU, seed=0)
    assert batches.next().labels is None
    with pytest.raises(ValueError, match="without labels"):
        batches.draw_labels(torch.Generator())


def test_draws_are_of_all_pictures_as_frequent_as_they_are_and_leave_the_stream_alone(limit: float) -> None:
    data = numbered(20)
    data.labels[:] = np.arange(20) >= 15  # a quarter are of class 1
    batches = Batches(data, 5, CPU, seed=0, limit=limit, labels=True)
    expected = levels(Batches(data, 5, CPU, seed=0).next())
    rng = torch.Generator().manual_seed(1)
    drawn = [batches.draw(rng) for _ in range(100)]
    assert {level for batch in drawn for level in levels(batch)} == set(range(20))
    share = torch.cat([batches.draw_labels(rng) for _ in range(200)]).float().mean()
    assert 0.2 < float(share) < 0.3
    assert levels(batches.next()) == expected
    batches.close()


def test_current_is_made_from_the_buffers_alone(limit: float) -> None:
    batches = Batches(random(23), 5, CPU, seed=0, limit=limit, labels=True)
    batches.advance()
    one, again = batches.current(), batches.current()
    place = batches.state()[1]
    assert same(one, again)
    assert one.images.data_ptr() != again.images.data_ptr()
    one.images.zero_()  # what is handed out is the caller's
    assert same(batches.current(), again)
    assert batches.state()[1] == place == 1
    batches.advance()
    assert not same(batches.current(), again)
    batches.close()


def test_pictures_in_a_file_are_read_as_those_in_memory(tmp_path: Path) -> None:
    data = random(23)
    data.images.tofile(tmp_path / "pictures")
    mapped = np.memmap(tmp_path / "pictures", np.uint8, "r", shape=data.images.shape)
    memory = Batches(data, 5, CPU, seed=0, labels=True)
    for limit in (KEPT, STREAMED):
        memory.load_state(*Batches(data, 5, CPU, seed=0).state())
        file = Batches(Dataset(data.info, mapped, data.labels), 5, CPU, seed=0, limit=limit, labels=True)
        assert all(same(memory.next(), file.next()) for _ in range(9))
        file.close()


def test_the_limit_is_in_gigabytes() -> None:
    data = numbered(100)  # 1,600 bytes
    assert Batches(data, 4, CPU, seed=0, limit=1.6e-6).resident
    assert not Batches(data, 4, CPU, seed=0, limit=1.5e-6).resident


def test_the_next_batches_are_read_while_the_present_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    gather = prefetch.gather

    def noted(*arguments: np.ndarray) -> None:
        gather(*arguments)
        read.append(threading.current_thread().name)

    monkeypatch.setattr(prefetch, "gather", noted)
    batches = Batches(random(23), 5, CPU, seed=0, limit=STREAMED)
    batches.next()
    give_up = time.monotonic() + 5
    while len(read) < 1 + prefetch.BATCHES_AHEAD and time.monotonic() < give_up:
        time.sleep(0.001)
    batches.close()
    assert len(read) == 1 + prefetch.BATCHES_AHEAD
    assert all(name.startswith("pictures") for name in read)


def test_forgotten_batches_leave_no_thread() -> None:
    batches = Batches(random(23), 5, CPU, seed=0, limit=STREAMED)
    batches.next()
    threads = [each for each in threading.enumerate() if each.name.startswith("pictures")]
    assert len(threads) == 1
    del batches
    gc.collect()
    threads[0].join(5)
    assert not threads[0].is_alive()


def test_closed_batches_go_on() -> None:
    data = random(23)
    whole, closed = Batches(data, 5, CPU, seed=0, labels=True), Batches(data, 5, CPU, 0, limit=STREAMED, labels=True)
    for _ in range(7):
        assert same(whole.next(), closed.next())
        closed.close()
        closed.close()


def test_an_error_while_reading_ahead_reaches_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: np.ndarray) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(prefetch, "gather", fails)
    batches = Batches(random(23), 5, CPU, seed=0, limit=STREAMED)
    with pytest.raises(OSError, match="the disk is gone"):
        batches.next()
    batches.close()
