"""Pictures that are too many for memory lie in a file, and are the same there."""

import gc
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from ganstudio.data import catalog, cifar, conversion, resize
from ganstudio.errors import DataError
from support.data import lay_out, small_cifar, small_idx

SOURCE = np.random.default_rng(0).integers(0, 256, (50, 28, 28), np.uint8)
SHAPE = (64, 64, 3)


def enlarged(pictures: np.ndarray) -> np.ndarray:
    return resize.resize_pictures(pictures, 64, 3)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of temporary files; they are written in parts of 7 pictures."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(conversion, "PART_BYTES", 7 * 64 * 64 * 3)
    return place


def test_a_file_holds_what_memory_would() -> None:
    mapped = conversion.convert(SOURCE, enlarged, SHAPE, limit=0)
    assert isinstance(mapped, np.memmap)
    np.testing.assert_array_equal(mapped, enlarged(SOURCE))


@pytest.mark.parametrize("limit", [None, 4.0, 50 * 64 * 64 * 3 / 1e9])
def test_what_is_within_the_limit_stays_in_memory(limit: float | None) -> None:
    assert not isinstance(conversion.convert(SOURCE, enlarged, SHAPE, limit), np.memmap)


def test_what_does_not_grow_stays_in_memory() -> None:
    kept = conversion.convert(SOURCE, lambda pictures: resize.resize_pictures(pictures, 28, 1), (28, 28), limit=0)
    assert not isinstance(kept, np.memmap)


def test_the_file_goes_with_the_array(folder: Path) -> None:
    mapped = conversion.convert(SOURCE, enlarged, SHAPE, limit=0)
    assert mapped[-1].any()
    del mapped
    gc.collect()
    assert not list(folder.iterdir())


def test_only_a_part_is_in_memory_at_a_time() -> None:
    many = np.concatenate([SOURCE] * 8)  # 4.9 MB when enlarged
    tracemalloc.start()
    conversion.convert(many, enlarged, SHAPE, limit=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6  # bytes


@pytest.mark.parametrize(
    ("name", "size", "channels", "mapped"),
    [("mnist", 64, 1, True), ("mnist", 32, 3, True), ("cifar10", 64, 1, True), ("cifar10", 32, 3, False)],
)
def test_loads_the_same_with_a_limit(tmp_path: Path, name: str, size: int, channels: int, mapped: bool) -> None:
    lay_out(tmp_path / "MNIST" / "raw", small_idx())
    lay_out(tmp_path / cifar.FOLDER, small_cifar(count=2))
    whole = catalog.load(name, size=size, channels=channels, home=tmp_path)
    limited = catalog.load(name, size=size, channels=channels, home=tmp_path, limit=0)
    assert isinstance(limited.images, np.memmap) == mapped
    np.testing.assert_array_equal(limited.images, whole.images)
    np.testing.assert_array_equal(limited.labels, whole.labels)


def test_digits_are_drawn_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "PART_BYTES", 500 * 28 * 28 * 3)
    limited = catalog.load("digits", size=28, channels=3, limit=0.001)
    assert isinstance(limited.images, np.memmap)
    np.testing.assert_array_equal(limited.images, catalog.load("digits", size=28, channels=3).images)


def test_no_room_is_told_before_the_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 100_000_000

    monkeypatch.setattr(conversion.shutil, "disk_usage", lambda place: Usage)
    few = np.broadcast_to(np.uint8(0), (10_000, 1, 1))
    with pytest.raises(DataError) as error:
        conversion.convert(few, lambda pictures: pytest.fail("worked in vain"), (128, 128), limit=0)
    assert str(error.value) == (
        f"Pictures of 128 x 128 pixels need 0.2 GB of temporary files in {folder}: only 0.1 GB are free. "
        "Set TMPDIR to a folder with more room, or choose smaller pictures."
    )


def test_a_file_that_cannot_grow_is_told_and_leaves_nothing(folder: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * conversion.PART_BYTES, hard))
    try:
        with pytest.raises(DataError, match="File too large"):
            conversion.convert(SOURCE, enlarged, SHAPE, limit=0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(folder.iterdir())


def test_a_folder_that_is_gone_is_told(folder: Path) -> None:
    tempfile.gettempdir()
    folder.rmdir()
    with pytest.raises(DataError, match="No such file"):
        conversion.convert(SOURCE, enlarged, SHAPE, limit=0)
