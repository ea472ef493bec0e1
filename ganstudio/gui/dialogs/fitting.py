"""Dialogs that show all their contents where the screen has room for them, and scroll where it has not."""

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QWidget
from typing_extensions import override

from ganstudio.gui.widgets.theme import SPACE

_PLACED = 100  # ms, after which every window manager has given a window its place
_FRAME = QSize(SPACE, SPACE * 5)  # px: what a window manager puts around a dialog


def room_for_dialog() -> QSize:
    """Return the largest size that a dialog can have on this screen, px."""
    return QGuiApplication.primaryScreen().availableGeometry().size() - _FRAME


class FittingDialog(QDialog):
    """Dialog as large as its contents, if they fit the screen; Qt alone would use at most two thirds of it."""

    _is_awaited = False  # it was shown, and is not on the screen yet

    def _fit(self) -> None:
        """Grow to fit the contents; never smaller than the user made it, nor larger than the screen.

        While the window manager places the dialog, nothing is changed: Qt may take the place inside the frame for that
        on the screen, and would ask for it together with the new size.
        """
        handle = self.windowHandle()
        if handle is not None and handle.isVisible() and not handle.isExposed():
            return
        room = self.screen().availableGeometry()
        self.resize(self.size().expandedTo(self.sizeHint()).boundedTo(room.size() - _FRAME))
        if handle is None or not handle.isVisible():
            return
        below = self.y() + self.height() + _FRAME.height() - room.bottom() - 1
        beside = self.x() + self.width() + _FRAME.width() - room.right() - 1
        if max(below, beside) > 0:  # it grew over an edge of the screen
            across, down = self.x() - max(0, beside), self.y() - max(0, below)
            self.move(max(room.left(), across), max(room.top(), down))

    def _settle(self) -> None:
        """Fit, and come back onto the screen where the window manager left an edge beyond it."""
        self._fit()
        room, handle = self.screen().availableGeometry(), self.windowHandle()
        if handle is not None and handle.isExposed() and not room.contains(self.frameGeometry().topLeft()):
            self.move(max(room.left(), self.x()), max(room.top(), self.y()))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self._is_awaited = True
        handle = self.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        self._settle_soon()

    def _settle_soon(self) -> None:
        for wait in (0, _PLACED):
            QTimer.singleShot(wait, self, self._settle)  # when it has its place

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._is_awaited and event.type() == QEvent.Type.Expose and watched is self.windowHandle():
            self._is_awaited = not self.windowHandle().isExposed()
            self._settle_soon()
        return super().eventFilter(watched, event)

    @override
    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():  # its contents need another size
            self._fit()
        return handled


class Scrolled(QScrollArea):
    """Scroll area whose size hint is that of its contents plus a scroll bar; it scrolls where it gets less."""

    def __init__(self, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._body = body
        body.setObjectName("scrolled")
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    @override
    def sizeHint(self) -> QSize:
        size = self._body.sizeHint()
        if self._body.hasHeightForWidth():
            size.setHeight(self._body.heightForWidth(size.width()))
        return size + self._beside()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # of its contents
            self.updateGeometry()
        return super().event(event)

    def _beside(self) -> QSize:
        return QSize(self.verticalScrollBar().sizeHint().width(), 0)


class DialogBody(QWidget):
    """All that a dialog shows, in a `Scrolled`: where the screen is too small for that, it scrolls.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.
    """

    @override
    def heightForWidth(self, width: int) -> int:
        """Return what it needs at least: a scroll area would give it all that it would like to have."""
        layout = self.layout()
        return super().heightForWidth(width) if layout is None else layout.minimumHeightForWidth(width)
