"""Thread that reads the list of runs, renames and pins runs and moves them to the trash.

Reading hundreds of runs takes seconds, so it is not done in the GUI thread.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QImage

from ganstudio.errors import RunError
from ganstudio.events import Failed
from ganstudio.gui.workers import trash, window_first
from ganstudio.gui.workers.trash import Deletion
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.runs import labels
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.history import MeasureReader
from ganstudio.runs.labels import display_name, undated
from ganstudio.runs.summary import RunSummary, log_unreadable, run_folders, summarize
from ganstudio.system import reading
from ganstudio.system.existence import exists

PICTURE = 96  # px: side of a run's picture, enough at a scale of 2
_CORNER = 56  # px of the grid's corner that a picture shows: as many whole pictures as fit, at least one
_MAX_GRID_BYTES = 64 << 20
_PNG_START = b"\x89PNG\r\n\x1a\n"  # Qt would also draw an SVG, and what that refers to
_WATCHED = ("run.toml", "history.jsonl", "label.toml", "samples", "checkpoints")


@dataclass(frozen=True)
class Run:
    """A run in the list, with a corner of its newest grid."""

    summary: RunSummary
    picture: QImage | None

    @property
    def path(self) -> Path:
        """Folder of the run."""
        return self.summary.path


class RunsChannel(Enum):
    """Kinds of requests, the most urgent first."""

    CHANGES = "changes"  # done one after the other
    LIST = "list"  # read again once all changes are done


class RunsThread(QueueWorker[RunsChannel, Callable[[], None]]):
    """Thread that makes changes to runs one after the other, and reads the list again as often as requested.

    Parameters
    ----------
    home : callable
        Returns the folder of the runs.
    parent : QObject, optional
        Qt's parent.
    """

    listed = Signal(object)  # list[Run]
    relabelled = Signal(object)  # Path
    trashed = Signal(object)  # Deletion
    returned = Signal(object, object)  # Deletion whose runs are back from the trash, where they had been (list[Path])

    action = "The list of runs could not be updated"
    kept = "The runs themselves are not affected."

    def __init__(self, home: Callable[[], Path], parent: QObject | None = None) -> None:
        super().__init__("runsThread", RunsChannel, parent)
        self._home = home
        self._known: dict[Path, tuple[object, Run]] = {}
        self._measures: dict[Path, MeasureReader] = {}
        self._unreadable: set[Path] = set()  # that the log has been told of

    # In the GUI thread

    def refresh(self) -> None:
        """Read the list again, once all changes requested before are made."""
        self.put(RunsChannel.LIST, self._list)

    def relabel(self, path: Path, title: str | None = None, pinned: bool | None = None) -> None:
        """Give a run another title, pin or unpin it; None leaves it as it is."""
        self._change(partial(self._relabel, path, title, pinned))

    def trash(self, deletion: Deletion) -> None:
        """Move runs to the trash, except those that are being trained."""
        self._change(partial(self._trash, deletion))

    def put_back(self, deletion: Deletion) -> None:
        """Bring runs back from the trash."""
        self._change(partial(self._put_back, deletion))

    def _change(self, change: Callable[[], None]) -> None:
        self.append(RunsChannel.CHANGES, change)
        self.refresh()

    # In the thread

    def serve(self, channel: RunsChannel, request: Callable[[], None]) -> None:
        """Make a change or read the list."""
        request()

    def _list(self) -> None:
        folders = run_folders(self._home())
        runs: list[Run] = []
        for path in folders:
            window_first.give_way()
            if self.should_stop():
                return
            if (run := self._read(path)) is not None:
                runs.append(run)
        here = set(folders)
        self._known = {path: known for path, known in self._known.items() if path in here}
        self._measures = {path: reader for path, reader in self._measures.items() if path in here}
        self._unreadable &= here
        self.listed.emit(runs)

    def _read(self, path: Path) -> Run | None:
        """Return the run, read again only if a file changed; None if it cannot be read."""
        try:
            stamp = [path.stat().st_mtime_ns, *(_changed_at(path / name) for name in _WATCHED)]
            known = self._known.get(path)
            if known and known[0] == stamp and not exists(path / "run.lock"):
                return known[1]
            folder = RunFolder.open(path)
            measures = self._measures.setdefault(path, MeasureReader(path / "history.jsonl"))
            summary = summarize(folder, measures)
            old = known[1] if known else None
            same = old is not None and old.summary.thumbnail == summary.thumbnail
            picture = old.picture if old and same else _corner(summary.thumbnail, *folder.config.data.sides)
        except Exception as error:  # whatever is wrong with a run, the others are listed
            if path not in self._unreadable:
                self._unreadable.add(path)
                log_unreadable(path, error)
            return None
        self._unreadable.discard(path)
        self._known[path] = (stamp, Run(summary, picture))
        return self._known[path][1]

    def _relabel(self, path: Path, title: str | None, pinned: bool | None) -> None:
        label = labels.load(path)
        title = label.title if title is None else title.strip()
        pinned = label.pinned if pinned is None else pinned
        try:
            labels.write(path, replace(label, title=title, pinned=pinned))
        except OSError as error:
            raise RunError(f"{path} cannot be written: {error.strerror or error}.") from error
        self.relabelled.emit(path)

    def _trash(self, deletion: Deletion) -> None:
        moved: list[Path] = []
        places: list[Path] = []
        names: list[str] = []
        for path in deletion.paths:
            name = undated(display_name(path))  # as the list calls it
            try:
                place = trash.move_to_trash(path)
            except RunError as error:
                self.refuse(Failed(str(error)))
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
                back.append(trash.restore(place, path))
            except OSError as error:
                why = error.strerror or str(error)
                self.refuse(Failed(f"{path.name} cannot be put back: {why}.", f"It is in {place}."))
        deletion.paths, deletion.places = back, []
        self.returned.emit(deletion, before)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _read_grid(grid: Path) -> bytes:
    """Return the content of a grid; nothing if it cannot be read or is no PNG."""
    try:
        content = reading.read_bytes(grid, _MAX_GRID_BYTES)
    except (OSError, ValueError):
        return b""
    return content if content.startswith(_PNG_START) else b""


def _corner(grid: Path | None, height: int, width: int) -> QImage | None:
    """Return the first pictures of a grid, PICTURE px on the longer side; None if there is no grid.

    `height` and `width` are those of one of its pictures, in px.
    """
    whole = QImage.fromData(_read_grid(grid)) if grid else QImage()
    if whole.isNull():
        return None
    tall, wide = (max(1, _CORNER // side) * side for side in (height, width))
    part = whole.copy(QRect(0, 0, min(wide, whole.width()), min(tall, whole.height())))
    way = (
        Qt.TransformationMode.SmoothTransformation
        if max(tall, wide) > PICTURE
        else Qt.TransformationMode.FastTransformation
    )
    return part.scaled(PICTURE, PICTURE, Qt.AspectRatioMode.KeepAspectRatio, way)
