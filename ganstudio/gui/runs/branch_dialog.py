"""Dialog that branches a run: step, name and changed settings of the new one."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ganstudio.config import SETTINGS
from ganstudio.data import catalog
from ganstudio.errors import StudioError
from ganstudio.gui.dialogs.button_row import make_button_row
from ganstudio.gui.dialogs.fitting import FittingDialog, Scrolled
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.runs.branch_changes import BranchChanges
from ganstudio.gui.runs.branch_form import BranchForm
from ganstudio.gui.runs.branch_steps import BranchSteps
from ganstudio.gui.runs.branching import DATASET, explain_kept, setting_for_branch
from ganstudio.gui.runs.stop_choice import StopChoice
from ganstudio.gui.setup.facts import Facts
from ganstudio.gui.setup.length_field import LengthField
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.fields import Field
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.settings import Setting

_WIDTH = 460  # px
_HEIGHT = 560  # px, where the screen has room


class BranchDialog(FittingDialog):
    """Form with the settings of a branch; a setting that a branch has to keep says why.

    It is made once and shown again: each `begin` shows the open run with nothing chosen. It puts parts of the set-up
    form and of this folder together, so it knows many.

    Parameters
    ----------
    model : RunModel
        The open run is the one to branch.
    edits : Mapping, optional
        Values by dotted name that wait until the run resumes; the branch takes them over.
    first_field : str
        Dotted name of the setting to show first.
    parent : QWidget, optional
        Qt's parent.
    at_once : bool
        Whether to make all fields and `begin` now; else `begin` is to be called, and the fields follow in turns of the
        event loop when it is shown.
    """

    branchRequested = Signal(object, object, str, bool)  # step, changes by dotted name, title, whether to open it

    def __init__(
        self,
        model: RunModel,
        edits: Mapping[str, Any] | None = None,
        first_field: str = "",
        parent: QWidget | None = None,
        *,
        at_once: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("branchDialog")
        self.setWindowTitle("Branch")
        self._model = model
        self._changes = BranchChanges(model, {})
        self._first_field = ""
        self._is_in_use = False
        self._length = LengthField()
        self._facts = Facts(model)
        self._steps = BranchSteps(model)
        self._name = QLineEdit()
        self._dataset = self._make_dataset_field(setting_for_branch(DATASET, self._changes.config))
        self._form = BranchForm()
        self.summary = WrappedLabel()
        self._stop = StopChoice(model)
        self._lay_out()
        model.rewindPointsChanged.connect(self._take_rewind_points)
        self._steps.activated.connect(self._refresh)
        self._length.edited.connect(self._edit_length)
        self._form.edited.connect(self._edit)
        self._form.completed.connect(self._completed)
        if at_once:
            self._form.complete()
            self.begin(edits or {}, first_field)

    def begin(self, edits: Mapping[str, Any], first_field: str = "") -> None:
        """Show the open run, with nothing chosen or typed yet.

        Parameters
        ----------
        edits
            Values by dotted name that wait until the run resumes; the branch takes them over.
        first_field
            Dotted name of the setting to show first; "" for none.
        """
        if focused := self.focusWidget():
            focused.clearFocus()  # what was being typed there ends
        self._changes = BranchChanges(self._model, edits)
        self._facts = Facts(self._model)
        self._first_field = first_field
        self._is_in_use = True
        self._name.clear()
        self._steps.clear()
        self._length.forget_unit()
        self._stop.reset()
        self._offer_datasets()
        self._scrolled.verticalScrollBar().setValue(0)
        parent = self.parentWidget()
        self.resize(_WIDTH, min(_HEIGHT, parent.window().height()) if parent else _HEIGHT)
        self._form.reset()
        self._update_steps()
        self._form.go_to(first_field)

    def field(self, path: str) -> Field:
        """Return the field of a setting by its dotted name."""
        return self._dataset if path == self._dataset.setting.path else self._form.field(path)

    def changes(self) -> dict[str, Any]:
        """Return the settings that the branch changes, by dotted name."""
        return self._changes.changes()

    def step(self) -> int | None:
        """Return the step that the branch starts from; None if there is none."""
        return self._steps.step()

    def accept(self) -> None:
        """Request the branch and close; if the run has removed the checkpoint meanwhile, say so."""
        step = self.step()
        changes = self.changes()
        self._model.refresh_rewind_points()
        if step in self._model.rewind_points:
            self.branchRequested.emit(step, changes, self._name.text().strip(), self._stop.opens_branch)
            super().accept()
        elif step is not None:
            gone = f"The run has removed the checkpoint of step {step:,} since this window was opened."
            self.summary.setText(f"{gone} Choose another one." if self._model.rewind_points else gone)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        if not self._is_in_use:  # shown again without `begin`
            self._is_in_use = True
            self._update_steps()
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._is_in_use = False

    # Building

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACE * 2,) * 4)
        column.setSpacing(SPACE)
        self._scrolled = Scrolled(self._make_body())
        column.addWidget(self._scrolled, 1)
        column.addWidget(self.summary)
        column.addWidget(self._stop)
        self._button = QPushButton("Branch")
        self._button.setObjectName("makeBranchButton")
        self._button.setToolTip("Creates the new run as chosen above; once it is open, Continue trains it")
        column.addWidget(make_button_row(self, self._button))

    def _make_body(self) -> QWidget:
        """Return what is chosen, which scrolls on a small screen."""
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(
            WrappedLabel("A new run that starts from this one at the chosen step. The original is not changed.")
        )
        self._rows = self._make_rows()
        column.addLayout(self._rows)
        column.addWidget(self._form, 1)
        return body

    def _make_rows(self) -> QGridLayout:
        self._name.setObjectName("branchName")
        self._name.setAccessibleName("Name of the branch")
        self._name.setPlaceholderText("Optional")
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE // 2)
        grid.setColumnStretch(1, 1)
        for row, (text, widget) in enumerate(
            (("from", self._steps), ("name", self._name), ("train for", self._length))
        ):
            label = Label(text)
            label.setProperty("muted", True)
            label.setBuddy(self._length.unit if widget is self._length else widget)
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
        grid.addWidget(self._dataset, grid.rowCount(), 0, 1, 2)  # it is in none of the sections
        return grid

    def _make_dataset_field(self, setting: Setting) -> Field:
        """Return a field of the data sets that the open run's networks can learn from."""
        self._datasets = _offered(setting)
        field = Field(setting, name_of=catalog.title_of)
        field.lock(explain_kept(setting.path))
        field.edited.connect(self._edit)
        return field

    def _offer_datasets(self) -> None:
        """Offer the data sets of the run that is open now; if they are the same as before, the field stays."""
        setting = setting_for_branch(DATASET, self._changes.config)
        if _offered(setting) == self._datasets:
            return
        former, self._dataset = self._dataset, self._make_dataset_field(setting)
        self._rows.replaceWidget(former, self._dataset)
        QWidget.setTabOrder(self._length.unit, self._dataset.editor)
        former.hide()
        former.setParent(None)
        delete_later(former)

    # Showing

    def _take_rewind_points(self) -> None:
        if self._is_in_use:
            self._update_steps()

    def _update_steps(self) -> None:
        self._steps.refresh()
        self._button.setEnabled(self.step() is not None)
        self._refresh()

    def _completed(self) -> None:
        if self._is_in_use:
            self._refresh()
            self._form.go_to(self._first_field)

    def _edit(self, path: str, value: Any) -> None:
        try:
            self._changes.set_value(path, value)
        except StudioError as error:
            self.summary.setText(str(error))
            return
        self._refresh()

    def _edit_length(self, changes: Mapping[str, float]) -> None:
        for path, value in changes.items():
            self._edit(path, SETTINGS[path].type(value))

    def _refresh(self) -> None:
        changes = self._changes
        changes.set_step(self.step())
        changed = changes.changes()
        self._dataset.show_value(changes.value(DATASET))
        self._dataset.show_changes([changes.was(DATASET)] if DATASET in changed else [])
        self._length.show_length(changes.config, self._facts.pace())
        self._form.refresh(changes, changed)
        if self._model.rewind_points:
            self.summary.setText(changes.description())
        else:
            self.summary.setText("There is no checkpoint yet; the run saves one when it is paused or stopped.")


def _offered(setting: Setting) -> list[tuple[object, str]]:
    """Return the data sets that a setting offers, each with its title, in their order."""
    return [(name, catalog.title_of(name)) for name in setting.choices]
