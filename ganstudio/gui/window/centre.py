"""Centre: the middle of the window: the samples, or what takes their place for a while, below what the window says."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.widgets.overlay_host import OverlayHost

_LEAST = QSize(160, 120)  # px; the samples scroll where they need more: at 250 % on a small screen


class Centre(QWidget):
    """Nothing that the window says is hidden with the samples: the cards go along to what stands in their place."""

    crowded = Signal(int)  # px of width that the samples need, more than they have

    def __init__(self, samples: SamplesPanel, cards: QWidget) -> None:
        super().__init__()
        self.samples, self._cards = samples, cards
        self._area = QScrollArea()
        self._area.setWidget(samples)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setMinimumSize(_LEAST)
        self._overlay: OverlayHost | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._area)
        samples.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # the samples show something else
            self._look()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look()

    def _look(self) -> None:
        """Ask for room, unless a person is just moving the edge of a dock."""
        wanted = self.samples.minimumSizeHint().width()
        moving = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if self._area.isVisible() and wanted > self.width() and not moving:
            self.crowded.emit(wanted)

    def give_place(self, widget: QWidget) -> None:
        """Show a widget where the samples are."""
        filling = QVBoxLayout()
        filling.setContentsMargins(0, 0, 0, 0)
        filling.addWidget(widget)
        self._overlay = OverlayHost(filling, self)
        self._overlay.float(self._cards)
        self._area.hide()
        self._column.addWidget(self._overlay)
        widget.show()

    def take_place_back(self, widget: QWidget) -> None:
        """Show the samples again; the widget is free for another parent."""
        self._area.show()
        self.samples.float_over_grid(self._cards)
        widget.setParent(self)
        if self._overlay is not None:
            self._overlay.hide()
            self._overlay.deleteLater()
            self._overlay = None
