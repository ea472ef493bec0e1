"""Idx files from elsewhere: whatever they hold, they are read or refused in a sentence, in bounded memory."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.data import catalog, idx
from ganstudio.errors import DataError
from support.data import idx_bytes, lay_out, small_idx
from support.hostile import attempt, bounded_memory, damaged_bytes

pytestmark = pytest.mark.fuzz

WHOLE = idx_bytes(np.arange(5 * 28 * 28, dtype=np.uint32).astype(np.uint8).reshape(5, 28, 28))
ZIPPED = gzip.compress(WHOLE)

_sides = st.sampled_from([0, 1, 2, 28, 2**16, 2**31 - 1, 2**31, 2**32 - 1])
_headers = st.builds(
    lambda kind, sides, rest: struct.pack(f">4B{len(sides)}I", 0, 0, kind, len(sides), *sides) + rest,
    st.sampled_from([8, 9, 11, 12, 13, 14, 0, 255]),
    st.lists(_sides, min_size=1, max_size=4),
    st.binary(max_size=64),
)
contents = st.one_of(
    damaged_bytes(WHOLE), damaged_bytes(ZIPPED), _headers, _headers.map(gzip.compress), st.binary(max_size=64)
)


@given(contents, st.sampled_from([1, 3]))
def test_a_file_is_read_or_refused_by_name(tmp_path: Path, content: bytes, dimensions: int) -> None:
    path = tmp_path / "a-idx3-ubyte"
    path.write_bytes(content)
    with bounded_memory(8):
        values, refusal = attempt(lambda: idx.read(path, dimensions), DataError)
    if values is None:
        assert str(path) in refusal
    else:
        assert (values.dtype, values.ndim) == (np.uint8, dimensions)
        assert 0 < values.size <= len(WHOLE) + 64


@given(contents, st.sampled_from(list(small_idx())))
def test_a_data_set_with_one_odd_file_is_loaded_or_refused(tmp_path: Path, content: bytes, name: str) -> None:
    raw = lay_out(tmp_path / "MNIST" / "raw", {**small_idx(count=5), name: content})
    data, refusal = attempt(lambda: catalog.load("mnist", size=28, channels=1, home=tmp_path), DataError)
    if data is None:
        assert str(raw) in refusal
    else:
        assert data.images.shape == (len(data.labels), 28, 28)


@pytest.mark.parametrize("length", [1, 30])
def test_a_small_file_that_unpacks_to_much_takes_no_more_than_it_claims(tmp_path: Path, length: int) -> None:
    claimed = struct.pack(">4B3I", 0, 0, 8, 3, 10, 28, 28)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(claimed + bytes(length * 1_000_000)))
    with bounded_memory(6), pytest.raises(DataError, match="too long"):
        idx.read(tmp_path / "bomb.gz", 3)


def test_a_file_of_many_empty_parts_is_read_through(tmp_path: Path) -> None:
    (tmp_path / "parts.gz").write_bytes(gzip.compress(b"") * 20_000 + ZIPPED)
    assert idx.read(tmp_path / "parts.gz", 3).shape == (5, 28, 28)
