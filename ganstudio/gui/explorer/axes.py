"""Axes through the latent space, numbers of z and principal directions, and coordinates along them."""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from ganstudio.latent.paths import Noise

if TYPE_CHECKING:
    from ganstudio.latent.directions import Directions

MAX_COORDINATE = 3.0  # of a slider; 0.3 % of normal random numbers are beyond


class AxisKind(StrEnum):
    """Kinds of axes."""

    DIRECTION = "direction"  # a principal direction
    RAW = "raw"  # a number of z


@dataclass(frozen=True)
class Axis:
    """One axis through the latent space."""

    kind: AxisKind
    index: int


def unit_vector(axis: Axis, z_size: int, directions: "Directions | None") -> Noise:
    """Return the unit vector (z_size,) of an axis.

    Raises
    ------
    IndexError
        There is no such axis, or no directions are known yet.
    """
    if axis.kind is AxisKind.DIRECTION:
        if directions is None:
            raise IndexError("no directions are known yet")
        direction: Noise = directions.vectors[axis.index]
        return direction
    vector = np.zeros(z_size, np.float32)
    vector[axis.index] = 1
    return vector


def with_coordinate(z: Noise, vector: Noise, value: float) -> Noise:
    """Return z (z_size,) with its coordinate along the unit vector (z_size,) set to `value`, all else unchanged."""
    result: Noise = z + (np.float32(value) - z @ vector) * vector
    return result


def spread_along(z: Noise, vector: Noise, count: int) -> Noise:
    """Return z (count, z_size) at even coordinates along the unit vector, from -MAX_COORDINATE to MAX_COORDINATE."""
    values = np.linspace(-MAX_COORDINATE, MAX_COORDINATE, count, dtype=np.float32)
    result: Noise = (z - (z @ vector) * vector)[None] + values[:, None] * vector
    return result


def align(new: "Directions", old: "Directions") -> "Directions":
    """Return `new` in the order, and with the signs, of those of `old` that point most nearly the same way.

    So a direction that was moved or named keeps its slider when the generator has learned more.
    """
    cosines = new.vectors @ old.vectors.T  # (new, old)
    remaining = np.abs(cosines)
    order = np.full(len(new.vectors), -1)
    signs = np.ones(len(new.vectors), np.float32)
    for _ in range(min(remaining.shape)):
        source, place = np.unravel_index(int(remaining.argmax()), remaining.shape)
        order[place], signs[place] = source, 1 if cosines[source, place] >= 0 else -1
        remaining[source, :] = remaining[:, place] = -1
    rest = iter(sorted(set(range(len(order))) - set(order.tolist())))
    order = np.array([next(rest) if source < 0 else source for source in order])
    return dataclasses.replace(new, vectors=new.vectors[order] * signs[:, None], spread=new.spread[order])
