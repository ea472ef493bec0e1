"""Threads that import the user's pictures, bring sets up to date, and remove them."""

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.data import catalog
from ganstudio.data.pictures import importing, removal, report, stored, updating
from ganstudio.data.pictures import index as indexing
from ganstudio.data.pictures.importing import Imported, Request
from ganstudio.data.pictures.sources import Entry
from ganstudio.errors import DataError, StudioError
from ganstudio.gui.workers.worker import Worker
from ganstudio.process import brief_turns

_PROGRESS_INTERVAL = 0.05  # seconds


@dataclass(frozen=True)
class Finished:
    """What an import did, and what is said of it.

    Parameters
    ----------
    imported
        The set.
    summary
        Lines on it.
    skipped, skipped_table
        The files that were skipped; the same as CSV.
    """

    imported: Imported
    summary: str
    skipped: tuple[Entry, ...]
    skipped_table: str

    @classmethod
    def of(cls, imported: Imported) -> "Finished":
        """Put into words what an import did; takes a moment where there are many files."""
        lines = report.describe(imported.info, imported.index)
        if imported.empty_classes:
            names = ", ".join(imported.empty_classes)
            lines.append(f"Classes that were left out, since none of their pictures could be read: {names}.")
        skipped = tuple(file.entry for file in imported.skipped)
        summary = "\n".join(filter(None, [*lines, *imported.notes]))
        return cls(imported, summary, skipped, report.table_of_skipped(skipped))


class _ProgramEnds(StudioError):  # no fault: what was written is kept, unlike after a cancellation
    """The window is closed while pictures are imported."""


class PictureThread(Worker):
    """Thread that writes a set of pictures; it ends by `done`, `cancelled`, `refused` or `failed`.

    Parameters
    ----------
    name : str
        Of the set.
    parent : QObject, optional
        Qt's parent.
    """

    progressed = Signal(object, object)  # files that are done, and all
    done = Signal(object)  # Finished

    action = "The import failed"
    kept = "The pictures themselves were not touched."

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__("importThread", parent)
        self.name = name
        self._reported_at = 0.0  # time.monotonic()
        self._program_ends = False

    # In the GUI thread

    def suspend(self) -> None:
        """Ask the thread to end soon, and to keep what is written: the same import goes on from there."""
        self._program_ends = True
        self.request_stop()

    # In the thread

    def work(self) -> None:
        """Import."""
        with brief_turns():
            self.done.emit(Finished.of(self.write()))

    def write(self) -> Imported:
        """Write the set; runs in the thread."""
        raise NotImplementedError

    def check_stop(self) -> bool:
        """Return whether the import is called off; raise if the program ends."""
        if self._program_ends:
            raise _ProgramEnds("The program was closed.")
        return self.is_stopping()

    def report_progress(self, done: int, total: int) -> None:
        """Report, some times a second, how far it is."""
        if time.monotonic() - self._reported_at > _PROGRESS_INTERVAL or done == total:
            self._reported_at = time.monotonic()
            self.progressed.emit(done, total)


class ImportThread(PictureThread):
    """Thread that imports pictures as a new set."""

    def __init__(self, request: Request, parent: QObject | None = None) -> None:
        super().__init__(request.name, parent)
        self._request = request

    def write(self) -> Imported:
        """Write the set."""
        return importing.start(self._request, self.report_progress, self.check_stop, tuple(catalog.DATASETS))


class UpdateThread(PictureThread):
    """Thread that brings a set up to date."""

    action = "The update failed"

    def __init__(self, name: str, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(name, parent)
        self._home = home

    def write(self) -> Imported:
        """Write a version of what has changed."""
        request = updating.prepare_update(
            self.name, self._home, progress=self.report_progress, cancelled=self.check_stop
        )
        with closing(request.source):
            return importing.update(request, self.report_progress, self.check_stop)


@dataclass(frozen=True)
class SetDetails:
    """What is stored of a set, in words; the skipped files as CSV; the runs that need it, by name."""

    summary: str
    skipped: int
    skipped_table: str
    runs: str


class DetailsThread(Worker):
    """Thread that reads what is stored of a set."""

    done = Signal(object)  # SetDetails

    action = "The set could not be read"

    def __init__(self, name: str, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__("detailsThread", parent)
        self.name, self._home = name, home

    def work(self) -> None:
        """Read it."""
        runs = removal.runs_that_need(self.name, self._home)
        named = removal.name_runs(runs) if runs else ""
        version = stored.newest(stored.set_folder(self.name, self._home))
        if version is None:
            self.done.emit(SetDetails("Its import was not finished.", 0, "", named))
            return
        try:
            index = indexing.read(version)
            lines = report.describe(stored.read_info(version), index)
        except DataError as error:  # that it is damaged is what there is to say; which runs need it is known
            self.done.emit(SetDetails(str(error), 0, "", named))
            return
        skipped = [file.entry for file in importing.skipped_files(index)]
        self.done.emit(
            SetDetails("\n".join(filter(None, lines)), len(skipped), report.table_of_skipped(skipped), named)
        )


class RemovalThread(Worker):
    """Thread that removes a set of imported pictures."""

    done = Signal()

    action = "The set could not be removed"
    kept = "The pictures that it was made of were not touched."

    def __init__(self, name: str, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__("removalThread", parent)
        self.name, self._home = name, home

    def work(self) -> None:
        """Remove it, also if runs were begun with it: the user was told."""
        removal.remove(self.name, self._home)
        self.done.emit()
