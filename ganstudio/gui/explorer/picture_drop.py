"""A picture file that a person drops on a widget."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
PATTERN = f"Pictures ({' '.join(f'*{each}' for each in SUFFIXES)});;All files (*)"  # for a file dialog


class PictureDrop(QObject):
    """Lets picture files be dropped on widgets."""

    dropped = Signal(object)  # Path

    def watch(self, widget: QWidget) -> None:
        """Take what is dropped on this widget."""
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept a single picture file, refuse all else."""
        if isinstance(event, QDropEvent):  # and what it is the base of: a drag that enters, or moves
            path = picture_in(event.mimeData())
            if path is None:
                event.ignore()
                return isinstance(event, QDragEnterEvent | QDragMoveEvent)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            if event.type() == QEvent.Type.Drop:
                self.dropped.emit(path)
            return True
        return super().eventFilter(watched, event)


def picture_in(data: QMimeData) -> Path | None:
    """The file that is dragged, if it is a single one of this computer with a picture's suffix."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in SUFFIXES else None
