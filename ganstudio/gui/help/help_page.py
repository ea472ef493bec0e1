"""A page of the help: rich text, with formulas drawn in the colours of the theme."""

from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget
from typing_extensions import override

from ganstudio.gui.help import formula as formulas
from ganstudio.gui.help.formula_picture import fit
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import escaped
from ganstudio.gui.widgets.theme import SPACE

_BODY, _HEADING, FORMULA_SIZE = 15, 20, 24  # px: can be read from the back of a classroom, too
_PICTURE = "formula:"
_PLACE = "place:"


class HelpPage(QTextBrowser):
    """Page with links to entries, and to places in the window.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.
    """

    entryRequested = Signal(str)  # name of an entry
    placeRequested = Signal(str)  # name of a widget or an action, or dotted name of a setting

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formula: QImage | None = None
        self.setOpenLinks(False)
        self.document().setDocumentMargin(SPACE * 1.5)
        self.anchorClicked.connect(self._follow)

    def show_page(self, title: str, formula: str, text: str) -> None:
        """Show a title, letter by letter, a formula if it is not "", and rich text."""
        spoken = formulas.plain(formulas.parse(formula)) if formula else ""
        self.setAccessibleDescription(spoken)  # a picture cannot be read aloud
        heading = f"<h1>{escaped(title)}</h1>" if title else ""
        self.document().setDefaultStyleSheet(_style())
        self.setHtml(heading + (self._draw(formula) if formula else "") + text)

    def _draw(self, formula: str) -> str:
        """Draw a formula for this page, and return what shows it."""
        bar = self.verticalScrollBar().sizeHint().width()  # the text below may need it
        picture = fit(formula, FORMULA_SIZE, self.maximumViewportSize().width() - bar - 4 * SPACE)
        self._formula = picture.image(QColor(theme.current().text), self.devicePixelRatioF())
        name = escaped(f"{_PICTURE}{formulas.plain(formulas.parse(formula))}")
        image = f'<img src="{name}" width="{picture.width}" height="{picture.height}">'
        return f'<p class="formula">{image}</p>'

    @override
    def loadResource(self, type: int, name: QUrl | str) -> Any:
        if type == QTextDocument.ResourceType.ImageResource.value and QUrl(name).toString().startswith(_PICTURE):
            return self._formula
        return None  # a page has no other pictures, and reads no files

    def _follow(self, link: QUrl) -> None:
        target = link.toString()
        if target.startswith(_PLACE):
            self.placeRequested.emit(target.removeprefix(_PLACE))
        else:
            self.entryRequested.emit(target)


def place_link(place: str, name: str) -> str:
    """Return a link to a place in the window."""
    return f'<a href="{_PLACE}{escaped(place)}">{escaped(name)}</a>'


def _style() -> str:
    colours = theme.current()
    return (
        f"body, p, li {{ font-size: {_BODY}px; color: {colours.text}; }}"
        f"p, li {{ margin: 6px 0; line-height: 130%; }}"
        f"h1 {{ font-size: {_HEADING}px; color: {colours.text}; }}"
        f"h2 {{ font-size: {_BODY + 2}px; color: {colours.text}; }}"
        f".formula {{ margin: 10px 0 6px 0; line-height: 100%; }}"
        f".places {{ color: {colours.muted}; }}"
        f"a {{ color: {colours.accent}; }}"
    )
