"""Thread that looks at the user's pictures before an import."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio.data import catalog, imported
from ganstudio.data.pictures import stored
from ganstudio.data.pictures.advice import Advice, suggest_recipe
from ganstudio.data.pictures.examples import Example, choose_examples
from ganstudio.data.pictures.importing import nothing_found
from ganstudio.data.pictures.labels import Labels, Wanted, find_labels
from ganstudio.data.pictures.opening import open_source
from ganstudio.data.pictures.report import describe_scan, table_of_skipped
from ganstudio.data.pictures.scan import Scan, scan
from ganstudio.data.pictures.sources import Source
from ganstudio.errors import DataError
from ganstudio.gui.workers.worker import Worker
from ganstudio.process import brief_turns
from ganstudio.system import file_names

_PROGRESS_INTERVAL = 0.05  # seconds


@dataclass(frozen=True)
class FoundLabels:
    """The classes of the pictures, and what is said of the source with them.

    Parameters
    ----------
    wanted
        Where they were looked for.
    labels
        What was found.
    problem
        Why there are none, if there might have been some; else "".
    counts
        Pictures by class.
    unlabelled
        How many pictures have no label where others have one.
    summary
        Lines on the source.
    """

    wanted: str
    labels: Labels
    problem: str
    counts: dict[str, int]
    unlabelled: int
    summary: str


@dataclass(frozen=True)
class Found:
    """What a source holds, and what is advised for it.

    Parameters
    ----------
    source
        Where the files are; to be closed.
    scan
        All files.
    labels
        Classes of the pictures.
    advice
        None if there is no picture.
    examples
        Pictures to look at.
    name
        Proposed for the set.
    taken
        Names that it cannot have.
    problem
        Why nothing can be imported, or "".
    skipped_table
        The skipped files as CSV.
    has_alpha
        Whether some pictures may have transparent parts.
    """

    source: Source
    scan: Scan
    labels: FoundLabels
    advice: Advice | None
    examples: tuple[Example, ...]
    name: str
    taken: tuple[str, ...]
    problem: str
    skipped_table: str
    has_alpha: bool


class ScanThread(Worker):
    """Thread that looks at the files of a source; it ends by `done`, `cancelled`, `refused` or `failed`.

    Parameters
    ----------
    path : Path
        A folder or an archive.
    home : Path, optional
        The data folder, if not the usual one.
    chosen : sequence of str
        Names of the files and folders in the folder that are meant; empty for all.
    parent : QObject, optional
        Qt's parent.
    """

    progressed = Signal(object, object)  # files that were looked at, and all
    done = Signal(object)  # Found

    action = "The pictures could not be looked at"
    kept = "Nothing was changed."

    def __init__(
        self, path: Path, home: Path | None = None, chosen: Sequence[str] = (), parent: QObject | None = None
    ) -> None:
        super().__init__("scanThread", parent)
        self._path, self._home, self._chosen = path, home, chosen
        self._reported_at = 0.0  # time.monotonic()

    def work(self) -> None:
        """Look at all files."""
        with brief_turns():
            source = open_source(self._path, stored.home_of(self._home), self.is_stopping, self._chosen)
            try:
                found = self._look(source)
            except BaseException:
                source.close()
                raise
        self.done.emit(found)

    def _look(self, source: Source) -> Found:
        looked = scan(source, progress=self._report_progress, cancelled=self.is_stopping)
        taken = (*catalog.DATASETS, *imported.list_names(self._home))
        return Found(
            source,
            looked,
            read_labels(looked, source, Wanted.AUTO),
            suggest_recipe(looked) if looked.pictures else None,
            choose_examples(looked),
            propose_name(self._path, taken),
            taken,
            "" if looked.pictures else nothing_found(looked),
            table_of_skipped(looked.skipped),
            bool(looked.count(lambda header: header.has_alpha)),
        )

    def _report_progress(self, done: int, total: int) -> None:
        if time.monotonic() - self._reported_at > _PROGRESS_INTERVAL or done == total:
            self._reported_at = time.monotonic()
            self.progressed.emit(done, total)


def read_labels(looked: Scan, source: Source, wanted: str) -> FoundLabels:
    """Return the classes of the pictures."""
    labels, problem = Labels(), ""
    try:
        labels = find_labels(looked, source, wanted)
    except DataError as error:
        problem = str(error)
    unlabelled = len(labels.find_unlabelled(file.entry.path for file in looked.pictures))
    summary = "\n".join(describe_scan(looked, labels))
    return FoundLabels(wanted, labels, problem, labels.count(), unlabelled, summary)


def propose_name(path: Path, taken: Iterable[str]) -> str:
    """Return a name for a set of the pictures in `path` that no other set has."""
    name = path.name if path.is_dir() else path.name.split(".")[0]
    name = file_names.fit(name, "pictures")[: stored.MAX_NAME].strip(" .-_")
    name = name if stored.is_name(name) else "pictures"
    used = {each.casefold() for each in taken}
    numbered = (f"{name[: stored.MAX_NAME - 5]}-{number}" for number in range(2, 10_000))
    return name if name.casefold() not in used else next(each for each in numbered if each.casefold() not in used)
