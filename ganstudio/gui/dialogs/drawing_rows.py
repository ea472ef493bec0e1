"""Rows of the dialog of data sets for those that were drawn: a thumbnail, change, removal."""

from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from ganstudio.data.points import drawings
from ganstudio.errors import DataError
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.text import format_bytes, one_line

_MAX_TITLE = 32  # characters
_THUMBNAIL = 28  # px
_MAX_BYTES = 1 << 20  # of a file that is shown as a thumbnail


class DrawingRows(QObject):
    """Rows of a grid with five columns, two for each drawing, from a row of the grid on.

    Parameters
    ----------
    grid
        Holds the rows.
    first
        Number of the first of them.
    home
        The data folder; None: the usual one.
    parent
        Qt's parent.
    """

    changeRequested = Signal(str)  # name of a drawing
    removed = Signal(str)

    def __init__(self, grid: QGridLayout, first: int, home: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._grid = grid
        self._first = first
        self._home = home
        self._rows: dict[str, list[QWidget]] = {}
        self._asked = ""  # name of the drawing that is to be removed, until that is confirmed
        self._problem = ""
        self._shown: tuple[object, ...] = ()  # what the rows are of

    def refresh(self) -> None:
        """Show the drawings that are there now.

        Where they are shown already their rows stay: a download may end while the user presses a button of one.
        """
        names = drawings.list_names(self._home)
        shown = (self._asked, self._problem, *((name, self._stamp(name)) for name in names))
        if shown == self._shown:
            return
        self._shown = shown
        for widget in (widget for widgets in self._rows.values() for widget in widgets):
            self._grid.removeWidget(widget)
            widget.hide()
            delete_later(widget)
        self._rows = {}
        for number, name in enumerate(names):
            widgets = [*self._facts(name), self._buttons(name)]
            place = self._first + 2 * number
            for column, widget in enumerate(widgets):
                self._grid.addWidget(widget, place, column)
            if name == self._asked or (self._problem and not self._asked and number == 0):
                widgets.append(self._below(name))
                self._grid.addWidget(widgets[-1], place + 1, 0, 1, len(widgets) - 1)
            self._rows[name] = widgets

    def buttons(self, name: str) -> tuple[QPushButton, ...]:
        """Return the buttons of a drawing: change, remove, and, once that was pressed, confirm and keep."""
        return tuple(button for widget in self._rows[name] for button in widget.findChildren(QPushButton))

    def _stamp(self, name: str) -> tuple[int, int] | None:
        """Return what tells the file of a drawing from another of that name; None if it is gone."""
        try:
            found = drawings.path_of(name, self._home).stat()
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns

    def _facts(self, name: str) -> list[QWidget]:
        size, _ = self._stamp(name) or (0, 0)
        title = QWidget()
        row = QHBoxLayout(title)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        thumbnail = Label()
        thumbnail.setFixedSize(QSize(_THUMBNAIL, _THUMBNAIL))
        thumbnail.setPixmap(thumbnail_of(name, self._home).pixmap(QSize(_THUMBNAIL, _THUMBNAIL)))
        thumbnail.setAccessibleName(f"drawing of {name}")
        row.addWidget(thumbnail)
        row.addWidget(Label(one_line(name, _MAX_TITLE)), 1)
        licence = Label("your own")
        licence.setProperty("muted", True)
        return [title, Label("points, drawn by hand"), Label(f"ready, {format_bytes(size)}"), licence]

    def _buttons(self, name: str) -> QWidget:
        change = _button("Change…", "Draw on, or give it another name", f"Change {name}")
        change.clicked.connect(lambda: self.changeRequested.emit(name))
        remove = _button("Remove", "Remove it from this computer", f"Remove {name}")
        remove.clicked.connect(lambda: self._ask(name))
        return _side_by_side(change, remove)

    def _below(self, name: str) -> QWidget:
        if self._problem:
            return WrappedLabel(self._problem)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(SPACE, 0, 0, SPACE)
        text = WrappedLabel(f"Remove {name}? Runs that learn from it keep it.")
        confirm = _button("Remove it", "Remove the drawing", f"Remove it: {name}")
        confirm.clicked.connect(lambda: self._remove(name))
        keep = _button("Keep it", "Do not remove the drawing", f"Keep it: {name}")
        keep.clicked.connect(lambda: self._ask(""))
        row.addWidget(text, 1)
        row.addWidget(_side_by_side(confirm, keep), 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _ask(self, name: str) -> None:
        self._asked, self._problem = name, ""
        self.refresh()

    def _remove(self, name: str) -> None:
        self._asked = ""
        try:
            drawings.remove(name, self._home)
        except DataError as error:
            self._problem = str(error)
        else:
            self.removed.emit(name)
        self.refresh()


def thumbnail_of(name: str, home: Path | None) -> QIcon:
    """Return a drawing as an icon; an empty one if its file is none of ours."""
    path = drawings.path_of(name, home)
    try:
        return QIcon(str(path)) if path.stat().st_size <= _MAX_BYTES else QIcon()
    except OSError:
        return QIcon()


def _button(text: str, tip: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("small", True)
    button.setAutoDefault(False)
    button.setToolTip(as_tip(tip))
    button.setAccessibleName(name)
    return button


def _side_by_side(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE // 2)
    for widget in widgets:
        row.addWidget(widget)
    return holder
