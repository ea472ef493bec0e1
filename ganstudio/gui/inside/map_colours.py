"""Colours of the values of maps: one scale, negative values in one colour and positive ones in the other."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from ganstudio.gui.widgets import theme
from ganstudio.images import ALPHA_CHANNELS, Pictures

_LEVELS = 255  # odd: the middle one is 0


def colour_maps(maps: npt.NDArray[np.float32], largest: npt.NDArray[np.floating]) -> Pictures:
    """Return maps as pictures.

    Parameters
    ----------
    maps
        (N, h, w).
    largest
        (N,): the absolute value of each map that gets the full colour.

    Returns
    -------
    numpy.ndarray
        (N, h, w, 3), uint8.
    """
    middle = _LEVELS // 2
    levels = np.rint(_shares(maps, largest) * middle).astype(np.int64) + middle
    coloured: Pictures = palette()[levels]
    return coloured


def colour_over(values: npt.NDArray[np.float32], largest: float, picture: Pictures) -> Pictures:
    """Return a picture with a map over it: the larger the value, the more its colour covers the picture.

    Parameters
    ----------
    values
        (h, w).
    largest
        The absolute value that covers the picture wholly.
    picture
        (h, w) or (h, w, C); what is transparent shows the colour of the ground.

    Returns
    -------
    numpy.ndarray
        (h, w, 3), uint8.
    """
    shares = _shares(values[None], np.array([largest]))[0][..., None]
    colours = theme.current()
    low, ground, high = (_numbers(name) for name in (colours.d_loss, colours.window, colours.good))
    below = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture[..., :3].astype(np.float64)
    if picture.shape[2:] == (ALPHA_CHANNELS,):  # its colours are premultiplied
        below = below + (1 - picture[..., 3:] / 255) * ground
    cover = np.abs(shares)
    mixed = below * (1 - cover) + np.where(shares < 0, low, high) * cover
    whole: Pictures = np.rint(np.clip(mixed, 0, 255)).astype(np.uint8)
    return whole


def _shares(maps: npt.NDArray[np.float32], largest: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return values of maps (N, h, w) as shares of the largest of each, -1..1."""
    scale = np.where(largest > 0, largest, 1)[:, None, None]
    with np.errstate(invalid="ignore"):  # of a network whose numbers ran away
        return np.clip(np.nan_to_num(maps / scale), -1, 1)


def palette() -> Pictures:
    """Return the colours from the lowest value to the highest, (levels, 3)."""
    colours = theme.current()
    low, zero, high = (_numbers(name) for name in (colours.d_loss, colours.window, colours.good))
    share = np.linspace(0, 1, _LEVELS // 2 + 1)[:, None]
    down, up = zero + share * (low - zero), zero + share * (high - zero)
    whole: Pictures = np.rint(np.concatenate([down[:0:-1], up])).astype(np.uint8)
    return whole


def _numbers(name: str) -> npt.NDArray[np.int64]:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()])
