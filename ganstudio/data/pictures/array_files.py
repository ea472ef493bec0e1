"""Files of arrays: idx pairs, npy, npz, and CSV of pixels; recognised by their content."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ganstudio.data import gunzip, idx
from ganstudio.data.pictures.archives import ZIP
from ganstudio.data.pictures.arrays import ArraySource
from ganstudio.errors import Cancelled, DataError, reason
from ganstudio.system import reading

Array = npt.NDArray[Any]

MAX_BYTES = 8 << 30  # of an array that is unpacked into memory
MIN_COLUMNS = 16  # of a CSV of pixels: 4 x 4
_CHUNK_ROWS = 1000
_NPY = b"\x93NUMPY"
_PICTURE_NAMES = ("images", "image", "pictures", "data", "x", "x_train", "train_images", "arr_0")
_LABEL_NAMES = ("labels", "label", "classes", "targets", "y", "y_train", "train_labels", "arr_1")
_MAX_LOOKED_AT = 64  # files of a folder
_START = 16


def open_array(path: Path, cancelled: Callable[[], bool] = lambda: False) -> ArraySource | None:
    """Open a file of arrays, or a folder with a pair of idx files; None if it is neither.

    Raises
    ------
    DataError
        It is one, but cannot be read; says why.
    Cancelled
        `cancelled` returned true.
    """
    if path.is_dir():
        pair = _find_pair(path)
        return _open_idx(*pair, cancelled) if pair else None
    start = _start_of(path)
    if start.startswith(_NPY):
        return ArraySource(path, _load(path))
    if start.startswith(ZIP):
        return _open_npz(path)
    if _is_idx(start):
        return _open_idx(path, _find_labels(path), cancelled)
    return _open_csv(path, cancelled)


def _start_of(path: Path) -> bytes:
    """Return the first bytes of a file, or of what is gzipped in it; b"" if it cannot be read."""
    try:
        with reading.open_file(path) as file:
            return gunzip.unzipped(file).read(_START)
    except (OSError, EOFError, zlib.error):
        return b""


# ---- NumPy -----------------------------------------------------------------------------------------------------------


def _load(path: Path) -> Array:
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except Exception as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> DataError:
    """Return the error of a file of arrays that cannot be read; a damaged header raises nearly anything."""
    if isinstance(error, MemoryError):
        return DataError(f"{path} holds larger arrays than there is memory for, or is damaged.")
    if isinstance(error, OSError | ValueError | EOFError | NotImplementedError | zlib.error):
        return DataError(f"{path} cannot be read: {reason(error)}.")
    return DataError(f"{path} is damaged, or was not copied completely.")


def _open_npz(path: Path) -> ArraySource | None:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if not infos or not all(info.filename.endswith(".npy") for info in infos):
                return None
            if any(info.flag_bits & 1 for info in infos):  # encrypted
                return None
            if sum(info.file_size for info in infos) > MAX_BYTES:
                raise DataError(f"{path} has more than {MAX_BYTES >> 30} GB of arrays. Save them as .npy, or in parts.")
            arrays = {info.filename.removesuffix(".npy"): _header(archive, info) for info in infos}
            pictures = _choose(arrays, _PICTURE_NAMES, lambda shape: len(shape) in (3, 4))
            pictures = pictures or _choose(arrays, _PICTURE_NAMES, lambda shape: len(shape) == 2)
            if pictures is None:
                raise DataError(f"{path} holds no array of pictures, but {', '.join(arrays)}.")
            count = arrays[pictures][:1]
            labels = _choose(arrays, _LABEL_NAMES, lambda shape: shape == count)
            found = {name: _member(archive, name) for name in (pictures, labels) if name}
    except zipfile.BadZipFile:
        return None  # an archive of anything, which says itself what is wrong with it
    except DataError:
        raise
    except Exception as error:
        raise _unreadable(path, error) from None
    return ArraySource(path, found[pictures], found.get(labels) if labels else None, f"array {labels}")


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[int, ...]:
    """Return the shape of an array in an archive; (-1,) of what is no array of plain values."""
    with archive.open(info) as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
    return (-1,) if dtype.hasobject else shape


def _member(archive: zipfile.ZipFile, name: str) -> Array:
    with archive.open(f"{name}.npy") as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))


def _choose(
    shapes: dict[str, tuple[int, ...]], names: tuple[str, ...], fits: Callable[[tuple[int, ...]], bool]
) -> str | None:
    """Return the array of the best name among those that fit, else the first that fits."""
    fitting = [name for name, shape in shapes.items() if fits(shape) and shape != (-1,)]
    known = [name for name in names for each in fitting if each.lower() == name for name in (each,)]
    return next(iter([*known, *fitting]), None)


# ---- idx -------------------------------------------------------------------------------------------------------------


def _is_idx(start: bytes, dimensions: tuple[int, ...] = (3, 4)) -> bool:
    return start[:2] == b"\0\0" and len(start) >= 8 and 8 <= start[2] <= 14 and start[3] in dimensions


def _find_pair(folder: Path) -> tuple[Path, Path | None] | None:
    """Return the idx files of pictures and of labels in a folder: those for training, if there are others."""
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())[: _MAX_LOOKED_AT + 1]
    except OSError:
        return None
    if len(files) > _MAX_LOOKED_AT:
        return None
    pictures = [path for path in files if _is_idx(_start_of(path))]
    chosen = next((path for path in pictures if "train" in path.name.lower()), pictures[0] if pictures else None)
    return (chosen, _find_labels(chosen)) if chosen else None


def _find_labels(pictures: Path) -> Path | None:
    """Return the idx file of labels that belongs to one of pictures: of a name that corresponds, or the only one."""
    count = _start_of(pictures)[4:8]
    try:
        files = sorted(path for path in pictures.parent.iterdir() if path.is_file())[:_MAX_LOOKED_AT]
    except OSError:
        return None
    fitting = [path for path in files if _is_idx(start := _start_of(path), (1,)) and start[4:8] == count]
    stem = re.sub(r"images?|pictures?|idx\d|\.gz$", "", pictures.name.lower())
    named = [path for path in fitting if re.sub(r"labels?|idx\d|\.gz$", "", path.name.lower()) == stem]
    return next(iter(named), fitting[0] if len(fitting) == 1 else None)


def _open_idx(pictures: Path, labels: Path | None, cancelled: Callable[[], bool]) -> ArraySource:
    values = idx.read(pictures, _start_of(pictures)[3], cancelled=cancelled)
    numbers = idx.read(labels, 1, cancelled=cancelled) if labels else None
    return ArraySource(pictures, values, numbers, labels.name if labels else "")


# ---- CSV of pixels ---------------------------------------------------------------------------------------------------


def _open_csv(path: Path, cancelled: Callable[[], bool]) -> ArraySource | None:
    """Open a table with a picture in each line: its pixels, 0 to 255, and perhaps its label."""
    try:
        with reading.open_file(path) as file:
            head = file.read(1 << 20)
    except OSError:
        return None
    lines = head.removeprefix(b"\xef\xbb\xbf").splitlines()
    if len(lines) < 2 or b"\0" in head:
        return None
    delimiter = max(b",;\t", key=lines[1].count)
    columns = lines[1].split(bytes([delimiter]))
    if len(columns) < MIN_COLUMNS or not all(map(_is_number, columns)):
        return None
    names = [cell.strip().strip(b'"').lower() for cell in lines[0].split(bytes([delimiter]))]
    has_header = not all(map(_is_number, names))
    label = next((number for number, name in enumerate(names) if name in (b"label", b"class", b"y")), None)
    if label is None and not _is_square(len(columns)) and _is_square(len(columns) - 1):
        label = 0  # as in the MNIST tables that have no header
    values = _read_rows(path, chr(delimiter), has_header, len(columns), cancelled)
    if label is None:
        return ArraySource(path, _pixels(path, values))
    return ArraySource(path, _pixels(path, np.delete(values, label, axis=1)), values[:, label], "label column")


def _read_rows(path: Path, delimiter: str, has_header: bool, columns: int, cancelled: Callable[[], bool]) -> Array:
    parts: list[Array] = []
    with reading.open_file(path) as raw, io.TextIOWrapper(raw, "utf-8-sig", "replace") as file:
        lines: Iterator[str] = iter(file)
        if has_header:
            next(lines)
        done = int(has_header)
        while True:
            if cancelled():
                raise Cancelled
            rows = list(islice(lines, _CHUNK_ROWS))
            if not rows:
                return np.concatenate(parts)
            filled = [row for row in rows if row.partition("#")[0].strip()]
            done += len(rows)
            if not filled:  # of which numpy would make one column
                continue
            try:
                parts.append(np.loadtxt(filled, np.float32, delimiter=delimiter, ndmin=2, quotechar='"'))
            except ValueError as error:
                raise DataError(f"{path}: after line {done - len(rows):,}: {error}") from None
            if parts[-1].shape[1] != columns:
                raise DataError(f"{path}: line {done - len(rows) + 1:,} has not {columns:,} values, as the first has.")


def _pixels(path: Path, values: Array) -> Array:
    if values.min() < 0 or values.max() > 255:
        raise DataError(f"{path} has values from {values.min():g} to {values.max():g}; pixels are from 0 to 255.")
    return values.astype(np.uint8) if values.max() > 1 else values


def _is_number(cell: bytes) -> bool:
    try:
        float(cell.strip().strip(b'"'))
    except ValueError:
        return False
    return True


def _is_square(columns: int) -> bool:
    return any(round((columns / channels) ** 0.5) ** 2 * channels == columns for channels in (1, 3, 4))
