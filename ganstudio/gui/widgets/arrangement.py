"""Columns, rows and scale of pictures that fill a room with crisp pixels."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_GOOD_FRACTION = 0.88  # of the best scale: from here on whole pixels and the usual columns are worth more than size


@dataclass(frozen=True)
class Arrangement:
    """Grid whose pictures have `scale` device pixels per pixel (below 1: shrunk), with `gap` device pixels between."""

    columns: int
    rows: int
    scale: float
    gap: int


def fit_shape(room: tuple[int, int], shape: tuple[int, int]) -> tuple[int, int]:
    """Return the sides of the largest rectangle in a room, (width, height) each, that has the shape of another."""
    scale = max(0.0, min(room[0] / shape[0], room[1] / shape[1]))
    return int(shape[0] * scale + 1e-6), int(shape[1] * scale + 1e-6)


@lru_cache(maxsize=64)
def arrange(
    count: int,
    size: tuple[int, int],
    room: tuple[int, int],
    preferred_columns: int | None = None,
    period: int = 1,
    min_count: int | None = None,
    whole_scale: bool = False,
    keep_columns: bool = False,
) -> Arrangement:
    """Return the arrangement that shows pictures largest.

    A whole scale is taken where it is not much smaller than what there is room for; else the pixels of a picture
    differ by at most one device pixel in size. Among arrangements of nearly the same scale, the preferred number of
    columns is taken, then a whole scale, then the one that covers most.

    Parameters
    ----------
    count : int
        Number of pictures, at least 1.
    size : (int, int)
        Width and height of a picture, in its own pixels.
    room : (int, int)
        Width and height of the room, in device pixels.
    preferred_columns : int, optional
        Number of columns to take where the scale allows it.
    period : int
        Number of pictures after which the kinds repeat; each column shows one kind, in full rows.
    min_count : int, optional
        Show only the first pictures, at least that many, in full rows, if they are larger then. None: show all, or at
        least half of them where they have a period.
    whole_scale : bool
        Enlarge by whole scales only, whatever is lost: all pixels of a sprite have the same size.
    keep_columns : bool
        Take the preferred number of columns, whatever is lost: pictures have their places.
    """
    assert count > 0, "no pictures to arrange"
    period = period if period <= count else 1
    if min_count is None:
        min_count = count // 2 if period > 1 else count
    candidates = [
        Arrangement(columns, rows, scale, _gap(scale))
        for columns in ([preferred_columns] if keep_columns and preferred_columns else range(period, count + 1, period))
        for rows in _rows(count, columns, size, room, min(min_count, count), whole=period > 1)
        for scale in (_usable(min(_scale(columns, size[0], room[0]), _scale(rows, size[1], room[1])), whole_scale),)
    ]
    best = max(arrangement.scale for arrangement in candidates)
    good = [arrangement for arrangement in candidates if arrangement.scale >= _GOOD_FRACTION * best]
    return max(good, key=lambda arrangement: _rank(arrangement, count, preferred_columns))


def _rank(layout: Arrangement, count: int, preferred_columns: int | None) -> tuple[bool, bool, float, int]:
    cells = layout.columns * layout.rows
    return layout.columns == preferred_columns, layout.scale.is_integer(), min(cells, count) * layout.scale**2, -cells


def _rows(
    count: int, columns: int, size: tuple[int, int], room: tuple[int, int], min_count: int, whole: bool
) -> Iterator[int]:
    """Yield numbers of rows to try: for all; or, where fewer will do, as many as fit at the scale of the width."""
    full = count // columns
    every = max(1, full) if whole else math.ceil(count / columns)
    yield every
    fewest = min(every, math.ceil(min_count / columns))
    if fewest >= every:
        return
    scale = max(1e-9, _scale(columns, size[0], room[0]))
    gap = scale if scale >= 1 else 1.0
    fit = int((room[1] + gap) / (size[1] * scale + gap))
    for rows in {min(full, max(fewest, fitting)) for fitting in (fit, fit + 1)}:
        if rows > 0 and rows * columns >= min_count:
            yield rows


def _usable(fits: float, whole_scale: bool) -> float:
    """Return the whole scale below what fits, if it is not much smaller or must be whole; below 1, what fits."""
    whole = float(int(fits))
    return whole if whole >= 1 and (whole_scale or whole >= _GOOD_FRACTION * fits) else max(0.0, fits)


def _gap(scale: float) -> int:
    return max(1, int(scale))


def _scale(pieces: int, size: int, room: int) -> float:
    """Return the largest scale at which `pieces` of `size` px and gaps as wide as a scaled pixel fit in `room` px."""
    scale = room / (pieces * size + pieces - 1)
    return scale if scale >= 1 else (room - pieces + 1) / (pieces * size)
