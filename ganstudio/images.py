"""Float NCHW in [-1, 1] <-> uint8 pictures; grid tiling. Needs no torch until a tensor is handed in."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch

Pictures = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


def to_uint8(x: "torch.Tensor") -> Pictures:
    """Pictures (N, H, W) or (N, H, W, 3), uint8, from `x` (N, 1 or 3, H, W), float, -1..1 (clipped)."""
    x = ((x.detach().float() + 1) * 127.5).round_().clamp_(0, 255)
    pictures = x.to("cpu").permute(0, 2, 3, 1).contiguous().numpy().astype(np.uint8)
    return pictures[..., 0] if pictures.shape[-1] == 1 else pictures


def to_float(x: "torch.Tensor") -> "torch.Tensor":
    """Float (N, C, H, W) in -1..1 from uint8 `x` of the same shape."""
    return x.float().div_(127.5).sub_(1)


def tile(pictures: Pictures, columns: int, gap: int = 0, background: int = 0) -> Pictures:
    """One picture (rows x H, columns x W[, 3]) from (N, H, W[, 3]), row by row; `gap` pixels between."""
    count, height, width = pictures.shape[:3]
    rows = -(-count // columns)
    full = (rows * (height + gap) - gap, columns * (width + gap) - gap, *pictures.shape[3:])
    sheet = np.full(full, background, np.uint8)
    for index, picture in enumerate(pictures):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def untile(sheet: Pictures, size: int) -> Pictures:
    """Pictures (N, size, size[, 3]) back from a sheet that `tile` made without gaps."""
    rows, columns = sheet.shape[0] // size, sheet.shape[1] // size
    parts = sheet.reshape(rows, size, columns, size, *sheet.shape[2:])
    return np.ascontiguousarray(parts.swapaxes(1, 2).reshape(rows * columns, size, size, *sheet.shape[2:]))


def grid_labels(grid: int, classes: int) -> Labels:
    """Class of each picture of a sample grid, (grid * grid,), 0..classes-1: a column shows one class throughout."""
    return np.tile(np.arange(grid, dtype=np.int64) % classes, grid)
