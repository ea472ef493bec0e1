"""Fonts of this computer, and which characters each has.

Pillow has a font of its own, with little more than ASCII. Every other character is looked up in the fonts that are
installed: the usual text fonts first, then all others.
"""

import io
import os
import struct
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

from PIL import ImageFont

from ganstudio.system.homes import home_or_root

_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
_MAX_FONTS = 400  # that are opened in search of a character
_PREFERRED = (  # stems of the files of text fonts, in lower case
    "notosans-regular",
    "segoeui",
    "sfns",
    "helveticaneue",
    "dejavusans",
    "arial",
    "liberationsans-regular",
    "pingfang",
    "hiragino sans gb",
    "notosanscjk-regular",
    "msyh",
    "yugothm",
    "malgun",
    "applesdgothicneo",
    "nirmala",
    "arial unicode",
    "droidsansfallbackfull",
)
_STYLES = ("bold", "italic", "oblique", "light", "thin", "black", "mono", "serif", "condensed", "narrow")
_LAST_RESORT = ("unifont", "lastresort")


def default_font(size: float) -> ImageFont.FreeTypeFont:
    """Return Pillow's own font, which is always there."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's wheels have FreeType
    return font


@cache
def default_characters() -> frozenset[int]:
    """Return the code points that Pillow's own font has."""
    return _characters(io.BytesIO(default_font(10).font_bytes))


@cache
def font_characters(path: Path) -> frozenset[int]:
    """Return the code points that a font has; none if its file cannot be read."""
    try:
        with path.open("rb") as file:
            return _characters(file)
    except OSError:
        return frozenset()


@cache
def installed_fonts() -> tuple[Path, ...]:
    """Return the files of installed fonts, those for text first."""
    files = {path for folder in font_folders() for path in _fonts_below(folder)}
    return tuple(sorted(files, key=_rank)[:_MAX_FONTS])


@cache
def find_font(code_points: frozenset[int], emoji: bool = False, last_resort: bool = True) -> Path | None:
    """Return the first installed font that has all these characters; None if no font has.

    Parameters
    ----------
    code_points
        What the font must have.
    emoji
        Whether fonts of emoji come before those of text.
    last_resort
        Whether fonts that look rough, but have nearly every character, are looked at after all others.
    """
    files = sorted(installed_fonts(), key=lambda path: is_emoji_font(path) != emoji)
    return next(
        (path for path in files if (last_resort or not _is_last_resort(path)) and font_characters(path) >= code_points),
        None,
    )


def is_emoji_font(path: Path) -> bool:
    """Return whether a font is one of emoji."""
    return "emoji" in path.stem.lower()


def _is_last_resort(path: Path) -> bool:
    return any(name in path.stem.lower() for name in _LAST_RESORT)


def _characters(file: BinaryIO) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError  # takes a while, and is seldom needed

    try:
        with TTFont(file, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, LookupError, ValueError, AssertionError, EOFError, struct.error):
        return frozenset()  # a damaged font: others are there


def font_folders() -> Iterator[Path]:
    """Yield the folders that fonts of this system and of the user are installed in."""
    home = home_or_root()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
        if local := os.environ.get("LOCALAPPDATA"):
            yield Path(local) / "Microsoft" / "Windows" / "Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts")
    else:
        data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        own = os.environ.get("XDG_DATA_HOME") or str(home / ".local" / "share")
        yield from (Path(folder) / "fonts" for folder in (own, *data.split(":")) if folder)
        yield home / ".fonts"


def _fonts_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent) / name for name in names if Path(name).suffix.lower() in _SUFFIXES)


def _rank(path: Path) -> tuple[bool, bool, int, str]:
    stem = path.stem.lower()
    preferred = _PREFERRED.index(stem) if stem in _PREFERRED else len(_PREFERRED)
    styled = preferred == len(_PREFERRED) and any(style in stem for style in _STYLES)
    return _is_last_resort(path), styled, preferred, str(path)
