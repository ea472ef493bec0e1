"""Window with first steps, a page for each panel, and the glossary."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ganstudio.gui.dialogs.fitting import room_for_dialog
from ganstudio.gui.help import glossary
from ganstudio.gui.help.glossary import Entry
from ganstudio.gui.help.help_page import HelpPage, place_link
from ganstudio.gui.widgets.rich_text import rich
from ganstudio.gui.widgets.theme import SPACE

FIRST_STEPS = ""  # instead of the name of an entry
_SIZE = QSize(860, 620)  # px, where the screen has room
_LIST_WIDTH, _PAGE_WIDTH = 220, 280  # px, at least
_MAX_PLACES = 6  # that a page names
_NUMBERED = "latentSlider"  # places that are alike: one of them is named
_NAME = Qt.ItemDataRole.UserRole
_FIRST_STEPS_WORDS = ("first", "steps", "start", "begin", "introduction")  # to find them by


class HelpWindow(QDialog):
    """List of pages and terms with a search field, and a page. It stays in front; the main window remains usable.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.
    name_of_place
        Returns what the user calls a place of the window; "" if it has none, or is not there now.
    """

    placeRequested = Signal(str)  # where a term is seen: name of a widget or an action, or dotted name of a setting

    def __init__(self, parent: QWidget | None = None, name_of_place: Callable[[str], str] = lambda _: "") -> None:
        super().__init__(parent)
        self._name_of_place = name_of_place
        self.setObjectName("helpWindow")
        self.setWindowTitle("Help")
        self._shown: Entry | str = FIRST_STEPS  # an entry, or other rich text
        self._more = ""  # rich text below it
        self._resized = QTimer(self, singleShot=True, interval=0)  # a formula is drawn as wide as the page has room
        self._resized.timeout.connect(self._draw_again)
        self.search = QLineEdit()
        self.search.setObjectName("helpFind")
        self.search.setPlaceholderText("Find a term")
        self.search.setAccessibleName("Find a term")
        self.search.setToolTip("Type a term, such as FCD, R1 or learning rate")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setObjectName("helpList")
        self.list.setAccessibleName("First steps, pages and glossary")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page = HelpPage()
        self.page.setObjectName("helpPage")
        self.page.setAccessibleName("Explanation")
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
        self.page.entryRequested.connect(self.show_entry)
        self.page.placeRequested.connect(self.placeRequested)
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
        self._add(FIRST_STEPS, "First steps")
        group = ""
        for entry in glossary.entries().values():
            if entry.group != group:
                group = entry.group
                self._add_heading(group)
            self._add(entry.name, entry.title)

    def _add(self, name: str, title: str) -> None:
        item = QListWidgetItem(title, self.list)
        item.setData(_NAME, name)

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)  # it is not chosen, nor found
        font = item.font()
        font.setBold(True)
        item.setFont(font)

    # What happens

    def _filter(self, query: str) -> None:
        """Hide the entries that do not match, and show the best of the others."""
        found = self._find(query) if query.strip() else None
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(found is not None and item.data(_NAME) not in found)
            if found and item.data(_NAME) == found[0]:
                self.list.setCurrentItem(item)
        if found == []:
            self._show_text(rich("<p>No entry contains the words “{}”.</p>", query))

    def _find(self, query: str) -> list[str]:
        words = query.casefold().split()
        is_first = all(any(known.startswith(word) for known in _FIRST_STEPS_WORDS) for word in words)
        return ([FIRST_STEPS] if is_first else []) + glossary.find(query)

    def _choose(self, item: QListWidgetItem | None, _: QListWidgetItem | None = None) -> None:
        if item is not None and item.data(_NAME) is not None:
            name = str(item.data(_NAME))
            self._shown, self._more = glossary.entries()[name] if name else FIRST_STEPS, ""
            self._render()

    def _render(self) -> None:
        shown = self._shown
        more = f"<hr>{self._more}" if self._more else ""
        if isinstance(shown, Entry):
            self.page.show_page(shown.title, shown.formula, shown.text + self._places(shown) + more)
        else:
            self.page.show_page("", "", (shown or glossary.first_steps()) + more)

    def _draw_again(self) -> None:
        """Draw the page in another width or other colours, and leave it where it was scrolled to."""
        place = self.page.verticalScrollBar().value()
        self._render()
        self.page.verticalScrollBar().setValue(place)

    def _places(self, entry: Entry) -> str:
        """Return where an entry is seen in the window, as links."""
        names: dict[str, str] = {}
        for place in entry.where:
            is_another = place.startswith(_NUMBERED) and place != f"{_NUMBERED}0"
            if not is_another and (name := self._name_of_place(place)):
                names.setdefault(name, place_link(place, name))
        links = " &nbsp;&middot;&nbsp; ".join(list(names.values())[:_MAX_PLACES])
        return f"<p class='places'>Where you see this: {links}</p>" if links else ""

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "page"):
            self._draw_again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the list above the page where the window is narrow."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self.list.width() + _PAGE_WIDTH
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)
        self._resized.start()
