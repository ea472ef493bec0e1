"""The threads behind the window. Each has one duty; an error in one becomes an event, never silence.

torch is imported here, inside the threads, and nowhere else in the window: it takes seconds.
"""

import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.errors import Cancelled, StudioError
from ganstudio.events import Event, Failed, Preparing, Samples, Saved, SavedKind, Stepped
from ganstudio.process import lower_thread_priority
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow
from ganstudio.stages import LOADING, READING

if TYPE_CHECKING:
    from ganstudio.runs.runner import Runner

_BATCH_SECONDS = 0.05  # events of a followed run that come closer together are handed over at once
_BATCH_EVENTS = 2000


class Worker(QThread):
    """A thread that is told to stop by a flag."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask the thread to end soon."""
        self._stopping.set()

    def stopping(self) -> bool:
        """Whether it was asked to."""
        return self._stopping.is_set()


class WarmThread(Worker):
    """Imports what training needs while the person looks at the painted window."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("warmThread", parent)

    def run(self) -> None:
        """Import; what is missing is told by whoever needs it."""
        try:
            import torch._dynamo  # noqa: F401 - a second that the first optimiser would take for it

            import ganstudio.latent.sampler
            import ganstudio.runs.runner  # noqa: F401
        except Exception:
            traceback.print_exc()


class TrainThread(Worker):
    """Trains a run: a new one of `config` in the folder `path`, or the one there, to go on with `changes`.

    `at` is the step to go back to first; `home` is where data sets lie, if not in the usual place.
    """

    opened = Signal(object)  # RunFolder, before the run's first word
    refused = Signal(object)  # Failed: it did not begin, and nothing was changed
    said = Signal(object)  # Event

    def __init__(
        self,
        path: Path,
        config: RunConfig | None = None,
        changes: dict[str, Any] | None = None,
        home: Path | None = None,
        parent: QObject | None = None,
        at: int | None = None,
    ) -> None:
        super().__init__("trainThread", parent)
        self._path, self._config, self._changes, self._home = path, config, changes or {}, home
        self._at = at
        self.control = Control()

    def stop(self) -> None:
        """End after the step that is being done; the run saves."""
        super().stop()
        self.control.stop()

    def run(self) -> None:
        """Iterate the run, then give back the memory that it used."""
        lower_thread_priority()
        self._train()
        from ganstudio import process

        process.release_free_memory()

    def _train(self) -> None:
        """Every error becomes `Failed`."""
        try:
            runner = self._make()
        except StudioError as error:
            self.refused.emit(Failed(str(error), "Nothing was changed.", place=error.place))
            return
        except BaseException as error:
            message = f"Training could not start: {type(error).__name__}: {error}"
            self.refused.emit(Failed(message, "Nothing was changed.", traceback.format_exc()))
            return
        try:
            self.opened.emit(runner.folder)
            for event in runner.events():
                if not isinstance(event, Stepped):  # nobody in the window waits for these: there are hundreds a second
                    self.said.emit(event)
        except BaseException as error:
            message = f"Training stopped: {type(error).__name__}: {error}"
            self.said.emit(Failed(message, details=traceback.format_exc()))

    def _make(self) -> "Runner":
        self._tell(LOADING)  # over at once where it is loaded already
        from ganstudio.runs import runner

        if self._config is None:
            return runner.resume(self._path, self._changes, self.control, self._home, self._at, self._tell)
        data, limit = self._config.data, self._config.engine.data_limit
        self._tell(READING)
        dataset = catalog.load(data.name, size=data.size, channels=data.channels, home=self._home, limit=limit)
        return runner.start(self._config, dataset, self._path, self.control, self._tell)

    def _tell(self, stage: str) -> None:
        self.said.emit(Preparing(stage))


class FollowThread(Worker):
    """Reads a run from its folder, and goes on reading while another program writes it."""

    opened = Signal(object, bool)  # RunFolder, whether another program is writing it
    refused = Signal(object)  # Failed: there is no run to be read
    said = Signal(object)  # list[Event]

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__("followThread", parent)
        self._path = path
        self._waiting: list[Event] = []
        self._awaited: dict[int, Path] = {}  # snapshots of told grids that were not there yet, by step
        self._told_at = time.monotonic()

    def run(self) -> None:
        """Tell what the run says, in bundles; every error becomes `Failed`."""
        try:
            folder = RunFolder.open(self._path)
        except (StudioError, OSError) as error:
            self.refused.emit(Failed(str(error)))
            return
        try:
            self.opened.emit(folder, folder.is_running())
            for event in follow(folder, self._hand_over_or_stop):
                self._take(event, folder)
        except StudioError as error:
            self._waiting.append(Failed(str(error), details=traceback.format_exc()))
        except BaseException as error:
            message = f"The run in {self._path} cannot be shown: {type(error).__name__}: {error}"
            self._waiting.append(Failed(message, "The run itself is not affected.", traceback.format_exc()))
        self._hand_over()

    def _take(self, event: Event, folder: RunFolder) -> None:
        self._waiting.append(event)
        if isinstance(event, Samples):
            self._awaited[event.step] = folder.snapshot_path(event.step)
        self._tell_snapshots()
        if len(self._waiting) >= _BATCH_EVENTS or time.monotonic() - self._told_at > _BATCH_SECONDS:
            self._hand_over()

    def _tell_snapshots(self) -> None:
        """Of those that are there by now: a run writes each a moment after its grid."""
        if not self._awaited:
            return
        newest = max(self._awaited)
        for step, path in list(self._awaited.items()):
            if path.is_file():
                self._waiting.append(Saved(step, SavedKind.SNAPSHOT, str(path)))
            elif step == newest:
                continue
            del self._awaited[step]  # told; or thinned out long ago

    def _hand_over_or_stop(self) -> bool:
        """Asked before every look at the folder, thus before every wait: nothing lies here meanwhile."""
        self._tell_snapshots()
        self._hand_over()
        return self.stopping()

    def _hand_over(self) -> None:
        if self._waiting:
            self.said.emit(self._waiting)
            self._waiting = []
        self._told_at = time.monotonic()


class DownloadThread(Worker):
    """Fetches one data set."""

    progressed = Signal(object, object)  # bytes done, bytes in all: beyond 32 bits for a large set
    done = Signal()
    failed = Signal(str, object)  # what failed in a line, and below it what can be done; place, see StudioError
    cancelled = Signal()

    def __init__(self, name: str, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__("downloadThread", parent)
        self.name, self._home = name, home
        self._told_at = 0.0

    def run(self) -> None:
        """Download; every end is told by one signal."""
        try:
            catalog.download(self.name, self._home, progress=self._progress, cancelled=self.stopping)
        except Cancelled:
            self.cancelled.emit()
        except StudioError as error:
            self.failed.emit(str(error), error.place)
        except BaseException as error:
            traceback.print_exc()
            self.failed.emit(f"The download failed: {type(error).__name__}: {error}", None)
        else:
            self.done.emit()

    def _progress(self, done: int, total: int) -> None:
        if time.monotonic() - self._told_at > _BATCH_SECONDS or done == total:
            self._told_at = time.monotonic()
            self.progressed.emit(done, total)
