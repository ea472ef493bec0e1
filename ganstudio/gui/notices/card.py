"""Card: something the window says, with an icon, buttons below it and a cross; and the stack that cards float in."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.flow_layout import FlowLayout
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_WIDEST = 560  # px: longer lines are hard to read


class Card(QFrame):
    """A sentence with an icon, room for buttons below it, and a cross that dismisses it, as Escape does."""

    dismissed = Signal()

    def __init__(self, icon: str, colour: str, parent: QWidget | None = None) -> None:
        """`colour` is the name of one of the theme's."""
        super().__init__(parent)
        self.setProperty("card", colour)
        self._icon, self._colour = icon, colour
        self._sign = QLabel()
        self.sentence = WrappedLabel()
        self.close_button = QToolButton()
        self.close_button.setAccessibleName("Dismiss")
        self.close_button.setToolTip("Dismiss (Escape)")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.set_icon(self.close_button, "close")
        self.close_button.setIconSize(QSize(12, 12))
        self.close_button.clicked.connect(self.dismiss)
        self.words = QVBoxLayout()
        self.words.setSpacing(SPACE // 2)
        self.words.addWidget(self.sentence)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(self.words, 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(SPACE,) * 4)
        self.column.setSpacing(SPACE)
        self.column.addLayout(top)
        self._draw_sign()

    def add_buttons(self, *buttons: QPushButton) -> None:
        """A row of buttons at the foot, or several where it is narrow."""
        row = FlowLayout()
        for button in buttons:
            row.addWidget(button)
        self.column.addLayout(row)
        self.close_button.raise_()  # last in the order of the focus

    def dismiss(self) -> None:
        """Go away; who was on one of its buttons is at the window again, not at whatever comes next."""
        if self.has_focus():
            self.window().setFocus()
        self.hide()
        self.dismissed.emit()

    def has_focus(self) -> bool:
        """Whether the keyboard is in it."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()

    def _draw_sign(self) -> None:
        drawn = theme.pixmap(self._icon, getattr(theme.current(), self._colour), 32)
        drawn.setDevicePixelRatio(2.0)
        self._sign.setPixmap(drawn)


def card_button(label: str, tip: str, main: bool = False) -> QPushButton:
    """A button for a card; Space starts and pauses unless somebody comes to it by Tab."""
    button = QPushButton(label)
    button.setToolTip(tip)
    button.setProperty("main", main)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class CardStack(QScrollArea):
    """Cards one below the other, as high as they are; scrolls where there is less room than that."""

    def __init__(self, cards: tuple[QWidget, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cardStack")
        self._inside = QWidget()
        self._inside.setObjectName("scrolled")
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        for card in cards:
            column.addWidget(card)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMaximumWidth(_WIDEST)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        wanted = self._inside.heightForWidth(min(width, self.maximumWidth()))
        return wanted if wanted >= 0 else self._inside.sizeHint().height()  # nothing in it wraps

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a card came, went, or has another text
            self.updateGeometry()
            self._show_bar_where_needed()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show_bar_where_needed()
        super().resizeEvent(event)

    def _show_bar_where_needed(self) -> None:
        """Beside a bar the text is longer: Qt would keep one that flashed up, since beside it the text needs it."""
        policy, needed = Qt.ScrollBarPolicy, self.heightForWidth(self.width()) > self.height()
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if needed else policy.ScrollBarAlwaysOff)
