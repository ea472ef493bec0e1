"""Pictures as Inception sees them: three channels, 299 x 299, -1..1, enlarged as TensorFlow 1 does.

TensorFlow 1 takes the upper left corner of a pixel as its place, and no mean where a picture becomes smaller. Where
either is done otherwise, FID differs by more than some models do.
"""

import numpy as np
import torch

from ganstudio.evaluation.inception.network import SIDE
from ganstudio.images import Pictures, flatten


def prepare(pictures: Pictures) -> torch.Tensor:
    """Return pictures (N, H, W[, 3 or 4]), uint8, as (N, 3, 299, 299), -1..1.

    Grey is repeated, what is transparent shows white (colour is premultiplied with alpha), and what is not square is
    stretched.
    """
    shown = flatten(pictures) if pictures.ndim == 4 else pictures
    x = torch.from_numpy(np.array(shown))  # a copy: they may be a memory map that cannot be written
    x = (x[:, None] if x.ndim == 3 else x.permute(0, 3, 1, 2)).float()
    return (resize(x, SIDE) - 128).div_(128).expand(-1, 3, -1, -1)


def resize(x: torch.Tensor, side: int) -> torch.Tensor:
    """Stretch pictures (N, C, H, W), float, to side x side, bilinearly, as TensorFlow 1 does by default."""
    top, bottom, down = _neighbours(x.shape[2], side)
    left, right, across = _neighbours(x.shape[3], side)
    rows = x[:, :, top] + (x[:, :, bottom] - x[:, :, top]) * down[:, None]
    return rows[..., left] + (rows[..., right] - rows[..., left]) * across


def _neighbours(length: int, side: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return for each of `side` pixels the two of `length` that it lies between, and how far from the first, 0..1."""
    at = torch.arange(side, dtype=torch.float32) * (length / side)
    first = at.floor()
    second = (first + 1).clamp(max=length - 1)
    return first.long(), second.long(), at - first
