"""Shapes and counts as text."""

import math

Sides = tuple[int, ...]  # without the batch: (C, H, W), or (numbers,), or ()
TIMES = "\N{MULTIPLICATION SIGN}"
_UNITS = ((1e12, "T", "trillion"), (1e9, "G", "billion"), (1e6, "M", "million"), (1e3, "k", ""))
_DIGITS = 3
_LEAST = 10_000  # from here on counts are rounded


def shape_in_words(sides: Sides) -> str:
    """Return a shape as a person would say it: "64 maps of 7x7", "256 numbers"."""
    if len(sides) == 3:
        maps = "1 map" if sides[0] == 1 else f"{sides[0]:,} maps"
        return f"{maps} of {sides[1]}{TIMES}{sides[2]}"
    if len(sides) > 1:
        return TIMES.join(str(side) for side in sides)
    return "1 number" if sides in ((), (1,)) else f"{sides[0]:,} numbers"


def shape_briefly(sides: Sides) -> str:
    """Return a shape in few letters: "64 x 7x7", "256"."""
    if len(sides) == 3:
        return f"{sides[0]} {TIMES} {sides[1]}{TIMES}{sides[2]}"
    return TIMES.join(str(side) for side in sides) if sides else "1"


def count_briefly(count: int) -> str:
    """Return a count in few letters: "9,408", "101 k", "6.42 M"."""
    for unit, letter, _ in _UNITS:
        if count >= max(unit, _LEAST):
            return f"{_rounded(count / unit)} {letter}"
    return f"{count:,}"


def count_in_words(count: int) -> str:
    """Return a count as a person would say it: "9,408", "101,000", "6.42 million"."""
    for unit, _, word in _UNITS:
        if word and count >= unit:
            return f"{_rounded(count / unit)} {word}"
    return f"{count:,}"


def _rounded(value: float) -> str:
    digits = max(0, _DIGITS - 1 - math.floor(math.log10(value)))
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
