"""Row of buttons of which one is checked."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget


class ChoiceRow(QWidget):
    """A row of buttons of which one is down."""

    changed = Signal(int)

    def __init__(self, name: str, choices: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """`choices` are (text, accessible name, tooltip)."""
        super().__init__(parent)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        for index, (text, spoken, tooltip) in enumerate(choices):
            button = QToolButton(self)
            button.setText(text)
            button.setToolTip(tooltip)
            button.setAccessibleName(spoken)
            button.setProperty("small", True)
            button.setCheckable(True)
            self._group.addButton(button, index)
            row.addWidget(button)
        row.addStretch(1)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._toggled)

    @property
    def index(self) -> int:
        """Which button is down."""
        return self._group.checkedId()

    def button(self, index: int) -> QToolButton:
        """The button of that index."""
        found = self._group.button(index)
        assert isinstance(found, QToolButton)
        return found

    def _toggled(self, index: int, down: bool) -> None:
        if down:
            self.changed.emit(index)
