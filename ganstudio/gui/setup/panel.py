"""Set-up panel: every setting of a run, made from its declaration, with live edits while the run goes."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from ganstudio import config as cfg
from ganstudio import length, presets
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.data import catalog
from ganstudio.events import Marked, MarkKind, RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.setup.facts import facts, facts_for, known, milliseconds, time_words
from ganstudio.gui.setup.form import form_settings
from ganstudio.gui.setup.length_field import LengthField
from ganstudio.gui.setup.preset_box import PresetBox
from ganstudio.gui.setup.sections import Sections
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.elided_label import ElidedLabel
from ganstudio.gui.widgets.fields import ChoiceBox, Field
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.tooltips import plain, wrapped
from ganstudio.presets import Preset
from ganstudio.settings import Setting, format_value
from ganstudio.speeds import TrainingSpeeds

_FOLLOWED = "Another program is training this run; this window only follows it."
_UNDO = "Undo (Ctrl+Z) sets the old value again."
_MANY = "Several processes are training this run; stop it to change its settings."
_ABOUT_HEIGHT = 22  # px of the line below the preset, which holds a button at times


class SetupPanel(QWidget):
    """Preset, data set, length and all settings. It changes nothing by itself: it says what the person wants."""

    presetChosen = Signal(str)
    resetWanted = Signal()  # the settings as the preset has them
    datasetChosen = Signal(str)
    edited = Signal(str, object)  # dotted name, value
    datasetsWanted = Signal()
    newRunWanted = Signal()
    branchWanted = Signal(str)  # dotted name of a setting that the open run keeps

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setupPanel")
        self.setAccessibleName("Setup")
        self._model = model
        self.can_undo: Callable[[str], bool] = _never  # whether undo would take back a change of that dotted name
        self._pace = TrainingSpeeds()
        self._fields = {setting.path: self._field(setting) for setting in form_settings()}
        self._make_top()
        self.sections = Sections(self._fields)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        whole.setSpacing(SPACE // 2)
        whole.addLayout(self._top())
        whole.addWidget(self.sections, 1)
        for signal in (model.reset, model.configChanged, model.statusChanged, model.marked):
            signal.connect(self.refresh)
        model.statusChanged.connect(self._learn_pace)
        self.refresh()

    def field(self, path: str) -> Field:
        """Field of a setting by its dotted name."""
        return self._fields[path]

    def shows(self, path: str) -> bool:
        """Whether a person sees the setting of that dotted name; what is chosen at the top is always seen with it."""
        return self._fields[path].isVisible() if path in self._fields else self.isVisible()

    def set_preset_menu(self, menu: QMenu) -> None:
        """What can be done with presets, beside their list."""
        self._preset_menu.setMenu(menu)

    def refresh_datasets(self) -> None:
        """Look again which data sets are at hand."""
        self._fill_datasets()
        self._show_dataset()

    def refresh_presets(self) -> None:
        """Look again which presets there are."""
        self._presets.fill()
        self._show_preset(self._model.config)

    def refresh(self, *_: object) -> None:
        """Show the model's settings, what is locked and what was changed."""
        config = self._model.config
        self._show_preset(config)
        self._show_dataset()
        changes = _changes(self._model.marks)
        for path, field in self._fields.items():
            field.show_value(cfg.read(config, path))
            field.lock(self._why_locked(field.setting))
            said = changes.get(path, [])[-3:]
            field.show_changes([*said, _UNDO] if said and self.can_undo(path) else said)
        self._show_length(config, changes)
        self.sections.refresh(config)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spare_about_data()

    # Building

    def _field(self, setting: Setting) -> Field:
        field = Field(setting)
        field.edited.connect(self.edited)
        field.lockedPressed.connect(self._locked_pressed)
        return field

    def _make_top(self) -> None:
        self._presets = PresetBox(self._facts)
        self._presets.activated.connect(self._choose_preset)
        self._preset_menu = QToolButton()
        self._preset_menu.setObjectName("presetMenuButton")
        self._preset_menu.setAccessibleName("Presets")
        self._preset_menu.setToolTip("Save these settings as your own preset; reset, import or export presets")
        self._preset_menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._preset_menu.setProperty("bare", True)
        theme.set_icon(self._preset_menu, "more")
        self._datasets = ChoiceBox()
        self._datasets.setObjectName("datasetCombo")
        self._datasets.setAccessibleName("Data set")
        self._datasets.activated.connect(self._choose_dataset)
        self._fill_datasets()
        self._more_data = QToolButton()
        self._more_data.setObjectName("datasetsButton")
        self._more_data.setAccessibleName("Data sets")
        self._more_data.setToolTip("All data sets: those on this computer, and those that can be downloaded")
        theme.set_icon(self._more_data, "data")
        self._more_data.clicked.connect(self.datasetsWanted)
        self._about_data = ElidedLabel()
        _make_small(self._about_data)
        self._about_data.setObjectName("datasetLabel")
        self._length = LengthField()
        self._length.edited.connect(self._length_edited)

    def _top(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE // 4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(_label("preset", self._presets), 0, 0)
        grid.addWidget(self._presets, 0, 1)
        grid.addWidget(self._preset_menu, 0, 2)
        grid.addWidget(self._about_preset(), 1, 0, 1, 3)
        grid.addWidget(_label("data", self._datasets), 2, 0)
        grid.addWidget(self._datasets, 2, 1)
        grid.addWidget(self._more_data, 2, 2)
        grid.addWidget(self._about_data, 3, 1, 1, 2)
        grid.addWidget(_label("train for", self._length.unit), 4, 0)
        grid.addWidget(self._length, 4, 1, 1, 2)
        return grid

    def _about_preset(self) -> QWidget:
        """The line below the preset: what it takes; that it was edited; or, of an open run, how to begin another."""
        self._takes = FittingLabel()
        _make_small(self._takes)
        self._takes.setObjectName("presetLabel")
        self._edited = QLabel("edited")
        self._edited.setObjectName("editedLabel")
        self._edited.setProperty("role", "mark")
        self._reset = _button("resetPresetButton", "Reset to preset", "Set every setting back to the preset's value")
        self._reset.clicked.connect(self.resetWanted)
        self._new_run = _button(
            "newRunButton",
            "New run with these settings",
            "Closes this run, which is not changed, and unlocks every setting for a new one",
        )
        self._new_run.clicked.connect(self.newRunWanted)
        line = QWidget()
        line.setFixedHeight(_ABOUT_HEIGHT)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._takes, 1)
        row.addWidget(self._edited)
        row.addWidget(self._reset)
        row.addWidget(self._new_run, 1)
        return line

    # Showing

    def _show_preset(self, config: RunConfig) -> None:
        self._presets.choose(config.preset)
        is_open, busy = self._model.folder is not None, self._model.is_busy
        changed = was_edited(config) and not is_open
        takes = [] if is_open or busy else facts_for(config, self._pace, self._model.data_home)
        self._takes.say(*takes, tip=_longer(takes[0]) if takes else "")
        self._takes.setVisible(not changed)
        self._edited.setVisible(changed)
        self._edited.setToolTip(_edits(config) if changed else "")
        self._reset.setVisible(changed and not busy)
        self._new_run.setVisible(is_open and not busy)
        following = self._model.status == RunStatus.FOLLOWING
        known_here = config.preset in presets.names()
        _lock(
            self._presets, _FOLLOWED if following else self._busy_words("preset"), _tip_of(config) if known_here else ""
        )

    def _facts(self, preset: Preset) -> str:
        return facts(preset.config, self._pace, self._model.data_home)

    def _fill_datasets(self) -> None:
        self._datasets.clear()
        for name, info in catalog.DATASETS.items():
            self._datasets.addItem(info.title, name)

    def _show_dataset(self) -> None:
        name = self._model.config.data.name
        self._datasets.setCurrentIndex(self._datasets.findData(name))
        at_hand = name in catalog.DATASETS
        words = describe(catalog.state(name, self._model.data_home)) if at_hand else ""
        self._about_data.set_full(words)
        _lock(self._datasets, self._why_locked(SETTINGS["data.name"]), words)

    def _show_length(self, config: RunConfig, changes: Mapping[str, list[str]]) -> None:
        lines = [line for name in length.SETTINGS for line in changes.get(name, [])[-1:]]
        takes = time_words(config, self._pace)
        if takes and length.deciding_setting(config) in ("epochs", "steps"):
            lines.append(f"That is {takes}.")
        self._length.show_length(config, known(self._model, self._pace), lines)
        self._length.lock(self._why_locked(SETTINGS["epochs"]))

    def _spare_about_data(self) -> None:
        """The line about the data set, which its box's tooltip says too, is left out where every row counts."""
        line = self._about_data.sizeHint().height() + SPACE // 4
        top = self.minimumSizeHint().height() - self.sections.minimumSizeHint().height()
        top += line if self._about_data.isHidden() else 0
        self._about_data.setVisible(self.height() >= top + self.sections.least_height())

    def _learn_pace(self, status: str) -> None:
        """How fast the run trained is known best when it holds still."""
        model = self._model
        if status in (RunStatus.PAUSED, RunStatus.FINISHED, RunStatus.SAVING) and model.started is not None:
            self._pace.record(model.config, model.started.device, milliseconds(model))

    # Locks

    def _busy_words(self, what: str) -> str:
        return f"Stop the run to choose another {what}." if self._model.is_busy else ""

    def _why_locked(self, setting: Setting) -> str:
        model = self._model
        if model.status == RunStatus.FOLLOWING:
            return _FOLLOWED
        if model.folder is None and not model.is_busy:
            return ""
        if model.is_busy and model.config.engine.processes > 1:
            return _MANY
        if setting.live:
            return ""
        if setting.on_resume:
            return f"{setting.why_fixed} Stop the run to change it." if model.is_busy else ""
        if not setting.on_branch:
            return f"{setting.why_fixed} Set up a new run to change it."
        return f"{setting.why_fixed} Click the field to make a branch with another value."

    def _locked_pressed(self, path: str) -> None:
        """A setting that the open run keeps was clicked: a branch may change it."""
        if self._model.folder is not None and self._model.status != RunStatus.FOLLOWING and not SETTINGS[path].live:
            self.branchWanted.emit(path)

    # What a person does

    def _choose_preset(self, row: int) -> None:
        name = self._presets.itemData(row)
        if name:
            self.presetChosen.emit(name)
        self._show_preset(self._model.config)  # whatever came of it

    def _choose_dataset(self, row: int) -> None:
        self.datasetChosen.emit(self._datasets.itemData(row))

    def _length_edited(self, changes: Mapping[str, float]) -> None:
        for path, value in changes.items():
            self.edited.emit(path, SETTINGS[path].type(value))
        self._show_length(self._model.config, _changes(self._model.marks))


def was_edited(config: RunConfig) -> bool:
    """Whether a run's settings differ from the preset they came from; how a step executes does not count."""
    return bool(edits(config))


def edits(config: RunConfig) -> list[str]:
    """Dotted names of the settings that differ from the preset they came from."""
    if config.preset not in presets.names():
        return []
    made = presets.load(config.preset).config
    found = [path for path, _, _ in cfg.differences(made, config) if not path.startswith("engine.")]
    if not made.network.classes:  # as many as the data set has, which a run fills in
        found = [path for path in found if path != "network.classes"]
    return found


def describe(state: catalog.DatasetState) -> str:
    """ "60,000 28x28, ready"."""
    info = state.info
    colour = ", colour" if info.channels > 1 else ""
    return f"{info.count:,} {info.size}x{info.size}{colour}, {state.state.short}"


def _edits(config: RunConfig) -> str:
    """Tooltip: what differs from the preset."""
    made = presets.load(config.preset)
    lines = [
        f"{SETTINGS[path].label}: {format_value(SETTINGS[path], cfg.read(made.config, path))} "
        f"\N{RIGHTWARDS ARROW} {format_value(SETTINGS[path], cfg.read(config, path))}"
        for path in edits(config)
    ]
    return wrapped(f"Changed from <b>{plain(made.title)}</b>:", "<br>".join(map(plain, lines)))


def _tip_of(config: RunConfig) -> str:
    preset = presets.load(config.preset)
    return wrapped(f"<b>{plain(preset.title)}</b>", plain(preset.help))


def _longer(takes: str) -> str:
    return wrapped(f"This run takes {plain(takes)}.") if takes else ""


def _never(path: str) -> bool:
    return False


def _changes(marks: list[Marked]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mark in marks:
        if mark.kind == MarkKind.CHANGE:
            found.setdefault(mark.path, []).append(f"changed at step {mark.step:,}: {mark.old} to {mark.new}")
    return found


def _lock(box: ChoiceBox, why: str, tip: str) -> None:
    """Disable a box and say why, or let it be used."""
    box.setEnabled(not why)
    box.setToolTip(wrapped(plain(why)) if why else tip)


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setProperty("muted", True)
    label.setBuddy(buddy)
    return label


def _make_small(label: QLabel) -> None:
    label.setProperty("muted", True)
    label.setProperty("small", True)


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    button.setProperty("small", True)
    return button
