"""Set-up panel: every setting of a run, made from its declaration, with live edits while the run goes."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.data import catalog
from ganstudio.events import Marked
from ganstudio.gui import theme
from ganstudio.gui.branching import why_not
from ganstudio.gui.collapsible import Collapsible, ElidedLabel
from ganstudio.gui.fields import ChoiceBox, Field
from ganstudio.gui.relevance import says_something
from ganstudio.gui.run_model import RunModel
from ganstudio.gui.summary import summary
from ganstudio.gui.theme import SPACE
from ganstudio.gui.tips import plain, wrapped
from ganstudio.settings import Declared

# Title of each part of the configuration, in the order they are shown; parts with the same title share a group.
_TITLES = {
    "network": "networks",
    "data": "networks",
    "objective": "objective",
    "penalty": "penalties",
    "stabilise": "stabilisers",
    "ema": "stabilisers",
    "schedule": "schedule",
    "optimizer": "optimiser",
    "": "length and seed",
    "engine": "engine",
    "output": "pictures and saving",
    "measure": "measuring and keeping",
}
_ELSEWHERE = {  # settings that a person looks for in another group than their part's
    "network.spectral_norm": "penalties",
    "network.packing": "objective",
    "stabilise.clip_gradient": "objective",
    "output.keep_snapshots": "measuring and keeping",
    "output.keep_checkpoints": "measuring and keeping",
    "output.disk_limit": "measuring and keeping",
    "ema.show_raw": "pictures and saving",
}
_OPEN_FIRST = ("schedule", "optimiser", "length and seed")  # as many of them as fit, least wanted first
_CHOSEN_ABOVE = {"data.name"}  # has its own control at the top
_FOLLOWED = "Another program trains this run; here it is only watched."
_UNDO = "Undo (Ctrl+Z, Edit menu) can take it back."
_MANY = "Several processes train this run; stop it to change its settings."


class SetupPanel(QWidget):
    """Preset, data set and all settings. It changes nothing by itself: it says what the person wants."""

    presetChosen = Signal(str)
    datasetChosen = Signal(str)
    edited = Signal(str, object)  # dotted name, value
    datasetsWanted = Signal()
    newRunWanted = Signal()
    branchWanted = Signal(str)  # dotted name of a setting that the open run keeps

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setupPanel")
        self.setAccessibleName("Set-up")
        self._model = model
        self.can_undo: Callable[[str], bool] = _never  # whether undo would take back a change of that dotted name
        self._fields: dict[str, Field] = {}
        self._groups: dict[str, Collapsible] = {}
        self._opened: list[Collapsible] = []  # latest last
        self._asked: Collapsible | None = None  # opened by a person
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scrolled())
        for signal in (model.reset, model.configChanged, model.statusChanged, model.marked):
            signal.connect(self.refresh)
        self.refresh()

    def field(self, path: str) -> Field:
        """Field of a setting by its dotted name."""
        return self._fields[path]

    def shows(self, path: str) -> bool:
        """Whether a person sees the setting of that dotted name; what is chosen at the top is always seen with it."""
        return self._fields[path].isVisible() if path in self._fields else self.isVisible()

    def refresh_datasets(self) -> None:
        """Look again which data sets are at hand."""
        self._fill_datasets()
        self._show_dataset()

    def refresh(self, *_: object) -> None:
        """Show the model's settings, what is locked and what was changed."""
        config = self._model.config
        self._show_preset(config)
        self._show_dataset()
        changes = _changes(self._model.marks)
        for path, field in self._fields.items():
            field.show_value(cfg.read(config, path))
            field.lock(self._why_locked(field.declared))
            said = changes.get(path, [])[-3:]
            field.show_changes([*said, _UNDO] if said and self.can_undo(path) else said)
            field.setVisible(says_something(path, config))
        for group in self._groups.values():
            shown = [each for each in group.body.children() if isinstance(each, Field) and not each.isHidden()]
            group.set_summary(*summary((each.declared for each in shown), config))
        self._new_run.setVisible(self._model.folder is not None and not self._model.busy)
        self._fit_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._opened:
            for title in _OPEN_FIRST:
                self._groups[title].set_open(True)

    # Building

    def _scrolled(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        column.setSpacing(1)
        column.addLayout(self._top())
        column.addSpacing(SPACE // 2)
        for title in dict.fromkeys(_TITLES.values()):
            self._groups[title] = group = Collapsible(title, self)
            group.setObjectName(f"{title.replace(' ', '_')}Group")
            group.toggled.connect(self._group_toggled)
            group.header.clicked.connect(self._group_clicked)
            column.addWidget(group)
        for declared in sorted(SETTINGS.values(), key=_order):
            if declared.path not in _CHOSEN_ABOVE:
                self._add(declared)
        column.addStretch(1)
        area.setWidget(inside)
        longest = max(field.sizeHint().width() for field in self._fields.values())
        area.setMinimumWidth(longest + 4 * SPACE + SPACE // 2)  # margins, a group's indent, and the bar
        self._area, self._inside = area, inside
        self._fits = QTimer(self, singleShot=True, interval=0)
        self._fits.timeout.connect(self._fit)
        return area

    def _top(self) -> QGridLayout:
        self._presets = ChoiceBox()
        self._presets.setObjectName("presetCombo")
        self._presets.setAccessibleName("Preset")
        for name in presets.names():
            preset = presets.load(name)
            self._presets.addItem(name, name)
            row = self._presets.count() - 1
            tip = wrapped(f"<b>{plain(preset.title)}</b>", plain(preset.help))
            self._presets.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        self._presets.activated.connect(self._choose_preset)
        self._datasets = ChoiceBox()
        self._datasets.setObjectName("datasetCombo")
        self._datasets.setAccessibleName("Data set")
        self._datasets.activated.connect(self._choose_dataset)
        self._about_data = ElidedLabel()
        self._about_data.setObjectName("datasetLabel")
        self._about_data.setProperty("muted", True)
        self._about_data.setProperty("small", True)
        more = QToolButton()
        more.setObjectName("datasetsButton")
        more.setAccessibleName("Data sets")
        more.setToolTip("All data sets: what is here, what can be downloaded")
        theme.set_icon(more, "data")
        more.clicked.connect(self.datasetsWanted)
        self._new_run = QPushButton("New run with these settings")
        self._new_run.setObjectName("newRunButton")
        self._new_run.setToolTip("Leaves the open run as it is, and unlocks every setting for another one")
        self._new_run.clicked.connect(self.newRunWanted)
        self._fill_datasets()
        return self._arrange_top(more)

    def _arrange_top(self, more: QToolButton) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE // 2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(_label("preset", self._presets), 0, 0)
        grid.addWidget(self._presets, 0, 1, 1, 2)
        grid.addWidget(_label("data", self._datasets), 1, 0)
        grid.addWidget(self._datasets, 1, 1)
        grid.addWidget(more, 1, 2)
        grid.addWidget(self._about_data, 2, 1, 1, 2)
        grid.addWidget(self._new_run, 3, 0, 1, 3)
        return grid

    def _add(self, declared: Declared) -> None:
        field = Field(declared)
        field.edited.connect(self.edited)
        field.lockedPressed.connect(self._locked_pressed)
        self._fields[declared.path] = field
        self._groups[title_of(declared)].rows.addWidget(field)

    # Showing

    def _show_preset(self, config: RunConfig) -> None:
        tip = ""
        for row in range(self._presets.count()):
            name = self._presets.itemData(row)
            chosen = name == config.preset
            self._presets.setItemText(row, f"{name} (edited)" if chosen and was_edited(config) else name)
            if chosen:
                self._presets.setCurrentIndex(row)
                tip = self._presets.itemData(row, Qt.ItemDataRole.ToolTipRole)
        if not tip:
            self._presets.setCurrentIndex(-1)
        following = self._model.status == "following"
        _lock(self._presets, _FOLLOWED if following else self._busy_words("preset"), tip)

    def _fill_datasets(self) -> None:
        self._datasets.clear()
        for name, info in catalog.DATASETS.items():
            self._datasets.addItem(info.title, name)

    def _show_dataset(self) -> None:
        name = self._model.config.data.name
        self._datasets.setCurrentIndex(self._datasets.findData(name))
        known = name in catalog.DATASETS
        words = describe(catalog.state(name, self._model.data_home)) if known else ""
        self._about_data.set_full(words)
        _lock(self._datasets, self._why_locked(SETTINGS["data.name"]), words)

    def _busy_words(self, what: str) -> str:
        return f"The run keeps its {what}; stop it to choose another." if self._model.busy else ""

    def _why_locked(self, declared: Declared) -> str:
        model = self._model
        if model.status == "following":
            return _FOLLOWED
        if model.folder is None and not model.busy:
            return ""
        if model.busy and model.config.engine.processes > 1:
            return _MANY
        if declared.setting.live:
            return ""
        if declared.group == "engine":  # what a run need not keep when it goes on
            return f"{declared.setting.why_fixed} Stop the run to change it." if model.busy else ""
        if why_not(declared.path):
            return f"{declared.setting.why_fixed} Begin a new run to change it."
        return f"{declared.setting.why_fixed} A branch may change it: click here."

    def _locked_pressed(self, path: str) -> None:
        """A setting that the open run keeps was clicked: a branch may change it."""
        if self._model.folder is not None and self._model.status != "following" and not SETTINGS[path].setting.live:
            self.branchWanted.emit(path)

    def _choose_preset(self, row: int) -> None:
        self.presetChosen.emit(self._presets.itemData(row))

    def _choose_dataset(self, row: int) -> None:
        self.datasetChosen.emit(self._datasets.itemData(row))

    # Groups fold by themselves so that the form fits

    def _group_toggled(self, opened: bool) -> None:
        group = self.sender()
        if not isinstance(group, Collapsible):
            return
        self._opened = [each for each in self._opened if each is not group] + ([group] if opened else [])
        self._fit_soon()

    def _fit_soon(self) -> None:
        if self.isVisible():
            self._fits.start()

    def _fit(self) -> None:
        """Fold the groups opened longest ago until the form fits; the one a person asked for last stays."""
        layout = self._inside.layout()
        self._spare_about()
        foldable = [each for each in self._opened if each is not self._asked]
        while layout and foldable and layout.sizeHint().height() > self._area.viewport().height():
            foldable.pop(0).set_open(False)
            layout.activate()
        if self._asked and self._asked.is_open:
            self._area.ensureWidgetVisible(self._asked, 0, 0)
            self._area.horizontalScrollBar().setValue(0)

    def _spare_about(self) -> None:
        """The line about the data set, which its box's tooltip says too, goes where a person needs its room."""
        spared = [each.body for each in self._groups.values() if each.is_open and each is not self._asked]
        line = self._about_data.sizeHint().height() + SPACE // 2
        least = self._inside.sizeHint().height() - sum(each.sizeHint().height() for each in spared)
        least += line if self._about_data.isHidden() else 0
        self._about_data.setVisible(least <= self._area.viewport().height())

    def _group_clicked(self) -> None:
        header = self.sender()
        self._asked = next((each for each in self._groups.values() if each.header is header), None)
        self._fit_soon()


def _never(_: str) -> bool:
    return False


def title_of(declared: Declared) -> str:
    """Title of the group that a setting stands in."""
    return _ELSEWHERE.get(declared.path, _TITLES[declared.group])


def in_order() -> list[str]:
    """Dotted names of all settings, as they stand in the form from top to bottom."""
    titles = list(dict.fromkeys(_TITLES.values()))
    settings = sorted(SETTINGS.values(), key=lambda each: (titles.index(title_of(each)), *_order(each)))
    return ["data.name", *(each.path for each in settings if each.path != "data.name")]


def _order(declared: Declared) -> tuple[bool, int]:
    """Place in the form: part by part as in `_TITLES`, and what comes from another part at the end of its group."""
    return declared.path in _ELSEWHERE, list(_TITLES).index(declared.group)


def was_edited(config: RunConfig) -> bool:
    """Whether a run's settings differ from the preset they came from; how a step executes does not count."""
    if config.preset not in presets.names():
        return False
    made = presets.load(config.preset).config
    found = {path for path, _, _ in cfg.differences(made, config) if not path.startswith("engine.")}
    if not made.network.classes:  # as many as the data set has, which a run fills in
        found.discard("network.classes")
    return bool(found)


def describe(state: catalog.DatasetState) -> str:
    """ "60,000 28x28, ready"."""
    info = state.info
    colour = ", colour" if info.channels > 1 else ""
    return f"{info.count:,} {info.size}x{info.size}{colour}, {in_short(state)}"


def in_short(state: catalog.DatasetState) -> str:
    """State of a data set in few letters."""
    return "to download" if state.state == "can be downloaded" else state.state


def _changes(marks: list[Marked]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mark in marks:
        if mark.kind == "change":
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
