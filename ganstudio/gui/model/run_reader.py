"""Runs read from their folders: finished ones, interrupted ones, and those that another program is writing."""

import dataclasses
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.events import Event, Failed, RunStatus
from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.model.settings_editor import SettingsEditor
from ganstudio.gui.workers.follow import FollowThread
from ganstudio.runs.folder import RunFolder


class RunReader(QObject):
    """Shows the run in a folder. Until it can be read, what is open stays open."""

    opened = Signal(object)  # Path: the folder of the run that is shown now

    def __init__(
        self,
        model: RunModel,
        threads: RunThreads,
        settings: SettingsEditor,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._threads = threads
        self._settings = settings
        self._notifier = notifier

    def read(self, path: Path) -> None:
        """Read the run in a folder, and then show it instead of the open one."""
        if self._threads.opening:
            self._threads.opening.request_stop()
        self._threads.opening = thread = FollowThread(path, self)
        thread.opened.connect(self._show)
        thread.refused.connect(self._refused)
        thread.failed.connect(self._refused)
        thread.reported.connect(self._handle)
        self._threads.launch(thread)

    def leave(self) -> None:
        """Stop reading. What the threads still say is ignored: signals are judged by their sender."""
        for thread in (self._threads.following, self._threads.opening):
            if thread:
                thread.request_stop()
        self._threads.following = self._threads.opening = None

    @Slot(object, bool)
    def _show(self, folder: RunFolder, running: bool) -> None:
        thread = self._threads.opening
        if thread is None or self.sender() is not thread:
            return
        self._threads.opening = None
        self.leave()
        self._threads.following = thread
        self._settings.note_opening()
        self._model.begin(folder.config, folder)
        self._model.set_status(RunStatus.FOLLOWING if running else RunStatus.IDLE)
        self.opened.emit(folder.path)

    @Slot(object)
    def _handle(self, events: list[Event]) -> None:
        if self.sender() is self._threads.following:
            self._model.handle_all(events)

    @Slot(object)
    def _refused(self, failed: Failed) -> None:
        """Say why the run cannot be read; what is open stays as it is."""
        if self.sender() is self._threads.opening:
            kept = "The open run is not affected." if self._model.folder else ""
            self._notifier.failed.emit(dataclasses.replace(failed, kept=kept))
