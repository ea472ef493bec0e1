"""Rows of the set-up panel about the preset: the list, its menu, and a line below."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QToolButton, QWidget

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.gui.model import preset_settings
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.setup.facts import Facts
from ganstudio.gui.setup.form_parts import lock_box, make_button, make_label, make_small
from ganstudio.gui.setup.locks import explain_preset_lock
from ganstudio.gui.setup.preset_box import PresetBox
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip, bold, lines, rich, wrapped
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.settings import format_value

_LINE_HEIGHT = 22  # px of the line below the preset, which holds a button at times


class PresetRows(QObject):
    """List of presets, its menu, and below what the preset takes, that it was changed, or how to set up a new run.

    Parameters
    ----------
    model
        The run whose preset is shown.
    facts
        What presets take on this computer.
    parent
        The panel.
    """

    presetRequested = Signal(str)  # its name
    resetRequested = Signal()  # the settings as the preset has them
    newRunRequested = Signal()  # with the settings of the open run

    def __init__(self, model: RunModel, facts: Facts, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._facts = facts
        self._box = PresetBox(facts.describe_preset)
        self._box.activated.connect(self._choose)
        self._menu = self._make_menu_button()
        self._takes = FittingLabel()
        make_small(self._takes)
        self._takes.setObjectName("presetLabel")
        self._edited = Label("edited")
        self._edited.setObjectName("editedLabel")
        self._edited.setProperty("role", "mark")
        reset_tip = "Set every setting back to the preset's value"
        self._reset = make_button("resetPresetButton", "Reset to preset", reset_tip)
        self._reset.clicked.connect(self.resetRequested)
        self._new_run = make_button(
            "newRunButton",
            "New run with these settings",
            "Closes this run, which is not changed, and unlocks every setting for a new one",
        )
        self._new_run.clicked.connect(self.newRunRequested)

    def add_to(self, grid: QGridLayout, row: int) -> None:
        """Add the two rows to a grid of three columns."""
        grid.addWidget(make_label("preset", self._box), row, 0)
        grid.addWidget(self._box, row, 1)
        grid.addWidget(self._menu, row, 2)
        line = QWidget()
        line.setFixedHeight(_LINE_HEIGHT)
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self._takes, 1)
        layout.addWidget(self._edited)
        layout.addWidget(self._reset)
        layout.addWidget(self._new_run, 1)
        grid.addWidget(line, row + 1, 0, 1, 3)

    def set_menu(self, menu: QMenu) -> None:
        """Set the menu of the button beside the list."""
        self._menu.setMenu(menu)

    def reload(self) -> None:
        """Read again which presets there are."""
        self._box.fill()
        self.refresh()

    def refresh(self) -> None:
        """Show the preset of the model's settings."""
        model, config = self._model, self._model.config
        self._box.choose(config.preset)
        is_open, is_busy = model.folder is not None, model.is_busy
        is_changed = preset_settings.is_changed(config) and not is_open
        wordings = [] if is_open or is_busy else self._facts.wordings(config)
        self._takes.say(*wordings, tip=wrapped(f"This run takes {wordings[0]}.") if wordings else "")
        self._takes.setVisible(not is_changed)
        self._edited.setVisible(is_changed)
        self._edited.setToolTip(as_tip(_describe_changes(config) if is_changed else ""))
        self._reset.setVisible(is_changed and not is_busy)
        self._new_run.setVisible(is_open and not is_busy)
        tip = _describe(config.preset) if config.preset in presets.names() else ""
        lock_box(self._box, explain_preset_lock(model), tip)

    def _make_menu_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("presetMenuButton")
        button.setAccessibleName("Presets")
        button.setToolTip("Save these settings as your own preset; reset, import or export presets")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setProperty("bare", True)
        theme.set_icon(button, "more")
        return button

    def _choose(self, row: int) -> None:
        name = self._box.itemData(row)
        if name:
            self.presetRequested.emit(name)
        self.refresh()  # the request may have been refused


def _describe(name: str) -> str:
    preset = presets.load(name)
    return wrapped(bold(preset.title), preset.help)


def _describe_changes(config: RunConfig) -> str:
    preset = presets.load(config.preset)
    changes = []
    original = preset_settings.settings_of(preset, config.data.name)
    for path in preset_settings.changed_settings(config):
        setting = SETTINGS[path]
        old, new = (format_value(setting, cfg.read(each, path)) for each in (original, config))
        changes.append(cfg.describe_change(path, old, new))
    return wrapped(rich("Changed from <b>{}</b>:", preset.title), lines(changes))
