"""Text of any script in pictures that are drawn by Pillow.

Each character is drawn with the first font that has it. What no font has is replaced by what can be read: a letter
without its accent, the name of a symbol, or the number of a character.
"""

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from ganstudio import fonts

Anchor = Literal["left", "middle", "right"]
Colour = str | int | tuple[int, ...]

_ZERO_WIDTH_JOINER, _FIRST_VARIANT, _LAST_VARIANT = 0x200D, 0xFE00, 0xFE0F
_EMOJI_VARIANT = 0xFE0F
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
_FIRST_EMOJI = 0x1F000
_BITMAP_SIZES = (109, 136, 128, 160, 96, 64, 48, 40, 32, 20)  # px, of emoji fonts that have no other sizes
_OF_NUMBERS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{NARROW NO-BREAK SPACE}": " "})
_ALWAYS_THERE = frozenset(map(chr, range(128))) | frozenset("·…")  # in Pillow's own font
_SIMILAR = {  # what stands for a character that no font has
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MIDDLE DOT}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "\N{INFINITY}": "inf",
    "\N{MULTIPLICATION SIGN}": "x",
    "ß": "ss",
}


@dataclass(frozen=True)
class TextRun:
    """Part of a text in one font; None is Pillow's own."""

    text: str
    font: Path | None


def draw_text(
    image: Image.Image,
    position: tuple[float, float],
    text: str,
    size: int,
    colour: Colour,
    anchor: Anchor = "left",
) -> None:
    """Draw a line of text.

    Parameters
    ----------
    image
        Picture that is drawn into.
    position
        Left end, middle or right end of the text, see `anchor`, and the middle of its height, pixels.
    text
        Text in any script.
    size
        Size of the font, pixels.
    colour
        Colour of the text; emoji have their own.
    anchor
        Which point of the text is at `position`.
    """
    runs = split_runs(text)
    x, y = position
    if anchor != "left":
        x -= _width(runs, size) / (2 if anchor == "middle" else 1)
    ascent, descent = fonts.default_font(size).getmetrics()
    baseline = y + (ascent - descent) / 2
    draw = ImageDraw.Draw(image)
    for run in runs:
        font, factor = _load(run.font, size)
        if factor == 1.0:
            emoji = image.mode in ("RGB", "RGBA")
            draw.text((x, baseline), run.text, colour, font, anchor="ls", embedded_color=emoji)
        else:
            _paste_scaled(image, run.text, font, factor, (x, baseline))
        x += font.getlength(run.text) * factor


def text_width(text: str, size: int) -> float:
    """Return how wide a line of text is, pixels."""
    return _width(split_runs(text), size)


def _width(runs: tuple[TextRun, ...], size: int) -> float:
    width = 0.0
    for run in runs:
        font, factor = _load(run.font, size)
        width += font.getlength(run.text) * factor
    return width


@lru_cache(maxsize=256)
def split_runs(text: str) -> tuple[TextRun, ...]:
    """Split a text into parts that one font has, as few as possible; what no font has is replaced."""
    if _ALWAYS_THERE.issuperset(plain := text.translate(_OF_NUMBERS)):  # numbers, and most names
        return (TextRun(plain, None),)
    runs: list[TextRun] = []
    common = _common_font(text)
    for cluster in clusters(text):
        run = _run_of(cluster, common, runs[-1].font if runs else common)
        if runs and runs[-1].font == run.font:
            run = TextRun(runs.pop().text + run.text, run.font)
        runs.append(run)
    return tuple(runs)


def clusters(text: str) -> Iterator[str]:
    """Yield the characters of a text, each with what belongs to it: accents, skin tones, joined emoji, flags."""
    cluster = ""
    for character in text:
        if cluster and not _continues(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def replacement(cluster: str) -> str:
    """Return what stands for a character that no font has, from the characters of Pillow's own font."""
    if cluster in _SIMILAR:
        return _SIMILAR[cluster]
    plain = "".join(c for c in unicodedata.normalize("NFKD", cluster) if not unicodedata.combining(c))
    if plain and _has_all(fonts.default_characters(), plain):
        return plain
    return "".join(f"({_label(c)})" for c in cluster if not _is_invisible(ord(c)))


def _label(character: str) -> str:
    """Return the name of a symbol, or the number of another character."""
    name = unicodedata.name(character, "")
    return name.lower() if name and unicodedata.category(character) == "So" else f"U+{ord(character):04X}"


def _continues(cluster: str, character: str) -> bool:
    point = ord(character)
    if _is_invisible(point) or point in _SKIN_TONES or unicodedata.category(character) in ("Mn", "Me", "Mc"):
        return True
    if point in _FLAG_LETTERS and len(cluster) == 1:
        return ord(cluster) in _FLAG_LETTERS
    return ord(cluster[-1]) == _ZERO_WIDTH_JOINER


def _is_invisible(point: int) -> bool:
    return point == _ZERO_WIDTH_JOINER or _FIRST_VARIANT <= point <= _LAST_VARIANT or point in _TAGS


def _is_emoji(cluster: str) -> bool:
    return ord(cluster[0]) >= _FIRST_EMOJI or ord(cluster[-1]) == _EMOJI_VARIANT


def _has_all(characters: frozenset[int], text: str) -> bool:
    return all(ord(character) in characters for character in text)


def _visible(text: str) -> str:
    return "".join(character for character in text if not _is_invisible(ord(character)))


def _common_font(text: str) -> Path | None:
    """Return a font that has all of a text but its emoji, so that no word is in two fonts; None is Pillow's own."""
    rest = _visible("".join(cluster for cluster in clusters(text) if not _is_emoji(cluster)))
    if _has_all(fonts.default_characters(), rest):
        return None
    return fonts.find_font(frozenset(map(ord, rest)), last_resort=False)


def _run_of(cluster: str, common: Path | None, previous: Path | None) -> TextRun:
    visible = _visible(cluster)
    points = frozenset(map(ord, visible))
    if not _is_emoji(cluster):
        # A space or a comma stays with the word before it: words that are written from right to left keep their order.
        joins = unicodedata.category(cluster[0])[0] not in "LN" and not (previous and fonts.is_emoji_font(previous))
        for font in (previous, common, None) if joins else (common, None):
            if points <= (fonts.default_characters() if font is None else fonts.font_characters(font)):
                return TextRun(cluster, font)
    found = fonts.find_font(points, emoji=_is_emoji(cluster))
    return TextRun(cluster, found) if found is not None else TextRun(replacement(cluster), None)


@lru_cache(maxsize=64)
def _load(path: Path | None, size: int) -> tuple[ImageFont.FreeTypeFont, float]:
    """Return a font, and by what its pictures are to be scaled: some fonts of emoji have one size only."""
    if path is None:
        return fonts.default_font(size), 1.0
    for possible in (size, *_BITMAP_SIZES):
        try:
            return ImageFont.truetype(path, possible), size / possible
        except OSError:
            continue
    return fonts.default_font(size), 1.0


def _paste_scaled(
    image: Image.Image, text: str, font: ImageFont.FreeTypeFont, factor: float, position: tuple[float, float]
) -> None:
    """Draw text of a font that has one size only, `position` at its baseline."""
    ascent, descent = font.getmetrics()
    tile = Image.new("RGBA", (max(1, math.ceil(font.getlength(text))), ascent + descent))
    ImageDraw.Draw(tile).text((0, ascent), text, font=font, anchor="ls", embedded_color=True)
    tile = tile.resize((max(1, round(tile.width * factor)), max(1, round(tile.height * factor))))
    corner = round(position[0]), round(position[1] - ascent * factor)
    image.paste(tile.convert(image.mode), corner, tile.getchannel("A"))
