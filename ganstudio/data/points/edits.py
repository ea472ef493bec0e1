"""Changes of a set of points made by hand: points added and erased along a stroke, modes moved. Needs numpy only.

A set is its base, a distribution from which so many points are drawn, and the edits, in the order in which they were
made. They are plain values, so that a history and a checkpoint can hold them, and every draw follows from them and a
seed.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt

from ganstudio.errors import DataError, reason

PATH = "data.edits"  # what marks in the history say instead of a setting's name
MAX_EDITS = 1000  # of a set
MAX_CORNERS = 400  # of a stroke; finer ones are thinned out
MAX_ADDED = 100_000  # points of one stroke
MAX_TOTAL = 1_000_000  # points that are added to a set, in all
MIN_RADIUS, MAX_RADIUS = 1e-4, 5.0
_MAX_PLACE = 100.0  # nobody sees anything as far away
_DIGITS = 5  # after the point, of coordinates

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

Coordinate = Annotated[float, msgspec.Meta(ge=-_MAX_PLACE, le=_MAX_PLACE)]
Radius = Annotated[float, msgspec.Meta(ge=MIN_RADIUS, le=MAX_RADIUS)]
Place = tuple[Coordinate, Coordinate]
Stroke = Annotated[tuple[Place, ...], msgspec.Meta(min_length=1, max_length=MAX_CORNERS)]


class Added(msgspec.Struct, frozen=True, tag_field="edit", tag="added"):
    """Points added along a stroke, normally distributed around each of its corners.

    Parameters
    ----------
    stroke
        Corners (x, y).
    count
        Number of points, of all corners together.
    deviation
        Standard deviation around a corner.
    """

    stroke: Stroke
    count: Annotated[int, msgspec.Meta(ge=1, le=MAX_ADDED)]
    deviation: Radius


class Erased(msgspec.Struct, frozen=True, tag_field="edit", tag="erased"):
    """All points erased that lie within a distance of a stroke.

    Parameters
    ----------
    stroke
        Corners (x, y).
    radius
        The distance.
    """

    stroke: Stroke
    radius: Radius


class Moved(msgspec.Struct, frozen=True, tag_field="edit", tag="moved"):
    """A mode moved, with its points and with what was erased of it.

    Parameters
    ----------
    mode
        Its number, from 0.
    by
        How far, (x, y).
    """

    mode: Annotated[int, msgspec.Meta(ge=0)]
    by: Place


Edit = Added | Erased | Moved
Edits = Annotated[tuple[Edit, ...], msgspec.Meta(max_length=MAX_EDITS)]


class Change(msgspec.Struct, frozen=True):
    """A change of the edits, as a mark in the history has it.

    It can be made twice: a checkpoint of the same step may have it or not.

    Parameters
    ----------
    keep
        How many of the edits before it stay.
    edits
        Those that follow them.
    """

    keep: Annotated[int, msgspec.Meta(ge=0)]
    edits: Edits = ()

    def of(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """Return edits with the change."""
        return (*edits[: self.keep], *self.edits)


def difference(before: Sequence[Edit], after: Sequence[Edit]) -> Change:
    """Return the change from some edits to others."""
    keep = 0
    while keep < min(len(before), len(after)) and before[keep] == after[keep]:
        keep += 1
    return Change(keep, tuple(after[keep:]))


def encode(value: Change | Sequence[Edit]) -> Any:
    """Return edits, or a change of them, as plain values."""
    return msgspec.to_builtins(value if isinstance(value, Change) else list(value))


def decode(values: object) -> tuple[Edit, ...]:
    """Return edits from plain values.

    Raises
    ------
    DataError
        They are no edits.
    """
    try:
        edits: tuple[Edit, ...] = msgspec.convert(values, Edits)
    except msgspec.ValidationError as error:
        raise DataError(f"The changes of the points cannot be read: {reason(error)}.") from None
    if count_added(edits) > MAX_TOTAL:
        raise DataError(f"The changes of the points cannot be read: they add more than {MAX_TOTAL:,} points.")
    return edits


def count_added(edits: Sequence[Edit]) -> int:
    """Return how many points are added in all."""
    return sum(edit.count for edit in edits if isinstance(edit, Added))


def fold(edits: Sequence[Edit], changes: Sequence[tuple[str, object]]) -> tuple[Edit, ...]:
    """Return edits after changes.

    Parameters
    ----------
    edits
        Those of before.
    changes
        Marks' paths and new values, in order. Those of settings, and what cannot be read, are passed over.
    """
    folded = tuple(edits)
    for path, value in changes:
        if path == PATH and isinstance(value, Mapping):
            try:
                changed = msgspec.convert(value, Change).of(folded)[:MAX_EDITS]
            except msgspec.ValidationError:  # of another version of the program
                continue
            folded = changed if count_added(changed) <= MAX_TOTAL else folded
    return folded


def make_stroke(places: Sequence[tuple[float, float]], spacing: float) -> tuple[Place, ...]:
    """Return the way of a pointer as a stroke: with corners `spacing` apart, or further if they would be too many."""
    if not places:
        raise ValueError("a stroke has at least one place")
    way = np.clip(np.asarray(places, np.float64), -_MAX_PLACE, _MAX_PLACE)
    lengths = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1))))
    total = float(lengths[-1])
    count = 1 if total < spacing / 2 else 1 + min(MAX_CORNERS - 1, max(1, round(total / spacing)))
    at = np.linspace(0, total, count)
    corners = np.stack([np.interp(at, lengths, way[:, axis]) for axis in (0, 1)], axis=1).round(_DIGITS)
    return tuple((x, y) for x, y in corners.tolist())


def is_near(points: npt.NDArray[np.floating], stroke: Sequence[Place], radius: float) -> Flags:
    """Return which of points (N, 2) lie within a distance of a stroke, (N,)."""
    corners = np.asarray(stroke, np.float64)
    places = np.asarray(points, np.float64)
    near = np.zeros(len(places), bool)
    box = (places >= corners.min(0) - radius).all(1) & (places <= corners.max(0) + radius).all(1)
    index = np.flatnonzero(box)
    index = index[np.argsort(places[index, 0])]  # so that those beside a line are found without looking at the others
    x = places[index, 0]
    starts, ends = (corners[:-1], corners[1:]) if len(corners) > 1 else (corners, corners)
    first = np.searchsorted(x, np.minimum(starts[:, 0], ends[:, 0]) - radius, side="left")
    last = np.searchsorted(x, np.maximum(starts[:, 0], ends[:, 0]) + radius, side="right")
    for start, end, low, high in zip(starts, ends, first.tolist(), last.tolist(), strict=True):
        beside = index[low:high]
        near[beside] |= _distances(places[beside], start, end) <= radius
    return near


def _distances(places: Floats, start: Floats, end: Floats) -> Floats:
    """Return how far places (N, 2) are from a line between two points, (N,)."""
    way = end - start
    square = float(way @ way)
    along = np.clip((places - start) @ way / square, 0.0, 1.0) if square else np.zeros(len(places))
    distances: Floats = np.linalg.norm(places - start - along[:, None] * way, axis=1)
    return distances
