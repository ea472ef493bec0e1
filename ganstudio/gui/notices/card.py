"""Cards: messages with an icon, buttons and a close button, and the stack that they float in."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.flow_layout import FlowLayout
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE, ColourName
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.text import one_line

_MAX_WIDTH = 560  # px: longer lines are hard to read


class Card(QFrame):
    """A message with an icon, buttons below it, and a close button that dismisses it, as Escape does.

    Parameters
    ----------
    icon
        Name of an icon.
    colour
        Name of a colour of the theme, for the icon and the border.
    parent
        Qt's parent.
    """

    dismissed = Signal()

    def __init__(self, icon: str, colour: ColourName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", colour)
        self._icon = icon
        self._colour: ColourName = colour
        self._icon_label = Label()
        self.sentence = WrappedLabel()
        self.close_button = QToolButton()
        self.close_button.setAccessibleName("Dismiss")
        self.close_button.setToolTip("Dismiss (Escape)")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.set_icon(self.close_button, "close")
        self.close_button.setIconSize(QSize(12, 12))
        self.close_button.clicked.connect(self.dismiss)
        self.texts = QVBoxLayout()
        self.texts.setSpacing(SPACE // 2)
        self.texts.addWidget(self.sentence)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._icon_label, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(self.texts, 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(SPACE,) * 4)
        self.column.setSpacing(SPACE)
        self.column.addLayout(top)
        self._draw_icon()

    def add_buttons(self, *buttons: QPushButton) -> None:
        """Add buttons at the bottom, in a row, or in several rows where the card is narrow."""
        row = FlowLayout()
        for button in buttons:
            row.addWidget(button)
        self.column.addLayout(row)
        self.close_button.raise_()  # last in the tab order

    def dismiss(self) -> None:
        """Hide the card; if it had the focus, the window gets it, not the next widget."""
        if self.has_focus():
            self.window().setFocus()
        self.hide()
        self.dismissed.emit()

    def has_focus(self) -> bool:
        """Return whether one of its widgets has the focus."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        drawn = theme.pixmap(self._icon, theme.current().colour(self._colour), 32)
        drawn.setDevicePixelRatio(2.0)
        self._icon_label.setPixmap(drawn)


def card_button(label: str, tip: str, main: bool = False) -> QPushButton:
    """Return a button for a card; Space does not press it unless it was reached by Tab.

    Parameters
    ----------
    label
        Its text.
    tip
        Its tooltip.
    main
        Whether it is highlighted.
    """
    button = QPushButton(one_line(label).replace("&", "&&"))
    button.setToolTip(as_tip(tip))
    button.setProperty("main", main)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class CardStack(QScrollArea):
    """Cards one below the other, as high as they are; it scrolls where there is less room."""

    def __init__(self, cards: tuple[QWidget, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cardStack")
        self._body = QWidget()
        self._body.setObjectName("scrolled")
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        for card in cards:
            column.addWidget(card)
        self.setWidget(self._body)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMaximumWidth(_MAX_WIDTH)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @override
    def heightForWidth(self, width: int) -> int:
        height = self._body.heightForWidth(min(width, self.maximumWidth()))
        return height if height >= 0 else self._body.sizeHint().height()  # nothing in it wraps

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a card came, went, or has another text
            self.updateGeometry()
            self._show_bar_where_needed()
        return super().event(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show_bar_where_needed()
        super().resizeEvent(event)

    def _show_bar_where_needed(self) -> None:
        """Show a scroll bar only where it is needed without one: beside it the text is longer, and Qt would keep it."""
        policy, needed = Qt.ScrollBarPolicy, self.heightForWidth(self.width()) > self.height()
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if needed else policy.ScrollBarAlwaysOff)
