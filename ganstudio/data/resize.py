"""Conversion of pictures to the size and the number of channels that the networks take."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

from ganstudio.data.pictures.fit import choose_filter
from ganstudio.errors import Cancelled
from ganstudio.images import flatten
from ganstudio.sizes import ImageSize, sides

Bytes = npt.NDArray[np.uint8]

_CHECK_INTERVAL = 256  # pictures between two looks whether the user has cancelled


def resize_pictures(
    images: Bytes, size: ImageSize, channels: int, cancelled: Callable[[], bool] = lambda: False
) -> Bytes:
    """Resize pictures (N, H, W), (N, H, W, 3) or (N, H, W, 4), and give them another number of channels.

    Parameters
    ----------
    images
        Pictures, 0..255; those with alpha are premultiplied.
    size
        Side of the result, pixels, or "96x128" for height x width.
    channels
        1: grey, 3: colour, 4: colour and alpha, premultiplied.
    cancelled
        Called several times a second.

    Returns
    -------
    numpy.ndarray
        (N, height, width) or (N, height, width, channels), uint8.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    """
    if channels == 1:  # fewer values to resize
        images = to_grey(images)
    return to_channels(_resize(images, *sides(size), cancelled), channels)


def to_grey(images: Bytes) -> Bytes:
    """Return the luma (ITU-R 601) of colour pictures, on white where transparent, as (N, H, W); grey ones as are."""
    if images.ndim == 3:
        return images
    coloured = to_channels(images, 3)
    count, height, width, _ = coloured.shape
    tall = Image.fromarray(np.ascontiguousarray(coloured).reshape(count * height, width, 3)).convert("L")
    return np.array(tall).reshape(count, height, width)


def to_channels(images: Bytes, channels: int) -> Bytes:
    """Return pictures (N, H, W, `channels`): grey in all colours, opaque where there was no alpha, or else on white.

    If `channels` is 1 they are returned as they are; see `to_grey`.
    """
    present = images.shape[3] if images.ndim == 4 else 1
    if channels in (1, present):
        return images
    if present == 4:
        return flatten(images)
    coloured = np.empty((*images.shape[:3], channels), np.uint8)
    for channel in range(3):  # ten times faster than all at once
        coloured[..., channel] = images if present == 1 else images[..., channel]
    coloured[..., 3:] = 255
    return coloured


def _resize(images: Bytes, height: int, width: int, cancelled: Callable[[], bool]) -> Bytes:
    if images.shape[1:3] == (height, width):
        return images
    method = choose_filter(images.shape[2:0:-1], (width, height))
    resized = np.empty((len(images), height, width, *images.shape[3:]), np.uint8)
    for index, picture in enumerate(images):
        if index % _CHECK_INTERVAL == 0 and cancelled():
            raise Cancelled
        resized[index] = as_image(picture).resize((width, height), method)
    if resized.shape[3:] == (4,):  # Lanczos rings, but nothing premultiplied is brighter than its alpha
        np.minimum(resized[..., :3], resized[..., 3:], out=resized[..., :3])
    return resized


def as_image(picture: Bytes) -> Image.Image:
    """Return Pillow's object for a picture (H, W), (H, W, 3) or, with premultiplied alpha, (H, W, 4)."""
    if picture.shape[2:] != (4,):
        return Image.fromarray(picture)
    height, width = picture.shape[:2]  # "RGBA" would be premultiplied once more as it is resized
    return Image.frombuffer("RGBa", (width, height), np.ascontiguousarray(picture).tobytes(), "raw", "RGBa", 0, 1)
