"""Pictures as one image: for a file, or for the clipboard."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from ganstudio.errors import InputError
from ganstudio.events import Pictures
from ganstudio.images import tile

_SCALE = 2  # pixels of a saved grid a picture's pixel: it can be looked at without blurring programs
_LARGE = 256  # px: what a single saved picture is at least, if whole scales allow
_GAP = 8  # pixels between two grids


def sheet_of(shown: Sequence[Pictures], columns: int) -> Pictures | None:
    """Grids of pictures (N, H, W[, 3]), each of so many columns, side by side; None if there is none."""
    sheets = [tile(pictures, columns, gap=1, background=128) for pictures in shown]
    if not sheets:
        return None
    height = max(len(each) for each in sheets)
    padded = [np.pad(each, ((0, height - len(each)), (0, _GAP), *((0, 0),) * (each.ndim - 2))) for each in sheets]
    return _larger(np.concatenate(padded, axis=1)[:, :-_GAP], _SCALE)


def large(picture: Pictures) -> Pictures:
    """One picture (H, W[, 3]) scaled crisply, so that it can be looked at."""
    return _larger(picture, max(1, _LARGE // max(picture.shape[:2])))


def as_image(sheet: Pictures) -> QImage:
    """Image that owns its memory, from (H, W) or (H, W, 3)."""
    sheet = np.ascontiguousarray(sheet)
    height, width = sheet.shape[:2]
    kind = QImage.Format.Format_RGB888 if sheet.ndim == 3 else QImage.Format.Format_Grayscale8
    return QImage(sheet.data, width, height, sheet.strides[0], kind).copy()


def save(sheet: Pictures, path: Path) -> None:
    """Write (H, W) or (H, W, 3) as a PNG file, the ending added if there is none. Raises InputError."""
    path = path if path.suffix else path.with_suffix(".png")
    if not as_image(sheet).save(str(path)):
        raise InputError(f"{path} could not be written. Choose a folder that you may write to.")


def _larger(sheet: Pictures, scale: int) -> Pictures:
    return sheet.repeat(scale, 0).repeat(scale, 1)
