"""List of presets: groups with a heading; for each preset its title, a line, and what it takes."""

from collections.abc import Callable
from itertools import accumulate

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
)
from typing_extensions import override

from ganstudio import presets
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fields import ChoiceBox
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.presets import Preset
from ganstudio.text import one_line

_NAME = Qt.ItemDataRole.UserRole
_LINE, _FACTS, _SEARCHED = (Qt.ItemDataRole.UserRole + n for n in (1, 2, 3))
MAX_PAUSE_SECONDS = 1.5  # between two letters of a search
_INSET = SPACE  # px around the text of an entry
MAX_WIDTH = 620  # px

_Index = QModelIndex | QPersistentModelIndex


class PresetBox(ChoiceBox):
    """Box with the title of the chosen preset; its list explains each preset.

    Parameters
    ----------
    facts
        Returns what a preset takes, in a few words; called each time the list is opened.
    """

    def __init__(self, facts: Callable[[Preset], str]) -> None:
        super().__init__()
        self._facts = facts
        self._shown: list[Preset] = []
        self.setObjectName("presetCombo")
        self.setAccessibleName("Preset")
        self._entries = QStandardItemModel(self)
        self.setModel(self._entries)
        self.setView(_PresetList())
        self.setItemDelegate(_Painter(self))
        self.setPlaceholderText("none")
        self.fill()

    def fill(self) -> None:
        """Read again which presets there are."""
        presets.reread()
        every = presets.every()
        if every == self._shown:
            return
        chosen = self.currentData()
        self._shown = every
        self._entries.clear()
        group = ""
        for preset in every:
            if preset.group != group:
                group = preset.group
                self._entries.appendRow(_heading(group))
            self._entries.appendRow(_entry(preset))
        self.setCurrentIndex(self.findData(chosen) if chosen else -1)

    def choose(self, name: str) -> None:
        """Show a preset as chosen; one that does not exist any more by its name."""
        row = self.findData(name) if name else -1
        self.setPlaceholderText(one_line(name) or "none")
        if row != self.currentIndex():
            self.setCurrentIndex(row)

    def titles(self) -> list[str]:
        """Return the titles to choose from, in the order of the list."""
        return [self.itemText(row) for row in range(self.count()) if self.itemData(row)]

    def facts(self, name: str) -> str:
        """Return what the list says a preset takes."""
        return str(self.itemData(self.findData(name), _FACTS) or "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a long title with an ellipsis; the tooltip shows it whole."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        if self.currentIndex() < 0:  # as Qt's own paint event does
            option.currentText = self.placeholderText()
        style, part = self.style(), QStyle.SubControl.SC_ComboBoxEditField
        room = style.subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    @override
    def showPopup(self) -> None:
        self.fill()
        for row in range(self._entries.rowCount()):
            item = self._entries.item(row)
            if item.data(_NAME):
                item.setData(self._facts(presets.load(item.data(_NAME))), _FACTS)
        view = self.view()
        screen = self.screen().availableGeometry()
        view.setMinimumWidth(min(MAX_WIDTH, screen.width() - 4 * SPACE, view.sizeHintForColumn(0) + 4 * SPACE))
        self.setMaxVisibleItems(self._count_rows(screen.height() - 4 * SPACE))
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        super().showPopup()

    def _count_rows(self, height: int) -> int:
        """Return how many rows, from the first, are in a list of at most that many pixels."""
        heights = accumulate(self.view().sizeHintForRow(row) for row in range(self._entries.rowCount()))
        return max(1, sum(each <= height for each in heights))


class _PresetList(QListView):
    """List that finds a preset by any part of its title, line or name as the user types."""

    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(False)
        self._typed = ""
        self._pause = QTimer(self, singleShot=True, interval=int(MAX_PAUSE_SECONDS * 1000))
        self._pause.timeout.connect(self._forget)

    def keyboardSearch(self, search: str) -> None:
        self._typed = (self._typed + search).casefold()
        self._pause.start()
        model = self.model()
        count = model.rowCount()
        begin = max(0, self.currentIndex().row()) + (len(self._typed) == 1)
        for row in (index % count for index in range(begin, begin + count)):
            index = model.index(row, 0)
            if self._typed in str(index.data(_SEARCHED) or ""):
                self.setCurrentIndex(index)
                return

    def _forget(self) -> None:
        self._typed = ""


class _Painter(QStyledItemDelegate):
    """Painter of an entry: the heading of a group; or title, facts at the right, and the line below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        title, small = _fonts(option.font)
        if not index.data(_NAME):
            return QSize(0, QFontMetrics(small).height() + _INSET)
        bold, little = QFontMetrics(title), QFontMetrics(small)
        first = bold.horizontalAdvance(index.data()) + 3 * SPACE + little.horizontalAdvance(index.data(_FACTS) or "")
        second = little.horizontalAdvance(index.data(_LINE) or "")
        return QSize(max(first, second) + 2 * _INSET, bold.height() + little.height() + SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours, (title, small) = theme.current(), _fonts(option.font)
        rect: QRect = option.rect
        inside = rect.adjusted(_INSET, SPACE // 2, -_INSET, -SPACE // 2)
        painter.save()
        if not index.data(_NAME):
            small.setWeight(QFont.Weight.DemiBold)
            _write(
                painter, inside.adjusted(0, 0, 0, SPACE // 4), small, colours.muted, index.data().upper(), bottom=True
            )
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, QColor(colours.hover))
            facts = index.data(_FACTS) or ""
            room = QFontMetrics(small).horizontalAdvance(facts)
            _write(painter, inside, small, colours.muted, facts, right=True)
            _write(painter, inside.adjusted(0, 0, -room - SPACE, 0), title, colours.text, index.data())
            _write(painter, inside, small, colours.muted, index.data(_LINE) or "", bottom=True)
        painter.restore()


def _write(
    painter: QPainter, rect: QRect, font: QFont, colour: str, text: str, right: bool = False, bottom: bool = False
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    flags = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    flags |= Qt.AlignmentFlag.AlignBottom if bottom else Qt.AlignmentFlag.AlignTop
    elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, flags, elided)


def _fonts(base: QFont) -> tuple[QFont, QFont]:
    """Return the font of titles, and that of all else."""
    title, small = QFont(base), QFont(base)
    title.setWeight(QFont.Weight.DemiBold)
    if base.pixelSize() > 0:
        small.setPixelSize(max(1, round(base.pixelSize() * theme.SMALL / theme.BODY)))
    return title, small


def _heading(group: str) -> QStandardItem:
    item = QStandardItem(group)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item


def _entry(preset: Preset) -> QStandardItem:
    item = QStandardItem(preset.title)
    item.setData(preset.name, _NAME)
    item.setData(preset.help, _LINE)
    item.setData(f"{preset.title} {preset.help} {preset.name}".casefold(), _SEARCHED)
    item.setData(f"{preset.title}. {preset.help}", Qt.ItemDataRole.AccessibleTextRole)
    return item
