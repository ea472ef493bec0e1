"""Set-up panel: every setting of a run, made from its declaration, with live edits while the run trains."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio import config as cfg
from ganstudio import length
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.events import Marked, MarkKind, RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.setup.begin_row import BeginRow
from ganstudio.gui.setup.cost_line import CostLine
from ganstudio.gui.setup.dataset_rows import DatasetRows
from ganstudio.gui.setup.facts import Facts
from ganstudio.gui.setup.form import form_settings
from ganstudio.gui.setup.form_parts import make_label, make_small
from ganstudio.gui.setup.length_field import LengthField
from ganstudio.gui.setup.locks import explain_lock
from ganstudio.gui.setup.preset_rows import PresetRows
from ganstudio.gui.setup.sections import Sections
from ganstudio.gui.widgets.fields import Field
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.settings import Setting

if TYPE_CHECKING:
    from ganstudio.training.estimates.estimate import Estimate

_UNDO = "Undo (Ctrl+Z) sets the old value again."
MAX_CHANGES = 3  # changes of a setting that its tooltip lists


class SetupPanel(QWidget):
    """Preset, data set, length and all settings. It changes nothing itself, but emits what the user requests.

    Parameters
    ----------
    model
        The run whose settings are shown.
    parent
        Qt's parent.

    Attributes
    ----------
    facts
        What runs take on this computer.
    presets, datasets, begin_row
        The rows at the top.
    sections
        All other settings.
    can_undo
        Whether undo would take back a change of the setting of that dotted name.
    """

    edited = Signal(str, object)  # dotted name, value
    branchRequested = Signal(str)  # dotted name of a setting that the open run keeps

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setupPanel")
        self.setAccessibleName("Setup")
        self._model = model
        self.can_undo: Callable[[str], bool] = _never
        self.facts = Facts(model)
        self._fields = {setting.path: self._make_field(setting) for setting in form_settings()}
        self.presets = PresetRows(model, self.facts, self)
        self.datasets = DatasetRows(model, self)
        self.begin_row = BeginRow(model, self)
        self._length = LengthField(self)
        self._length.edited.connect(self._edit_length)
        self._cost = CostLine(self)
        make_small(self._cost)
        self.sections = Sections(self._fields, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(self._make_top())
        layout.addWidget(self.sections, 1)
        for signal in (model.configChanged, model.statusChanged, model.marked):  # a reset changes the settings, too
            signal.connect(self.refresh)
        model.statusChanged.connect(self._record_speed)
        self.refresh()

    def field(self, path: str) -> Field:
        """Return the field of a setting by its dotted name."""
        return self._fields[path]

    def shows(self, path: str) -> bool:
        """Return whether the user sees the setting of that dotted name; those at the top are seen with the panel."""
        return self._fields[path].isVisible() if path in self._fields else self.isVisible()

    def refresh(self, *_: object) -> None:
        """Show the model's settings, which of them are locked, and how they were changed."""
        config = self._model.config
        self.presets.refresh()
        self.datasets.refresh()
        self.begin_row.refresh()
        self._cost.keep_place(self._model.folder is None)  # of a run that is open nothing is estimated
        changes = _describe_changes(self._model.marks)
        for path, field in self._fields.items():
            field.show_value(cfg.read(config, path))
            field.lock(explain_lock(field.setting, self._model))
            lines = changes.get(path, [])[-MAX_CHANGES:]
            field.show_changes([*lines, _UNDO] if lines and self.can_undo(path) else lines)
        self._show_length(config, changes)
        self.sections.refresh(config)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_dataset_line()

    def _make_field(self, setting: Setting) -> Field:
        field = Field(setting)
        field.edited.connect(self.edited)
        field.lockedPressed.connect(self._press_locked)
        return field

    def _make_top(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE // 4)
        grid.setColumnStretch(1, 1)
        self.presets.add_to(grid, 0)
        self.datasets.add_to(grid, 2)
        self.begin_row.add_to(grid, 4)
        grid.addWidget(make_label("train for", self._length.unit), 5, 0)
        grid.addWidget(self._length, 5, 1, 1, 2)
        grid.addWidget(self._cost, 6, 0, 1, 3)
        return grid

    def show_estimate(self, estimate: "Estimate | None") -> None:
        """Show what the run that is set up takes; None while that is not known."""
        self.facts.estimate = estimate
        self._cost.show_estimate(estimate)
        self.presets.refresh()
        self._show_length(self._model.config, _describe_changes(self._model.marks))

    def _show_length(self, config: RunConfig, changes: Mapping[str, list[str]]) -> None:
        lines = [line for name in length.SETTINGS for line in changes.get(name, [])[-1:]]
        time = self.facts.describe_time(config)
        if time and length.deciding_setting(config) in ("epochs", "steps"):
            lines.append(f"That is {time}.")
        self._length.show_length(config, self.facts.pace(), lines)
        self._length.lock(explain_lock(SETTINGS["epochs"], self._model))

    def _fit_dataset_line(self) -> None:
        """Hide the line about the data set where the longest section would not fit below it."""
        top = self.minimumSizeHint().height() - self.sections.minimumSizeHint().height()
        top += self.datasets.hidden_height()
        self.datasets.show_line(self.height() >= top + self.sections.least_height())

    def _record_speed(self, status: str) -> None:
        """Record how fast the run trained; that is known best when it rests."""
        if status in (RunStatus.PAUSED, RunStatus.FINISHED, RunStatus.SAVING):
            self.facts.record_speed()

    def _press_locked(self, path: str) -> None:
        """Request a branch if a setting was pressed that the open run keeps."""
        if self._model.folder is not None and self._model.status != RunStatus.FOLLOWING and not SETTINGS[path].live:
            self.branchRequested.emit(path)

    def _edit_length(self, changes: Mapping[str, float]) -> None:
        for path, value in changes.items():
            self.edited.emit(path, SETTINGS[path].type(value))
        self._show_length(self._model.config, _describe_changes(self._model.marks))


def _never(path: str) -> bool:
    return False


def _describe_changes(marks: Sequence[Marked]) -> dict[str, list[str]]:
    """Return a line for each change during the run, by dotted name of the setting."""
    changes: dict[str, list[str]] = {}
    for mark in marks:
        if mark.kind == MarkKind.CHANGE:
            changes.setdefault(mark.path, []).append(f"changed at step {mark.step:,}: {mark.old} to {mark.new}")
    return changes
