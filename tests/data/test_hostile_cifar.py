"""CIFAR-10's files from elsewhere: pickles that want more than a batch needs, and archives that are none."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.data import cifar, cifar_pickle
from ganstudio.errors import DataError
from support.data import cifar_archive, lay_out, small_cifar
from support.data import cifar_pickle as published
from support.hostile import ODD_VALUES, attempt, bounded_memory, damaged_bytes

pytestmark = pytest.mark.fuzz

DATA = np.arange(2 * 3072, dtype=np.uint32).astype(np.uint8).reshape(2, 3072)
WHOLE = {"data": DATA, "labels": [3, 9], "batch_label": "training batch 1 of 5", "filenames": ["a.png", "b.png"]}
SAVED = [published(DATA, [3, 9]), *(pickle.dumps(WHOLE, protocol) for protocol in range(6))]

_opcodes = st.lists(  # those that build objects, call them or claim lengths
    st.one_of(
        st.sampled_from(
            [bytes([code]) for code in b"(.012NRQ]})abdelostu\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94"]
        ),
        st.binary(min_size=1, max_size=6),
        st.sampled_from(
            [
                b"cnumpy\nndarray\n",
                b"cnumpy.core.multiarray\n_reconstruct\n",
                b"cnumpy._core.numeric\n_frombuffer\n",
                b"cnumpy\ndtype\n",
                b"ccollections\nOrderedDict\n",
                b"c_codecs\nencode\n",
                b"cos\nsystem\n",
                b"\x8c\x02os\x8c\x06system\x93",
                b"r\xff\xff\xff\x0f",
                b"p99999999\n",
                b"\x95" + b"\xff" * 8,
                b"\x8e" + b"\xff" * 8,
                b"U\x04data",
                b"K\x07",
                b"I01\n",
                b"L12345L\n",
            ]
        ),
    ),
    max_size=40,
).map(b"".join)


def decode(content: bytes) -> None:
    """Decode a batch that may be refused, and check what comes out."""
    batch, refusal = attempt(lambda: cifar_pickle.decode(content), DataError)
    if batch is None:
        assert refusal
    else:
        check(*batch)


def check(images: np.ndarray, labels: np.ndarray) -> None:
    assert images.shape == (len(labels), 32, 32, 3)
    assert (images.dtype, labels.dtype) == (np.uint8, np.uint8)
    assert labels.max() < 10


@given(st.sampled_from(SAVED).flatmap(damaged_bytes))
def test_a_damaged_batch_is_read_or_refused(content: bytes) -> None:
    with bounded_memory(8):
        decode(content)


@given(st.sampled_from([b"\x80\x02", b"\x80\x04", b""]), _opcodes)
def test_a_made_up_pickle_is_refused_and_executes_nothing(start: bytes, content: bytes) -> None:
    with bounded_memory(8):
        decode(start + content + b".")


@given(st.sampled_from(sorted(WHOLE)), ODD_VALUES, st.integers(0, 5))
def test_a_batch_with_an_odd_entry_is_read_or_refused(name: str, value: Any, protocol: int) -> None:
    decode(pickle.dumps(WHOLE | {name: value}, protocol))


@given(damaged_bytes(cifar_archive(small_cifar(count=1))))
def test_a_damaged_archive_is_read_or_refused_by_name(tmp_path: Path, content: bytes) -> None:
    lay_out(tmp_path, {cifar.ARCHIVE: content})
    with bounded_memory(8):
        batches, refusal = attempt(lambda: cifar.read(tmp_path, "train"), DataError)
    if batches is None:
        assert str(tmp_path) in refusal
    else:
        check(*batches)
