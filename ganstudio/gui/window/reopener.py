"""Reopener: closes the window so that it opens anew, and opens then what was open."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from ganstudio import config as cfg
from ganstudio.errors import StudioError
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.window.reopening import Reopening
from ganstudio.gui.window.text_size import TextSize

if TYPE_CHECKING:
    from ganstudio.gui.window.main_window import MainWindow


class Reopener(QObject):
    """For what takes effect at the start of the program alone: the size of text."""

    def __init__(self, window: "MainWindow", size: TextSize) -> None:
        super().__init__(window)
        self._window, self._size = window, size
        self._goes_on = False
        self._edits: dict[str, object] = {}
        self.wanted: Reopening | None = None  # once the window is closed: what to open anew
        size.changed.connect(self._tell)
        size.reopenWanted.connect(self.reopen)

    def reopen(self) -> None:
        """Save and close all, and start anew; unless something is under way that would be lost."""
        window = self._window
        if busy := self._under_way():
            self._say(f"Text size {self._size.percent} % applies from the next start, because {busy}.")
            return
        settings = window.handlers.dialogs.get("settings")
        self.wanted = Reopening(
            run=str(window.model.folder.path) if window.model.folder is not None else "",
            goes_on=window.model.status in ("starting", "training"),
            edits=dict(window.session.settings.edits),
            config=cfg.to_dict(window.model.config) if window.model.folder is None else None,
            dialog="settings" if settings is not None and settings.isVisible() else "",
        )
        window.close()

    def go_on(self, left: Reopening) -> None:
        """Open what was open."""
        window = self._window
        self._goes_on, self._edits = left.goes_on, dict(left.edits)
        if left.run:
            window.session.runOpened.connect(self._opened, Qt.ConnectionType.SingleShotConnection)
            window.session.open_run(Path(left.run))
        elif left.config is not None:
            self._set_up(left.config, left.goes_on)
        if left.dialog == "settings":
            window.handlers.show_settings()
        window.session.warm_up()

    def _set_up(self, values: dict[str, object], goes_on: bool) -> None:
        try:
            self._window.model.set_config(cfg.from_dict(values))
        except StudioError as error:  # an extension's setting, say
            self._say(str(error))
            return
        self._window.undo_stack.clear()  # nobody did this just now
        if goes_on:
            self._window.session.training.start()

    def _opened(self, *_: object) -> None:
        """The run is being read: training begins, or edits are taken, once all is read."""
        if self._goes_on:
            self._window.session.training.start()
        elif self._edits:
            self._window.model.statusChanged.connect(self._take_edits)

    def _take_edits(self, status: str) -> None:
        if status == "finished":
            self._window.model.statusChanged.disconnect(self._take_edits)
            for path, value in self._edits.items():
                self._window.session.settings.change(path, value)

    def _under_way(self) -> str:
        window = self._window
        if window.session.downloads.name:
            return "a download is under way"
        if window.handlers.exports_under_way():
            return "an export is under way"
        return ""

    def _tell(self, percent: int) -> None:
        if not self._under_way():
            self._say(f"Text size {percent} %: the window closes and reopens as it is now.")

    def _say(self, text: str) -> None:
        self._window.session.notifier.post(Notice(text))
