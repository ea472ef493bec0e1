import os
import pickle

import numpy as np
import pytest

from ganstudio.data import cifar
from ganstudio.errors import DataError
from support.data import cifar_archive, cifar_pickle, lay_out, small_cifar


def test_the_test_file_is_what_cpickle_wrote():
    """The emitter above makes what real numpy restores to the same array: our reader is held to the true format."""
    data = np.arange(2 * 3072, dtype=np.uint8).reshape(2, 3072)
    found = pickle.loads(cifar_pickle(data, [3, 9]).replace(b"numpy.core", b"numpy._core"), encoding="bytes")
    np.testing.assert_array_equal(found[b"data"], data)
    assert found[b"labels"] == [3, 9]


def test_planes_become_colours(tmp_path):
    data = np.zeros((1, 3072), np.uint8)
    data[0, 1024 + 32] = 200  # green, second row
    files = {**small_cifar(), "test_batch": cifar_pickle(data, [7])}
    lay_out(tmp_path / cifar.FOLDER, files)
    images, labels = cifar.read(tmp_path, "test")
    assert images.shape == (1, 32, 32, 3)
    assert images[0, 1, 0].tolist() == [0, 200, 0]
    assert images.sum() == 200
    assert labels.tolist() == [7]


def test_archive_is_read_without_unpacking(tmp_path):
    files = small_cifar()
    lay_out(tmp_path / "unpacked" / cifar.FOLDER, files)
    lay_out(tmp_path / "packed", {cifar.ARCHIVE: cifar_archive(files)})
    for split in ("train", "test"):
        for ours, theirs in zip(
            cifar.read(tmp_path / "packed", split), cifar.read(tmp_path / "unpacked", split), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)
    assert [each.name for each in (tmp_path / "packed").iterdir()] == [cifar.ARCHIVE]


class _Payload:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return (os.mkdir, (str(self.target),))


def test_a_payload_is_refused_and_not_executed(tmp_path):
    bomb = pickle.dumps({b"data": _Payload(tmp_path / "executed"), b"labels": [1]})
    lay_out(tmp_path / cifar.FOLDER, {**small_cifar(), "test_batch": bomb})
    with pytest.raises(DataError, match=r"test_batch.*mkdir"):
        cifar.read(tmp_path, "test")
    assert not (tmp_path / "executed").exists()


GOOD = cifar_pickle(np.zeros((2, 3072), np.uint8), [1, 2])


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "is empty"),
        (GOOD[: len(GOOD) // 2], "cannot be decoded"),
        (b"<html>", "cannot be decoded"),
        (pickle.dumps([1, 2]), "no pictures and labels"),
        (pickle.dumps({b"data": b"", b"labels": [1]}), "no pictures and labels"),
        (cifar_pickle(np.zeros((2, 3072), np.uint8), [1, 2, 3]), "one picture for each of its 3 labels"),
        (cifar_pickle(np.zeros((2, 3072), np.uint8), [1, 22]), "labels are not all from 0 to 9"),
    ],
)
def test_broken_batches_are_named(tmp_path, content, word):
    lay_out(tmp_path / cifar.FOLDER, {**small_cifar(), "test_batch": content})
    with pytest.raises(DataError, match=rf"test_batch.*{word}"):
        cifar.read(tmp_path, "test")


def test_missing_batch_and_broken_archive(tmp_path):
    with pytest.raises(DataError, match=r"data_batch_1 is missing"):
        cifar.read(tmp_path, "train")
    archive = cifar_archive(small_cifar())
    lay_out(tmp_path, {cifar.ARCHIVE: archive[: len(archive) // 2]})
    with pytest.raises(DataError, match=r"tar\.gz is damaged"):
        cifar.read(tmp_path, "train")
    lay_out(tmp_path, {cifar.ARCHIVE: cifar_archive({"test_batch": GOOD})})
    with pytest.raises(DataError, match=r"cifar-10-batches-py/data_batch_1 is missing"):
        cifar.read(tmp_path, "train")
