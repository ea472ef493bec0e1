"""A data set that is being loaded when the user stops."""

from collections import OrderedDict

import numpy as np
import pytest

from ganstudio.data import catalog, cifar, digits
from ganstudio.errors import Cancelled
from support.data import cifar_archive, lay_out, small_cifar, small_idx

CELLS = np.full((2000, 8, 8), 8, np.uint8)


def cancel_after(calls: int):
    """Return a function that returns true from the given call on."""
    answers = iter([False] * calls)
    return lambda: next(answers, True)


@pytest.mark.parametrize("size", [28, 64])
@pytest.mark.parametrize("calls", [0, 2])
def test_drawing_digits_ends_and_leaves_nothing_half_drawn(monkeypatch, size, calls):
    monkeypatch.setattr(digits, "_kept", OrderedDict())
    monkeypatch.setattr(digits, "read", lambda folder: (CELLS[:600], np.zeros(600, np.uint8)))
    monkeypatch.setattr(digits, "_fit", lambda counts: counts)
    monkeypatch.setattr(digits, "_contour", lambda field, side: np.zeros((len(field), 2, 2), np.float32))
    with pytest.raises(Cancelled):
        catalog.load("digits", size=size, channels=1, cancelled=cancel_after(calls))
    assert len(catalog.load("digits", size=size, channels=1).images) == 600


@pytest.mark.parametrize("limit", [None, 0.0], ids=["memory", "file"])
def test_reading_and_resizing_idx_files_ends(tmp_path, limit):
    lay_out(tmp_path / "MNIST" / "raw", small_idx(count=600))
    asked = []
    loaded = catalog.load("mnist", size=32, channels=1, home=tmp_path, limit=limit, cancelled=lambda: asked.append(1))
    assert len(loaded.images) == 600
    for calls in range(len(asked)):  # wherever it is
        with pytest.raises(Cancelled):
            catalog.load("mnist", size=32, channels=1, home=tmp_path, limit=limit, cancelled=cancel_after(calls))


@pytest.mark.parametrize("packed", [False, True])
def test_reading_cifar_ends(tmp_path, packed):
    if packed:
        lay_out(tmp_path, {cifar.ARCHIVE: cifar_archive(small_cifar())})
    else:
        lay_out(tmp_path / cifar.FOLDER, small_cifar())
    with pytest.raises(Cancelled):
        catalog.load("cifar10", size=32, channels=3, home=tmp_path, cancelled=cancel_after(2))
