"""Thread that reads a run from its folder."""

import threading
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.events import Event, Failed, Samples, Saved, SavedKind, Tick
from ganstudio.gui.workers.worker import Worker
from ganstudio.process import brief_turns
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow
from ganstudio.runs.tick_means import MAX_SHOWN
from ganstudio.system.existence import is_file

_BATCH_SECONDS = 0.05  # events that come closer together are reported at once
_MAX_BATCH = 1000  # rows, grids and snapshots
_OTHER_COST = 100  # rows that take the window as long as any other event: every panel may look at each
MAX_UNHANDLED = 1  # batches that the GUI thread has not taken yet; with more it would take several at a stretch
_HANDLE_SECONDS = 2.0  # waited for it at most: nobody may be there to take them


class FollowThread(Worker):
    """Thread that reads a run from its folder, and continues while another program writes it.

    An error before the run opens is `refused` or `failed`; a later one is reported as an event.

    Parameters
    ----------
    path : Path
        The run's folder.
    parent : QObject, optional
        Qt's parent.
    """

    opened = Signal(object, bool)  # RunFolder, whether another program is writing it
    reported = Signal(object)  # list[Event]

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__("followThread", parent)
        self.action, self.kept = f"The run in {path} cannot be shown", "The run itself is not affected."
        self._path = path
        self._is_open = False
        self._events: list[Event] = []  # to be reported
        self._cost = 0  # of these, in rows
        self._missing_snapshots: dict[int, Path] = {}  # of reported grids, by step
        self._reported_at = time.monotonic()
        self._room = threading.Semaphore(MAX_UNHANDLED - 1)  # the opened run takes the room of a batch
        self.opened.connect(self._make_room)
        self.reported.connect(self._make_room)

    @Slot()
    def _make_room(self) -> None:
        """Count a batch that has reached the GUI thread, where this is called; it paints before it takes the next.

        After 0 ms Qt would call back in the same turn of the event loop.
        """
        QTimer.singleShot(1, self._room.release)

    def run(self) -> None:
        """Read the run and report its events, in batches."""
        super().run()
        self.report()

    def work(self) -> None:
        """Open the run and follow it."""
        folder = RunFolder.open(self._path)
        self.follow_run(folder, folder.is_running())

    def follow_run(self, folder: RunFolder, running: bool) -> None:
        """Report that the run is open, then its events until it ends."""
        self._is_open = True
        self.opened.emit(folder, running)
        with brief_turns():
            for event in follow(folder, self.should_stop, max_ticks=MAX_SHOWN):
                self._add(event, folder)

    def should_stop(self) -> bool:
        """Report what was read, if that is due, and return whether to stop; called before every look and event."""
        if self._is_due():
            self._add_snapshots()
            self.report()
        return super().should_stop()

    def report(self, *more: Event) -> None:
        """Report the events that were read, and some more."""
        self._events += more
        if self._events:
            if not self.is_stopping():
                self._room.acquire(timeout=_HANDLE_SECONDS)
            self.reported.emit(self._events)
            self._events, self._cost = [], 0
        self._reported_at = time.monotonic()

    def refuse(self, failed: Failed) -> None:
        """Report an error, as an event once the run is open."""
        if self._is_open:
            self.report(failed)
        else:
            super().refuse(failed)

    def fail(self, failed: Failed) -> None:
        """Report an error, as an event once the run is open."""
        if self._is_open:
            self.report(failed)
        else:
            super().fail(failed)

    def _add(self, event: Event, folder: RunFolder) -> None:
        self._events.append(event)
        self._cost += 1 if isinstance(event, Tick | Samples | Saved) else _OTHER_COST
        if isinstance(event, Samples):
            self._missing_snapshots[event.step] = folder.snapshot_path(event.step)
            self._add_snapshots()
        if self._cost >= _MAX_BATCH:
            self.report()

    def _is_due(self) -> bool:
        return time.monotonic() - self._reported_at > _BATCH_SECONDS

    def _add_snapshots(self) -> None:
        """Add those that exist by now: a run writes each a moment after its grid."""
        if not self._missing_snapshots:
            return
        newest = max(self._missing_snapshots)
        for step, path in list(self._missing_snapshots.items()):
            if is_file(path):
                self._events.append(Saved(step, SavedKind.SNAPSHOT, str(path)))
            elif step == newest:
                continue
            del self._missing_snapshots[step]  # reported; or thinned out long ago
