"""Commands of the menu of presets: choose, reset, save, rename, delete."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ganstudio import config as cfg
from ganstudio import presets, user_presets
from ganstudio.errors import ConfigError
from ganstudio.events import Failed
from ganstudio.gui.model import preset_settings
from ganstudio.gui.model.session import Session
from ganstudio.gui.model.undo import Command, UndoStack
from ganstudio.gui.setup.name_dialog import NameDialog
from ganstudio.gui.setup.preset_files import PresetFiles
from ganstudio.gui.setup.preset_rows import PresetRows
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.workers.preset_writer import PresetWriter
from ganstudio.presets import Preset


class PresetCommands(QObject):
    """Serves the actions of the menu of presets, and the choice of the list.

    Parameters
    ----------
    actions
        Actions of the window, by name.
    session
        The open run, or the settings of the next one.
    rows
        The list of presets, which shows what changes here.
    undo_stack
        Takes the deletion of a preset.
    window
        Qt's parent of dialogs.

    Attributes
    ----------
    files
        Import and export of presets.
    dialog
        The dialog that asks for a name; None while it is closed.
    """

    failed = Signal(object)  # Failed

    def __init__(
        self, actions: Actions, session: Session, rows: PresetRows, undo_stack: UndoStack, window: QWidget
    ) -> None:
        super().__init__(window)
        self._actions = actions
        self._session = session
        self._model = session.model
        self._rows = rows
        self._undo_stack = undo_stack
        self._window = window
        self._writer = PresetWriter(self)
        self._writer.changed.connect(self._show_change)
        self._writer.refused.connect(self._refuse)
        self._writer.failed.connect(self.failed)
        self.files = PresetFiles(session, self._writer, window)
        self.dialog: NameDialog | None = None
        rows.presetRequested.connect(self.choose)
        rows.resetRequested.connect(self.reset)
        actions.connect(
            {
                "savePreset": self.ask_name,
                "resetPreset": self.reset,
                "renamePreset": self._ask_new_name,
                "deletePreset": self.delete,
                "importPreset": self.files.ask_import,
                "exportPreset": self.files.ask_export,
                "loadSettings": self.files.ask_settings,
            }
        )
        for signal in (self._model.configChanged, self._model.reset, self._model.statusChanged):
            signal.connect(self.refresh)
        self.refresh()

    def stop(self) -> bool:
        """Make the changes of presets that wait and end the thread; return False if that takes too long."""
        return self._writer.stop()

    def refresh(self, *_: object) -> None:
        """Enable the actions that the settings allow."""
        config, actions = self._model.config, self._actions
        is_known = config.preset in presets.names()
        is_own = is_known and not presets.is_built_in(config.preset)
        actions["resetPreset"].setEnabled(self._is_free and preset_settings.is_changed(config))
        actions["renamePreset"].setEnabled(is_own)
        actions["deletePreset"].setEnabled(is_own)
        actions["exportPreset"].setEnabled(is_known)

    def report_problems(self) -> None:
        """Say which files of the user's presets cannot be used; the others are listed."""
        _, problems = presets.own()
        if problems:
            more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
            self._session.notifier.say(f"One of your presets cannot be used. {problems[0]}{more}")

    def choose(self, name: str) -> None:
        """Take a preset for the next run; if it is chosen already, changes to it are kept."""
        config = self._model.config
        is_changed = self._is_free and preset_settings.is_changed(config)
        if self._is_free and name == config.preset:
            if is_changed:
                text = f"{presets.load(name).title} is already selected; your changes to it are kept."
                self._session.notifier.say(text, ("Reset to preset", self.reset))
            return
        try:
            self._session.choose_preset(name)
        except ConfigError as error:
            self._session.notifier.say(str(error))
            self._rows.reload()
            return
        if is_changed:
            title = presets.load(config.preset).title
            self._session.notifier.say(f"Your changes to {title} were discarded. Undo (Ctrl+Z) brings them back.")

    def reset(self, *_: object) -> None:
        """Set every setting back to the preset's value."""
        if self._is_free:
            self._session.notifier.withdraw_questions()
            self._session.choose_preset(self._model.config.preset)

    def ask_name(self, *_: object) -> None:
        """Ask for the name under which the settings are saved as a preset."""
        config = self._model.config
        known = presets.load(config.preset) if config.preset in presets.names() else None
        name, description = (known.title, known.help) if known and known.own else ("", "")
        dialog = NameDialog("Save as preset", "Save", name, description, self._window)
        dialog.named.connect(self._save)
        self._open(dialog)

    def delete(self, *_: object) -> None:
        """Delete the user's preset that is chosen; the settings stay as they are."""
        preset = presets.load(self._model.config.preset)
        self._writer.have(partial(user_presets.remove, preset.name), partial(self._deleted, preset))

    def put_back(self, name: str, content: bytes) -> None:
        """Restore a preset that was deleted."""
        self._session.notifier.withdraw_questions()
        self._writer.have(partial(user_presets.put_back, name, content), _do_nothing)

    def delete_again(self, name: str) -> None:
        """Delete a preset that was restored."""
        self._writer.have(partial(user_presets.remove, name), _do_nothing)

    @property
    def _is_free(self) -> bool:
        """Whether no run is open, so that the settings are those of the next one."""
        return self._model.folder is None and not self._model.is_busy

    def _save(self, title: str, description: str) -> None:
        config = self._session.settings.requested_config()
        save = partial(user_presets.save, config, title, description, overwrite=True)
        self._writer.have(save, partial(self._saved, self._model.config.preset))

    def _saved(self, chosen: str, preset: Preset) -> None:
        self._choose_new(chosen, preset)
        self._session.notifier.say(f"{preset.title} is now one of your presets.")

    def _ask_new_name(self) -> None:
        name = self._model.config.preset
        dialog = NameDialog("Rename preset", "Rename", presets.load(name).title, parent=self._window)
        dialog.named.connect(lambda title, _: self._rename(name, title))
        self._open(dialog)

    def _rename(self, name: str, title: str) -> None:
        self._writer.have(partial(user_presets.rename, name, title), partial(self._choose_new, name))

    def _choose_new(self, chosen: str, preset: Preset) -> None:
        """Take the name of a preset that was written, if no run was opened nor another preset chosen meanwhile."""
        if self._model.folder is None and self._model.config.preset == chosen:
            self._session.settings.set_config(cfg.from_dict({"preset": preset.name}, self._model.config))

    def _deleted(self, preset: Preset, content: bytes) -> None:
        command = _Deletion(self, preset.name, preset.title, content)
        self._undo_stack.push(command)
        self._session.notifier.say(f"{preset.title} was deleted.", ("Put back", command.put_back))

    def _show_change(self, then: Callable[[], None]) -> None:
        """Show which presets there are now."""
        then()
        self._reload()

    def _refuse(self, failed: Failed) -> None:
        self._session.notifier.say(failed.message)
        self._reload()

    def _open(self, dialog: NameDialog) -> None:
        self.dialog = dialog
        dialog.destroyed.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _reload(self) -> None:
        self._rows.reload()
        self.refresh()


def _do_nothing(_: object) -> None:
    """Do nothing: the list shows what was changed."""


class _Deletion(Command):
    """Deletion of a preset."""

    def __init__(self, commands: PresetCommands, name: str, title: str, content: bytes) -> None:
        super().__init__(f"delete preset {title}")
        self._commands = commands
        self._name = name
        self._title = title
        self._content = content

    def take_back(self) -> None:
        """Restore the preset."""
        self._commands.put_back(self._name, self._content)

    def do_again(self) -> None:
        """Delete the preset again."""
        self._commands.delete_again(self._name)

    def put_back(self) -> None:
        """Restore the preset from the notice; what was done since is kept."""
        if self.fits():
            self.take_back()
            self.setObsolete(True)

    def fits(self) -> bool:
        """Return whether the name is still free, or the preset still there."""
        return user_presets.is_taken(self._title) != self.is_done
