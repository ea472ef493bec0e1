"""How pictures fill a room with crisp pixels: in how many columns and rows, and how large."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_GOOD = 0.88  # of the best scale: from here on whole pixels, and the usual columns, are worth more than size


@dataclass(frozen=True)
class Arrangement:
    """`scale` device pixels a picture's pixel (below 1: shrunk), `gap` device pixels between pictures."""

    columns: int
    rows: int
    scale: float
    gap: int


@lru_cache(maxsize=64)
def arrange(
    count: int,
    size: tuple[int, int],
    room: tuple[int, int],
    favourite: int | None = None,
    period: int = 1,
    least: int | None = None,
) -> Arrangement:
    """Arrangement of `count` pictures of `size` (width, height) that shows them largest in `room` (width, height).

    A whole scale is taken where it is not much smaller than what there is room for; else the pixels of a picture
    differ by at most one device pixel in size. Among arrangements of nearly the same scale, the `favourite` number of
    columns is taken, then a whole scale, then the one that covers most.

    period : the pictures repeat in kind after so many; each column shows one kind, in full rows.
    least : so many pictures are enough, the first ones, in full rows, if they are larger then; else all are shown, or
        half of them where they have a period.
    """
    assert count > 0, "no pictures to arrange"
    period = period if period <= count else 1
    if least is None:
        least = count // 2 if period > 1 else count
    found = [
        Arrangement(columns, rows, scale, _gap(scale))
        for columns in range(period, count + 1, period)
        for rows in _rows(count, columns, size, room, min(least, count), whole=period > 1)
        for scale in (_usable(min(_scale(columns, size[0], room[0]), _scale(rows, size[1], room[1]))),)
    ]
    best = max(each.scale for each in found)
    good = [each for each in found if each.scale >= _GOOD * best]
    return max(good, key=lambda each: _rank(each, count, favourite))


def _rank(lies: Arrangement, count: int, favourite: int | None) -> tuple[bool, bool, float, int]:
    cells = lies.columns * lies.rows
    return lies.columns == favourite, lies.scale.is_integer(), min(cells, count) * lies.scale**2, -cells


def _rows(
    count: int, columns: int, size: tuple[int, int], room: tuple[int, int], least: int, whole: bool
) -> Iterator[int]:
    """Numbers of rows worth a look: all; or, where fewer will do, as many as fit at the scale that the width allows."""
    full = count // columns
    every = max(1, full) if whole else -(-count // columns)
    yield every
    fewest = min(every, -(-least // columns))
    if fewest >= every:
        return
    scale = max(1e-9, _scale(columns, size[0], room[0]))
    gap = scale if scale >= 1 else 1.0
    fit = int((room[1] + gap) / (size[1] * scale + gap))
    for rows in {min(full, max(fewest, each)) for each in (fit, fit + 1)}:
        if rows > 0 and rows * columns >= least:
            yield rows


def _usable(fits: float) -> float:
    """The whole scale below what fits, if it is not much smaller; below one to one, what fits."""
    whole = float(int(fits))
    return whole if whole >= _GOOD * fits and whole >= 1 else max(0.0, fits)


def _gap(scale: float) -> int:
    return max(1, int(scale))


def _scale(pieces: int, size: int, room: int) -> float:
    """Largest scale at which `pieces` of `size` px, with gaps as wide as a scaled pixel, fit in `room` px."""
    scale = room / (pieces * size + pieces - 1)
    return scale if scale >= 1 else (room - pieces + 1) / (pieces * size)
