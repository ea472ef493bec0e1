"""Keys of the view: full screen, and Escape back from it or from an enlarged panel."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from ganstudio.gui.notices.card import Card
from ganstudio.gui.window.enlarger import Enlarger
from ganstudio.gui.window.top_level import TopLevel


class ViewKeys(QObject):
    """Keeps the action "fullScreen" and Escape in step with what the window shows."""

    def __init__(self, window: TopLevel, enlarger: Enlarger, full_screen: QAction, enlarge: QAction) -> None:
        super().__init__(window)
        self._window = window
        self._enlarger = enlarger
        self._full_screen = full_screen
        self._enlarge = enlarge
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
        self._escape.activated.connect(self._go_back)
        full_screen.triggered.connect(self._show_full)
        enlarge.triggered.connect(enlarger.toggle_pointed)
        enlarger.changed.connect(self._refresh)
        window.stateChanged.connect(self._refresh)
        self._refresh()

    def _show_full(self, full: bool) -> None:
        state, flag = self._window.windowState(), Qt.WindowState.WindowFullScreen
        self._window.setWindowState(state | flag if full else state & ~flag)

    def _go_back(self) -> None:
        """Close one thing at a time: a card that has the focus, the enlarged panel, the full screen."""
        card = _card_around(QApplication.focusWidget())
        if card is not None:
            card.dismiss()
        elif self._enlarger.large is not None:
            self._enlarger.put_back()
        else:
            self._show_full(False)

    def _refresh(self, *_: object) -> None:
        full, large = self._window.isFullScreen(), self._enlarger.large is not None
        self._full_screen.setChecked(full)
        self._enlarge.setChecked(large)
        self._escape.setEnabled(full or large)


def _card_around(widget: QWidget | None) -> Card | None:
    while widget is not None and not isinstance(widget, Card):
        widget = widget.parentWidget()
    return widget
