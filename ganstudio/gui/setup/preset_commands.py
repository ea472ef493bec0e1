"""What can be done with presets: choose, reset, save, rename, delete, import, export, load settings from a file."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ganstudio import config as cfg
from ganstudio import presets, user_presets
from ganstudio.errors import ConfigError
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.session import Session
from ganstudio.gui.model.undo import Command, UndoStack
from ganstudio.gui.setup.name_dialog import NameDialog
from ganstudio.gui.setup.panel import SetupPanel, was_edited
from ganstudio.gui.window.actions import Actions

_T = TypeVar("_T")
_FILES = "Settings (*.toml)"


class PresetCommands(QObject):
    """Serves the actions of the menu of presets, and the list's choice."""

    def __init__(
        self, actions: Actions, session: Session, panel: SetupPanel, undo_stack: UndoStack, window: QWidget
    ) -> None:
        super().__init__(window)
        self._actions = actions
        self._session = session
        self._model = session.model
        self._panel = panel
        self._undo_stack = undo_stack
        self._window = window
        self.dialog: NameDialog | None = None
        panel.presetChosen.connect(self.choose)
        panel.resetWanted.connect(self.reset)
        actions.connect(
            {
                "savePreset": self.ask_name,
                "resetPreset": self.reset,
                "renamePreset": self._ask_other_name,
                "deletePreset": self.delete,
                "importPreset": self._ask_import,
                "exportPreset": self._ask_export,
                "loadSettings": self._ask_settings,
            }
        )
        for signal in (self._model.configChanged, self._model.reset, self._model.statusChanged):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Actions as the settings allow them."""
        config, actions = self._model.config, self._actions
        closed = self._model.folder is None and not self._model.is_busy
        there = config.preset in presets.names()
        own = there and not presets.is_built_in(config.preset)
        actions["resetPreset"].setEnabled(closed and was_edited(config))
        actions["renamePreset"].setEnabled(own)
        actions["deletePreset"].setEnabled(own)
        actions["exportPreset"].setEnabled(there)

    def tell_problems(self) -> None:
        """Say which of a person's files are of no use; the others are listed."""
        _, problems = presets.own()
        if problems:
            self._say(f"One of your presets cannot be used. {problems[0]}" + _and_more(len(problems) - 1))

    # Choosing

    def choose(self, name: str) -> None:
        """Take a preset for the next run. The one that is chosen already stays as it was edited, unless asked."""
        config = self._model.config
        closed = self._model.folder is None and not self._model.is_busy
        changed = closed and was_edited(config)
        if closed and name == config.preset:
            if changed:
                title = presets.load(name).title
                reset = ("Reset to preset", self.reset)
                self._ask(f"{title} is already selected; your changes to it are kept.", reset)
            return
        try:
            self._session.choose_preset(name)
        except ConfigError as error:
            self._say(str(error))
            self._panel.refresh_presets()
            return
        if changed:
            self._say(
                f"Your changes to {presets.load(config.preset).title} were discarded. Undo (Ctrl+Z) brings them back."
            )

    def reset(self, *_: object) -> None:
        """The settings as the preset has them."""
        if self._model.folder is None and not self._model.is_busy:
            self._session.notifier.withdraw_questions()
            self._session.choose_preset(self._model.config.preset)

    # One's own

    def ask_name(self, *_: object) -> None:
        """Ask what the settings are to be called as a preset."""
        config = self._model.config
        known = presets.load(config.preset) if config.preset in presets.names() else None
        name, line = (known.title, known.help) if known and known.own else ("", "")
        dialog = NameDialog("Save as preset", "Save", name, line, self._window)
        dialog.named.connect(self._save)
        self._open(dialog)

    def _save(self, title: str, line: str) -> None:
        config = self._session.settings.requested_config()
        made = self._try(lambda: user_presets.save(config, title, line, overwrite=True))
        if made:
            if self._model.folder is None:
                self._session.settings.set_config(cfg.from_dict({"preset": made.name}, self._model.config))
            self._changed(f"{made.title} is now one of your presets.")

    def _ask_other_name(self) -> None:
        name = self._model.config.preset
        dialog = NameDialog("Rename preset", "Rename", presets.load(name).title, parent=self._window)
        dialog.named.connect(lambda title, _: self._rename(name, title))
        self._open(dialog)

    def _rename(self, name: str, title: str) -> None:
        made = self._try(lambda: user_presets.rename(name, title))
        if made:
            if self._model.folder is None and self._model.config.preset == name:
                self._session.settings.set_config(cfg.from_dict({"preset": made.name}, self._model.config))
            self._changed()

    def delete(self, *_: object) -> None:
        """Delete the person's preset that is chosen; the settings stay as they are."""
        preset = presets.load(self._model.config.preset)
        held = self._try(lambda: user_presets.remove(preset.name))
        if held is not None:
            command = _Deleted(self, preset.name, preset.title, held)
            self._undo_stack.push(command)
            self._changed()
            self._ask(f"{preset.title} was deleted.", ("Put back", command.put_back))

    # Files

    def _ask_import(self) -> None:
        file_dialogs.ask_open(self._window, "Import preset", _FILES, self.bring_in, file_dialogs.DOCUMENTS)

    def bring_in(self, file: Path) -> None:
        """Add the preset in a file to the person's own; asks before it replaces one."""
        try:
            title = user_presets.title_in(file)[1]
        except ConfigError as error:
            self._say(str(error))
            return
        if user_presets.taken(title):
            replace = ("Replace it", lambda: self._take_in(file))
            self._ask(f"You have a preset called {title} already.", replace)
        else:
            self._take_in(file)

    def _take_in(self, file: Path) -> None:
        self._session.notifier.withdraw_questions()
        made = self._try(lambda: user_presets.bring_in(file, overwrite=True))
        if made:
            self._changed(f"{made.title} is now one of your presets.")

    def _ask_export(self) -> None:
        name = self._model.config.preset
        file_dialogs.ask_save(
            self._window,
            "Export preset",
            f"{name}.toml",
            _FILES,
            functools.partial(self.take_out, name),
            file_dialogs.DOCUMENTS,
        )

    def take_out(self, name: str, file: Path) -> None:
        """Write a preset as a file for others."""
        try:
            user_presets.take_out(name, file)
        except ConfigError as error:
            self._say(str(error))
        else:
            self._say(f"Saved {file}")

    def _ask_settings(self) -> None:
        file_dialogs.ask_open(self._window, "Load settings", _FILES, self.load, file_dialogs.DOCUMENTS)

    def load(self, file: Path) -> None:
        """Take the settings in a run.toml, or a preset's file, for the next run."""
        try:
            config = presets.read(file)
        except ConfigError as error:
            self._say(str(error))
            return
        self._session.when_free(lambda: self._take(config, file), "take its settings")

    def _take(self, config: cfg.RunConfig, file: Path) -> None:
        self._session.set_up(config)
        self._say(
            f"The settings of {file.parent.name if file.name == 'run.toml' else file.name} are now set for a new run."
        )

    # How

    def _open(self, dialog: NameDialog) -> None:
        self.dialog = dialog
        dialog.destroyed.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _try(self, act: Callable[[], _T]) -> _T | None:
        try:
            return act()
        except ConfigError as error:
            self._say(str(error))
            return None

    def _changed(self, words: str = "") -> None:
        self._panel.refresh_presets()
        self.refresh()
        if words:
            self._say(words)

    def put_back(self, name: str, held: bytes) -> None:
        """What was deleted is there again."""
        self._session.notifier.withdraw_questions()
        self._try(lambda: user_presets.put_back(name, held))
        self._changed()

    def delete_again(self, name: str) -> None:
        """It is deleted once more."""
        self._try(lambda: user_presets.remove(name))
        self._changed()

    def _say(self, words: str) -> None:
        self._session.notifier.post(Notice(words))

    def _ask(self, words: str, *choices: tuple[str, Callable[[], None]]) -> None:
        self._session.notifier.post(Notice(words, choices))


class _Deleted(Command):
    """A preset was deleted."""

    def __init__(self, commands: PresetCommands, name: str, title: str, held: bytes) -> None:
        super().__init__(f"delete preset {title}")
        self._commands, self._name, self._title, self._held = commands, name, title, held

    def take_back(self) -> None:
        self._commands.put_back(self._name, self._held)

    def do_again(self) -> None:
        self._commands.delete_again(self._name)

    def put_back(self) -> None:
        """From the notice: whatever was done meanwhile stays."""
        if self.fits():
            self.take_back()
            self.setObsolete(True)

    def fits(self) -> bool:
        """The name is still free, or the preset still there."""
        return user_presets.taken(self._title) != self.is_done


def _and_more(count: int) -> str:
    return f" ({count} more)" if count else ""
