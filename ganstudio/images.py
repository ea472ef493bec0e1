"""Conversion between float tensors in -1..1 and uint8 pictures; sheets of pictures. Needs no torch by itself."""

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch

Pictures = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


def to_uint8(x: "torch.Tensor") -> Pictures:
    """Convert `x` (N, 1 or 3, H, W), float, -1..1 (clipped), to pictures (N, H, W) or (N, H, W, 3), uint8."""
    x = ((x.detach().float() + 1) * 127.5).round_().clamp_(0, 255)
    pictures = x.to("cpu").permute(0, 2, 3, 1).contiguous().numpy().astype(np.uint8)
    return pictures[..., 0] if pictures.shape[-1] == 1 else pictures


def to_float(x: "torch.Tensor") -> "torch.Tensor":
    """Convert `x` (N, C, H, W), uint8, to float, -1..1."""
    return x.float().div_(127.5).sub_(1)


def tile(pictures: Pictures, columns: int, gap: int = 0, background: int = 0) -> Pictures:
    """Tile pictures into one sheet, row by row.

    Parameters
    ----------
    pictures
        (N, H, W) or (N, H, W, 3).
    columns
        Number of pictures in a row.
    gap
        Pixels between pictures.
    background
        Value of the gaps, 0..255.

    Returns
    -------
    numpy.ndarray
        (rows x H, columns x W) or (rows x H, columns x W, 3), with the gaps in addition.
    """
    count, height, width = pictures.shape[:3]
    rows = math.ceil(count / columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, *pictures.shape[3:])
    sheet = np.full(shape, background, np.uint8)
    for index, picture in enumerate(pictures):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def untile(sheet: Pictures, size: int) -> Pictures:
    """Cut a sheet that `tile` made without gaps into its pictures (N, size, size) or (N, size, size, 3)."""
    rows, columns = sheet.shape[0] // size, sheet.shape[1] // size
    parts = sheet.reshape(rows, size, columns, size, *sheet.shape[2:])
    return np.ascontiguousarray(parts.swapaxes(1, 2).reshape(rows * columns, size, size, *sheet.shape[2:]))


def grid_labels(grid: int, classes: int) -> Labels:
    """Return the class of each picture of a sample grid, (grid * grid,), 0..classes-1: one class in each column."""
    return np.tile(np.arange(grid, dtype=np.int64) % classes, grid)
