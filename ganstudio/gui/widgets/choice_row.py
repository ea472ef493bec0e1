"""Row of buttons of which one is checked."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from ganstudio.gui.widgets.rich_text import as_tip


class ChoiceRow(QWidget):
    """Row of buttons of which one is checked.

    Parameters
    ----------
    name : str
        Accessible name.
    choices : sequence of (str, str, str)
        Text, accessible name and tooltip of each button.
    parent : QWidget, optional
        Qt's parent.
    """

    changed = Signal(int)  # index of the button that is checked now

    def __init__(self, name: str, choices: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        for index, (text, accessible_name, tooltip) in enumerate(choices):
            button = QToolButton(self)
            button.setText(text)
            button.setToolTip(as_tip(tooltip))
            button.setAccessibleName(accessible_name)
            button.setProperty("small", True)
            button.setCheckable(True)
            self._group.addButton(button, index)
            row.addWidget(button)
        row.addStretch(1)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._toggled)

    @property
    def index(self) -> int:
        """Index of the checked button."""
        return self._group.checkedId()

    def button(self, index: int) -> QToolButton:
        """Return a button by its index."""
        button = self._group.button(index)
        assert isinstance(button, QToolButton)
        return button

    def _toggled(self, index: int, is_checked: bool) -> None:
        if is_checked:
            self.changed.emit(index)
