"""Commands of the File menu: runs, data sets and settings; the theme and the size of text with them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from ganstudio.gui.dialogs.dataset_dialog import DatasetDialog
from ganstudio.gui.runs.opener import Opener
from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.gui.dialogs.settings_dialog import SettingsDialog


class FileCommands(QObject):
    """Serves the actions of the File menu, and those that change what the settings dialog shows."""

    runsFolderChanged = Signal()
    dataFolderChanged = Signal()
    datasetsChanged = Signal()  # a drawing is gone
    drawingRequested = Signal(str)  # name of a drawing that is to be changed

    def __init__(self, context: WindowContext, opener: Opener) -> None:
        super().__init__(context.window)
        self._context = context
        text_size = context.text_size
        context.actions.connect(
            {
                "newRun": context.session.new_run,
                "startOver": context.session.start_over,
                "openRun": opener.ask,
                "datasets": self.show_datasets,
                "settings": self.show_settings,
                "quit": context.window.close,
                "lightTheme": self._choose_theme,
                "textLarger": text_size.larger,
                "textSmaller": text_size.smaller,
                "textUsual": text_size.reset,
            }
        )
        context.actions["quit"].setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)  # in Help and others, too

    def show_datasets(self) -> None:
        """Show the dialog of data sets."""
        self._context.dialogs.show("datasets", self._make_datasets)

    def show_settings(self, *_: object) -> None:
        """Show the settings dialog."""
        self._context.dialogs.show("settings", self._make_settings)

    def _make_datasets(self) -> DatasetDialog:
        session = self._context.session
        dialog = DatasetDialog(session.downloads, session.imports, session.model.data_home, self._context.window)
        dialog.settingsRequested.connect(self.show_settings)
        dialog.importRequested.connect(self._context.actions["importPictures"].trigger)
        dialog.drawRequested.connect(self._context.actions["drawPoints"].trigger)
        dialog.drawingRequested.connect(self.drawingRequested)
        dialog.drawingRemoved.connect(self.datasetsChanged)
        return dialog

    def _make_settings(self) -> "SettingsDialog":
        from ganstudio.gui.dialogs.settings_dialog import SettingsDialog

        context = self._context
        dialog = SettingsDialog(context.settings, context.look, context.text_size, context.window)
        dialog.runsFolderChanged.connect(self.runsFolderChanged)
        dialog.dataFolderChanged.connect(self.dataFolderChanged)
        for changed in (dialog.runsFolderChanged, dialog.dataFolderChanged):
            changed.connect(self._discard_dialogs)
        return dialog

    def _discard_dialogs(self) -> None:
        """Have dialogs that name a folder made anew."""
        self._context.dialogs.discard("about", "datasets", "draw")

    def _choose_theme(self, light: bool) -> None:
        self._context.look.choose("light" if light else "dark")
