"""Conversion of pictures to the size and the number of channels that the networks take."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

from ganstudio.errors import Cancelled

Bytes = npt.NDArray[np.uint8]

_CHECK_INTERVAL = 256  # pictures between two looks whether the user has cancelled


def resize_pictures(images: Bytes, size: int, channels: int, cancelled: Callable[[], bool] = lambda: False) -> Bytes:
    """Resize pictures (N, H, W) or (N, H, W, 3), and make them grey or coloured.

    Parameters
    ----------
    images
        Pictures, 0..255.
    size
        Side of the result, pixels.
    channels
        1: grey, 3: colour.
    cancelled
        Called several times a second.

    Returns
    -------
    numpy.ndarray
        (N, size, size) or (N, size, size, 3), uint8.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    """
    if channels == 1:  # fewer values to resize
        images = to_grey(images)
    return to_channels(_resize(images, size, cancelled), channels)


def to_grey(images: Bytes) -> Bytes:
    """Return the luma (ITU-R 601) of colour pictures (N, H, W, 3) as (N, H, W); grey ones as they are."""
    if images.ndim == 3:
        return images
    count, height, width, _ = images.shape
    tall = Image.fromarray(np.ascontiguousarray(images).reshape(count * height, width, 3)).convert("L")
    return np.array(tall).reshape(count, height, width)


def to_channels(images: Bytes, channels: int) -> Bytes:
    """Return grey pictures (N, H, W) with three equal channels (N, H, W, 3) if `channels` is 3; others as they are."""
    if channels == 1 or images.ndim == 4:
        return images
    coloured = np.empty((*images.shape, 3), np.uint8)
    for channel in range(3):  # ten times faster than all at once
        coloured[..., channel] = images
    return coloured


def _resize(images: Bytes, size: int, cancelled: Callable[[], bool]) -> Bytes:
    height, width = images.shape[1:3]
    if (height, width) == (size, size):
        return images
    # Lanczos keeps the most detail of larger pictures, but rings around the hard edges of enlarged ones.
    is_smaller = size < max(height, width)
    method = Image.Resampling.LANCZOS if is_smaller else Image.Resampling.BICUBIC
    resized = np.empty((len(images), size, size, *images.shape[3:]), np.uint8)
    for index, picture in enumerate(images):
        if index % _CHECK_INTERVAL == 0 and cancelled():
            raise Cancelled
        resized[index] = Image.fromarray(picture).resize((size, size), method)
    return resized
