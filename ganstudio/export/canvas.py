"""Two things to draw a chart on with the same calls: a picture (Pillow) and an SVG file's text. All sizes in px."""

from typing import Protocol
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Points = npt.NDArray[np.float64]
Dash = tuple[float, float]  # drawn, left out

_ANCHORS = {"start": "lm", "middle": "mm", "end": "rm"}


class Canvas(Protocol):
    """What a chart needs."""

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None: ...
    def line(self, points: Points, colour: str, width: float = 1.0, dash: Dash | None = None) -> None: ...
    def text(self, x: float, y: float, words: str, colour: str, size: int, anchor: str = "start") -> None: ...
    def width_of(self, words: str, size: int) -> float: ...


def width_of(words: str, size: int) -> float:
    """How wide words are, near enough for any plain font."""
    return float(ImageFont.load_default(size).getlength(words))


class Picture:
    """Draws `_FINE` times too large and shrinks in the end: Pillow's own lines are jagged."""

    _FINE = 2

    def __init__(self, width: int, height: int, scale: int, paper: str) -> None:
        self._factor = scale * self._FINE
        self._image = Image.new("RGB", (width * self._factor, height * self._factor), paper)
        self._draw = ImageDraw.Draw(self._image)

    def image(self) -> Image.Image:
        """What was drawn."""
        return self._image.reduce(self._FINE)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        corners = [each * self._factor for each in (x, y, x + width, y + height)]
        self._draw.rectangle(corners, fill=colour)

    def line(self, points: Points, colour: str, width: float = 1.0, dash: Dash | None = None) -> None:
        """A line through points (N, 2)."""
        thick = max(1, round(width * self._factor))
        for part in [points] if dash is None else _dashes(points, dash):
            places = [(float(x), float(y)) for x, y in part * self._factor]
            self._draw.line(places, fill=colour, width=thick, joint="curve" if len(places) < 5000 else None)

    def text(self, x: float, y: float, words: str, colour: str, size: int, anchor: str = "start") -> None:
        words = words.replace("\N{MINUS SIGN}", "-")  # which Pillow's own font lacks
        font = ImageFont.load_default(size * self._factor)
        self._draw.text((x * self._factor, y * self._factor), words, colour, font, anchor=_ANCHORS[anchor])

    width_of = staticmethod(width_of)


class Svg:
    """Writes elements; text stays text."""

    def __init__(self, width: int, height: int, title: str, paper: str) -> None:
        self._parts = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif">',
            f"<title>{escape(title)}</title>",
        ]
        self.box(0, 0, width, height, paper)

    def document(self) -> str:
        """The whole file."""
        return "\n".join([*self._parts, "</svg>", ""])

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill={quoteattr(colour)}/>'
        )

    def line(self, points: Points, colour: str, width: float = 1.0, dash: Dash | None = None) -> None:
        places = " ".join(f"{x:.2f},{y:.2f}" for x, y in points.tolist())
        dashed = f' stroke-dasharray="{dash[0]:g} {dash[1]:g}"' if dash else ""
        self._parts.append(
            f'<polyline points="{places}" fill="none" stroke={quoteattr(colour)} stroke-width="{width:g}"'
            f' stroke-linejoin="round"{dashed}/>'
        )

    def text(self, x: float, y: float, words: str, colour: str, size: int, anchor: str = "start") -> None:
        self._parts.append(
            f'<text x="{x:g}" y="{y + 0.35 * size:g}" font-size="{size}" text-anchor="{anchor}" '
            f"fill={quoteattr(colour)}>{escape(words)}</text>"
        )

    width_of = staticmethod(width_of)


def _dashes(points: Points, dash: Dash) -> list[Points]:
    """The drawn pieces of a dashed line through points (N, 2)."""
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])  # length up to each point
    starts = np.arange(0.0, run[-1], sum(dash))
    pieces = []
    for start in starts:
        stop = min(start + dash[0], run[-1])
        inside = points[(run > start) & (run < stop)]
        ends = [[np.interp(at, run, points[:, axis]) for axis in (0, 1)] for at in (start, stop)]
        pieces.append(np.concatenate([[ends[0]], inside, [ends[1]]]))
    return pieces
