"""Commands of the File menu: runs, data sets and settings; the theme and the size of text with them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ganstudio.gui.dialogs.dataset_dialog import DatasetDialog
from ganstudio.gui.model.session import Session
from ganstudio.gui.runs.opener import Opener
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.dialogs import Dialogs
from ganstudio.gui.window.look import Look
from ganstudio.gui.window.text_size import TextSize
from ganstudio.gui.window_settings import Memory

if TYPE_CHECKING:
    from ganstudio.gui.dialogs.settings_dialog import SettingsDialog


class FileCommands(QObject):
    """Serves the actions of the File menu, and those that change what the settings dialog shows."""

    runsFolderChanged = Signal()
    dataFolderChanged = Signal()

    def __init__(
        self,
        actions: Actions,
        session: Session,
        opener: Opener,
        look: Look,
        text_size: TextSize,
        settings: Memory,
        dialogs: Dialogs,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._look = look
        self._text_size = text_size
        self._settings = settings
        self._dialogs = dialogs
        self._window = window
        actions.connect(
            {
                "newRun": session.new_run,
                "startOver": session.start_over,
                "openRun": opener.ask,
                "datasets": self.show_datasets,
                "settings": self.show_settings,
                "quit": window.close,
                "lightTheme": self._choose_theme,
                "textLarger": text_size.larger,
                "textSmaller": text_size.smaller,
                "textUsual": text_size.usual,
            }
        )

    def show_datasets(self) -> None:
        """Show the dialog of data sets."""
        self._dialogs.show("datasets", self._make_datasets)

    def show_settings(self, *_: object) -> None:
        """Show the settings dialog."""
        self._dialogs.show("settings", self._make_settings)

    def _make_datasets(self) -> DatasetDialog:
        dialog = DatasetDialog(self._session.downloads, self._session.model.data_home, self._window)
        dialog.settingsRequested.connect(self.show_settings)
        return dialog

    def _make_settings(self) -> "SettingsDialog":
        from ganstudio.gui.dialogs.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._settings, self._look, self._text_size, self._window)
        dialog.runsFolderChanged.connect(self.runsFolderChanged)
        dialog.dataFolderChanged.connect(self.dataFolderChanged)
        for changed in (dialog.runsFolderChanged, dialog.dataFolderChanged):
            changed.connect(self._discard_dialogs)
        return dialog

    def _discard_dialogs(self) -> None:
        """Have dialogs that name a folder made anew."""
        self._dialogs.discard("about", "datasets")

    def _choose_theme(self, light: bool) -> None:
        self._look.choose("light" if light else "dark")
