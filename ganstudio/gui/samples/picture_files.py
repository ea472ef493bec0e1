"""Pictures as one image, for a file or for the clipboard."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from ganstudio.errors import InputError
from ganstudio.export.files import atomic_file, with_ending
from ganstudio.gui.widgets.picture_grid import FORMATS
from ganstudio.images import ALPHA_CHANNELS, Pictures, has_alpha, repeat_pixels, tile, unpremultiply
from ganstudio.system.existence import is_folder

_FORMATS = FORMATS | {ALPHA_CHANNELS: QImage.Format.Format_RGBA8888}  # of files: not premultiplied
_GRID_SCALE = 2  # pixels of a saved grid per pixel of a picture: programs that blur can show it, too
_MIN_SIDE = 256  # px: of a single saved picture, if whole scales allow
_GREY = 128  # of the lines between pictures; there are none where pictures have an alpha channel
_GAP = 8  # pixels between two grids


def sheet_of(grids: Sequence[Pictures], columns: int) -> Pictures:
    """Put grids side by side.

    Parameters
    ----------
    grids : sequence of ndarray of uint8
        Pictures (N, H, W[, C]) of each grid; at least one.
    columns : int
        Number of columns of each grid.

    Returns
    -------
    ndarray of uint8
        (H, W[, C]).
    """
    sheets = [tile(each, columns, gap=1, background=0 if has_alpha(each[0]) else _GREY) for each in grids]
    height = max(len(sheet) for sheet in sheets)
    padded = [np.pad(sheet, ((0, height - len(sheet)), (0, _GAP), *((0, 0),) * (sheet.ndim - 2))) for sheet in sheets]
    return repeat_pixels(np.concatenate(padded, axis=1)[:, :-_GAP], _GRID_SCALE)


def enlarge(picture: Pictures) -> Pictures:
    """Enlarge one picture (H, W[, C]) by a whole scale, without blurring, to a size that is easy to see."""
    return repeat_pixels(picture, max(1, _MIN_SIDE // max(picture.shape[:2])))


def to_image(sheet: Pictures) -> QImage:
    """Return an image for files and the clipboard, which owns its memory, from (H, W) or (H, W, C)."""
    sheet = np.ascontiguousarray(unpremultiply(sheet))
    height, width = sheet.shape[:2]
    channels = sheet.shape[2] if sheet.ndim == 3 else 1
    return QImage(sheet.data, width, height, sheet.strides[0], _FORMATS[channels]).copy()


def save(sheet: Pictures, path: Path) -> None:
    """Write (H, W) or (H, W, C) as a PNG file; the ending is added if there is none.

    Raises
    ------
    InputError
        Its folder does not exist.
    ExportError
        It is a folder, or the disk is full or broken.
    """
    path = with_ending(path, ".png")
    if not is_folder(path.parent):
        raise InputError(f"{path} could not be written. Choose a folder that you may write to.")
    content = QByteArray()  # Qt does not say why a file cannot be written
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    to_image(sheet).save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes
    with atomic_file(path) as temp:
        temp.write_bytes(content.data())
