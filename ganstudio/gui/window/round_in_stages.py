"""A round in stages, in a window of its own."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ganstudio.events import RunStatus
from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.gui.round.window import RoundWindow

_SEVERAL = (
    "{} processes are training this run, so no round of it can be recorded. Set the number of processes to 1 for the "
    "next run."
)


class RoundInStages(QObject):
    """Records rounds and shows their stages. The window is imported when it is first shown."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._dialogs = context.dialogs
        self._session = context.session
        self._parent = context.window
        self._window: RoundWindow | None = None
        self._goes_on = False  # training was going on before: it does again when the window is closed
        context.actions.connect({"stages": self.show})
        context.session.model.statusChanged.connect(self._status_changed)

    def show(self, *_: object) -> None:
        """Train one round, and show its stages."""
        processes = self._session.model.config.engine.processes
        if processes > 1:
            self._session.notifier.say(_SEVERAL.format(processes))
            return
        if not self._dialogs.is_visible("round"):
            self._goes_on = False
        self._dialogs.show("round", self._make_window)
        if self._window is not None:
            self._window.request_round()

    def _make_window(self) -> "RoundWindow":
        from ganstudio.gui.round.window import RoundWindow

        self._window = window = RoundWindow(self._session.model, self._parent)
        window.roundRequested.connect(self._record)
        window.closed.connect(self._go_on)
        return window

    def _record(self) -> None:
        if self._session.model.status in (RunStatus.STARTING, RunStatus.TRAINING):
            self._goes_on = True
        self._session.training.record_round()

    def _status_changed(self, status: str) -> None:
        """Leave it to the user whether training goes on, once the user has let it go on."""
        if status == RunStatus.TRAINING and self._window is not None and not self._window.player.is_waiting:
            self._goes_on = False

    def _go_on(self) -> None:
        """Let training go on if it did before the window was opened."""
        goes_on, self._goes_on = self._goes_on, False
        if goes_on and self._session.model.status in (RunStatus.PAUSED, RunStatus.TRAINING):
            self._session.control.resume()
