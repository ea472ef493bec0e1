"""Import and export of presets, and settings taken from a file."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ganstudio import config as cfg
from ganstudio import presets, user_presets
from ganstudio.errors import ConfigError
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.model.session import Session
from ganstudio.gui.workers.preset_writer import PresetWriter
from ganstudio.presets import Preset

_FILES = "Settings (*.toml)"


class PresetFiles(QObject):
    """Commands that read presets from files and write them to files.

    Parameters
    ----------
    session
        The open run, or the settings of the next one; its notifier shows what came of a command.
    writer
        Writes the files.
    window
        Qt's parent of dialogs.
    """

    def __init__(self, session: Session, writer: PresetWriter, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._writer = writer
        self._window = window

    def ask_import(self) -> None:
        """Ask for a file with a preset."""
        file_dialogs.ask_open(self._window, "Import preset", _FILES, self.import_preset, file_dialogs.DOCUMENTS)

    def import_preset(self, file: Path) -> None:
        """Add the preset in a file to the user's own; ask before it replaces one."""
        try:
            title = user_presets.read_title(file)
        except ConfigError as error:
            self._session.notifier.say(str(error))
            return
        if user_presets.is_taken(title):
            replace = ("Replace it", partial(self._import, file))
            self._session.notifier.say(f"You already have a preset called {title}.", replace)
        else:
            self._import(file)

    def ask_export(self) -> None:
        """Ask for a file for the chosen preset."""
        name = self._session.model.config.preset
        file_dialogs.ask_save(
            self._window,
            "Export preset",
            f"{name}.toml",
            _FILES,
            partial(self.export_preset, name),
            file_dialogs.DOCUMENTS,
        )

    def export_preset(self, name: str, file: Path) -> None:
        """Write a preset to a file for others."""
        self._writer.have(partial(user_presets.export_preset, name, file), partial(self._exported, file))

    def ask_settings(self) -> None:
        """Ask for a file with settings for the next run."""
        file_dialogs.ask_open(self._window, "Load settings", _FILES, self.load_settings, file_dialogs.DOCUMENTS)

    def load_settings(self, file: Path) -> None:
        """Take the settings in a run.toml, or in a preset's file, for the next run."""
        try:
            config = presets.read(file)
        except ConfigError as error:
            self._session.notifier.say(str(error))
            return
        self._session.when_free(lambda: self._set_up(config, file), "take its settings")

    def _import(self, file: Path) -> None:
        self._session.notifier.withdraw_questions()
        self._writer.have(partial(user_presets.import_preset, file, overwrite=True), self._imported)

    def _imported(self, preset: Preset) -> None:
        self._session.notifier.say(f"{preset.title} is now one of your presets.")

    def _exported(self, file: Path, _: None) -> None:
        self._session.notifier.say(f"Saved {file}")

    def _set_up(self, config: cfg.RunConfig, file: Path) -> None:
        self._session.set_up(config)
        source = file.parent.name if file.name == "run.toml" else file.name
        self._session.notifier.say(f"The settings of {source} are now set for a new run.")
