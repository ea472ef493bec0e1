"""The built-in digits: 8x8 pictures in 17 grey levels, drawn at any size.

E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998, doi 10.24432/C50P49.
"""

import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
from PIL import Image

from ganstudio.errors import Cancelled, DataError
from ganstudio.system import reading

FILE = "optdigits.npz"

_LEVELS = 16  # grey levels above black
_MARGIN = 1  # cells of black around the 8x8, so that edges end inside
_SHARPNESS = 12.0  # slope of the edge between ink and paper, per cell's full grey range
_ITERATIONS = 12  # of fitting; the mean error of a cell falls below 1 % of the grey range
_STEP_SIZE = 0.7  # of an iteration
_BOX_FRACTION = 20 / 28  # MNIST's digits are in a 20x20 box within 28x28
MAX_KEPT_BYTES = 8 << 20  # of drawn pictures that are kept for the next load
_CHUNK = 256  # pictures at a time, to save memory
_MAX_KEPT = 2  # sets of drawn pictures

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

_kept: OrderedDict[tuple[bytes, int], Bytes] = OrderedDict()  # drawn pictures, by their cells and size
_lock = Lock()


def read(folder: Path) -> tuple[Bytes, Bytes]:
    """Read pictures (1797, 8, 8), 0..16, and labels (1797,), as published.

    Raises
    ------
    DataError
        The file is broken.
    """
    path = folder / FILE
    try:
        with reading.open_file(path) as raw, np.load(raw, allow_pickle=False) as file:
            return file["images"], file["labels"]
    except (OSError, ValueError, KeyError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path}, part of the program, cannot be read ({error}). Reinstall GAN Studio.") from None


def draw(cells: Bytes, size: int, cancelled: Callable[[], bool] = lambda: False) -> Bytes:
    """Draw digits at any size, centred by mass as MNIST's are.

    A cell counts the ink in a patch of the original scan. So a smooth field is fitted whose sharp contour, averaged
    over each cell, reproduces the counts; the contour is then drawn at the requested size. Plain enlarging would blur.

    Parameters
    ----------
    cells
        (N, 8, 8), 0..16.
    size
        Side of the pictures, pixels.
    cancelled
        Called for each 256 pictures.

    Returns
    -------
    numpy.ndarray
        (N, size, size), uint8, white on black.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    """
    pictures = np.zeros((len(cells), size, size), np.uint8)
    for start in range(0, len(cells), _CHUNK):
        if cancelled():
            raise Cancelled
        counts = cells[start : start + _CHUNK].astype(np.float32) / _LEVELS
        field = _fit(np.pad(counts, ((0, 0), (_MARGIN, _MARGIN), (_MARGIN, _MARGIN))))
        for index, ink in enumerate(_contour(field, size), start):
            _place(ink, pictures[index])
    return pictures


def draw_or_recall(cells: Bytes, size: int, cancelled: Callable[[], bool] = lambda: False) -> Bytes:
    """Return new pictures as `draw` does; small ones are drawn once, since every run and every preview loads them."""
    if len(cells) * size**2 > MAX_KEPT_BYTES:
        return draw(cells, size, cancelled)
    key = cells.tobytes(), size
    with _lock:
        kept = _kept.get(key)
    if kept is None:
        kept = draw(cells, size, cancelled)
        with _lock:
            _kept[key] = kept
            while len(_kept) > _MAX_KEPT:
                _kept.popitem(last=False)
    return kept.copy()


def _fit(counts: Floats, fine: int = 6) -> Floats:
    """Fit control values (N, n, n) whose contour, averaged over fine x fine points, gives `counts` (N, n, n)."""
    n = counts.shape[1]
    field = counts.copy()
    for _ in range(_ITERATIONS):
        ink = _average(_ink(field, n * fine), fine)
        field = np.clip(field + _STEP_SIZE * (counts - ink), -1, 2).astype(np.float32)
    return field


def _contour(field: Floats, size: int) -> Floats:
    """Return the field's ink (N, b, b), 0..1, with smooth edges; b is the padded box of a digit at that size."""
    n = field.shape[1]
    box = round(size * _BOX_FRACTION * n / (n - 2 * _MARGIN))
    over = max(1, 160 // box)  # points per pixel and direction
    ink = _average(_ink(field, box * over), over)
    clean: Floats = np.clip((ink - 0.03) / 0.94, 0, 1)  # what the soft edge leaves becomes true black and white
    return clean


def _ink(field: Floats, points: int) -> Floats:
    """Return ink (N, points, points), 0..1: the field (N, n, n) enlarged bicubically, with a soft threshold at 0.5."""
    n = field.shape[1]
    enlarge = np.asarray(Image.fromarray(np.eye(n, dtype=np.float32)).resize((n, points), Image.Resampling.BICUBIC))
    smooth: Floats = enlarge @ field @ enlarge.T
    smooth -= 0.5  # in place from here on: memory is what takes time
    smooth *= -_SHARPNESS
    np.exp(smooth, out=smooth)
    smooth += 1
    return np.divide(1, smooth, out=smooth)


def _average(ink: Floats, over: int) -> Floats:
    """Return the means (N, n, n) of each over x over points of ink (N, n * over, n * over), as numpy's to the bit."""
    number, points = ink.shape[:2]
    rows = ink.reshape(number, points // over, over, points // over, over)
    if over >= 8:
        mean: Floats = rows.mean((2, 4))  # fewer are added one after the other, and numpy takes long for them
        return mean
    total = np.zeros((number, points // over, points // over), np.float32)
    for row in range(over):
        part = rows[:, :, row, :, 0].copy()
        for column in range(1, over):
            part += rows[:, :, row, :, column]
        total += part
    total /= over**2
    return total


def _place(ink: Floats, frame: Bytes) -> None:
    """Draw `ink` (b, b) into `frame` (size, size) with its centre of mass in the middle; its margin may be cut off."""
    size, box = len(frame), len(ink)
    margin = box // (8 + 2 * _MARGIN) * _MARGIN
    padded = np.zeros((size + 2 * margin, size + 2 * margin), np.uint8)
    positions, mass = np.arange(box), max(float(ink.sum()), 1e-6)
    corner = [(len(padded) - 1) / 2 - float(ink.sum(axis) @ positions) / mass for axis in (1, 0)]
    top, left = (min(max(round(side), 0), len(padded) - box) for side in corner)
    padded[top : top + box, left : left + box] = np.round(ink * 255)
    frame[:] = padded[margin : margin + size, margin : margin + size]
