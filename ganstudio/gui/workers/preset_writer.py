"""Thread that writes and deletes the user's presets."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.workers.worker import QueueWorker

_PRESETS = "presets"
ResultT = TypeVar("ResultT")


class PresetWriter(QueueWorker[str, Callable[[], Callable[[], None]]]):
    """Thread that changes the folder of presets, one change after the other.

    The window does not wait for a disk that is busy: renaming one small file was seen to take 0.3 s. Stopped, the
    thread makes the changes that wait first.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    changed = Signal(object)  # what is to be called in the GUI thread now

    action = "The presets could not be changed"
    finishes_requests = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("presetWriterThread", (_PRESETS,), parent)

    def have(self, change: Callable[[], ResultT], then: Callable[[ResultT], None]) -> None:
        """Have the folder changed; `then` is sent by `changed`, to be called with what `change` returned."""
        self.append(_PRESETS, lambda: partial(then, change()))

    def serve(self, channel: str, request: Callable[[], Callable[[], None]]) -> None:
        """Make a change."""
        self.changed.emit(request())
