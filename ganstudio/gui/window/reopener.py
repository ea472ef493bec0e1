"""Reopening the window: what takes effect only when the program starts closes the window, which then comes back."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.errors import StudioError
from ganstudio.events import RunStatus
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.reopening import Reopening

_SETTINGS = "settings"  # the dialog that is shown again


class Reopener(QObject):
    """Closes the window to show another size of text, and opens then what was open.

    Parameters
    ----------
    context
        The parts of the window.
    is_exporting
        Returns whether a file is being written.
    show_settings
        Shows the settings dialog.

    Attributes
    ----------
    reopening
        Once the window is closed: what the new program opens. None: the program ends.
    """

    closeRequested = Signal()
    restored = Signal()  # what was open before is shown, or about to be

    def __init__(
        self,
        context: WindowContext,
        is_exporting: Callable[[], bool],
        show_settings: Callable[[], None],
    ) -> None:
        super().__init__(context.window)
        self._session = context.session
        self._model = context.session.model
        self._undo_stack = context.undo_stack
        self._size = context.text_size
        self._dialogs = context.dialogs
        self._is_exporting = is_exporting
        self._show_settings = show_settings
        self.reopening: Reopening | None = None
        self._resumes = False
        self._edits: dict[str, object] = {}
        context.text_size.changed.connect(self._announce)
        context.text_size.reopenRequested.connect(self.reopen)

    @Slot()
    def reopen(self) -> None:
        """Save and close everything, and start the program anew; not while something would be lost."""
        model = self._model
        if reason := self._why_not_now():
            self._session.notifier.say(
                f"Text size {self._size.percent} % applies from the next start, because {reason}."
            )
            return
        self.reopening = Reopening(
            run=str(model.folder.path) if model.folder is not None else "",
            goes_on=model.status in (RunStatus.STARTING, RunStatus.TRAINING),
            edits=dict(self._session.settings.edits),
            config=cfg.to_dict(model.config) if model.folder is None else None,
            dialog=_SETTINGS if self._dialogs.is_visible(_SETTINGS) else "",
        )
        self.closeRequested.emit()

    def restore(self, before: Reopening) -> None:
        """Open what was open before."""
        presets.hold()
        self._resumes = before.goes_on
        self._edits = dict(before.edits)
        if before.run:
            self._session.runOpened.connect(self._run_opened, Qt.ConnectionType.SingleShotConnection)
            self._session.open_run(Path(before.run))
        elif before.config is not None:
            self._set_up(before.config)
        if before.dialog == _SETTINGS:
            QTimer.singleShot(0, self, self._show_settings)  # a run is about to be shown, too
        self._session.warm_up()
        self.restored.emit()

    def _set_up(self, values: dict[str, object]) -> None:
        try:
            self._model.set_config(cfg.from_dict(values))
        except StudioError as error:  # an extension's setting, say
            self._session.notifier.say(str(error))
            return
        self._undo_stack.clear()  # the user did nothing yet
        if self._resumes:
            self._session.training.start()

    @Slot(object)
    def _run_opened(self, *_: object) -> None:
        """Have training resumed, or edits made, once the run has been read."""
        if self._resumes:
            self._session.training.start()
        elif self._edits:
            self._model.statusChanged.connect(self._restore_edits)

    @Slot(str)
    def _restore_edits(self, status: str) -> None:
        if status == RunStatus.FINISHED:
            self._model.statusChanged.disconnect(self._restore_edits)
            for path, value in self._edits.items():
                self._session.settings.change(path, value)

    def _why_not_now(self) -> str:
        if self._session.downloads.name:
            return "a download is under way"
        return "an export is under way" if self._is_exporting() else ""

    @Slot(int)
    def _announce(self, percent: int) -> None:
        if not self._why_not_now():
            self._session.notifier.say(f"Text size {percent} %: the window closes and reopens.")
