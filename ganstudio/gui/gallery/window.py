"""The window of the gallery."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSpacerItem, QVBoxLayout, QWidget

from ganstudio.coach.gallery import Provocation, provocations
from ganstudio.gui.dialogs.button_row import make_button
from ganstudio.gui.dialogs.fitting import FittingDialog, Scrolled, room_for_dialog
from ganstudio.gui.gallery.card import ProvocationCard
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_SIZE = QSize(620, 560)  # px, where the screen has room
_ABOUT = (
    "Each of these is a new run that goes wrong on purpose. Start one, look at the samples and the curves, and say "
    "what is wrong. The coach opens beside it: it finds the fault and offers what may mend it."
)


class GalleryWindow(FittingDialog):
    """Window with all provocations; it is not modal.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    startRequested = Signal(object)  # Provocation

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("galleryWindow")
        self.setWindowTitle("Break it, mend it")
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addSpacerItem(QSpacerItem(_SIZE.width() - 6 * SPACE, 0))
        self.cards = [ProvocationCard(each, body) for each in provocations()]
        for card in self.cards:
            column.addWidget(card)
            card.startRequested.connect(self._start)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addWidget(WrappedLabel(_ABOUT, self))
        whole.addWidget(Scrolled(body, self), 1)
        close = make_button("closeGalleryButton", "Close", "Close this window (Esc)", self)
        close.clicked.connect(self.reject)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def _start(self, provocation: Provocation) -> None:
        """Make way for the run, and ask for it."""
        self.hide()
        self.startRequested.emit(provocation)
