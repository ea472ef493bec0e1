"""Runs and pictures that are dropped on the window; while they are dragged, a hint says what a drop would do."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow

from ganstudio.gui.dialogs.file_dialogs import dragged_path, dragged_selection
from ganstudio.gui.explorer.picture_drop import picture_in
from ganstudio.gui.imports.source_page import ARCHIVE_ENDINGS, ARRAY_ENDINGS
from ganstudio.gui.runs.opener import ACCEPTED, find_run
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.window.top_level import TopLevel
from ganstudio.system.existence import is_folder
from ganstudio.text import one_line

_MIN_HEIGHT = 96  # px
_REFUSED = "Files of several folders cannot be imported together. Put them into one folder, and drop that."


class DropHint(Label):
    """Text over the whole window."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__("", window)
        self.setObjectName("dropHint")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()


class RunDrop(QObject):
    """Lets files be dropped anywhere on the window, except where a part of it takes pictures."""

    dropped = Signal(object)  # Path of a run, or of what is of no use
    picturesDropped = Signal(object, object)  # path of a folder or an archive that is no run; names, if several in it
    refused = Signal(str)  # why what was dropped is of no use

    def __init__(self, window: TopLevel) -> None:
        super().__init__(window)
        self._window = window
        self.hint = DropHint(window)
        window.setAcceptDrops(True)
        window.dragged.connect(self._take)

    @Slot(object)
    def _take(self, event: QDropEvent | QDragLeaveEvent) -> None:
        """Say what a drop would do; whoever serves `dropped` refuses a file that is not a run."""
        if isinstance(event, QDragLeaveEvent):
            self.hint.hide()
        elif any(url.isLocalFile() for url in event.mimeData().urls()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            if isinstance(event, QDragEnterEvent):
                self.show_hint(_describe_drop(event.mimeData()))
            elif not isinstance(event, QDragMoveEvent):  # both are derived from QDropEvent
                self.hint.hide()
                self._drop(event.mimeData())

    def _drop(self, data: QMimeData) -> None:
        path, selection = dragged_path(data), dragged_selection(data)
        if path is not None and not _may_hold_pictures(path):
            self.dropped.emit(path)
        elif selection is not None:
            self.picturesDropped.emit(*selection)
        else:
            self.refused.emit(_describe_drop(data))

    def show_hint(self, text: str) -> None:
        """Show what a drop would do."""
        room = self._window.rect().adjusted(SPACE * 4, 0, -SPACE * 4, 0)
        self.hint.setText(text)
        height = max(_MIN_HEIGHT, self.hint.heightForWidth(room.width()))
        self.hint.setGeometry(QRect(room.left(), (room.height() - height) // 2, room.width(), height))
        self.hint.show()
        self.hint.raise_()


def _may_hold_pictures(path: Path) -> bool:
    """Return whether a path that is no run is a folder, or looks like an archive or an array of pictures."""
    return find_run(path) is None and (is_folder(path) or path.name.lower().endswith(ARCHIVE_ENDINGS + ARRAY_ENDINGS))


def _describe_drop(data: QMimeData) -> str:
    path, selection = dragged_path(data), dragged_selection(data)
    if selection is None:
        return _REFUSED
    if path is None:
        folder, names = selection
        return f"Drop to import {len(names):,} files and folders of {one_line(folder.name)} as one data set"
    if find_run(path) is not None:
        return f"Drop to open the run {one_line(path.parent.name if path.name == 'run.toml' else path.name)}"
    if _may_hold_pictures(path):
        return f"Drop to import the pictures in {one_line(path.name)}"
    if picture_in(data) is not None:
        return "Drop pictures on the “draw” page of the latent explorer"
    return f"{one_line(path.name)} is not a run. {ACCEPTED}"
