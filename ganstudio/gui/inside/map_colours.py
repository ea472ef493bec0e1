"""Colours of the values of maps: one scale, negative values in one colour and positive ones in the other."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from ganstudio.gui.widgets import theme
from ganstudio.images import Pictures

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
    scale = np.where(largest > 0, largest, 1)[:, None, None]
    middle = _LEVELS // 2
    with np.errstate(invalid="ignore"):  # of a network whose numbers ran away
        shares = np.nan_to_num(maps / scale)
    levels = np.rint(np.clip(shares, -1, 1) * middle).astype(np.int64) + middle
    return palette()[levels]


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
