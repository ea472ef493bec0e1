"""Canvases that a chart is drawn on with the same calls: a picture by Pillow, and an SVG document.

Coordinates and sizes are in px of the chart; a picture may have several pixels for each. Colours are #RRGGBB, or
#RRGGBBAA where what is below shows through.
"""

import base64
import io
from typing import Literal, Protocol
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from ganstudio import picture_text
from ganstudio.images import Pictures
from ganstudio.text import one_line

Points = npt.NDArray[np.float64]
Dash = tuple[float, float]  # px drawn, px left out
Anchor = Literal["start", "middle", "end"]

_PILLOW_ANCHORS: dict[Anchor, picture_text.Anchor] = {"start": "left", "middle": "middle", "end": "right"}
_MAX_JOINTS = 5000  # points of a line, up to which its corners are rounded
_BASELINE = 0.35  # of a font's size, from the middle of a line of text down to its baseline


class Canvas(Protocol):
    """What a chart is drawn on."""

    def draw_box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""

    def draw_line(self, points: Points, colour: str, width: float = 1.0, dash: Dash | None = None) -> None:
        """Draw a line through points, (N, 2)."""

    def draw_polygon(self, points: Points, colour: str, filled: bool) -> None:
        """Draw a polygon with corners, (N, 2)."""

    def draw_circle(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""

    def draw_text(self, x: float, y: float, text: str, colour: str, size: int, anchor: Anchor = "start") -> None:
        """Write a line of text; y is its middle."""

    def text_width(self, text: str, size: int) -> float:
        """Return about how wide a text is."""


class PlaneCanvas(Canvas, Protocol):
    """Canvas for pictures as well."""

    def draw_picture(self, x: float, y: float, width: float, height: float, pixels: Pictures) -> None:
        """Draw a picture, (H, W, 3), enlarged smoothly."""


class PictureCanvas:
    """Picture drawn by Pillow, larger than wanted and shrunk at the end: Pillow's own lines are jagged.

    Parameters
    ----------
    width, height
        Size in px of the chart.
    scale
        Pixels of the picture for each px.
    background
        Colour of the paper.
    """

    _OVERSAMPLING = 2

    def __init__(self, width: int, height: int, scale: int, background: str) -> None:
        self._factor = scale * self._OVERSAMPLING
        self._image = Image.new("RGB", (width * self._factor, height * self._factor), background)
        self._opaque = ImageDraw.Draw(self._image)
        self._blending = ImageDraw.Draw(self._image, "RGBA")  # opaque colours, too, but boxes ten times as slowly

    def picture(self) -> Image.Image:
        """Return what was drawn."""
        return self._image.reduce(self._OVERSAMPLING)

    def draw_picture(self, x: float, y: float, width: float, height: float, pixels: Pictures) -> None:
        """Draw a picture, (H, W, 3), enlarged smoothly."""
        size = round(width * self._factor), round(height * self._factor)
        enlarged = Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR)
        self._image.paste(enlarged, (round(x * self._factor), round(y * self._factor)))

    def draw_box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self._brush(colour).rectangle([side * self._factor for side in (x, y, x + width, y + height)], fill=colour)

    def draw_line(self, points: Points, colour: str, width: float = 1.0, dash: Dash | None = None) -> None:
        """Draw a line through points, (N, 2)."""
        thickness = max(1, round(width * self._factor))
        for part in [points] if dash is None else _dashes(points, dash):
            corners = self._scaled(part)
            joint = "curve" if len(corners) < _MAX_JOINTS else None
            self._brush(colour).line(corners, fill=colour, width=thickness, joint=joint)

    def draw_polygon(self, points: Points, colour: str, filled: bool) -> None:
        """Draw a polygon with corners, (N, 2)."""
        self._brush(colour).polygon(self._scaled(points), colour if filled else None, colour, round(1.2 * self._factor))

    def draw_circle(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""
        self._brush(colour).circle((x * self._factor, y * self._factor), radius * self._factor, fill=colour)

    def draw_text(self, x: float, y: float, text: str, colour: str, size: int, anchor: Anchor = "start") -> None:
        """Write a line of text; y is its middle."""
        position = x * self._factor, y * self._factor
        picture_text.draw_text(
            self._image, position, one_line(text), size * self._factor, colour, _PILLOW_ANCHORS[anchor]
        )

    def text_width(self, text: str, size: int) -> float:
        """Return how wide a text is."""
        return picture_text.text_width(text, size)

    def _brush(self, colour: str) -> ImageDraw.ImageDraw:
        has_alpha = len(colour) == len("#RRGGBBAA")
        return self._blending if has_alpha else self._opaque

    def _scaled(self, points: Points) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in points * self._factor]


class SvgCanvas:
    """SVG document; text stays text, for which the viewer finds the fonts.

    Parameters
    ----------
    width, height
        Size in px.
    title
        Title of the document.
    background
        Colour of the paper.
    """

    _FONTS = "'Segoe UI', 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"

    def __init__(self, width: int, height: int, title: str, background: str) -> None:
        self._parts = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family={quoteattr(self._FONTS)}>',
            f"<title>{escape(one_line(title))}</title>",
        ]
        self.draw_box(0, 0, width, height, background)

    def document(self) -> str:
        """Return the whole document."""
        return "\n".join([*self._parts, "</svg>", ""])

    def draw_picture(self, x: float, y: float, width: float, height: float, pixels: Pictures) -> None:
        """Draw a picture, (H, W, 3), which viewers enlarge smoothly."""
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "png")
        data = base64.b64encode(file.getvalue()).decode()
        self._parts.append(
            f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" preserveAspectRatio="none" '
            f'href="data:image/png;base64,{data}"/>'
        )

    def draw_box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" {_paint("fill", colour)}/>'
        )

    def draw_line(self, points: Points, colour: str, width: float = 1.0, dash: Dash | None = None) -> None:
        """Draw a line through points, (N, 2)."""
        dashes = f' stroke-dasharray="{dash[0]:g} {dash[1]:g}"' if dash else ""
        self._parts.append(
            f'<polyline points="{_coordinates(points)}" fill="none" {_paint("stroke", colour)} '
            f'stroke-width="{width:g}" stroke-linejoin="round"{dashes}/>'
        )

    def draw_polygon(self, points: Points, colour: str, filled: bool) -> None:
        """Draw a polygon with corners, (N, 2)."""
        fill = _paint("fill", colour if filled else "none")
        self._parts.append(
            f'<polygon points="{_coordinates(points)}" {fill} {_paint("stroke", colour)} stroke-width="1.2"/>'
        )

    def draw_circle(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""
        self._parts.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" {_paint("fill", colour)}/>')

    def draw_text(self, x: float, y: float, text: str, colour: str, size: int, anchor: Anchor = "start") -> None:
        """Write a line of text; y is its middle."""
        self._parts.append(
            f'<text x="{x:g}" y="{y + _BASELINE * size:g}" font-size="{size}" text-anchor="{anchor}" '
            f"{_paint('fill', colour)}>{escape(one_line(text))}</text>"
        )

    def text_width(self, text: str, size: int) -> float:
        """Return about how wide a text is: the viewer's font may be another."""
        return picture_text.text_width(text, size)


def _paint(attribute: str, colour: str) -> str:
    """Return an attribute of that colour; an alpha becomes its opacity, as not every viewer reads #RRGGBBAA."""
    if len(colour) != len("#RRGGBBAA"):
        return f"{attribute}={quoteattr(colour)}"
    return f'{attribute}={quoteattr(colour[:7])} {attribute}-opacity="{int(colour[7:], 16) / 255:.3g}"'


def _coordinates(points: Points) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points.tolist())


def _dashes(points: Points, dash: Dash) -> list[Points]:
    """Return the drawn pieces of a dashed line through points, (N, 2)."""
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])  # up to each point
    starts = np.arange(0.0, lengths[-1], sum(dash))
    stops = np.minimum(starts + dash[0], lengths[-1])
    first, last = (np.stack([np.interp(ends, lengths, axis) for axis in points.T], axis=1) for ends in (starts, stops))
    inner = zip(np.searchsorted(lengths, starts, "right"), np.searchsorted(lengths, stops, "left"), strict=True)
    return [
        np.concatenate([first[number : number + 1], points[begin:end], last[number : number + 1]])
        for number, (begin, end) in enumerate(inner)
    ]
