"""A new run that begins from a model: the dialog, and what follows when one is chosen."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from ganstudio import config as cfg
from ganstudio.config import RunConfig
from ganstudio.gui.setup.begin_from_dialog import BeginFromDialog
from ganstudio.gui.window.context import WindowContext

_DIALOG = "beginFrom"


class BeginCommands(QObject):
    """Serves File > Begin from, and the row of the set-up panel."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._session = context.session
        self._shown = RunConfig()  # settings when the dialog was shown
        context.actions.connect({"beginFrom": self.show_dialog})
        row = context.panels.setup.begin_row
        row.changeRequested.connect(self.show_dialog)
        row.clearRequested.connect(self._clear)

    @Slot()
    def show_dialog(self, *_: object) -> BeginFromDialog:
        """Show the dialog with the settings of the next run."""
        dialog = self._context.dialogs.show(_DIALOG, self._make)
        assert isinstance(dialog, BeginFromDialog)
        runs = [(each.title or each.name, each.path) for each in self._context.panels.runs.summaries() if each.steps]
        self._shown = self._session.settings.requested_config()
        dialog.begin(self._shown, runs, self._session.model.data_home)
        return dialog

    def _make(self) -> BeginFromDialog:
        dialog = BeginFromDialog(self._session.threads, self._context.window)
        dialog.chosen.connect(self._set_up)
        return dialog

    @Slot(object)
    def _set_up(self, chosen: RunConfig) -> None:
        """Set up what was chosen, with what was changed in the set-up panel while the dialog was open."""
        config = self._session.settings.requested_config()
        for path, _, value in cfg.differences(self._shown, chosen):
            config = cfg.change(config, path, value)
        self._session.when_free(partial(self._session.set_up, config), "set up a new run")

    @Slot()
    def _clear(self) -> None:
        config = self._session.settings.requested_config()
        for path in ("begin.source", "begin.sha256", "begin.freeze_d", "begin.hold"):
            config = cfg.change(config, path, cfg.SETTINGS[path].default)
        self._session.settings.set_config(config)
