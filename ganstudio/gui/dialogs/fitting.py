"""Dialogs that show all they hold where the screen has room for it, and scroll where it has not."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QWidget

from ganstudio.gui.widgets.theme import SPACE

_FRAME = QSize(SPACE, SPACE * 5)  # px: what a window manager puts around a dialog


class FittingDialog(QDialog):
    """As large as its contents, if the screen is; Qt alone would take two thirds of the screen at the most."""

    def _fit(self) -> None:
        """Grow to what is in it now. It never becomes smaller than a person made it, nor larger than the screen."""
        room = self.screen().availableGeometry()
        self.resize(self.size().expandedTo(self.sizeHint()).boundedTo(room.size() - _FRAME))
        outside = self.y() + self.height() + _FRAME.height() - room.bottom() - 1
        handle = self.windowHandle()
        placed = handle is not None and handle.isExposed()  # before that, a window manager has not put it anywhere
        if outside > 0 and placed:  # it grew over the lower edge of the screen
            self.move(self.x(), max(room.top(), self.y() - outside))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():  # what it holds wants another size
            self._fit()
        return done


class Scrolled(QScrollArea):
    """Wants the size of what it holds, and room for a scroll bar beside it; scrolls where it gets less."""

    def __init__(self, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._body = body
        body.setObjectName("scrolled")
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def sizeHint(self) -> QSize:
        size = self._body.sizeHint()
        if self._body.hasHeightForWidth():
            size.setHeight(self._body.heightForWidth(size.width()))
        return size + self._beside()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # of what it holds
            self.updateGeometry()
        return super().event(event)

    def _beside(self) -> QSize:
        return QSize(self.verticalScrollBar().sizeHint().width(), 0)
