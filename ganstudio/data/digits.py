"""The built-in digits: 8x8 pictures in 17 grey levels, drawn anew at any size.

Source: E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998, doi 10.24432/C50P49.
"""

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from ganstudio.errors import DataError

FILE = "optdigits.npz"

_LEVELS = 16  # grey levels above black
_MARGIN = 1  # cells of black around the 8x8, so that edges end inside
_SHARPNESS = 12.0  # slope of the edge between ink and paper, per cell's full grey range
_ROUNDS = 12  # of fitting; the mean error of a cell falls below 1 % of the grey range
_RATE = 0.7
_BOX = 20 / 28  # MNIST's digits lie in a 20x20 box within 28x28
_CHUNK = 256  # pictures at a time, for memory's sake

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


def read(folder: Path) -> tuple[Bytes, Bytes]:
    """Pictures (1797, 8, 8), 0..16, and labels (1797,), as published. Raises DataError if the file is broken."""
    path = folder / FILE
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return file["images"], file["labels"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}, part of the program, cannot be read ({error}). Reinstall GAN Studio.") from None


def draw(cells: Bytes, size: int) -> Bytes:
    """White digits on black (N, size, size), 0..255, from `cells` (N, 8, 8), 0..16; centred by mass as MNIST's are.

    A cell counts the ink in a patch of the original scan. So a smooth field is sought whose sharp contour, averaged
    over each cell, gives the counts back; its contour is then drawn at the size wanted. Plain enlarging would blur.
    """
    pictures = np.zeros((len(cells), size, size), np.uint8)
    for start in range(0, len(cells), _CHUNK):
        counts = cells[start : start + _CHUNK].astype(np.float32) / _LEVELS
        field = _fit(np.pad(counts, ((0, 0), (_MARGIN, _MARGIN), (_MARGIN, _MARGIN))))
        for index, ink in enumerate(_contour(field, size), start):
            _place(ink, pictures[index])
    return pictures


def _fit(counts: Floats, fine: int = 6) -> Floats:
    """Control values (N, n, n) whose contour, averaged over cells of fine x fine points, gives `counts` (N, n, n)."""
    number, n = counts.shape[:2]
    field = counts.copy()
    for _ in range(_ROUNDS):
        ink = _ink(field, n * fine).reshape(number, n, fine, n, fine).mean((2, 4))
        field = np.clip(field + _RATE * (counts - ink), -1, 2).astype(np.float32)
    return field


def _contour(field: Floats, size: int) -> Floats:
    """The field's ink (N, b, b), 0..1, with smooth edges; b is the padded box of a digit in a frame of that size."""
    n = field.shape[1]
    box = round(size * _BOX * n / (n - 2 * _MARGIN))
    over = max(1, 160 // box)  # points per pixel and direction
    ink = _ink(field, box * over).reshape(-1, box, over, box, over).mean((2, 4))
    clean: Floats = np.clip((ink - 0.03) / 0.94, 0, 1)  # what the soft edge leaves over becomes true black and white
    return clean


def _ink(field: Floats, points: int) -> Floats:
    """Ink (N, points, points), 0..1: the field (N, n, n) enlarged bicubically, then a soft threshold at one half."""
    n = field.shape[1]
    enlarge = np.asarray(Image.fromarray(np.eye(n, dtype=np.float32)).resize((n, points), Image.Resampling.BICUBIC))
    smooth: Floats = enlarge @ field @ enlarge.T
    ink: Floats = 1 / (1 + np.exp(-_SHARPNESS * (smooth - 0.5)))
    return ink


def _place(ink: Floats, frame: Bytes) -> None:
    """Draw `ink` (b, b) into `frame` (size, size) with its centre of mass in the middle; its margin may stick out."""
    size, box = len(frame), len(ink)
    margin = box // (8 + 2 * _MARGIN) * _MARGIN
    roomy = np.zeros((size + 2 * margin, size + 2 * margin), np.uint8)
    places, mass = np.arange(box), max(float(ink.sum()), 1e-6)
    corner = [(len(roomy) - 1) / 2 - float(ink.sum(axis) @ places) / mass for axis in (1, 0)]
    top, left = (min(max(round(each), 0), len(roomy) - box) for each in corner)
    roomy[top : top + box, left : left + box] = np.round(ink * 255)
    frame[:] = roomy[margin : margin + size, margin : margin + size]
