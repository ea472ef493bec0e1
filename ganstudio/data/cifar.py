"""Reader of CIFAR-10's "python version" that executes nothing a pickle may contain.

A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
"""

import io
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ganstudio.errors import DataError

FOLDER = "cifar-10-batches-py"
ARCHIVE = "cifar-10-python.tar.gz"
BATCHES = {"train": tuple(f"data_batch_{n}" for n in range(1, 6)), "test": ("test_batch",)}

_SIDE = 32  # pixels
_VALUES = 3 * _SIDE * _SIDE  # a picture: the red, then the green, then the blue plane
_MAX_BATCH_BYTES = 64 << 20  # a real batch has 31 MB

Arrays = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]


def read(home: Path, split: str) -> Arrays:
    """Read pictures (N, 32, 32, 3) and labels (N,), from the unpacked folder or straight from the archive.

    Parameters
    ----------
    home
        Folder that contains either.
    split
        "train" or "test".

    Raises
    ------
    DataError
        Files are missing or damaged; names them.
    """
    batches = [_decode(content, name) for name, content in _contents(home, BATCHES[split])]
    return np.concatenate([images for images, _ in batches]), np.concatenate([labels for _, labels in batches])


def _contents(home: Path, names: tuple[str, ...]) -> Iterator[tuple[Path, bytes]]:
    folder = home / FOLDER
    if not all((folder / name).is_file() for name in names) and (home / ARCHIVE).is_file():
        yield from _packed(home / ARCHIVE, names)
        return
    for name in names:
        path = folder / name
        try:
            with path.open("rb") as file:
                yield path, file.read(_MAX_BATCH_BYTES + 1)
        except FileNotFoundError:
            raise DataError(f"{path} is missing.") from None
        except OSError as error:
            raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None


def _packed(archive: Path, names: tuple[str, ...]) -> Iterator[tuple[Path, bytes]]:
    """Yield the batches in the order of the archive, whose members are read one after the other and never written."""
    import tarfile  # not needed to see whether files are there

    missing = {f"{FOLDER}/{name}" for name in names}
    try:
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                if member.name in missing and member.isfile() and (file := tar.extractfile(member)):
                    missing.remove(member.name)
                    yield archive / member.name, file.read(_MAX_BATCH_BYTES + 1)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DataError(f"{archive} is damaged: {error}.") from None
    if missing:
        raise DataError(f"{archive} is damaged: {min(missing)} is missing.")


def unpack(archive: Path, folder: Path) -> Iterator[Path]:
    """Write the batches of the archive, and nothing else in it, into a folder; yield each when it is written."""
    for path, content in _packed(archive, (*BATCHES["train"], *BATCHES["test"], "batches.meta")):
        written = folder / path.name
        written.write_bytes(content)
        yield written


class _Array:
    """Stand-in for an ndarray in the pickle: its state, to be checked before numpy gets it."""

    shape: tuple[int, ...] = ()
    values: bytes = b""

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _version, self.shape, _dtype, _fortran, self.values = state


class _DType:
    """Stand-in for a dtype in the pickle; whether it is bytes follows from the number of values."""

    def __init__(self, *_: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


def _array(*_: object) -> _Array:
    return _Array()


_ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy.core.multiarray", "_reconstruct"): _array,
    ("numpy._core.multiarray", "_reconstruct"): _array,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _DType,
}


class _SafeUnpickler(pickle.Unpickler):
    """Unpickler that knows no functions but the stand-ins above."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise DataError(f"it asks for {module}.{name}, which no CIFAR-10 file needs")
        return _ALLOWED[module, name]


def _decode(content: bytes, path: Path) -> Arrays:
    """Return pictures and labels of one batch from its bytes; `path` is for messages."""
    if not content:
        raise DataError(f"{path} is empty: about 31,000,000 bytes expected, 0 found.")
    if len(content) > _MAX_BATCH_BYTES:
        raise DataError(f"{path} is too long for a CIFAR-10 batch: about 31,000,000 bytes expected.")
    try:
        return _check(_unpickle(content))
    except DataError as error:
        raise DataError(
            f"{path} is not a CIFAR-10 batch: {error} (31 MB expected, {len(content):,} bytes found)."
        ) from None


def _unpickle(content: bytes) -> Any:
    try:
        return _SafeUnpickler(io.BytesIO(content), encoding="bytes").load()
    except DataError:
        raise
    except Exception as error:  # a garbled pickle raises nearly anything
        raise DataError(f"it cannot be decoded: {error or type(error).__name__}") from None


def _check(batch: Any) -> Arrays:
    data = batch.get(b"data") if isinstance(batch, dict) else None
    labels = batch.get(b"labels") if isinstance(batch, dict) else None
    if not isinstance(data, _Array) or not isinstance(labels, list):
        raise DataError("it contains no pictures and labels")
    count = len(labels)
    if not count or not isinstance(data.values, bytes) or len(data.values) != count * _VALUES:
        raise DataError(f"it does not have one picture for each of its {count:,} labels")
    if not all(isinstance(label, int) and 0 <= label < 10 for label in labels):
        raise DataError("its labels are not all from 0 to 9")
    planes = np.frombuffer(data.values, np.uint8).reshape(count, 3, _SIDE, _SIDE)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), np.array(labels, np.uint8)
