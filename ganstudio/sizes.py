"""Sizes of pictures that networks can make: how they are written, and the nearest ones to any other.

A size is written as the side of a square, 64, or as height x width, "96x128". Networks double a small map of h0 x w0
k times, so that height = h0 x 2^k and width = w0 x 2^k.
"""

import functools
import math
import re

ImageSize = int | str  # pixels: the side of a square, or "96x128" for height x width

MIN_SIDE, MAX_SIDE = 8, 256  # pixels
MIN_BASE, MAX_BASE = 3, 8  # sides of the map that is doubled
SQUARES = (28, 32, 64, 128, 256)  # pixels: offered first
OTHERS = ("48x64", "64x48", "96x128", "128x96", "192x256", "256x192")  # offered as well: 3:4 and 4:3
ACCEPTED = (
    f"a side such as 64 or height x width such as 96x128 ({MIN_SIDE} to {MAX_SIDE} pixels, "
    f"{MIN_BASE} to {MAX_BASE} times the same power of two)"
)

_PIXELS_AT_ONCE = 1 << 18  # 64 pictures of 64x64; with 64 features, a map of them takes 64 MB
_ASPECT_WEIGHT = 12  # of a difference in aspect beside one in size, both as logarithms: what is cropped is lost
_MAX_PIXELS = 10**9  # a longer side is taken for this: floats do not hold every whole number
_TEXT = re.compile(r"\s*([0-9]{1,9})\s*(?:[xX\u00d7]\s*([0-9]{1,9})\s*)?")


def sides(size: ImageSize) -> tuple[int, int]:
    """Return (height, width) of a size: 64 or "64", or "96x128".

    Raises
    ------
    ValueError
        It is not written as a size.
    """
    if isinstance(size, int) and not isinstance(size, bool):
        return size, size
    if not isinstance(size, str) or not (match := _TEXT.fullmatch(size)):
        raise ValueError(f"a size is a side such as 64, or height x width such as 96x128; got {size!r}")
    height, width = match.groups()
    return int(height), int(width or height)


def pictures_at_once(most: int, height: int, width: int) -> int:
    """Return how many pictures a network should make or judge at a time: `most`, or of large ones a power of two.

    It bounds the memory that they take, and the time in which nobody can cancel and a processor is not free: 64
    pictures of 256x256 take a gigabyte for one map of 64 features, and a small processor some ten seconds.
    """
    fitting = max(1, _PIXELS_AT_ONCE // (height * width))
    return most if most <= fitting else 1 << (fitting.bit_length() - 1)


def image_size(height: int, width: int) -> ImageSize:
    """Return a size as settings have it: the side of a square, else "96x128"."""
    return height if height == width else f"{height}x{width}"


def read_size(value: object) -> ImageSize:
    """Return a size, or a list [height, width], as settings have it.

    Raises
    ------
    ValueError
        It is no size, or none that networks can make. If it is one, the text names the nearest that they can.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        if isinstance(value, list | tuple) and len(value) == 2:
            value = "x".join(map(str, value))
        if not isinstance(value, int | str):
            raise ValueError
        height, width = sides(value)
    except ValueError:
        raise ValueError from None
    if not is_possible(height, width):
        raise ValueError(f"Nearest: {', '.join(str(image_size(*near)) for near in nearest_sizes(height, width))}.")
    return image_size(height, width)


def factor_sides(height: int, width: int) -> tuple[int, int, int]:
    """Return (h0, w0, k) with height = h0 x 2^k and width = w0 x 2^k: k as large as leaves both at least `MIN_BASE`.

    A square of 28 pixels has a base of 7, those of 32, 64, 128 and 256 one of 4.

    Raises
    ------
    ValueError
        There are none with h0 and w0 from `MIN_BASE` to `MAX_BASE` and k >= 1.
    """
    h0, w0, k = height, width, 0
    while h0 % 2 == w0 % 2 == 0 and min(h0, w0) >= 2 * MIN_BASE:
        h0, w0, k = h0 // 2, w0 // 2, k + 1
    if not k or min(h0, w0) < MIN_BASE or max(h0, w0) > MAX_BASE:
        raise ValueError(
            f"both sides of a picture must be {MIN_BASE} to {MAX_BASE} times the same power of two; "
            f"got {height}x{width}"
        )
    return h0, w0, k


def is_possible(height: int, width: int) -> bool:
    """Return whether networks can make pictures of this size."""
    if not MIN_SIDE <= min(height, width) <= max(height, width) <= MAX_SIDE:
        return False
    try:
        factor_sides(height, width)
    except ValueError:
        return False
    return True


def nearest_sizes(height: int, width: int, count: int = 2) -> list[tuple[int, int]]:
    """Return the sizes nearest to height x width, the nearest first; shape counts more than the number of pixels.

    Parameters
    ----------
    height, width
        Pixels, of any picture.
    count
        How many sizes.

    Returns
    -------
    list of tuple
        (height, width) each, possible for networks: 96x128 and 192x256 for 240x320.
    """
    height, width = (min(max(side, 1), _MAX_PIXELS) for side in (height, width))

    def distance(size: tuple[int, int]) -> tuple[float, int]:
        high, wide = math.log(size[0] / height), math.log(size[1] / width)
        return _ASPECT_WEIGHT * abs(high - wide) + abs(high + wide) / 2, size[0]

    return sorted(_possible_sizes(), key=distance)[:count]


@functools.cache
def _possible_sizes() -> tuple[tuple[int, int], ...]:
    bases, powers = range(MIN_BASE, MAX_BASE + 1), [2**k for k in range(1, MAX_SIDE.bit_length())]
    sizes = {(h0 * power, w0 * power) for h0 in bases for w0 in bases for power in powers}
    return tuple(sorted(size for size in sizes if is_possible(*size)))
