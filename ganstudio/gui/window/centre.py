"""The central widget of the window: the samples, or the panel that is enlarged, below the messages."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QMainWindow, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.overlay_host import OverlayHost

_MIN_SIZE = QSize(160, 120)  # px; the samples scroll where they need more: at 250 % on a small screen


class Centre(QWidget):
    """Central widget. The cards with messages move to the panel that replaces the samples, so that none is hidden.

    Parameters
    ----------
    parent
        The window.

    Attributes
    ----------
    samples
        The panel that is usually shown, see `set_samples`.
    room
        Where that will be: its parent, as of the panels in docks.
    """

    crowded = Signal(int)  # px of width that the samples need, which is more than they have

    samples: SamplesPanel
    _cards: QWidget

    def __init__(self, parent: QMainWindow) -> None:
        super().__init__(parent)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setMinimumSize(_MIN_SIZE)
        self.room = self._area.viewport()
        self._overlay: OverlayHost | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._area)

    def set_samples(self, samples: SamplesPanel, cards: QWidget) -> None:
        """Show the samples, with the cards floating over them."""
        self.samples, self._cards = samples, cards
        samples.float_over_grid(cards)
        self._area.setWidget(samples)
        samples.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # the samples show something else
            self._check_room()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._check_room()

    def _check_room(self) -> None:
        """Ask for room, unless the user is just moving the edge of a dock."""
        needed = self.samples.minimumSizeHint().width()
        is_dragging = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if self._area.isVisible() and needed > self.width() and not is_dragging:
            self.crowded.emit(needed)

    def replace_samples(self, widget: QWidget) -> None:
        """Show a widget instead of the samples."""
        layout = QVBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(widget)
        self._overlay = OverlayHost(layout, self)
        self._overlay.float(self._cards)
        self._area.hide()
        self._column.addWidget(self._overlay)
        widget.show()

    def restore_samples(self) -> None:
        """Show the samples again; the caller gives the widget that replaced them another parent in the same turn."""
        self._area.show()
        self.samples.float_over_grid(self._cards)
        if self._overlay is not None:
            self._overlay.hide()
            delete_later(self._overlay)
            self._overlay = None
