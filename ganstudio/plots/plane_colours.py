"""Colours of the maps of the plane, for the window and for files."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Layer

_STRENGTH = 0.62  # of the colour where a map is at its lowest or highest
_LEVELS = 256
_SIGNED = frozenset({Layer.LAG, Layer.UNITS})  # from -1 to 1; others from 0 to 1


@dataclass(frozen=True)
class MapColours:
    """Colours of a map at its lowest value, its middle and its highest, #RRGGBB."""

    low: str
    middle: str
    high: str


def colour_map(values: Floats, layer: Layer, colours: MapColours) -> npt.NDArray[np.uint8]:
    """Return a map (R, C) as pixels (R, C, 3); those in the middle where it is nan."""
    low = -1.0 if layer in _SIGNED else 0.0
    share = np.clip((values - low) / (1.0 - low), 0.0, 1.0)
    steps = np.round(np.nan_to_num(share, nan=0.5) * (_LEVELS - 1)).astype(np.intp)
    pixels: npt.NDArray[np.uint8] = _table(colours)[steps]
    return pixels


@lru_cache(maxsize=8)
def _table(colours: MapColours) -> npt.NDArray[np.uint8]:
    """Return the colour of each level, (256, 3)."""
    low, middle, high = (
        np.array(list(bytes.fromhex(name[1:]))) for name in (colours.low, colours.middle, colours.high)
    )
    distance = np.linspace(-1, 1, _LEVELS)[:, None]
    end = np.where(distance > 0, high, low)
    table: npt.NDArray[np.uint8] = np.round(middle + (end - middle) * np.abs(distance) * _STRENGTH).astype(np.uint8)
    return table
