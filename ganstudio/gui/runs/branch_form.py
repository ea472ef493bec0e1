"""The settings of a branch in sections: made a few at a time, as to make them all takes a tenth of a second."""

from collections.abc import Collection
from itertools import islice

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.runs.branch_changes import BranchChanges
from ganstudio.gui.runs.branching import explain_kept
from ganstudio.gui.setup.form import SECTIONS, form_settings
from ganstudio.gui.setup.sections import Sections
from ganstudio.gui.widgets.fields import Field

_MAX_FIELDS = 8  # made in a turn of the event loop: some 10 ms


class BranchForm(QWidget):
    """Fields of all settings of a branch, in the sections of the set-up form; made in turns once it is shown.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.

    Attributes
    ----------
    sections
        The sections.
    """

    edited = Signal(str, object)  # dotted name, new value
    completed = Signal()  # all fields are there, and have to be shown their values

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, Field] = {}
        self._is_complete = False
        self.sections = Sections({}, self)
        self.sections.hide()  # until it has all fields, by whose heights it chooses the section that is open
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sections)
        self._to_come = iter(form_settings())
        self._last: QWidget = self.sections.button(SECTIONS[-1])  # in the order of Tab
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._make_some)

    @property
    def is_complete(self) -> bool:
        """Whether all fields are there."""
        return self._is_complete

    def complete(self) -> None:
        """Make all fields that are not there yet."""
        while not self.is_complete:
            self._make_some()

    def field(self, path: str) -> Field:
        """Return the field of a setting by its dotted name."""
        self.complete()
        return self._fields[path]

    def reset(self) -> None:
        """Open the section that is open at first."""
        if self._is_complete:
            self.sections.reset()

    def go_to(self, path: str) -> None:
        """Show the field of a setting, if it has one, and focus it."""
        if self._is_complete and path in self._fields:
            self.sections.go_to(path)

    def refresh(self, changes: BranchChanges, changed: Collection[str]) -> None:
        """Show the values of a branch; those of the dotted names `changed` differ from its parent's."""
        if not self._is_complete:
            return  # `completed` asks for it
        for path, field in self._fields.items():
            field.show_value(changes.value(path))
            field.show_changes([changes.was(path)] if path in changed else [])
        self.sections.refresh(changes.config)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.is_complete:
            self._timer.start()

    def _make_some(self) -> None:
        settings = list(islice(self._to_come, _MAX_FIELDS))
        for setting in settings:
            self._fields[setting.path] = field = Field(setting, self.sections.page(setting.section))
            field.lock(explain_kept(setting.path))
            field.edited.connect(self.edited)
            self.sections.add(field)
            self.setTabOrder(self._last, field.editor)  # else it would come after the buttons of the dialog
            self._last = field.editor
        if not settings:
            self._timer.stop()
            self._is_complete = True
            self.completed.emit()
            self.sections.show()
