"""Distributions of points in the plane: drawing from them, their density, their modes. Needs numpy only.

Coordinates are centred: what there is to learn lies within -1..1, and `LIMIT` leaves room around it. x grows to the
right, y upwards; row 0 of a grid is at the top.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

LIMIT = 1.25  # the part of the plane that is shown and measured reaches from -LIMIT to LIMIT in both coordinates

Points = npt.NDArray[np.float32]  # (N, 2)
Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]  # (N,)
Seed = int | np.random.Generator

_NODES = 512  # of a curve, at which a normal distribution stands for the part around it
_PART = 1 << 12  # positions whose density is computed at once: bounds the memory


@dataclass(frozen=True)
class Modes:
    """Separate parts of a distribution, each a normal distribution whose axes are those of the plane.

    Parameters
    ----------
    centres, deviations
        (K, 2).
    weights
        Shares of the points, (K,); they sum to 1.
    """

    centres: Floats
    deviations: Floats
    weights: Floats

    def __len__(self) -> int:
        return len(self.weights)

    def distances(self, points: npt.NDArray[np.floating]) -> Floats:
        """Return how far points (N, 2) are from each centre, in standard deviations, (N, K)."""
        scaled = (np.asarray(points, np.float64)[:, None] - self.centres) / self.deviations
        distances: Floats = np.sqrt(np.square(scaled).sum(2))
        return distances

    def density(self, points: npt.NDArray[np.floating]) -> Floats:
        """Return the density of the mixture at points (N, 2), (N,)."""
        x, y = np.asarray(points, np.float64).T
        parts = [
            (self._bells(x[part : part + _PART], 0) * self._bells(y[part : part + _PART], 1)) @ self.weights
            for part in range(0, len(points), _PART)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def density_on(self, x: Floats, y: Floats) -> Floats:
        """Return the density of the mixture on a grid, (len(y), len(x)): as the axes are the plane's, a product."""
        return (self._bells(y, 1) * self.weights) @ self._bells(x, 0).T

    def _bells(self, places: Floats, axis: int) -> Floats:
        """Return the normal density of each mode along an axis at places (N,), (N, K)."""
        deviations = self.deviations[:, axis]
        scaled = (places[:, None] - self.centres[:, axis]) / deviations
        bells: Floats = np.exp(-0.5 * np.square(scaled)) / (np.sqrt(2 * np.pi) * deviations)
        return bells


class Distribution(Protocol):
    """A distribution of points in the plane."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes that points are of; () if there are none."""

    @property
    def modes(self) -> Modes | None:
        """The separate parts that a generator may find or miss; None if there are none."""

    def sample(self, count: int, seed: Seed) -> tuple[Points, Labels]:
        """Draw points (count, 2) and their classes (count,), 0 where there are none; the same for the same seed."""

    def density(self, points: npt.NDArray[np.floating]) -> Floats:
        """Return the density p at points (N, 2), (N,)."""

    def density_on(self, x: Floats, y: Floats) -> Floats:
        """Return the density p on a grid of columns at x (C,) and rows at y (R,), (R, C): faster than `density`."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """Normal distributions, each a mode and a class of its own."""

    modes: Modes

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Numbers of the modes, from 1."""
        return tuple(str(number + 1) for number in range(len(self.modes)))

    def sample(self, count: int, seed: Seed) -> tuple[Points, Labels]:
        """See `Distribution.sample`."""
        rng = np.random.default_rng(seed)
        which = rng.choice(len(self.modes), count, p=self.modes.weights)
        noise = rng.standard_normal((count, 2)) * self.modes.deviations[which]
        return (self.modes.centres[which] + noise).astype(np.float32), which.astype(np.int32)

    def density(self, points: npt.NDArray[np.floating]) -> Floats:
        """See `Distribution.density`."""
        return self.modes.density(points)

    def density_on(self, x: Floats, y: Floats) -> Floats:
        """See `Distribution.density_on`."""
        return self.modes.density_on(x, y)


@dataclass(frozen=True, eq=False)
class Curves:
    """Points near one or more curves, each as likely as any other; with several, each is a class.

    Parameters
    ----------
    paths
        Each maps t (N,), uniform in 0..1, to positions (N, 2).
    deviation
        Standard deviation around the curve.
    labels
        Names of the curves; () for a single one.
    """

    paths: tuple[Callable[[Floats], Floats], ...]
    deviation: float
    labels: tuple[str, ...] = ()
    modes: Modes | None = field(default=None, init=False)

    def sample(self, count: int, seed: Seed) -> tuple[Points, Labels]:
        """See `Distribution.sample`."""
        rng = np.random.default_rng(seed)
        which, t = rng.integers(0, len(self.paths), count), rng.random(count)
        centres = np.empty((count, 2))
        for number, path in enumerate(self.paths):
            chosen = which == number
            centres[chosen] = path(t[chosen])
        noise = self.deviation * rng.standard_normal((count, 2))
        return (centres + noise).astype(np.float32), which.astype(np.int32)

    def density(self, points: npt.NDArray[np.floating]) -> Floats:
        """See `Distribution.density`."""
        return self._nodes.density(points)

    def density_on(self, x: Floats, y: Floats) -> Floats:
        """See `Distribution.density_on`."""
        return self._nodes.density_on(x, y)

    @cached_property
    def _nodes(self) -> Modes:
        t = (np.arange(_NODES) + 0.5) / _NODES
        centres = np.concatenate([path(t) for path in self.paths])
        count = len(centres)
        return Modes(centres, np.full((count, 2), self.deviation), np.full(count, 1 / count))


@dataclass(frozen=True, eq=False)
class DensityMap:
    """Points as likely as a picture is bright there; within a pixel all places are equally likely.

    Parameters
    ----------
    weights
        (H, W), not negative, with a positive sum; the longer side reaches from -1 to 1.
    """

    weights: Floats
    labels: tuple[str, ...] = field(default=(), init=False)
    modes: Modes | None = field(default=None, init=False)

    def sample(self, count: int, seed: Seed) -> tuple[Points, Labels]:
        """See `Distribution.sample`."""
        rng = np.random.default_rng(seed)
        cell = np.searchsorted(self._cumulative, rng.random(count), side="right")
        row, column = np.divmod(cell, self.weights.shape[1])
        places = np.stack((column, row), axis=1) + rng.random((count, 2))
        return self._to_plane(places).astype(np.float32), np.zeros(count, np.int32)

    def density(self, points: npt.NDArray[np.floating]) -> Floats:
        """See `Distribution.density`."""
        height, width = self.weights.shape
        pixel = 2 / max(height, width)
        places = np.asarray(points, np.float64) * (1, -1) / pixel + (width / 2, height / 2)
        column, row = np.floor(places).astype(np.int64).T
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        share = self.weights / self.weights.sum() / pixel**2
        density: Floats = np.where(inside, share[row.clip(0, height - 1), column.clip(0, width - 1)], 0.0)
        return density

    def density_on(self, x: Floats, y: Floats) -> Floats:
        """See `Distribution.density_on`."""
        columns, rows = np.meshgrid(x, y)
        return self.density(np.stack((columns.ravel(), rows.ravel()), axis=1)).reshape(len(y), len(x))

    def _to_plane(self, places: Floats) -> Floats:
        """Return positions of places (N, 2), counted in pixels from the top left corner."""
        height, width = self.weights.shape
        plane: Floats = (places - (width / 2, height / 2)) * (2 / max(height, width)) * (1, -1)
        return plane

    @cached_property
    def _cumulative(self) -> Floats:
        total = np.cumsum(self.weights.ravel(), dtype=np.float64)
        return np.asarray(total[:-1] / total[-1])  # what is beyond the last is in the last pixel


def density_grid(distribution: Distribution, side: int, limit: float = LIMIT) -> Floats:
    """Return the density p at the centres of side x side cells of the plane, (side, side); row 0 is at the top."""
    places = ((np.arange(side) + 0.5) / side * 2 - 1) * limit
    return distribution.density_on(places, -places)


# ---- those that the program knows -----------------------------------------------------------------------------------


def _mixture(centres: npt.ArrayLike, deviations: npt.ArrayLike) -> Mixture:
    """Return normal distributions of equal weight."""
    places = np.asarray(centres, np.float64)
    widths = np.broadcast_to(np.asarray(deviations, np.float64), places.shape)
    return Mixture(Modes(places, widths, np.full(len(places), 1 / len(places))))


def _from_square(places: npt.ArrayLike) -> Floats:
    """Return positions that are given in the unit square, as GAN Lab does, in centred coordinates."""
    return 2 * np.asarray(places, np.float64) - 1


def _line(t: Floats) -> Floats:
    return _from_square(np.stack((0.8 - 0.75 * t, 0.6 + 0.3 * t), axis=1))


def _ellipse(t: Floats) -> Floats:
    angle = 2 * np.pi * t
    return _from_square(np.stack((0.5 + 0.3 * np.cos(angle), 0.45 + 0.25 * np.sin(angle)), axis=1))


def _spiral(t: Floats) -> Floats:
    """Two turns outwards, about as dense everywhere: the length of the way grows as the square of the angle."""
    way = np.sqrt(t)
    angle, radius = 4 * np.pi * way, 0.05 + 0.9 * way
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)


def _upper_moon(t: Floats) -> Floats:
    angle = np.pi * t
    return 0.6 * np.stack((np.cos(angle) - 0.5, np.sin(angle) - 0.25), axis=1)


def _lower_moon(t: Floats) -> Floats:
    return -_upper_moon(t)


def _ring_of_8() -> Mixture:
    angle = 2 * np.pi * np.arange(8) / 8
    return _mixture(np.stack((np.cos(angle), np.sin(angle)), axis=1), 0.01)


def _grid_of_25() -> Mixture:
    """Return the grid -4..4 of the literature, deviation 0.05, at a quarter of its size."""
    places = np.linspace(-1, 1, 5)
    x, y = np.meshgrid(places, places)
    return _mixture(np.stack((x.ravel(), y.ravel()), axis=1), 0.0125)


BUILT_IN: dict[str, Distribution] = {
    # GAN Lab (Kahng et al., 2019), with its parameters: in the unit square there, twice as large here.
    "lab-line": Curves((_line,), 2 * 0.01),
    "lab-gaussians": _mixture(_from_square([(0.3, 0.7), (0.7, 0.4)]), [(0.2, 0.2), (0.1, 0.4)]),
    "lab-ring": Curves((_ellipse,), 2 * 0.025),
    "lab-disjoint": _mixture(_from_square([(0.35, 0.75), (0.75, 0.6), (0.45, 0.35)]), 2 * 0.025),
    # PacGAN (Lin et al., 2018).
    "lab-ring-8": _ring_of_8(),
    "lab-grid-25": _grid_of_25(),
    "lab-spiral": Curves((_spiral,), 0.02),
    "lab-moons": Curves((_upper_moon, _lower_moon), 0.03, ("upper", "lower")),
}
TITLES = {
    "lab-line": "Line",
    "lab-gaussians": "Two Gaussians",
    "lab-ring": "Ring",
    "lab-disjoint": "Three spots",
    "lab-ring-8": "Ring of 8",
    "lab-grid-25": "Grid of 25",
    "lab-spiral": "Spiral",
    "lab-moons": "Two moons",
}
