"""Bar above the plots that says what is wrong with the run, and what helps."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui.curves import alarms
from ganstudio.gui.curves.alarms import Alarm, Incident
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import wrapped

_MIN_ROW_WIDTH = 340  # px: in a narrower bar, the buttons are above each other


class AlarmBar(QFrame):
    """Sentences and at most two buttons; hidden without an alarm, and after the user dismissed it."""

    changeRequested = Signal(str, object)  # dotted name of a setting, value
    rewindRequested = Signal(object)  # int, of any size: step
    changed = Signal()  # it was shown or hidden, or its height changed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alarmBar")
        self.setAccessibleName("alarm")
        self.setProperty("card", "alarm")
        self._alarm: Alarm | None = None
        self._dismissed: set[tuple[Incident, int]] = set()
        self._label = Label("", self)
        self._label.setWordWrap(True)
        self._label.setProperty("small", True)
        self._restore = _button("alarmSetBackButton", self)
        self._rewind = _button("alarmRewindButton", self)
        self._close = QToolButton(self)
        self._close.setObjectName("alarmDismissButton")
        self._close.setAccessibleName("dismiss the alarm")
        self._close.setToolTip("Hides this alarm. The next incident raises a new one.")
        theme.set_icon(self._close, "close")
        self._lay_out()
        self._restore.clicked.connect(self._request_change)
        self._rewind.clicked.connect(self._request_rewind)
        self._close.clicked.connect(self._dismiss)
        self.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE // 2)
        top.addWidget(self._label, 1)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.SPACE // 2)
        for button in (self._rewind, self._restore):
            self._row.addWidget(button)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE // 2, theme.SPACE // 2)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(top)
        column.addLayout(self._row)

    @property
    def text(self) -> str:
        """Text of the bar; "" while hidden."""
        return "" if self.isHidden() else self._label.text()

    def show_alarm(self, alarm: Alarm | None) -> None:
        """Show an alarm, or none."""
        self._alarm = alarm
        shown = alarm is not None and alarm.incident not in self._dismissed
        if alarm is not None:
            self._fill(alarm)
        self.setVisible(shown)
        self.changed.emit()

    def forget(self) -> None:
        """Forget what was dismissed: another run is open."""
        self._dismissed.clear()

    def forget_after(self, step: int) -> None:
        """Forget what was dismissed of the time after a step: the run goes back there, and it may happen again."""
        self._dismissed = {incident for incident in self._dismissed if incident[1] <= step}

    def height_for(self, width: int) -> int:
        """Return its height in a column of that width, px; 0 while hidden."""
        if self.isHidden():
            return 0
        layout = self.layout()
        assert layout is not None
        self._row.invalidate()  # its texts may have changed
        layout.invalidate()
        self._orient(width)
        return max(layout.totalHeightForWidth(width), 0)

    def _orient(self, width: int) -> None:
        wide = width >= _MIN_ROW_WIDTH and self._row_width() <= width - 3 * theme.SPACE
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    def _row_width(self) -> int:
        """Return the width of the buttons beside each other, px."""
        shown = [button for button in (self._rewind, self._restore) if not button.isHidden()]
        return sum(button.sizeHint().width() + self._row.spacing() for button in shown)

    def _fill(self, alarm: Alarm) -> None:
        self._label.setText(alarm.text)
        self.setAccessibleDescription(alarm.text)
        self._restore.setVisible(alarm.restore is not None)
        if alarm.restore is not None:
            self._restore.setText(alarms.restore_text(*alarm.restore))
            self._restore.setToolTip(wrapped("Takes effect at the next step, like every change during training."))
        self._rewind.setVisible(alarm.rewind is not None)
        if alarm.rewind is not None:
            self._rewind.setText(f"Rewind to step {alarm.rewind:,}\N{HORIZONTAL ELLIPSIS}")
            self._rewind.setToolTip(wrapped("Continues from before it happened, with the settings of that time."))
        for button in (self._restore, self._rewind):
            button.setAccessibleName(button.text())

    def _request_change(self) -> None:
        if self._alarm is not None and self._alarm.restore is not None:
            self.changeRequested.emit(*self._alarm.restore)

    def _request_rewind(self) -> None:
        if self._alarm is not None and self._alarm.rewind is not None:
            self.rewindRequested.emit(self._alarm.rewind)

    def _dismiss(self) -> None:
        if self._alarm is not None:
            self._dismissed.add(self._alarm.incident)
        self.show_alarm(self._alarm)


def _button(name: str, parent: QWidget) -> QPushButton:
    button = QPushButton(parent)
    button.setObjectName(name)
    button.setProperty("small", True)
    return button
