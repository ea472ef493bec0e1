"""A few pictures that show what an import makes of all: the odd ones first, then some from the whole source."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ganstudio.data.pictures.header import Header
from ganstudio.data.pictures.scan import Scan, ScannedFile

COUNT = 24
_ODD = 1.25  # times that a shape or a size differs from the middle one, to be worth a look


@dataclass(frozen=True)
class Example:
    """A picture to look at before an import, and why it was chosen; "" if it stands for the others."""

    file: ScannedFile
    why: str = ""


def choose_examples(scan: Scan, count: int = COUNT) -> tuple[Example, ...]:
    """Return at most `count` pictures: first those that an import changes most, then some from the whole source."""
    chosen: dict[str, Example] = {}
    for why, file in _find_odd(scan):
        if len(chosen) < count:
            chosen.setdefault(file.entry.path, Example(file, why))
    others = [file for file in scan.pictures if file.entry.path not in chosen]
    places = np.linspace(0, len(others) - 1, min(count - len(chosen), len(others))).astype(int)
    return (*chosen.values(), *(Example(others[place]) for place in places))


def _find_odd(scan: Scan) -> list[tuple[str, ScannedFile]]:
    files = [(file, file.header) for file in scan.pictures if file.header is not None]
    if len(files) < 2:
        return []
    by_shape = sorted(files, key=lambda each: each[1].width / each[1].height)
    by_size = sorted(files, key=lambda each: each[1].width * each[1].height)
    found = [
        *_ends(by_shape, _aspect, ("the narrowest", "the widest")),
        *_ends(by_size, _pixels, ("the smallest", "the largest")),
    ]
    usual = scan.modes.most_common(1)[0][0]
    for why, is_meant in _KINDS:
        first = next((file for file, header in files if is_meant(header)), None)
        if first is not None:
            found.append((why, first))
    if usual not in _GREY:
        found += [("grey", file) for file, header in files if header.mode in _GREY][:1]
    return found


def _ends(
    ordered: list[tuple[ScannedFile, Header]], measure: Callable[[Header], float], names: tuple[str, str]
) -> list[tuple[str, ScannedFile]]:
    """Return the first and the last one, each if it differs from the middle one."""
    middle = measure(ordered[len(ordered) // 2][1])
    (low, low_header), (high, high_header) = ordered[0], ordered[-1]
    ends = ((names[0], low, middle / measure(low_header)), (names[1], high, measure(high_header) / middle))
    return [(name, file) for name, file, ratio in ends if ratio >= _ODD]


def _aspect(header: Header) -> float:
    return header.width / header.height


def _pixels(header: Header) -> float:
    return float(header.width * header.height)


_GREY = ("1", "L", "LA", "La")
_KINDS: tuple[tuple[str, Callable[[Header], bool]], ...] = (
    ("with transparency", lambda header: header.has_alpha),
    ("16 bits", lambda header: header.is_sixteen_bit),
    ("floating-point numbers", lambda header: header.is_float),
    ("printing colours (CMYK)", lambda header: header.mode == "CMYK"),
    ("palette", lambda header: header.mode in ("P", "PA")),
    ("turned by its metadata", lambda header: header.orientation != 1),
    ("colour profile", lambda header: header.has_profile),
    ("several pictures in one file", lambda header: header.frames > 1),
)
