"""A titled group that folds; folded, it says in a line what is in it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui import theme
from ganstudio.gui.theme import SPACE


class ElidedLabel(QLabel):
    """A line of text that ends in … where there is no room; the tooltip has all of it."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._full = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_full(text)

    def set_full(self, text: str, tip: str = "") -> None:
        """Show `text`, cut to the room there is; `tip` says more."""
        self._full = text
        self.setAccessibleName(text)
        self.setToolTip(tip or text)
        self._cut()

    def full(self) -> str:
        """The whole text."""
        return self._full

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._cut()  # the style sheet may have changed the font since
        super().paintEvent(event)

    def _cut(self) -> None:
        cut = QFontMetrics(self.font()).elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        if cut != self.text():
            self.setText(cut)


class Collapsible(QWidget):
    """Header that opens and folds its body."""

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.header = QToolButton()
        self.header.setText(title)
        self.header.setProperty("role", "group")
        self.header.setCheckable(True)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setIconSize(QSize(12, 12))
        self.header.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.set_icon(self.header, "collapsed", on="expanded", colour="muted")
        self._summary = ElidedLabel()
        self._summary.setObjectName("groupSummary")
        self._summary.setProperty("muted", True)
        self._summary.setProperty("small", True)
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(SPACE + SPACE // 2, 0, 0, SPACE // 2)
        self.rows.setSpacing(SPACE // 4)
        top = QHBoxLayout()
        top.setSpacing(SPACE // 2)
        top.addWidget(self.header)
        top.addWidget(self._summary, 1)
        top.addStretch(0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self.body)
        self.header.toggled.connect(self._show)
        self._show(False)

    @property
    def is_open(self) -> bool:
        """Whether the body shows."""
        return self.header.isChecked()

    def set_open(self, opened: bool) -> None:
        """Open or fold."""
        self.header.setChecked(opened)

    def set_summary(self, text: str, tip: str = "") -> None:
        """What the folded group holds, in a few words; `tip` in more."""
        self._summary.set_full(text, tip)

    def _show(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self._summary.setVisible(not opened)
        self.header.setAccessibleName(f"{self._title}, {'open' if opened else 'folded'}")
        self.toggled.emit(opened)
