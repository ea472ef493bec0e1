import gzip
import io
import os
import pickle
import tarfile

import numpy as np
import pytest

from ganstudio.data import cifar, cifar_pickle
from ganstudio.errors import DataError
from support.data import cifar_archive, lay_out, small_cifar
from support.data import cifar_pickle as cifar_pickle_bytes
from support.hostile import bounded_memory


def test_the_test_file_is_what_cpickle_wrote():
    """The emitter above makes what real numpy restores to the same array: our reader is held to the true format."""
    data = np.arange(2 * 3072, dtype=np.uint8).reshape(2, 3072)
    found = pickle.loads(cifar_pickle_bytes(data, [3, 9]).replace(b"numpy.core", b"numpy._core"), encoding="bytes")
    np.testing.assert_array_equal(found[b"data"], data)
    assert found[b"labels"] == [3, 9]


def test_planes_become_colours(tmp_path):
    data = np.zeros((1, 3072), np.uint8)
    data[0, 1024 + 32] = 200  # green, second row
    files = {**small_cifar(), "test_batch": cifar_pickle_bytes(data, [7])}
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


GOOD = cifar_pickle_bytes(np.zeros((2, 3072), np.uint8), [1, 2])


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "is empty"),
        (GOOD[: len(GOOD) // 2], "cannot be decoded"),
        (b"<html>", "cannot be decoded"),
        (pickle.dumps([1, 2]), "no pictures and labels"),
        (pickle.dumps({b"data": b"", b"labels": [1]}), "no pictures and labels"),
        (cifar_pickle_bytes(np.zeros((2, 3072), np.uint8), [1, 2, 3]), "one picture for each of its 3 labels"),
        (cifar_pickle_bytes(np.zeros((2, 3072), np.uint8), [1, 22]), "labels are not all from 0 to 9"),
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


DATA = np.random.default_rng(0).integers(0, 256, (3, 3072), np.uint8)
LABELS = [7, 0, 9]
AS_PICTURES = DATA.reshape(3, 3, 32, 32).transpose(0, 2, 3, 1)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    ("data", "labels"),
    [
        (DATA, LABELS),
        (np.asfortranarray(DATA), tuple(LABELS)),
        (DATA.reshape(3, 3, 32, 32), np.array(LABELS)),
        (np.ascontiguousarray(AS_PICTURES), list(np.array(LABELS, np.int16))),
        (DATA, np.array(LABELS, ">i4")),
    ],
    ids=["published", "columns", "planes", "pictures", "big-endian"],
)
def test_batches_that_were_saved_anew_are_read(protocol, data, labels):
    """As Python 3 and this NumPy write them; keys of text, or of bytes as Python 2 had them."""
    for keys in (("data", "labels"), (b"data", b"labels")):
        content = pickle.dumps(dict(zip(keys, (data, labels), strict=True)), protocol)
        images, numbers = cifar_pickle.decode(content)
        np.testing.assert_array_equal(images, AS_PICTURES)
        assert numbers.tolist() == LABELS


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        ({"data": DATA.astype(np.float32), "labels": LABELS}, "stored as f4, not as unsigned bytes"),
        ({"data": DATA.reshape(-1), "labels": LABELS}, "not of 32 x 32 pixels"),
        ({"data": DATA, "labels": np.array([0.0, 1.0, 2.0])}, "labels are not all from 0 to 9"),
        ({"data": DATA, "labels": np.array([1, 2, 300])}, "labels are not all from 0 to 9"),
        ({"data": DATA, "labels": [1, -2, 3]}, "labels are not all from 0 to 9"),
        ({"data": DATA, "fine_labels": LABELS}, "no pictures and labels"),
    ],
)
def test_what_is_odd_about_a_batch_is_told(batch, words):
    with pytest.raises(DataError, match=words):
        cifar_pickle.decode(pickle.dumps(batch, 5))


@pytest.mark.parametrize("prefix", ["./cifar-10-batches-py/", "", "cifar10/cifar-10-batches-py/"])
@pytest.mark.parametrize("name", [cifar.ARCHIVE, "cifar-10-python.tar"])
def test_an_archive_that_was_packed_anew_is_read(tmp_path, prefix, name):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz" if name == cifar.ARCHIVE else "w") as tar:
        for each, content in small_cifar().items():
            member = tarfile.TarInfo(prefix + each)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
            mac = tarfile.TarInfo(f"{prefix}._{each}")  # as macOS adds
            mac.size = 3
            tar.addfile(mac, io.BytesIO(b"mac"))
    lay_out(tmp_path / "packed", {name: packed.getvalue()})
    lay_out(tmp_path / "unpacked" / cifar.FOLDER, small_cifar())
    for split in ("train", "test"):
        for ours, theirs in zip(
            cifar.read(tmp_path / "packed", split), cifar.read(tmp_path / "unpacked", split), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


def test_what_lies_under_the_name_of_the_archive_is_told(tmp_path):
    for content, words in ((b"PK\x03\x04" + bytes(600), "It is a ZIP archive"), (b"<html>" * 200, "It is a web page")):
        lay_out(tmp_path, {cifar.ARCHIVE: content})
        with pytest.raises(DataError, match=rf"tar\.gz is damaged.*{words}"):
            cifar.read(tmp_path, "train")


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x02Nr\xff\xff\xff\x0f.",  # remembers None as number 2**28
        b"\x80\x02Np268435455\n.",
        b"]" * 3_000_000 + b".",
        b"}" * 3_000_000 + b".",
        b"\x80\x02}(" + b"\x8a\x09" * 500_000 + b"u.",
        b"\x80\x02" + b"\x8a\x01\x01" * 5000 + b".",  # numbers whose hashes may be chosen
        b"I" + b"1" * 3_000_000 + b"\n.",
        b"L" + b"1" * 3_000_000 + b"L\n.",
        b"\x80\x04\x95" + b"\xff" * 8 + b"N.",
        b"\x80\x04\x8e" + b"\xff" * 7 + b"\x0f.",
        b"(" * 3_000_000,
    ],
)
def test_a_pickle_takes_no_more_memory_than_its_bytes_say(monkeypatch, content):
    monkeypatch.setattr(cifar_pickle, "_MAX_OPCODES", 20_000)
    with bounded_memory(20), pytest.raises(DataError):
        cifar_pickle.decode(content)


def test_an_archive_that_unpacks_to_far_more_than_cifar_is_left_early(tmp_path, monkeypatch):
    monkeypatch.setattr(cifar, "_MAX_ARCHIVE_BYTES", 1_000_000)
    large = tarfile.TarInfo("large")
    large.size = 20_000_000
    packed = gzip.compress(large.tobuf() + bytes(20_000_000), 1)
    lay_out(tmp_path, {cifar.ARCHIVE: packed})
    with pytest.raises(DataError, match=r"far larger than CIFAR-10"):
        cifar.read(tmp_path, "train")


def test_a_published_batch_is_far_below_the_limits():
    """It has an opcode for each label and two for each file name, which its pictures are not counted by."""
    labels = [1] * 10_000
    content = cifar_pickle_bytes(np.zeros((1, 3072), np.uint8), labels)
    names = b"](" + b"".join(b"U\x04name" + b"r" + n.to_bytes(4, "little") for n in range(10_000)) + b"e"
    assert content.endswith(b"u.")
    cifar_pickle._check_opcodes(content[:-2] + b"U\x09filenames" + names + b"u.")
