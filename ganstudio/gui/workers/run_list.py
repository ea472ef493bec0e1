"""RunsThread: reads the list of runs, renames, pins and throws away runs; hundreds of them stall no window."""

import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QRect, Qt, QThread, Signal
from PySide6.QtGui import QImage

from ganstudio.errors import RunError
from ganstudio.events import Failed
from ganstudio.gui.runs import trash
from ganstudio.gui.runs.trash import Deletion
from ganstudio.runs import labels
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.labels import display_name, undated
from ganstudio.runs.summary import RunSummary, summarize

PICTURE = 96  # px: side of a run's picture, enough at a scale of 2
_ENOUGH = 56  # px of the grid's corner that a picture shows: as many whole pictures as that holds, at least one
_STAMPED = ("run.toml", "history.jsonl", "label.toml", "samples", "checkpoints")


@dataclass(frozen=True)
class Run:
    """A run in the list, with a corner of its newest grid."""

    summary: RunSummary
    picture: QImage | None

    @property
    def path(self) -> Path:
        """Folder of the run."""
        return self.summary.path


class RunsThread(QThread):
    """Does one job after the other; reading the list again is asked for as often as one likes."""

    listed = Signal(object)  # list[Run]
    relabelled = Signal(object)  # Path
    trashed = Signal(object)  # Deletion
    returned = Signal(object, object)  # Deletion whose runs are back from the trash, where they had been (list[Path])
    failed = Signal(object)  # Failed

    def __init__(self, home: Callable[[], Path], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runsThread")
        self._home = home
        self._wake = threading.Condition()
        self._jobs: deque[Callable[[], None]] = deque()
        self._stale = False  # the list is to be read again
        self._stopping = False
        self._known: dict[Path, tuple[object, Run]] = {}

    # For the GUI thread

    def refresh(self) -> None:
        """Read the list again, once all that was asked for before is done."""
        with self._wake:
            self._stale = True
        self._go()

    def relabel(self, path: Path, title: str | None = None, pinned: bool | None = None) -> None:
        """Give a run another title, pin it or not."""
        self._put(lambda: self._relabel(path, title, pinned))

    def trash(self, deletion: Deletion) -> None:
        """Move runs to the trash, but those that are being trained."""
        self._put(lambda: self._trash(deletion))

    def put_back(self, deletion: Deletion) -> None:
        """Bring runs back from the trash."""
        self._put(lambda: self._put_back(deletion))

    def stop(self, seconds: float = 10.0) -> bool:
        """End after the job that is being done; False if it did not end in time."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        return self.wait(int(seconds * 1000))

    def _put(self, job: Callable[[], None]) -> None:
        with self._wake:
            self._jobs.append(job)
            self._stale = True
        self._go()

    def _go(self) -> None:
        with self._wake:
            self._wake.notify()
        if not self.isRunning() and not self._stopping:
            self.start()

    # In the thread

    def run(self) -> None:
        """Serve until told to stop."""
        while (job := self._next()) is not None:
            try:
                job()
            except Exception as error:
                message = f"The list of runs could not be updated: {type(error).__name__}: {error}"
                self.failed.emit(Failed(message, "The runs themselves are not affected.", traceback.format_exc()))

    def _next(self) -> Callable[[], None] | None:
        with self._wake:
            while not self._stopping and not self._jobs and not self._stale:
                self._wake.wait()
            if self._stopping:
                return None
            if self._jobs:
                return self._jobs.popleft()
            self._stale = False
            return self._list

    def _list(self) -> None:
        try:
            folders = [path for path in self._home().iterdir() if (path / "run.toml").is_file()]
        except OSError:
            folders = []
        found = [run for path in folders if not self._stopping and (run := self._read(path)) is not None]
        self._known = {path: known for path, known in self._known.items() if path in folders}
        if not self._stopping:
            self.listed.emit(found)

    def _read(self, path: Path) -> Run | None:
        """The run, read again only where a file changed; None where there is none that can be read."""
        try:
            stamp = [path.stat().st_mtime_ns, *(_changed_at(path / name) for name in _STAMPED)]
            known = self._known.get(path)
            if known and known[0] == stamp and not (path / "run.lock").exists():
                return known[1]
            folder = RunFolder.open(path)
            summary = summarize(folder)
            old = known[1] if known else None
            same = old is not None and old.summary.thumbnail == summary.thumbnail
            picture = old.picture if old and same else _corner(summary.thumbnail, folder.config.data.size)
        except (OSError, RunError):
            return None
        self._known[path] = (stamp, Run(summary, picture))
        return self._known[path][1]

    def _relabel(self, path: Path, title: str | None, pinned: bool | None) -> None:
        label = labels.read(path)
        try:
            labels.write(
                path,
                replace(
                    label,
                    title=label.title if title is None else title.strip(),
                    pinned=label.pinned if pinned is None else pinned,
                ),
            )
        except OSError as error:
            self.failed.emit(Failed(f"{path} cannot be written: {error.strerror or error}."))
            return
        self.relabelled.emit(path)

    def _trash(self, deletion: Deletion) -> None:
        moved: list[Path] = []
        places: list[Path] = []
        names: list[str] = []
        for path in deletion.paths:
            name = undated(display_name(path))  # as the list calls it
            try:
                place = trash.throw_away(path)
            except RunError as error:
                self.failed.emit(Failed(str(error)))
                continue
            moved.append(path)
            names.append(name)
            places += [place] if place else []
        deletion.paths, deletion.places, deletion.names = moved or deletion.paths, places, names
        self.trashed.emit(deletion)

    def _put_back(self, deletion: Deletion) -> None:
        before, back = deletion.paths, list[Path]()
        for place, path in zip(deletion.places, deletion.paths, strict=True):
            try:
                back.append(trash.put_back(place, path))
            except OSError as error:
                why = error.strerror or str(error)
                self.failed.emit(Failed(f"{path.name} cannot be put back: {why}.", f"It is in {place}."))
        deletion.paths, deletion.places = back, []
        self.returned.emit(deletion, before)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _corner(grid: Path | None, size: int) -> QImage | None:
    """The first pictures of a grid, PICTURE px a side; None if there is no grid. `size`: px of one of its pictures."""
    whole = QImage(str(grid)) if grid else QImage()
    if whole.isNull():
        return None
    side = max(1, _ENOUGH // size) * size
    part = whole.copy(QRect(0, 0, min(side, whole.width()), min(side, whole.height())))
    way = Qt.TransformationMode.SmoothTransformation if side > PICTURE else Qt.TransformationMode.FastTransformation
    return part.scaled(PICTURE, PICTURE, Qt.AspectRatioMode.KeepAspectRatio, way)
