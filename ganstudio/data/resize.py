"""Brings pictures to the size and number of channels that the networks want."""

import numpy as np
import numpy.typing as npt
from PIL import Image

Bytes = npt.NDArray[np.uint8]


def bring_to(images: Bytes, size: int, channels: int) -> Bytes:
    """Pictures (N, size, size) if `channels` is 1, (N, size, size, 3) if 3, from (N, H, W) or (N, H, W, 3)."""
    if channels == 1:  # fewer values to resize
        images = grey(images)
    return colour(_resized(images, size), channels)


def grey(images: Bytes) -> Bytes:
    """Luma (ITU-R 601) of colour pictures (N, H, W, 3) as (N, H, W); grey ones as they are."""
    if images.ndim == 3:
        return images
    count, height, width, _ = images.shape
    tall = Image.fromarray(np.ascontiguousarray(images).reshape(count * height, width, 3)).convert("L")
    return np.array(tall).reshape(count, height, width)


def colour(images: Bytes, channels: int) -> Bytes:
    """Grey pictures (N, H, W), three times over (N, H, W, 3) if `channels` is 3; all others as they are."""
    if channels == 1 or images.ndim == 4:
        return images
    coloured = np.empty((*images.shape, 3), np.uint8)
    for channel in range(3):  # ten times faster than all at once
        coloured[..., channel] = images
    return coloured


def _resized(images: Bytes, size: int) -> Bytes:
    height, width = images.shape[1:3]
    if (height, width) == (size, size):
        return images
    # Lanczos keeps the most detail of larger pictures, but rings around the hard edges of enlarged ones.
    smaller = size < max(height, width)
    method = Image.Resampling.LANCZOS if smaller else Image.Resampling.BICUBIC
    resized = np.empty((len(images), size, size, *images.shape[3:]), np.uint8)
    for index, picture in enumerate(images):
        resized[index] = Image.fromarray(picture).resize((size, size), method)
    return resized
