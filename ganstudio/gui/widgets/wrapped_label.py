"""WrappedLabel: a label whose text is never cut."""

import math

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import ColourName

_MIN_WIDTH = 80  # px
_COLOURS: tuple[ColourName, ...] = ("alarm", "muted")  # of the theme, by a property of that name
_NEW_LINE = "\N{LINE SEPARATOR}"  # as Qt's layout of text wants it


class WrappedLabel(Label):
    """Label that wraps between words, or within a word that is too long for a line, such as a path; Label cuts it.

    It takes the width there is, and the height that its text has at that width. Its context menu copies the text.

    Parameters
    ----------
    text : str
        The text.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        self._heights: dict[int, int] = {}  # at widths that a layout asks for again and again
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.setMinimumWidth(_MIN_WIDTH)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        copy = QAction("Copy", self)
        copy.triggered.connect(self._copy)
        self.addAction(copy)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open a menu of the actions.

        Qt's own (`Qt.ActionsContextMenu`) is a local variable of a function that waits until it is closed: where the
        label goes meanwhile, as that of a notice does, Qt deletes it as the label's child, and the program crashes.
        """
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.popup(event.globalPos())

    @override
    def setText(self, text: str) -> None:
        self._heights.clear()
        super().setText(text)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._heights.clear()

    @override
    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = math.ceil(self.text_layout(width).boundingRect().height())
        return self._heights[width]

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_MIN_WIDTH, self.fontMetrics().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colour: ColourName = next((name for name in _COLOURS if self.property(name)), "text")
        painter = QPainter(self)
        painter.setPen(QColor(theme.current().colour(colour)))
        self.text_layout(self.width()).draw(painter, QPointF(0, 0))

    def text_layout(self, width: int) -> QTextLayout:
        """Return the text in lines of at most that width."""
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(self.text().replace("\n", _NEW_LINE), self.font(), self)
        layout.setTextOption(option)
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, top))
            top += line.height()
        layout.endLayout()
        return layout

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
