"""Where a window shows foreign text otherwise than letter by letter on the line that is meant for it."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QAction, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QMenu,
    QTabBar,
    QTableWidget,
    QTextEdit,
    QWidget,
)

from ganstudio.text import MAX_TEXT

TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}"
_BAD = (TURNED, "\x07", "\udce9")  # turn the text around, ring, and a byte that is not UTF-8
_MANY = 60  # rows of a list that are looked at


def hostile(picture: str, longest: int = 20_000) -> str:
    """A name that HTML would draw as a picture from the disk, that has two lines, turns around, and does not end."""
    name = f'<b>bold</b><img src="{picture}" width="3000">&lt;&x\n{TURNED}second\x07 '
    return name + "endless" * ((longest - len(name)) // 7)


def faults_of(window: QWidget) -> list[str]:
    """What is wrong with a window and all that is in it, a line each."""
    found = []
    for whose, kind, text in (*_texts(window), *_of_actions(window)):
        is_tip = kind == "tooltip"
        if is_tip and Qt.mightBeRichText(text) and "<img" in text:
            found.append(f"{whose}: the {kind} is drawn as HTML: {text[:80]!r}")
        if any(each in text for each in _BAD):
            found.append(f"{whose}: the {kind} has control characters: {text[:80]!r}")
        is_line = kind not in ("tooltip", "text of several lines", "description")
        if len(text) > 2 * MAX_TEXT or (is_line and "\n" in text):
            found.append(f"{whose}: the {kind} is no line: {len(text)} characters, {text[:80]!r}")
    for label in window.findChildren(QLabel):
        is_drawn = label.textFormat() != Qt.TextFormat.PlainText and Qt.mightBeRichText(label.text())
        if is_drawn and "<img" in label.text():
            found.append(f"{_name(label)}: the label is drawn as HTML: {label.text()[:80]!r}")
    for page in window.findChildren(QTextEdit):
        if any(each.isImageFormat() for each in page.document().allFormats()):
            found.append(f"{_name(page)}: the page shows a picture")
    return list(dict.fromkeys(found))


def _texts(window: QWidget) -> Iterator[tuple[str, str, str]]:
    for each in (window, *window.findChildren(QWidget)):
        name = _name(each)
        yield name, "tooltip", each.toolTip()
        yield name, "name", each.accessibleName()
        yield name, "description", each.accessibleDescription()
        yield name, "title", each.windowTitle()
        yield name, "tooltip", each.whatsThis()
        if isinstance(each, QLabel):
            yield name, "text of several lines" if each.wordWrap() else "text", each.text()
        elif isinstance(each, QAbstractButton):
            yield name, "text", each.text()
        elif isinstance(each, QGroupBox | QMenu):
            yield name, "text", each.title()
        elif isinstance(each, QTabBar):
            for index in range(each.count()):
                yield name, "text", each.tabText(index)
                yield name, "tooltip", each.tabToolTip(index)
        elif isinstance(each, QAbstractItemView | QComboBox) and each.model() is not None:
            yield from _of_items(name, each)


def _of_items(name: str, view: QAbstractItemView | QComboBox) -> Iterator[tuple[str, str, str]]:
    model = view.model()
    columns = view.columnCount() if isinstance(view, QTableWidget) else 1
    for row in range(min(_MANY, model.rowCount(QModelIndex()))):
        for column in range(columns):
            index = model.index(row, column, QModelIndex())
            yield name, "text", str(index.data() or "")
            yield name, "tooltip", str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
    for column in range(columns):
        for kind, role in (("text", Qt.ItemDataRole.DisplayRole), ("tooltip", Qt.ItemDataRole.ToolTipRole)):
            yield name, kind, str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")


def _of_actions(window: QWidget) -> Iterator[tuple[str, str, str]]:
    for action in window.findChildren(QAction):
        name = action.objectName() or action.text()[:20]
        yield name, "text", action.text()
        yield name, "tooltip", action.toolTip()
        yield name, "tooltip", action.statusTip()


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()}".strip()
