"""AlarmBar: above the plots, what is wrong with the run and what helps."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui.curves import alarms
from ganstudio.gui.curves.alarms import Warned
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import wrapped

_NARROW = 340  # px: below it, the buttons stand over each other


class AlarmBar(QFrame):
    """A sentence and at most two buttons; hidden while all is well, and for an incident that was dismissed."""

    changeWanted = Signal(str, object)  # dotted name of a setting, value
    rewindWanted = Signal(int)  # step
    changed = Signal()  # it was shown or hidden, or takes another height

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alarmBar")
        self.setAccessibleName("alarm")
        self.setProperty("card", "alarm")
        self._warned: Warned | None = None
        self._dismissed: set[tuple[str, int]] = set()
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setProperty("small", True)
        self._set_back = _button("alarmSetBackButton", self)
        self._rewind = _button("alarmRewindButton", self)
        self._close = QToolButton(self)
        self._close.setObjectName("alarmDismissButton")
        self._close.setAccessibleName("dismiss the alarm")
        self._close.setToolTip("Hides this alarm; the next incident raises a new one.")
        theme.set_icon(self._close, "close")
        self._lay_out()
        self._set_back.clicked.connect(self._want_change)
        self._rewind.clicked.connect(self._want_rewind)
        self._close.clicked.connect(self._dismiss)
        self.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE // 2)
        top.addWidget(self._words, 1)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.SPACE // 2)
        for button in (self._rewind, self._set_back):
            self._row.addWidget(button)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE // 2, theme.SPACE // 2)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(top)
        column.addLayout(self._row)

    @property
    def text(self) -> str:
        """What is said; "" while hidden."""
        return "" if self.isHidden() else self._words.text()

    def show_warning(self, warned: Warned | None) -> None:
        """Say what is wrong; None: all is well."""
        self._warned = warned
        shown = warned is not None and warned.incident not in self._dismissed
        if warned is not None:
            self._fill(warned)
        self.setVisible(shown)
        self.changed.emit()

    def forget(self) -> None:
        """Another run: nothing was dismissed."""
        self._dismissed.clear()

    def height_for(self, width: int) -> int:
        """px that it takes in a column of that width, 0 while hidden."""
        if self.isHidden():
            return 0
        layout = self.layout()
        assert layout is not None
        self._row.invalidate()  # its words may be others by now
        layout.invalidate()
        self._turn(width)
        return max(layout.totalHeightForWidth(width), 0)

    def _turn(self, width: int) -> None:
        wide = width >= _NARROW and self._row_width() <= width - 3 * theme.SPACE
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    def _row_width(self) -> int:
        """px of the buttons beside each other."""
        shown = [button for button in (self._rewind, self._set_back) if not button.isHidden()]
        return sum(button.sizeHint().width() + self._row.spacing() for button in shown)

    def _fill(self, warned: Warned) -> None:
        self._words.setText(warned.text)
        self.setAccessibleDescription(warned.text)
        self._set_back.setVisible(warned.set_back is not None)
        if warned.set_back is not None:
            self._set_back.setText(alarms.offer(*warned.set_back))
            self._set_back.setToolTip(wrapped("Takes effect at the next step, like any change during training."))
        self._rewind.setVisible(warned.rewind is not None)
        if warned.rewind is not None:
            self._rewind.setText(f"Rewind to step {warned.rewind:,}\N{HORIZONTAL ELLIPSIS}")
            self._rewind.setToolTip(wrapped("Goes on from before it happened, with the settings of that time."))
        for button in (self._set_back, self._rewind):
            button.setAccessibleName(button.text())

    def _want_change(self) -> None:
        if self._warned is not None and self._warned.set_back is not None:
            self.changeWanted.emit(*self._warned.set_back)

    def _want_rewind(self) -> None:
        if self._warned is not None and self._warned.rewind is not None:
            self.rewindWanted.emit(self._warned.rewind)

    def _dismiss(self) -> None:
        if self._warned is not None:
            self._dismissed.add(self._warned.incident)
        self.show_warning(self._warned)


def _button(name: str, parent: QWidget) -> QPushButton:
    made = QPushButton(parent)
    made.setObjectName(name)
    made.setProperty("small", True)
    return made
