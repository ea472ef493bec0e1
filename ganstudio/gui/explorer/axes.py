"""Axes through the latent space: coordinates along a number of z or a principal direction, and their names."""

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSettings

from ganstudio.gui.workers.sample_requests import Noise

if TYPE_CHECKING:
    from ganstudio.latent.directions import Directions

DIRECTION, RAW = "direction", "raw"
LIMIT = 3.0  # of a coordinate; 0.3 % of normal random numbers lie beyond


def unit(kind: str, index: int, z_size: int, directions: "Directions | None") -> Noise:
    """Unit vector (z_size,) of an axis: `kind` "direction" or "raw". Raises IndexError where there is none."""
    if kind == DIRECTION:
        if directions is None:
            raise IndexError("no directions are known yet")
        found: Noise = directions.vectors[index]
        return found
    axis = np.zeros(z_size, np.float32)
    axis[index] = 1
    return axis


def moved(z: Noise, axis: Noise, value: float) -> Noise:
    """z (z_size,) with its coordinate along the unit vector `axis` (z_size,) set to `value`, all else as it was."""
    result: Noise = z + (np.float32(value) - z @ axis) * axis
    return result


def spread_along(z: Noise, axis: Noise, count: int) -> Noise:
    """z (count, z_size) whose coordinates along `axis` go evenly from -LIMIT to LIMIT, all else as in `z` (z_size,)."""
    values = np.linspace(-LIMIT, LIMIT, count, dtype=np.float32)
    result: Noise = (z - (z @ axis) * axis)[None] + values[:, None] * axis
    return result


def aligned(new: "Directions", old: "Directions") -> "Directions":
    """`new` in the order, and with the signs, of those of `old` that point most nearly the same way.

    A direction that was moved, or named, so keeps its slider when the generator has learned more.
    """
    alike = new.vectors @ old.vectors.T  # cosines (new, old)
    left, order, signs = np.abs(alike), np.full(len(new.vectors), -1), np.ones(len(new.vectors), np.float32)
    for _ in range(min(left.shape)):
        source, place = np.unravel_index(int(left.argmax()), left.shape)
        order[place], signs[place] = source, 1 if alike[source, place] >= 0 else -1
        left[source, :] = left[:, place] = -1
    rest = iter(sorted(set(range(len(order))) - set(order.tolist())))
    order = np.array([next(rest) if source < 0 else source for source in order])
    return dataclasses.replace(new, vectors=new.vectors[order] * signs[:, None], spread=new.spread[order])


class Names:
    """What a person calls the directions of a model; kept from one start to the next, by the model's name."""

    def __init__(self) -> None:
        self._settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "ganstudio", "directions")

    def of(self, model: str, index: int) -> str:
        """The name given to a direction; "" if there is none."""
        return str(self._settings.value(_key(model, index), ""))

    def give(self, model: str, index: int, name: str) -> None:
        """Call a direction so; "" takes its name away."""
        if name:
            self._settings.setValue(_key(model, index), name)
        else:
            self._settings.remove(_key(model, index))


def _key(model: str, index: int) -> str:
    return f"{model.replace('/', ' ')}/{index}"
