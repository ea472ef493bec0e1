"""Sentence: a label whose text is never cut."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ganstudio.gui import theme

_LEAST = 80  # px: as narrow as it may be made
_TALLEST = 1_000_000  # px
_WRAP = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere


class Sentence(QLabel):
    """Wraps at words; within one, such as a long path, where it would not fit else, which QLabel would cut.

    Takes the width there is, and the height that its text has at that width. A right click copies it.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMinimumWidth(_LEAST)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        copy = QAction("Copy", self)
        copy.triggered.connect(self._copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def heightForWidth(self, width: int) -> int:
        return self._needs(width).height()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setPen(QColor(colours.muted if self.property("muted") else colours.text))
        painter.drawText(self.rect(), _WRAP, self.text())

    def _needs(self, width: int) -> QRect:
        return self.fontMetrics().boundingRect(QRect(0, 0, max(1, width), _TALLEST), _WRAP, self.text())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
