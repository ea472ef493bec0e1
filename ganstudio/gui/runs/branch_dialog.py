"""Branch: from which step a new run begins, what it is called, and what it does otherwise."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio import config as cfg
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.errors import StudioError
from ganstudio.events import MarkKind
from ganstudio.gui.dialogs.fitting import FittingDialog
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import epoch_at
from ganstudio.gui.runs.branching import explain_kept, setting_for_branch
from ganstudio.gui.runs.stop_choice import StopChoice
from ganstudio.gui.setup.facts import Facts
from ganstudio.gui.setup.form import form_settings
from ganstudio.gui.setup.length_field import LengthField
from ganstudio.gui.setup.sections import Sections
from ganstudio.gui.widgets.fields import ChoiceBox, Field
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.text import DOT

_WIDTH, _HEIGHT = 460, 560  # px, where the screen has room


class BranchDialog(FittingDialog):
    """A form made from the declaration of the settings; one that has to stay as it is says why."""

    branchRequested = Signal(
        object, object, str, bool
    )  # step or None, changes by dotted name, title, whether to open it

    def __init__(
        self,
        model: RunModel,
        edits: Mapping[str, Any] | None = None,
        begin_with: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`edits` wait for the open run to go on; the branch takes them. `begin_with` names the field to begin with."""
        super().__init__(parent)
        self.setObjectName("branchDialog")
        self.setWindowTitle("Branch")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._model = model
        self._edits = dict(edits or {})
        self._chosen = dict(self._edits)
        self._before = self._config = model.config
        self._fields: dict[str, Field] = {}
        self._length = LengthField()
        self._facts = Facts(model)
        self._steps = ChoiceBox()
        self._name = QLineEdit()
        self._said = WrappedLabel()
        self._stop = StopChoice(model)
        self._lay_out()
        model.rewindPointsChanged.connect(self._fill_steps)
        self._steps.activated.connect(self._refresh)
        self._fill_steps()
        self._refresh()
        self.resize(_WIDTH, min(_HEIGHT, parent.window().height()) if parent else _HEIGHT)
        if begin_with in self._fields:
            self.sections.go_to(begin_with)

    def field(self, path: str) -> Field:
        """Field of a setting by its dotted name."""
        return self._fields[path]

    def changes(self) -> dict[str, Any]:
        """What the branch does otherwise, by dotted name."""
        was = self._before
        return {
            path: value for path, value in self._chosen.items() if path in self._edits or value != cfg.read(was, path)
        }

    def step(self) -> int | None:
        """Step that the branch begins from; None if there is none."""
        chosen = self._steps.currentData()
        return None if chosen is None else int(chosen)

    def accept(self) -> None:
        """Branch."""
        if self.step() is not None:
            self.branchRequested.emit(self.step(), self.changes(), self._name.text().strip(), self._stop.opens)
            super().accept()

    # Building

    def _lay_out(self) -> None:
        self._make_fields()
        about = WrappedLabel()
        about.setText("A new run that starts from this one at the chosen step. The original is not changed.")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addWidget(about)
        whole.addLayout(self._top())
        whole.addWidget(self.sections, 1)
        whole.addWidget(self._said)
        whole.addWidget(self._stop)
        buttons = QDialogButtonBox()
        buttons.addButton(QPushButton("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._button = QPushButton("Branch")
        self._button.setObjectName("makeBranchButton")
        self._button.setProperty("main", True)
        self._button.setToolTip("Creates the new run as chosen above; once it is open, Continue trains it")
        self._button.setDefault(True)
        buttons.addButton(self._button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        whole.addWidget(buttons)

    def _top(self) -> QGridLayout:
        self._steps.setObjectName("branchStepCombo")
        self._steps.setAccessibleName("Step to branch from")
        self._steps.setToolTip("Checkpoints of the run: only they contain everything that a run needs to go on")
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
            label = QLabel(text)
            label.setProperty("muted", True)
            label.setBuddy(self._length.unit if widget is self._length else widget)
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
        return grid

    def _make_fields(self) -> None:
        for setting in (setting_for_branch("data.name", self._config), *form_settings()):
            self._fields[setting.path] = field = Field(setting)
            field.lock(explain_kept(setting.path))
            field.edited.connect(self._edit)
        self.sections = Sections(self._fields)
        self._length.edited.connect(self._edit_length)

    # Showing

    def _fill_steps(self) -> None:
        """The checkpoints, newest first; chosen stays what was, else the one nearest to what is looked at."""
        before, model = self.step(), self._model
        points = list(reversed(model.rewind_points))
        self._steps.clear()
        for point in points:
            self._steps.addItem(f"step {point:,} {DOT} epoch {epoch_at(model, point):,.1f}", point)
        follows = before is None or model.viewed_step is None  # the newest, as one is being saved
        chosen = model.find_rewind_point() if follows else before
        self._steps.setCurrentIndex(points.index(chosen) if chosen in points else len(points) - 1)  # else the oldest
        self._button.setEnabled(bool(points))
        self._refresh()

    def _edit(self, path: str, value: Any) -> None:
        try:
            cfg.change(self._config, path, value)
        except StudioError as error:
            self._said.setText(str(error))
            return
        self._chosen[path] = value
        self._refresh()

    def _edit_length(self, changes: Mapping[str, float]) -> None:
        for path, value in changes.items():
            self._edit(path, SETTINGS[path].type(value))

    def _refresh(self, *_: object) -> None:
        self._before = self._config = _config_at(self._model, self.step())
        for path, value in self._chosen.items():
            self._config = cfg.change(self._config, path, value)
        changed = self.changes()
        for path, field in self._fields.items():
            field.show_value(cfg.read(self._config, path))
            field.show_changes([f"was {cfg.read(self._before, path)}"] if path in changed else [])
        self._length.show_length(self._config, self._facts.pace())
        self.sections.refresh(self._config)
        if not self._model.rewind_points:
            self._said.setText("There is no checkpoint yet; the run saves one when it is paused or stopped.")
        else:
            changes = [cfg.describe_change(path, cfg.read(self._before, path), new) for path, new in changed.items()]
            self._said.setText(f"Changes: {'; '.join(changes)}." if changes else "No setting is changed.")


def _config_at(model: RunModel, step: int | None) -> RunConfig:
    """The run's settings as they were at a step: later changes taken back."""
    config = model.config
    for mark in reversed(model.marks):
        if mark.kind == MarkKind.CHANGE and mark.path and step is not None and mark.step > step:
            config = cfg.change(config, mark.path, mark.old)
    return config
