"""How the program ends when it is asked to from outside, or when its display is gone: what is trained is saved."""

import os
import sys
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from PySide6.QtCore import QObject, QTimer, Slot

from ganstudio.gui import stored_settings
from ganstudio.system.log_file import LOGGER

if TYPE_CHECKING:
    from ganstudio.gui.window.main_window import MainWindow

LOG_OFF_SECONDS = 4.0  # that Windows leaves a program to save in


class Ending(QObject):
    """Closes the window on the signals that ask a program to end, also on those that come before there is a window.

    Attributes
    ----------
    is_requested
        Whether such a signal has arrived.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_requested = False
        self._window: MainWindow | None = None

    def handle_signal(self, number: int, _frame: FrameType | None) -> None:
        """Have the window closed by the event loop.

        Python comes here in the midst of whatever this thread does, also while it holds a lock that a thread needs to
        end. It does so when it runs next: the clock of the status bar ticks each second.
        """
        self.is_requested = True
        if self._window is not None:
            QTimer.singleShot(0, self._window.close)

    def watch_over(self, window: "MainWindow") -> None:
        """Close this window when the program is to end; at once if it was asked to already."""
        self._window = window
        if self.is_requested:
            QTimer.singleShot(0, window.close)

    @Slot(object)
    def save(self, _session_manager: object = None) -> None:
        """Save the run that is being trained, as the session of the desktop is about to end; the window stays."""
        training = self._window.session.threads.training if self._window is not None else None
        if training is not None:
            training.stop(LOG_OFF_SECONDS)

    @Slot(str)
    def leave(self, why: str) -> None:
        """Save and end at once, as Qt would end the program without saving: its display is gone, or it cannot go on."""
        LOGGER.error("The window ends: %s", why)
        if self._window is not None:
            self._window.stop_all()
        leave_at_once(1)


def leave_at_once(code: int) -> NoReturn:
    """End without destroying anything: Qt aborts where a thread is destroyed while it runs."""
    stored_settings.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
