"""Pictures of formulas, in the colour of the text and as fine as the screen."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from ganstudio.gui.help.formula import (
    LARGE,
    Accent,
    Fenced,
    Fraction,
    Glyph,
    Kind,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    parse,
)

_FAMILIES = ("STIX Two Text", "Cambria Math", "Times New Roman", "Nimbus Roman", "Liberation Serif", "DejaVu Serif")
_SCRIPT = 0.7  # size of what is raised or lowered
_MIN_SIZE = 9.0  # px
_AXIS = 0.26  # ems above the base line, where bars of fractions and signs are
_BAR = 0.055  # ems, thickness of lines
_GAP = 0.16  # ems beside a bar, above and below
_LARGE = 1.5  # size of a sum
_SIGN_SPACE = 0.24  # ems
_THIN_SPACE = 0.17
_FENCE_WIDTH = 0.3  # ems
_LINE_GAP = 0.45  # ems between two lines

_Paint = Callable[[QPainter, float, float], None]  # painter, left edge, base line


@dataclass
class _Box:
    """A part as it is laid out, in px around its base line."""

    width: float
    ascent: float
    descent: float
    paints: list[tuple[float, float, _Paint]] = field(default_factory=list)  # offset right, and down

    def put(self, box: "_Box", right: float, down: float = 0.0) -> None:
        """Take another box in; the size is left to the caller."""
        self.paints += [(right + x, down + y, paint) for x, y, paint in box.paints]

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        for right, down, paint in self.paints:
            paint(painter, x + right, y + down)


class FormulaPicture:
    """A formula, laid out.

    Parameters
    ----------
    text
        The formula, as `ganstudio.gui.help.formula` reads it.
    size
        Size of its letters, px.
    """

    def __init__(self, text: str, size: float) -> None:
        self._lines = [_lay_out(line, size) for line in parse(text)]
        self._gap = _LINE_GAP * size
        self.width = math.ceil(max(line.width for line in self._lines)) + 2  # px; slanted letters reach out
        heights = [line.ascent + line.descent for line in self._lines]
        self.height = math.ceil(sum(heights) + self._gap * (len(heights) - 1)) + 2  # px

    def image(self, colour: QColor, ratio: float) -> QImage:
        """Return the formula in a colour, with `ratio` pixels of the screen for each px."""
        image = QImage(round(self.width * ratio), round(self.height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.setPen(colour)
        top = 1.0
        for line in self._lines:
            line.paint(painter, 1.0, top + line.ascent)
            top += line.ascent + line.descent + self._gap
        painter.end()
        return image


def fit(text: str, size: float, width: float) -> FormulaPicture:
    """Return the picture of a formula, with smaller letters where it would be wider than `width` px."""
    picture = FormulaPicture(text, size)
    return picture if picture.width <= width else FormulaPicture(text, max(_MIN_SIZE, size * width / picture.width))


def _lay_out(node: Node, size: float) -> _Box:
    match node:
        case Glyph():
            return _glyph(node, size)
        case Space(width):
            return _Box(width * size, 0, 0)
        case Row(parts):
            return _row(parts, size)
        case Fraction(above, below):
            return _fraction(above, below, size)
        case Root(body):
            return _root(body, size)
        case Accent(body, mark):
            return _accent(body, mark, size)
        case Fenced(left, body, right):
            return _fenced(left, body, right, size)
        case Scripts():
            return _limits(node, size) if node.is_limited else _scripts(node, size)


def _font(size: float, is_italic: bool = False) -> QFont:
    font = QFont()
    font.setFamilies(list(_FAMILIES))
    font.setStyleHint(QFont.StyleHint.Serif)
    font.setPixelSize(max(1, round(size)))
    font.setItalic(is_italic)
    return font


def _glyph(glyph: Glyph, size: float) -> _Box:
    is_large = glyph.text in LARGE
    font = _font(size * _LARGE if is_large else size, glyph.kind is Kind.LETTER)
    metrics = QFontMetricsF(font)
    width, tight = metrics.horizontalAdvance(glyph.text), metrics.tightBoundingRect(glyph.text)
    if glyph.kind is Kind.LETTER:
        width = max(width, tight.right())  # what is slanted reaches out
    ascent, descent = _AXIS * 2.7 * size, _AXIS * 0.8 * size
    down = 0.0
    if is_large:  # it stands in the middle, around the axis
        down = -_AXIS * size - (tight.top() + tight.bottom()) / 2
        ascent, descent = -tight.top() - down, tight.bottom() + down

    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.setFont(font)
        painter.drawText(QPointF(x, y), glyph.text)

    return _Box(width, ascent, descent, [(0.0, down, paint)])


def _row(parts: tuple[Node, ...], size: float) -> _Box:
    whole = _Box(0, *_line(size))
    for index, part in enumerate(parts):
        box = _lay_out(part, size)
        before = parts[index - 1] if index else None
        left, right = _space_around(part, before, parts[index + 1] if index + 1 < len(parts) else None, size)
        whole.width += left
        whole.put(box, whole.width)
        whole.width += box.width + right
        whole.ascent, whole.descent = max(whole.ascent, box.ascent), max(whole.descent, box.descent)
    return whole


def _line(size: float) -> tuple[float, float]:
    """Return ascent and descent of a line of letters."""
    return _AXIS * 2.7 * size, _AXIS * 0.8 * size


def _space_around(part: Node, before: Node | None, after: Node | None, size: float) -> tuple[float, float]:
    """Return the room before and behind a part, px."""
    core = part.base if isinstance(part, Scripts) else part
    if not isinstance(core, Glyph):
        return 0.0, 0.0
    opens = isinstance(before, Glyph) and before.kind is Kind.OPENING
    if core.kind is Kind.SIGN:
        is_unary = before is None or opens or (isinstance(before, Glyph) and before.kind is Kind.SIGN)
        return (0.0, 0.0) if is_unary and core.text == "−" else (_SIGN_SPACE * size,) * 2
    if core.kind in (Kind.FUNCTION, Kind.LARGE):
        is_called = isinstance(after, Fenced) or (isinstance(after, Glyph) and after.kind is Kind.OPENING)
        left, right = (before is None or opens), (core.kind is Kind.FUNCTION and is_called)
        return 0.0 if left else _THIN_SPACE * size, 0.0 if right else _THIN_SPACE * size
    return 0.0, _THIN_SPACE * size if core.kind is Kind.PUNCTUATION else 0.0


def _rule(width: float, thickness: float) -> _Paint:
    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.fillRect(QRectF(x, y - thickness / 2, width, thickness), painter.pen().color())

    return paint


def _fraction(above: Node, below: Node, size: float) -> _Box:
    top, bottom = _lay_out(above, size * 0.9), _lay_out(below, size * 0.9)
    width, axis, gap = max(top.width, bottom.width) + _GAP * size, _AXIS * size, _GAP * size
    box = _Box(
        width + 2 * _GAP * size, axis + gap + top.descent + top.ascent, gap + bottom.ascent + bottom.descent - axis
    )
    left = _GAP * size
    box.put(top, left + (width - top.width) / 2, -axis - gap - top.descent)
    box.put(bottom, left + (width - bottom.width) / 2, gap + bottom.ascent - axis)
    box.paints.append((left, -axis, _rule(width, _BAR * size)))
    return box


def _root(body: Node, size: float) -> _Box:
    inner = _lay_out(body, size)
    rise, hook = inner.ascent + _GAP * size, 0.6 * size
    box = _Box(hook + inner.width + _GAP * size, rise + _BAR * size, inner.descent)

    def paint(painter: QPainter, x: float, y: float) -> None:
        path = QPainterPath(QPointF(x + 0.05 * size, y - 0.3 * size))
        path.lineTo(x + 0.18 * size, y - 0.38 * size)
        path.lineTo(x + 0.34 * size, y + inner.descent)
        path.lineTo(x + 0.54 * size, y - rise)
        path.lineTo(x + box.width, y - rise)
        painter.strokePath(path, QPen(painter.pen().color(), _BAR * size))

    box.paints.append((0.0, 0.0, paint))
    box.put(inner, hook)
    return box


def _accent(body: Node, mark: str, size: float) -> _Box:
    inner = _lay_out(body, size)
    box = _Box(inner.width, inner.ascent + 0.1 * size, inner.descent)
    box.put(inner, 0)

    def paint(painter: QPainter, x: float, y: float) -> None:
        middle, top, half = x + inner.width / 2 + 0.06 * size, y - inner.ascent, 0.16 * size
        path = QPainterPath(QPointF(middle - half, top))
        path.lineTo(middle, top - (0.12 * size if mark == "^" else 0.0))
        path.lineTo(middle + half, top)
        painter.strokePath(path, QPen(painter.pen().color(), _BAR * size))

    box.paints.append((0.0, 0.0, paint))
    return box


def _fenced(left: str, body: Node, right: str, size: float) -> _Box:
    inner = _lay_out(body, size)
    reach = max(inner.ascent - _AXIS * size, inner.descent + _AXIS * size) + 0.06 * size
    box = _Box(0, max(inner.ascent, reach + _AXIS * size), max(inner.descent, reach - _AXIS * size))
    for sign, part in ((left, None), ("", inner), (right, None)):
        if part is not None:
            box.put(part, box.width)
            box.width += part.width
        elif sign:
            box.paints.append((box.width, -_AXIS * size, _fence(sign, reach, size)))
            box.width += _FENCE_WIDTH * size
    return box


def _fence(sign: str, reach: float, size: float) -> _Paint:
    """Return what paints a bracket that reaches so far above and below the axis, px."""
    width, is_left = _FENCE_WIDTH * size, sign in "(["

    def paint(painter: QPainter, x: float, y: float) -> None:
        near, far = (0.78 * width, 0.24 * width) if is_left else (0.22 * width, 0.76 * width)
        path = QPainterPath(QPointF(x + near, y - reach))
        if sign in "()":
            path.cubicTo(x + far, y - reach / 2, x + far, y + reach / 2, x + near, y + reach)
        elif sign in "[]":
            path.lineTo(x + far, y - reach)
            path.lineTo(x + far, y + reach)
            path.lineTo(x + near, y + reach)
        else:
            path = QPainterPath()
            for place in (0.5,) if sign == "|" else (0.3, 0.7):
                path.moveTo(x + place * width, y - reach)
                path.lineTo(x + place * width, y + reach)
        painter.strokePath(path, QPen(painter.pen().color(), 1.2 * _BAR * size))

    return paint


def _scripts(node: Scripts, size: float) -> _Box:
    base, small = _lay_out(node.base, size), max(_MIN_SIZE, size * _SCRIPT)
    box = _Box(base.width, base.ascent, base.descent)
    box.put(base, 0)
    widths = [0.0]
    if node.above is not None:
        above = _lay_out(node.above, small)
        up = max(base.ascent - 0.3 * small, 0.38 * size)
        box.put(above, base.width + 0.05 * size, -up)
        box.ascent = max(box.ascent, up + above.ascent)
        widths.append(above.width)
    if node.below is not None:
        below = _lay_out(node.below, small)
        down = max(base.descent - 0.1 * small, 0.2 * size)
        box.put(below, base.width, down)
        box.descent = max(box.descent, down + below.descent)
        widths.append(below.width)
    box.width += max(widths) + 0.06 * size
    return box


def _limits(node: Scripts, size: float) -> _Box:
    base, small = _lay_out(node.base, size), max(_MIN_SIZE, size * _SCRIPT)
    around = [_lay_out(part, small) if part is not None else _Box(0, 0, 0) for part in (node.below, node.above)]
    below, above = around
    width = max(base.width, below.width, above.width)
    box = _Box(width, base.ascent, base.descent)
    box.put(base, (width - base.width) / 2)
    if node.above is not None:
        box.put(above, (width - above.width) / 2, -base.ascent - above.descent)
        box.ascent += above.descent + above.ascent
    if node.below is not None:
        down = base.descent + below.ascent
        box.put(below, (width - below.width) / 2, down)
        box.descent = down + below.descent
    return box
