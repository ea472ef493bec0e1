"""Rich text is made here only: every other text, wherever it comes from, is shown letter by letter.

Text of a run, a preset, a file's name or another program may look like HTML, and then Qt would draw it so, and load the
pictures that it names. Therefore labels are `Label`, every tooltip passes `as_tip`, and what is put into rich text is
escaped by `rich`.
"""

import html
import re
from collections.abc import Iterable
from typing import LiteralString

from PySide6.QtGui import Qt  # QtCore's lacks mightBeRichText

from ganstudio.text import readable

_WIDTH = 340  # px of a tooltip's text
_LONG_LINE = 100  # characters of a line of a tooltip that Qt need not wrap
_LONGEST_WORD = 60  # characters
_LONG_WORD = re.compile(
    rf"\S{{{_LONGEST_WORD}}}(?=\S)"
)  # gets places where a line may end: Qt breaks lines between words only
_BREAK = "\N{ZERO WIDTH SPACE}"


class RichText(str):
    """HTML of the program's own, in which all foreign text is escaped."""

    __slots__ = ()


def rich(template: LiteralString, *parts: object) -> RichText:
    """Return rich text from a template with `{}` for each part; parts that are not rich text are escaped."""
    return RichText(template.format(*map(escaped, parts)))


def escaped(text: object) -> RichText:
    """Return a text as rich text that shows it letter by letter; rich text stays as it is."""
    if isinstance(text, RichText):
        return text
    shown = readable(str(text))
    if len(shown) > _LONGEST_WORD:
        shown = _LONG_WORD.sub(rf"\g<0>{_BREAK}", shown)
    return RichText(html.escape(shown, quote=False).replace('"', "&quot;"))


def bold(text: str) -> RichText:
    """Return a text in bold; "" if it is empty."""
    return rich("<b>{}</b>", text) if text else RichText()


def lines(parts: Iterable[str]) -> RichText:
    """Return the parts that are not empty below each other."""
    return RichText("<br>".join(escaped(part) for part in parts if part))


def wrapped(*paragraphs: str) -> RichText:
    """Return rich text of a fixed width; Qt breaks the lines of other rich text too early or too late."""
    inside = "".join(f"<p style='margin: 0 0 4px 0'>{escaped(part)}</p>" for part in paragraphs if part)
    return RichText(f"<table width='{_WIDTH}'><tr><td>{inside}</td></tr></table>")


def as_tip(text: str) -> str:
    """Return a text as the tooltip of a widget, an action or an item; only `RichText` is drawn as HTML."""
    if isinstance(text, RichText):
        return text
    text = readable(text)
    if Qt.mightBeRichText(text) or any(len(line) > _LONG_LINE for line in text.split("\n")):
        return wrapped(lines(text.split("\n")))
    return text
