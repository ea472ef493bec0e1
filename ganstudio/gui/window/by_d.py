"""The real pictures by the opinion of D, in a window of its own."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio import config as cfg
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.gui.by_d.window import ByDWindow


class ByD(QObject):
    """Shows the real pictures as D sorts them. The window is imported when it is first shown."""

    failed = Signal(object)  # Failed
    datasetsChanged = Signal()  # pictures were taken out of a set, or put back

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._window: ByDWindow | None = None
        context.actions.connect({"byD": self.show})

    def show(self, *_: object) -> None:
        """Show the window."""
        self._context.dialogs.show("byD", self._make_window)

    def stop(self) -> bool:
        """End the threads of the window; False if one did not end in time."""
        return self._window is None or self._window.stop()

    def _make_window(self) -> "ByDWindow":
        from ganstudio.gui.by_d.window import ByDWindow

        context = self._context
        explorer = context.panels.latent.explorer
        self._window = ByDWindow(context.session.model, explorer, context.window)
        self._window.failed.connect(self.failed)
        self._window.setChanged.connect(self.datasetsChanged)
        self._window.goOnRequested.connect(self._go_on)
        self._window.editor.ended.connect(self._say)
        return self._window

    def _say(self, what: str) -> None:
        """Say what a change of a set did if its window, which says it, was closed meanwhile."""
        if self._window is not None and not self._window.isVisible():
            self._context.session.notifier.say(what, topic="byD")

    def _go_on(self) -> None:
        """Set up a new run that begins from the networks of the open one, with its data as it is now."""
        session, run = self._context.session, self._context.session.model.folder
        if run is None:
            return
        config = cfg.change(run_config(session.model), "begin.source", str(run.path))
        config = cfg.change(config, "begin.sha256", "")
        session.when_free(partial(session.set_up, config), "set up a run that goes on without these pictures")
