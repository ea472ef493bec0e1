import gzip

import numpy as np
import pytest

from ganstudio.data import idx
from ganstudio.errors import DataError
from support.data import idx_bytes

PICTURES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


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


def test_either_takes_the_sound_one(tmp_path):
    plain, zipped = tmp_path / "a", tmp_path / "a.gz"
    zipped.write_bytes(gzip.compress(WHOLE))
    assert idx.read_either(plain, 3).shape == (2, 3, 4)
    plain.write_bytes(b"")
    assert idx.read_either(plain, 3).shape == (2, 3, 4)
    zipped.unlink()
    with pytest.raises(DataError, match=r"a is empty"):
        idx.read_either(plain, 3)
