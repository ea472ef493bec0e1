"""Picture files that are dropped on widgets."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
PATTERN = f"Pictures ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"  # for a file dialog


class PictureDrop(QObject):
    """Event filter that accepts single picture files dropped on widgets."""

    dropped = Signal(object)  # Path

    def watch(self, widget: QWidget) -> None:
        """Accept what is dropped on this widget."""
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept a single picture file, reject all else."""
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
    """Return the dragged file if it is a single local one with the suffix of a picture; else None."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in SUFFIXES else None
