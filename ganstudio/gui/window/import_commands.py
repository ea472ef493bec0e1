"""Import of pictures from the window: the dialog, and what follows once a set is there."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.config import RunConfig
from ganstudio.data import dataset_switch
from ganstudio.errors import StudioError
from ganstudio.events import Failed
from ganstudio.gui.imports.dialog import ImportDialog, TrainingChoice
from ganstudio.gui.imports.form import MIRROR
from ganstudio.gui.model.dataset_work import Outcome
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.workers.picture_import import Finished

_DIALOG, _DATASETS = "import", "datasets"


class ImportCommands(QObject):
    """Serves File > Import pictures, and pictures that are dropped; chooses a set once it has been imported."""

    failed = Signal(object)  # Failed
    datasetsChanged = Signal()  # a set has come or changed

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._session = context.session
        self._choice: TrainingChoice | None = None
        context.actions.connect({"importPictures": self.show_dialog})
        self._session.imports.ended.connect(self._ended)
        self._session.imports.removed.connect(self.datasetsChanged)

    def show_dialog(self, *_: object) -> ImportDialog:
        """Show the dialog as it was left."""
        dialog = self._context.dialogs.show(_DIALOG, self._make)
        assert isinstance(dialog, ImportDialog)
        return dialog

    @Slot(object, object)
    def import_from(self, path: Path, chosen: Sequence[str] = ()) -> None:
        """Show the dialog with the pictures in a folder or an archive, or with those chosen by name in a folder."""
        self.show_dialog().look_at(path, chosen)

    def _make(self) -> ImportDialog:
        session = self._session
        dialog = ImportDialog(session.imports, session.threads, session.model.data_home, self._context.window)
        dialog.importing.connect(self._importing)
        dialog.failed.connect(self.failed)
        return dialog

    @Slot(object)
    def _importing(self, choice: TrainingChoice) -> None:
        self._choice = choice

    @Slot(str, str, object)
    def _ended(self, name: str, outcome: str, result: Finished | Failed | None) -> None:
        choice, self._choice = self._choice, None
        is_seen = self._context.dialogs.is_visible(_DIALOG if choice is not None else _DATASETS)
        if outcome == Outcome.DONE:
            self.datasetsChanged.emit()
            if self._session.threads.is_closing:
                return
            if choice is not None:
                self._offer(choice)
            elif not is_seen:
                self._session.notifier.say(f"{name} is up to date.")
        elif isinstance(result, Failed) and not is_seen:
            self.failed.emit(result)

    def _offer(self, choice: TrainingChoice) -> None:
        """Choose the new set for the next run; ask first if a run is open."""
        session = self._session
        if session.model.folder is None and not session.model.is_busy and not session.threads.is_reading:
            self._set_up(choice, f"{choice.name} is imported, and chosen for the next run.")
            return
        set_up = partial(session.when_free, partial(self._set_up, choice), f"set up a run with {choice.name}")
        session.notifier.say(f"{choice.name} is imported.", ("New run with it", set_up), topic="import")

    def _set_up(self, choice: TrainingChoice, then: str = "") -> None:
        """Choose the new set, and say `then`; or why it cannot be chosen."""
        try:
            self._session.set_up(self._configure(choice))
        except StudioError as error:
            then = f"{choice.name} is imported, but not chosen for the next run: {error}"
        if then:
            self._session.notifier.say(then)

    def _configure(self, choice: TrainingChoice) -> RunConfig:
        config = self._session.settings.requested_config()
        if choice.preset:
            config = presets.load(choice.preset).config
        config = dataset_switch.switch_dataset(config, choice.name)
        return config if choice.mirror is None else cfg.change(config, MIRROR, choice.mirror)
