"""The plane of a run of points: its layers, the part of it that is in view, and what is drawn in it, as numbers."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ganstudio.plots.curve_data import Floats

MAX_ARROW = 0.3  # length of an arrow, in units of the plane, that none reaches
_HALF_ARROW_AT = 3.0  # the strength at which an arrow is half as long


class Layer(StrEnum):
    """What can be shown in the plane."""

    REAL = "real"
    FAKE = "fake"
    OPINION = "opinion"  # of D, by its objective
    OPTIMAL = "optimal"  # the opinion of the best D there is against this G
    LAG = "lag"  # D's opinion minus that of the best D
    MANIFOLD = "manifold"  # what G makes of a grid of noise
    PUSH = "push"  # where G's loss pushes each fake
    SLOPE = "slope"  # where D's opinion rises
    TRACES = "traces"  # where fakes were before
    UNITS = "units"  # what the hidden units of D answer to


MAPS = (Layer.OPINION, Layer.OPTIMAL, Layer.LAG)  # one of them at a time
ARROWS = (Layer.PUSH, Layer.SLOPE)  # as well
FIRST_LAYERS = (Layer.REAL, Layer.FAKE, Layer.OPINION)  # that are shown where nothing was chosen
FILE_LAYERS = tuple(layer for layer in Layer if layer is not Layer.UNITS)  # the window alone shows those
LAYER_NAMES = {
    Layer.REAL: "real",
    Layer.FAKE: "fake",
    Layer.OPINION: "D",
    Layer.OPTIMAL: "best D",
    Layer.LAG: "D \N{MINUS SIGN} best",
    Layer.MANIFOLD: "manifold",
    Layer.PUSH: "G's push",
    Layer.SLOPE: "D's slope",
    Layer.TRACES: "traces",
    Layer.UNITS: "units",
}


@dataclass(frozen=True)
class Area:
    """Part of the plane; y grows upwards.

    Parameters
    ----------
    left, bottom, right, top
        Its edges.
    """

    left: float
    bottom: float
    right: float
    top: float

    def columns(self, count: int) -> Floats:
        """Return x of the centres of `count` columns, from left to right."""
        x: Floats = self.left + (np.arange(count, dtype=np.float64) + 0.5) * ((self.right - self.left) / count)
        return x

    def rows(self, count: int) -> Floats:
        """Return y of the centres of `count` rows, from top to bottom."""
        y: Floats = self.top - (np.arange(count, dtype=np.float64) + 0.5) * ((self.top - self.bottom) / count)
        return y

    def centres(self, rows: int, columns: int) -> npt.NDArray[np.float32]:
        """Return the centres of rows x columns cells, row by row from the top left, (rows * columns, 2)."""
        x, y = np.meshgrid(self.columns(columns), self.rows(rows))
        return np.stack((x.ravel(), y.ravel()), axis=1).astype(np.float32)


def contour(values: Floats, area: Area, level: float = 0.5) -> Floats:
    """Return where a map crosses a level, as pieces of lines, (N, 2, 2): by marching squares.

    W. Lorensen, H. Cline, "Marching cubes", 1987, in two dimensions. Where two opposite corners of a square are above
    the level and the others below, its mean decides what is joined.

    Parameters
    ----------
    values
        (R, C), at the centres of the cells of `area`; row 0 is at the top. Nothing is drawn beside one that is nan.
    area
        Where they are.
    level
        The level.
    """
    rows, columns = values.shape
    if rows < 2 or columns < 2:
        return np.zeros((0, 2, 2))
    above = values > level
    kind = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    row, column = np.nonzero((kind > 0) & (kind < 15))
    corners = np.stack([values[row + down, column + right] for down, right in _CORNERS], axis=-1) - level  # (S, 4)
    kind = kind[row, column]
    saddle = (kind == 5) | (kind == 10)
    joined = np.where(saddle & (corners.mean(-1) > 0), 15 - kind, kind)  # which corners a saddle's lines cut off
    known = np.isfinite(corners).all(-1)
    crossings = _crossings(corners, area.columns(columns), area.rows(rows), row, column)
    lines = [crossings[known][np.arange(known.sum())[:, None], _FIRST[joined[known]]]]
    if (twice := known & saddle).any():
        lines.append(crossings[twice][np.arange(twice.sum())[:, None], _SECOND[joined[twice]]])
    return np.concatenate(lines)


_CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))  # of a square, by rows down and columns to the right
# The edges of a square (0 top, 1 right, 2 bottom, 3 left) that are joined, by which corners are above the level:
# 1 top left, 2 top right, 4 bottom right, 8 bottom left.
_LINES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 0), (1, 2)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((2, 0),),
    10: ((0, 1), (2, 3)),
    11: ((2, 1),),
    12: ((1, 3),),
    13: ((1, 0),),
    14: ((0, 3),),
}


_FIRST = np.array([_LINES[kind][0] if kind in _LINES else (0, 0) for kind in range(16)])
_SECOND = np.array([_LINES[kind][-1] if kind in _LINES else (0, 0) for kind in range(16)])


def _crossings(
    corners: Floats, x: Floats, y: Floats, row: npt.NDArray[np.intp], column: npt.NDArray[np.intp]
) -> Floats:
    """Return where the level crosses each edge of each square, (S, 4, 2); anywhere if it does not."""
    difference = corners - np.roll(corners, -1, axis=-1)
    part = np.divide(corners, difference, out=np.full_like(corners, 0.5), where=difference != 0)
    left, right, top, bottom = x[column], x[column + 1], y[row], y[row + 1]
    across, down = right - left, bottom - top
    places = np.empty((*corners.shape, 2))
    places[:, 0, 0], places[:, 0, 1] = left + part[:, 0] * across, top
    places[:, 1, 0], places[:, 1, 1] = right, top + part[:, 1] * down
    places[:, 2, 0], places[:, 2, 1] = right - part[:, 2] * across, bottom
    places[:, 3, 0], places[:, 3, 1] = left, bottom - part[:, 3] * down
    return places


def shorten(arrows: Floats) -> Floats:
    """Return arrows (N, 2) as they are drawn, in units of the plane: longer where stronger, but never long.

    Weak ones stay in proportion, so that arrows that vanish are seen to.
    """
    strength = np.linalg.norm(arrows, axis=1, keepdims=True)
    shortened: Floats = arrows * (MAX_ARROW / (strength + _HALF_ARROW_AT))
    return np.where(np.isfinite(shortened), shortened, 0.0)


@dataclass(frozen=True, eq=False)
class Cells:
    """What becomes of the cells of a grid of noise, each with the same share of it.

    Parameters
    ----------
    corners
        (N, 4, 2), in turn around each cell; of noise with one number, the ends of each piece, (N, 2, 2).
    density
        Of the points that G makes of the noise in each cell, (N,); without an end where a cell has no area.
    folded
        Which cells G turns over, (N,), so that several places of the noise give the same point: those whose determinant
        has another sign than that of most of the noise.
    in_row
        How many cells a row of the grid has.
    """

    corners: Floats
    density: Floats
    folded: npt.NDArray[np.bool_]
    in_row: int = 1

    def edges(self) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return each edge once, (E, 2, 2), and the cell that it is of, (E,); pieces of a line as they are."""
        cells = np.arange(len(self.corners))
        if self.corners.shape[1] == 2:
            return self.corners, cells
        ends = cells[cells % self.in_row == self.in_row - 1], cells[len(cells) - self.in_row :]
        of = np.concatenate((cells, cells, *ends))
        sides = np.repeat((0, 3, 1, 2), (len(cells), len(cells), *map(len, ends)))
        return np.stack((self.corners[of, sides], self.corners[of, (sides + 1) % 4]), axis=1), of


def cells_of(grid: Floats) -> Cells:
    """Return the cells of a grid of points that G made of a grid of noise, (R, C, 2), or of a row of it, (C, 2)."""
    if grid.ndim == 2:
        corners = np.stack((grid[:-1], grid[1:]), axis=1)
        size = np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1)
        folded = np.zeros(len(corners), bool)
    else:
        around = (grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1])
        corners = np.stack(around, axis=2).reshape(-1, 4, 2)
        one, other = corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]
        signed = (one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]) / 2
        size = np.abs(signed)
        usual = 1.0 if (signed > 0).sum() >= (signed < 0).sum() else -1.0
        folded = signed * usual < 0
    with np.errstate(divide="ignore"):
        return Cells(corners, 1 / (len(corners) * size), folded, grid.shape[-2] - 1)
