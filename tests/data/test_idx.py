import gzip
import os

import numpy as np
import pytest

from ganstudio.data import idx
from ganstudio.errors import Cancelled, DataError
from support.data import idx_bytes

PICTURES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def test_the_first_sound_file_is_taken_and_told(tmp_path):
    plain, zipped = tmp_path / "a", tmp_path / "a.gz"
    notes: list[str] = []
    plain.write_bytes(b"")
    zipped.write_bytes(gzip.compress(WHOLE))
    assert idx.read_first([plain, zipped], 3, notes.append, lambda: False).shape == (2, 3, 4)
    assert notes == [f"{plain} is empty: at least 16 bytes expected, 0 found. {zipped} was taken instead."]
    zipped.write_bytes(WHOLE[:5])
    with pytest.raises(DataError, match=r"a is empty"):
        idx.read_first([plain, zipped], 3, notes.append, lambda: False)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("name", ["some-idx3-ubyte", "some-idx3-ubyte.gz"])
def test_plain_and_gzipped_are_told_by_content(tmp_path, pack, name):
    (tmp_path / name).write_bytes(pack(idx_bytes(PICTURES)))
    read = idx.read(tmp_path / name, 3)
    np.testing.assert_array_equal(read, PICTURES)
    assert read.flags.writeable  # else torch.from_numpy warns
    assert [each.name for each in tmp_path.iterdir()] == [name]


WHOLE = idx_bytes(PICTURES)  # 40 bytes


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["is empty", "16 bytes expected", "0 found"]),
        (WHOLE[:10], ["too short", "16 bytes expected", "10 found"]),
        (WHOLE[:30], ["too short", "40 bytes expected", "30 found"]),
        (WHOLE + b"x", ["too long", "40 bytes expected"]),
        (b"<html>404 not found</html>", ["not an idx file", "00 00 08 03", "3c 68 74 6d"]),
        (idx_bytes(PICTURES[0]), ["not an idx file", "00 00 08 02"]),
        (WHOLE[:4] + b"\xff" * 12, ["4,294,967,295", "it claims to contain"]),
        (WHOLE[:4] + b"\x00" * 12, ["0 x 0 x 0", "it claims to contain"]),
    ],
)
def test_broken_files_are_named_with_bytes_expected_and_found(tmp_path, content, words, pack):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(pack(content))
    with pytest.raises(DataError) as error:
        idx.read(path, 3)
    assert all(word in str(error.value) for word in [str(path), *words]), error.value


def test_gzip_cut_at_any_place_or_with_a_flipped_bit_is_refused(tmp_path):
    content = gzip.compress(idx_bytes(np.random.default_rng(0).integers(0, 256, (50, 28, 28), np.uint8)))
    path = tmp_path / "cut.gz"
    for length in range(0, len(content), len(content) // 40):
        path.write_bytes(content[:length])
        with pytest.raises(DataError, match=r"cut\.gz"):
            idx.read(path, 3)
    for place in range(0, len(content) - 8, len(content) // 20):
        if place in range(3, 10):  # flags, time and system: gzip has no checksum over them
            continue
        flipped = bytearray(content)
        flipped[place] ^= 16
        path.write_bytes(flipped)
        with pytest.raises(DataError, match=r"cut\.gz"):
            idx.read(path, 3)


def test_missing_and_unreadable(tmp_path):
    with pytest.raises(DataError, match=r"none is missing"):
        idx.read(tmp_path / "none", 3)
    with pytest.raises(DataError, match=r"cannot be read"):
        idx.read(tmp_path, 3)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("behind", [b"\n", b"\r\n", b"\x1a", bytes(500)])
def test_padding_behind_the_values_is_ignored_and_told(tmp_path, behind, pack):
    (tmp_path / "a").write_bytes(pack(WHOLE + behind))
    notes: list[str] = []
    np.testing.assert_array_equal(idx.read(tmp_path / "a", 3, notes.append), PICTURES)
    assert notes == [f"{tmp_path / 'a'} has bytes behind its end. They were ignored."]


def test_whatever_follows_a_gzip_file_is_ignored_because_its_checksum_is_right(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(WHOLE) + b"\nsent by a server")
    notes: list[str] = []
    np.testing.assert_array_equal(idx.read(tmp_path / "a.gz", 3, notes.append), PICTURES)
    assert len(notes) == 1
    (tmp_path / "a.gz").write_bytes(gzip.compress(WHOLE[:20]) + gzip.compress(WHOLE[20:]))  # as pigz and cat make it
    np.testing.assert_array_equal(idx.read(tmp_path / "a.gz", 3, notes.append), PICTURES)
    assert len(notes) == 1


def test_gzip_without_its_last_bytes_is_refused(tmp_path):
    for missing in range(1, 9):
        (tmp_path / "a.gz").write_bytes(gzip.compress(WHOLE)[:-missing])
        with pytest.raises(DataError, match=r"a\.gz is a damaged gzip file of \d+ bytes: its end is missing"):
            idx.read(tmp_path / "a.gz", 3)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04" + bytes(30), "It is a ZIP archive. Unpack it"),
        (b"\n<!DOCTYPE html><title>403</title>", "It is a web page"),
        (gzip.compress(gzip.compress(WHOLE, mtime=0), mtime=0), "It is a gzip archive"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "pointer of Git LFS"),
        (b"Not Found", "It is a text file"),
        (b"\0\0\x0d\x03" + WHOLE[4:], "values are 32-bit floats, and only unsigned bytes"),
        (b"\0\0\x09\x03" + WHOLE[4:], "values are signed bytes, and only unsigned bytes"),
        (idx_bytes(np.arange(9, dtype=np.uint8)), "It is a file of labels: perhaps two files were exchanged"),
        (WHOLE[:4] + b"\x80\0\0\0" * 3, "2,147,483,648 x 2,147,483,648 x 2,147,483,648"),
    ],
    ids=["zip", "page", "gzip in gzip", "lfs", "text", "floats", "signed", "labels", "huge"],
)
def test_what_lies_under_the_name_is_told(tmp_path, content, words):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(content)
    with pytest.raises(DataError, match=words):
        idx.read(tmp_path / "train-images-idx3-ubyte", 3)


def test_what_is_no_file_is_refused_at_once(tmp_path):
    """A pipe would be waited for: for ever, if nobody writes into it."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    (tmp_path / "zeros").symlink_to("/dev/zero")
    for name, words in (
        ("pipe", "is a pipe"),
        ("zeros", "is a device"),
        ("link", "is a link to .*nowhere, which is missing"),
        ("circle", "cannot be read"),
    ):
        with pytest.raises(DataError, match=rf"{name}.* {words}"):
            idx.read(tmp_path / name, 3)


def test_reading_is_cancelled_within_a_megabyte(tmp_path):
    (tmp_path / "a").write_bytes(idx_bytes(np.zeros((3000, 28, 28), np.uint8)))
    answers = iter((False, False, True))
    with pytest.raises(Cancelled):
        idx.read(tmp_path / "a", 3, cancelled=lambda: next(answers))
