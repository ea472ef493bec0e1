"""Conversion between float tensors in -1..1 and uint8 pictures; sheets of pictures. Needs no torch by itself."""

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ganstudio.sizes import ImageSize, sides

if TYPE_CHECKING:
    import torch

Pictures = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]

ALPHA_CHANNELS = 4  # of pictures with transparency; a grey picture is wider than that
CHECK_SIDE = 8  # pixels, of a square of the checkerboard that shows through
CHECK_GREYS = (176, 144)  # neither hides a black outline nor a white one


def to_uint8(x: "torch.Tensor") -> Pictures:
    """Convert `x` (N, C, H, W), float, -1..1 (clipped), to pictures (N, H, W) or (N, H, W, C), uint8.

    Four channels are premultiplied colour and alpha, also in the result, where no colour is brighter than its alpha;
    `unpremultiply` is for files.
    """
    x = ((x.detach().float() + 1) * 127.5).round_().clamp_(0, 255)
    pictures = x.to("cpu").permute(0, 2, 3, 1).contiguous().numpy().astype(np.uint8)
    if has_alpha(pictures):
        np.minimum(pictures[..., :3], pictures[..., 3:], out=pictures[..., :3])
    return pictures[..., 0] if pictures.shape[-1] == 1 else pictures


def to_float(x: "torch.Tensor") -> "torch.Tensor":
    """Convert `x` (N, C, H, W), uint8, to float, -1..1."""
    return x.float().div_(127.5).sub_(1)


def tile(pictures: Pictures, columns: int, gap: int = 0, background: int = 0) -> Pictures:
    """Tile pictures into one sheet, row by row.

    Parameters
    ----------
    pictures
        (N, H, W) or (N, H, W, C).
    columns
        Number of pictures in a row.
    gap
        Pixels between pictures.
    background
        Value of the gaps, 0..255.

    Returns
    -------
    numpy.ndarray
        (rows x H, columns x W) or (rows x H, columns x W, C), with the gaps in addition.
    """
    count, height, width = pictures.shape[:3]
    rows = math.ceil(count / columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, *pictures.shape[3:])
    sheet = np.full(shape, background, np.uint8)
    for index, picture in enumerate(pictures):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def repeat_pixels(picture: Pictures, scale: int) -> Pictures:
    """Return a picture (H, W[, C]) with each pixel as a square of `scale` x `scale`, 1 or more, pixels.

    By copies, which leave Python's lock to other threads; numpy's `repeat` keeps it.
    """
    height, width, channels = (*picture.shape, 1)[:3]
    wide = np.empty((height, width, scale, channels), np.uint8)
    wide[...] = picture.reshape(height, width, 1, channels)
    repeated = np.empty((height, scale, width * scale * channels), np.uint8)
    repeated[...] = wide.reshape(height, 1, width * scale * channels)
    return repeated.reshape(height * scale, width * scale, *picture.shape[2:])


def untile(sheet: Pictures, size: ImageSize) -> Pictures:
    """Cut a sheet that `tile` made without gaps into its pictures of a size, (N, H, W) or (N, H, W, C)."""
    height, width = sides(size)
    rows, columns = sheet.shape[0] // height, sheet.shape[1] // width
    parts = sheet.reshape(rows, height, columns, width, *sheet.shape[2:])
    return np.ascontiguousarray(parts.swapaxes(1, 2).reshape(rows * columns, height, width, *sheet.shape[2:]))


def premultiply(pictures: Pictures) -> Pictures:
    """Return pictures (..., H, W, 4), colour and alpha, with colours multiplied by alpha; others as they are."""
    if not has_alpha(pictures):
        return pictures
    alpha = pictures[..., 3:].astype(np.uint16)
    colour = (pictures[..., :3] * alpha + 127) // 255
    return np.concatenate([colour.astype(np.uint8), pictures[..., 3:]], axis=-1)


def unpremultiply(pictures: Pictures) -> Pictures:
    """Return pictures (..., H, W, 4), premultiplied, as files have them; others as they are.

    Where alpha is 0 the colour is black. `premultiply` gives the same premultiplied pictures again, to the bit, except
    that no colour is brighter than its alpha.
    """
    if not has_alpha(pictures):
        return pictures
    alpha = pictures[..., 3:].astype(np.uint16)
    colour = (np.minimum(pictures[..., :3], alpha) * np.uint16(255) + alpha // 2) // np.maximum(alpha, 1)
    return np.concatenate([colour.astype(np.uint8), pictures[..., 3:]], axis=-1)


def checkerboard(height: int, width: int, side: int = CHECK_SIDE) -> Pictures:
    """Return squares of two greys, (height, width), the light one first: what shows through transparent pictures."""
    dark = (np.arange(height)[:, None] // side + np.arange(width) // side) % 2
    return np.where(dark, *CHECK_GREYS[::-1]).astype(np.uint8)


def flatten(pictures: Pictures, paper: int | Pictures = 255) -> Pictures:
    """Return premultiplied pictures (..., H, W, 4) as (..., H, W, 3), over a paper; others as they are.

    Parameters
    ----------
    pictures
        uint8.
    paper
        Its grey, or that of each of its pixels (H, W).
    """
    if not has_alpha(pictures):
        return pictures
    colour, alpha = pictures[..., :3], pictures[..., 3:]
    below = np.asarray(paper, np.uint16)
    through = ((255 - alpha.astype(np.uint16)) * (below[..., None] if below.ndim else below) + 127) // 255
    return np.asarray(np.minimum(colour, alpha) + through.astype(np.uint8), np.uint8)


def has_alpha(pictures: Pictures) -> bool:
    """Return whether pictures (..., H, W) or (..., H, W, C), or one of them, have a channel for transparency."""
    return pictures.ndim >= 3 and pictures.shape[-1] == ALPHA_CHANNELS


def grid_labels(grid: int, classes: int) -> Labels:
    """Return the class of each picture of a sample grid, (grid * grid,), 0..classes-1: one class in each column."""
    return np.tile(np.arange(grid, dtype=np.int64) % classes, grid)
