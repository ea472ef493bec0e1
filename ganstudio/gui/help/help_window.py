"""Window with first steps and the glossary."""

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ganstudio.gui.dialogs.fitting import room_for_dialog
from ganstudio.gui.help import glossary
from ganstudio.gui.help.glossary import Entry
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import rich
from ganstudio.gui.widgets.theme import SPACE

FIRST_STEPS = ""  # instead of the name of an entry
_SIZE = QSize(760, 560)  # px, where the screen has room
_LIST_WIDTH = 220  # px
_BODY, _HEADING, _FORMULA = 15, 20, 24  # px: can be read from the back of a classroom, too
_NAME = Qt.ItemDataRole.UserRole


class HelpWindow(QDialog):
    """List of terms with a search field, and a page. It stays in front; the main window remains usable.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("helpWindow")
        self.setWindowTitle("Help")
        self._shown: Entry | str = FIRST_STEPS  # an entry, or other rich text
        self._more = ""  # rich text below it
        self.search = QLineEdit()
        self.search.setObjectName("helpFind")
        self.search.setPlaceholderText("Find a term")
        self.search.setAccessibleName("Find a term")
        self.search.setToolTip("Type a term, such as FCD, R1 or learning rate")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setObjectName("helpList")
        self.list.setAccessibleName("First steps and glossary")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page = QTextBrowser()
        self.page.setObjectName("helpPage")
        self.page.setAccessibleName("Explanation")
        self.page.setOpenLinks(False)
        self.page.document().setDocumentMargin(SPACE * 1.5)
        close = QPushButton("Close")
        close.setToolTip("Close this window (Esc)")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        self._lay_out(close)
        self._fill()
        room = self.list.sizeHintForColumn(0) + self.list.verticalScrollBar().sizeHint().width() + SPACE
        self.list.setFixedWidth(max(_LIST_WIDTH, room))
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._choose)
        self.page.anchorClicked.connect(self._follow)
        self.list.setCurrentRow(0)
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def show_entry(self, name: str, more: str = "") -> None:
        """Show the entry of that name, or FIRST_STEPS, and below it `more`, rich text."""
        self.search.clear()
        for row in range(self.list.count()):
            if self.list.item(row).data(_NAME) == name:
                self.list.setCurrentRow(row)
                self.list.scrollToItem(self.list.item(row))
        self._shown, self._more = glossary.entries()[name] if name else FIRST_STEPS, more
        self._render()

    def show_first_steps(self) -> None:
        """Show the page for users who are new."""
        self.show_entry(FIRST_STEPS)

    def show_widget(self, name: str, tip: str) -> None:
        """Show what explains a widget that was clicked: the entry of that name, if any, and its own tooltip."""
        if name:
            self.show_entry(name, tip)
        else:
            self._show_text(tip)

    def _show_text(self, text: str) -> None:
        self.list.setCurrentRow(-1)
        self._shown, self._more = text, ""
        self._render()

    # Building

    def _lay_out(self, close: QPushButton) -> None:
        left = QVBoxLayout()
        left.setSpacing(SPACE)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(SPACE * 2)
        self._columns.addLayout(left)
        self._columns.addWidget(self.page, 1)
        end = QHBoxLayout()
        end.addStretch(1)
        end.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addLayout(self._columns, 1)
        whole.addLayout(end)

    def _fill(self) -> None:
        for name, title in ((FIRST_STEPS, "First steps"), *((e.name, e.title) for e in glossary.entries().values())):
            item = QListWidgetItem(title, self.list)
            item.setData(_NAME, name)

    # What happens

    def _filter(self, query: str) -> None:
        """Hide the entries that do not match, and show the first that does."""
        first = None
        for row in range(self.list.count()):
            item = self.list.item(row)
            entry = glossary.entries().get(str(item.data(_NAME)))
            matches = entry.matches(query) if entry else not query.strip()
            item.setHidden(not matches)
            first = item if first is None and matches else first
        if query.strip():
            if first is not None:
                self.list.setCurrentItem(first)
            else:
                self._show_text(rich("<p>No entry contains the words “{}”.</p>", query))

    def _choose(self, item: QListWidgetItem | None, _: QListWidgetItem | None = None) -> None:
        if item is not None:
            name = str(item.data(_NAME))
            self._shown, self._more = glossary.entries()[name] if name else FIRST_STEPS, ""
            self._render()

    def _follow(self, link: QUrl) -> None:
        self.show_entry(link.toString())

    def _render(self) -> None:
        shown = self._shown
        if isinstance(shown, Entry):
            formula = f"<p class='formula'>{shown.formula}</p>" if shown.formula else ""
            text = f"<h1>{shown.title}</h1>{formula}{shown.text}"
        else:
            text = shown or glossary.first_steps()
        self.page.document().setDefaultStyleSheet(_style())
        self.page.setHtml(text + (f"<hr>{self._more}" if self._more else ""))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "page"):
            self._render()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the list above the page where the window is narrow."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < 2 * _LIST_WIDTH
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)


def _style() -> str:
    colours = theme.current()
    return (
        f"body, p, li {{ font-size: {_BODY}px; color: {colours.text}; }}"
        f"p, li {{ margin: 6px 0; line-height: 130%; }}"
        f"h1 {{ font-size: {_HEADING}px; color: {colours.text}; }}"
        f"h2 {{ font-size: {_BODY + 2}px; color: {colours.text}; }}"
        f".formula {{ font-size: {_FORMULA}px; color: {colours.text}; margin: 12px 0; }}"
        f".formula i {{ font-size: {_FORMULA}px; }}"  # else as small as the text around it
        f"a {{ color: {colours.accent}; }}"
    )
