"""Import of pictures: every file is decoded once, into one file of pixels that training maps into memory."""

import hashlib
import shlex
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import PIL

from ganstudio import __version__
from ganstudio.data.pictures import index as indexing
from ganstudio.data.pictures import journal, likeness, processes, stored, taking_out
from ganstudio.data.pictures.converter import Converted, Converter, Former, count_decoded_bytes
from ganstudio.data.pictures.index import NO_LABEL, Index
from ganstudio.data.pictures.labels import Labels, Unlabelled, Wanted, assign
from ganstudio.data.pictures.outcome import Outcome
from ganstudio.data.pictures.parallel import count_threads, map_in_order
from ganstudio.data.pictures.processes import ProcessConverter
from ganstudio.data.pictures.recipe import READER_VERSION, Recipe
from ganstudio.data.pictures.scan import CHUNK, Progress, Scan, ScannedFile
from ganstudio.data.pictures.sources import Source
from ganstudio.data.pictures.stored import Info
from ganstudio.data.pictures.verdicts import Verdict
from ganstudio.errors import Cancelled, DataError, StudioError, UserFolder, reason
from ganstudio.system import atomic, lock

FILTERS = "none where the size fits; box for whole factors, else Lanczos down, bicubic up; nearest for native"
_CHUNK_BYTES = 4 << 20  # of pictures that a thread returns at a time
_TASK_BYTES = 64 << 20  # of whole pictures that a thread decodes before it is asked whether to go on
_SPARE_BYTES = 64 << 20  # besides the pictures


@dataclass(frozen=True)
class Request:
    """What is imported, and how.

    Parameters
    ----------
    name
        Of the set.
    source, scan, labels
        The files, what was found in them, and their classes.
    recipe
        What each picture is made into.
    wanted_labels
        What `labels` were found by, for updates.
    unlabelled
        What becomes of pictures without a label, where others have one.
    home
        The data folder; None: the usual one.
    """

    name: str
    source: Source
    scan: Scan
    labels: Labels
    recipe: Recipe
    wanted_labels: str = Wanted.AUTO
    unlabelled: Unlabelled | None = None
    home: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder of the set."""
        return stored.set_folder(self.name, self.home)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of a picture."""
        return self.recipe.height, self.recipe.width, self.recipe.channels.count


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Parameters
    ----------
    info, index
        What is stored now.
    folder
        Of the version.
    is_new
        Whether there is a new version; False if nothing had changed.
    empty_classes
        Classes that were left out, since none of their pictures could be read.
    removed
        Pictures that were in the version before and no longer are.
    reused
        Pictures that were taken from the version before.
    notes
        Sentences on what is odd.
    """

    info: Info
    index: Index
    folder: Path
    is_new: bool = True
    empty_classes: tuple[str, ...] = ()
    removed: int = 0
    reused: int = 0
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def skipped(self) -> tuple[ScannedFile, ...]:
        """The files that were not imported, each with its reason."""
        return skipped_files(self.index)


def skipped_files(index: Index) -> tuple[ScannedFile, ...]:
    """Return the files of a set that were not imported, each with its reason."""
    return tuple(file for file, row in zip(index.files, index.rows, strict=True) if row < 0)


def start(
    request: Request,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    taken: tuple[str, ...] = (),
) -> Imported:
    """Import pictures as a new data set; an import of the same that was cut off goes on.

    Parameters
    ----------
    request
        What, and how.
    progress
        Called with the number of files that are done, and of all.
    cancelled
        Called many times a second.
    taken
        Names that the set cannot have.

    Raises
    ------
    DataError
        There is such a set, the name cannot be used, there is no room for it, or no picture could be read.
    PartlyLabelledError
        It is not said what becomes of pictures without a label.
    RunError
        Another program imports it, or took over on a shared disk while this one was suspended.
    Cancelled
        `cancelled` returned true; what was begun is removed.
    StudioError
        The disk is full, or fails; what was done is kept, and the same import goes on.
    """
    check_new(request.name, taken, request.home)
    with stored.locked(request.folder) as held:
        return _Import(request, None, progress, cancelled, held).run()


def check_new(name: str, taken: tuple[str, ...] = (), home: Path | None = None) -> None:
    """Raise DataError unless a set of that name can be imported: `taken`, and those of finished sets, cannot."""
    if stored.is_name(name) and stored.newest(stored.set_folder(name, home)) is not None:
        raise DataError(
            f"There is already a data set named {name}. Choose another name.",
            at_prompt=f"To bring it up to date: ganstudio datasets update {shlex.quote(name)}",
        )
    others = [other for other in stored.list_names(home) if other != name]
    stored.check_name(name, (*taken, *others))


def update(
    request: Request,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Imported:
    """Bring a set up to date: only what is new or changed is decoded. Runs keep the version that they began with.

    Parameters and errors are those of `start`.
    """
    with stored.locked(request.folder) as held:
        former = stored.newest(request.folder)
        work = _Import(request, former, progress, cancelled, held)
        if former is not None and (same := work.find_same()):
            return same
        done = work.run()
        stored.remove_unneeded(request.folder)
        return done


class _NothingReadError(DataError):
    """No file could be read."""


class _Import:
    """An import that is under way, in a folder that is locked."""

    def __init__(
        self,
        request: Request,
        former: Path | None,
        progress: Progress,
        cancelled: Callable[[], bool],
        held: lock.FolderLock,
    ) -> None:
        self._request = request
        self._lock = held
        self._progress = progress
        self._cancelled = cancelled
        self._former = former
        self._former_info = stored.read_info(former) if former else None
        self._former_index = indexing.read(former) if former else None
        before = self._former_info.classes if self._former_info else ()
        paths = [file.entry.path for file in request.scan.pictures]
        self._assignment = assign(request.labels, paths, request.unlabelled, before)
        left_out = set(self._assignment.left_out)
        self._files = [file for file in request.scan.pictures if file.entry.path not in left_out]
        self._version = stored.next_version(request.folder)
        self._reused = 0
        self._ended = 0  # processes, before they should have

    def find_same(self) -> Imported | None:
        """Return the former version if files, recipe and labels are those of then; None if not."""
        info, index, request = self._former_info, self._former_index, self._request
        if info is None or index is None or self._former is None or info.recipe != request.recipe.to_mapping():
            return None
        before = {file.entry.path: _identify(file) for file in index.files}
        if before != {file.entry.path: _identify(file) for file in request.scan.files}:
            return None
        tried = {file.entry.path for file, row, crc32 in _rows(index) if row >= 0 or crc32}
        if any(file.entry.path not in tried for file in self._files):  # left out then, or not readable for a while
            return None
        labels = [self._assignment.numbers.get(path, NO_LABEL) for path in indexing.picture_paths(index)]
        if labels != index.labels.tolist() or self._assignment.classes != info.classes:
            return None
        return Imported(info, index, self._former, is_new=False, reused=info.count)

    def run(self) -> Imported:
        """Decode, and write the version."""
        request, version = self._request, self._version
        try:
            version.mkdir(parents=True, exist_ok=True)
            (version / stored.COMPLETE).unlink(missing_ok=True)
            with self._open_writer() as writer:
                self._check_room(writer)
                self._write_pictures(writer)
                if not writer.rows:
                    raise _NothingReadError(_nothing_sentence(request, writer.outcomes))
                writer.write_header(request.shape)
                outcomes = writer.outcomes
            return self._finish(outcomes)
        except (Cancelled, _NothingReadError):
            shutil.rmtree(version, ignore_errors=True)
            raise
        except OSError as error:
            raise self._explain(error) from None

    def _open_writer(self) -> journal.Writer:
        pictures, lines = self._version / stored.PICTURES, self._version / stored.JOURNAL
        return journal.Writer(pictures, lines, self._plan(), int(np.prod(self._request.shape)))

    def _plan(self) -> str:
        """Return a hash of all that decides what is written."""
        request = self._request
        former = self._former_info.fingerprint if self._former_info else ""
        files = [(file.entry.path, file.entry.bytes, file.entry.mtime_ns) for file in self._files]
        numbers = [self._assignment.numbers.get(path, NO_LABEL) for path, _, _ in files]
        plan = [request.recipe.digest(), former, files, numbers, self._assignment.classes]
        return hashlib.sha256(repr(plan).encode("utf-8", "backslashreplace")).hexdigest()

    def _check_room(self, writer: journal.Writer) -> None:
        """Raise DataError if the disk is too small, before minutes of work fill it."""
        left = (len(self._files) - len(writer.outcomes)) * int(np.prod(self._request.shape)) + _SPARE_BYTES
        free = shutil.disk_usage(self._version).free
        if free < left:
            height, width, _ = self._request.shape
            raise DataError(
                f"{len(self._files):,} pictures of {height} x {width} need {left / 1e9:.1f} GB in "
                f"{self._version.parent}, where {free / 1e9:.1f} GB are free. Free some space, or choose smaller "
                "pictures or another folder for data sets.",
                place=UserFolder.DATA,
            )

    def _write_pictures(self, writer: journal.Writer) -> None:
        picture_bytes = int(np.prod(self._request.shape))
        per_part = journal.files_per_part(picture_bytes)
        done, total = len(writer.outcomes), len(self._files)
        size = min(CHUNK, max(1, _CHUNK_BYTES // picture_bytes))
        tasks = _tasks(self._files, self._request.recipe, done, per_part, size)
        self._progress(done, total)
        former = self._reusable()
        converter = Converter(self._request.source, self._request.recipe, former)
        for converted in self._convert(converter, tasks, done):
            self._check()
            for each in converted:
                writer.add(each.outcome, each.pixels)
                self._reused += each.is_reused
            done += len(converted)
            if done % per_part == 0:
                writer.finish_part()
            self._progress(done, total)
        writer.finish_part()

    def _convert(
        self, converter: Converter, tasks: Iterator[list[ScannedFile]], done: int
    ) -> Iterator[list[Converted]]:
        """Yield what became of the files of each task: in threads where there are few, else in processes."""
        threads = count_threads()
        left = sum(not converter.is_known(file) for file in self._files[done:])
        if threads == 1 or left < processes.MIN_FILES:
            yield from map_in_order(converter.convert, tasks, threads, self._check)
            return
        with ProcessConverter(converter, min(threads, left // processes.MIN_FILES_EACH)) as pool:
            yield from pool.convert(tasks, self._check)
        self._ended = pool.ended

    def _check(self) -> None:
        """Raise Cancelled, or RunError if another computer took over; say that this one is alive."""
        if self._cancelled():
            raise Cancelled
        self._lock.beat()

    def _reusable(self) -> Former | None:
        info, index = self._former_info, self._former_index
        if info is None or index is None or self._former is None or info.recipe != self._request.recipe.to_mapping():
            return None
        if info.versions.get("reader") != str(READER_VERSION):
            return None
        return Former(index, stored.open_pictures(self._former, info))

    def _finish(self, outcomes: Sequence[Outcome]) -> Imported:
        """Write what belongs to the pictures; the mark of being complete last."""
        classes, labels, empty = self._number(outcomes)
        index = self._index(outcomes, labels)
        info = self._describe(index, classes)
        version = self._version
        if self._former is not None and (out := taking_out.paths_out_of(self._former)):
            (version / stored.JOURNAL).unlink(missing_ok=True)  # it is one of all pictures
            info, index = taking_out.leave_out(version, info, index, out, self._check)
        taking_out.finish_version(version, info, index)
        atomic.remove(version / stored.JOURNAL)
        before = set(indexing.picture_paths(self._former_index)) if self._former_index else set()
        now = set(indexing.picture_paths(index))
        notes = (*self._request.labels.notes, *self._describe_ends())
        return Imported(info, index, version, True, empty, len(before - now), self._reused, notes)

    def _describe_ends(self) -> list[str]:
        if not self._ended:
            return []
        times = "once" if self._ended == 1 else f"{self._ended:,} times"
        return [f"A process that decodes pictures ended before it should have, {times}. What it had was decoded again."]

    def _number(self, outcomes: Sequence[Outcome]) -> tuple[tuple[str, ...], np.ndarray[Any, Any], tuple[str, ...]]:
        """Return the classes, the labels of the pictures, and classes that are left out since they have no picture.

        Those of an earlier version stay, so that no number changes.
        """
        read = [
            file.entry.path
            for file, outcome in zip(self._files, outcomes, strict=True)
            if outcome.verdict is Verdict.READ
        ]
        classes = self._assignment.classes
        if not classes:
            return (), np.full(len(read), NO_LABEL, np.int32), ()
        labels = np.array([self._assignment.numbers[path] for path in read], np.int32)
        kept = len(self._former_info.classes) if self._former_info else 0
        counts = np.bincount(labels, minlength=len(classes))
        stays = (counts > 0) | (np.arange(len(classes)) < kept)
        renumbered = np.cumsum(stays) - 1
        empty = tuple(name for name, is_kept in zip(classes, stays, strict=True) if not is_kept)
        names = tuple(name for name, is_kept in zip(classes, stays, strict=True) if is_kept)
        return names, renumbered[labels].astype(np.int32), empty

    def _index(self, outcomes: Sequence[Outcome], labels: np.ndarray[Any, Any]) -> Index:
        by_path = {file.entry.path: outcome for file, outcome in zip(self._files, outcomes, strict=True)}
        left_out = dict.fromkeys(self._assignment.left_out, (Verdict.LEFT_OUT, "it has no label"))
        tables = dict.fromkeys(self._request.labels.tables, (Verdict.LABELS, "it gives the other files their labels"))
        failed = {
            path: (outcome.verdict, outcome.why)
            for path, outcome in by_path.items()
            if outcome.verdict is not Verdict.READ
        }
        files = self._request.scan.with_verdicts(left_out | tables | failed).files
        is_read = np.array([file.header is not None for file in files], bool)
        read = [outcome for outcome in outcomes if outcome.verdict is Verdict.READ]
        thumbs = np.frombuffer(b"".join(outcome.thumb for outcome in read), np.uint8).reshape(len(read), -1)
        return Index(
            files,
            rows=np.where(is_read, np.cumsum(is_read) - 1, -1),
            crc32=np.array([by_path[path].crc32 if path in by_path else 0 for path in _paths(files)], np.uint32),
            labels=labels,
            boxes=np.array([outcome.box for outcome in read], np.int32).reshape(-1, 4),
            enlarged=np.array([outcome.enlarged for outcome in read], bool),
            notes=tuple(outcome.notes for outcome in read),
            digests=np.frombuffer(b"".join(outcome.digest for outcome in read), np.uint8).reshape(len(read), -1),
            thumbs=thumbs,
            groups=likeness.group(thumbs),
        )

    def _describe(self, index: Index, classes: tuple[str, ...]) -> Info:
        request = self._request
        height, width, channels = request.shape
        return Info(
            request.name,
            len(index.labels),
            height,
            width,
            channels,
            classes,
            index.fingerprint(request.shape, classes),
            request.recipe.to_mapping(),
            stored.describe_source(request.source.path.resolve(), request.source.kind, request.source.chosen),
            {
                "wanted": request.wanted_labels,
                "origin": request.labels.origin if classes else "",
                "unlabelled": request.unlabelled or "",
            },
            indexing.count(index),
            {"ganstudio": __version__, "pillow": PIL.__version__, "reader": str(READER_VERSION)},
            FILTERS,
        )

    def _explain(self, error: OSError) -> StudioError:
        if error.errno in atomic.DISK_FULL:
            what = "Free some space, and import them again: what is done is kept."
        else:
            what = "What is done is kept: import them again to go on."
        return StudioError(f"{self._version.parent} cannot be written: {reason(error)}. {what}", place=UserFolder.DATA)


def _tasks(
    files: Sequence[ScannedFile], recipe: Recipe, done: int, per_part: int, size: int
) -> Iterator[list[ScannedFile]]:
    """Yield the files that are left, as many at a time as take a moment, in chunks that end where parts do."""
    task: list[ScannedFile] = []
    work = 0
    for number in range(done, len(files)):
        header = files[number].header
        task.append(files[number])
        work += files[number].entry.bytes + (count_decoded_bytes(header, recipe) if header else 0)
        if len(task) >= size or work >= _TASK_BYTES or (number + 1) % per_part == 0:
            yield task
            task, work = [], 0
    if task:
        yield task


def _identify(file: ScannedFile) -> tuple[int, int]:
    return file.entry.bytes, file.entry.mtime_ns


def _paths(files: Sequence[ScannedFile]) -> list[str]:
    return [file.entry.path for file in files]


def _rows(index: Index) -> Iterator[tuple[ScannedFile, int, int]]:
    """Yield each file with the number of its picture and the checksum of its content."""
    return zip(index.files, index.rows.tolist(), index.crc32.tolist(), strict=True)


def _nothing_sentence(request: Request, outcomes: Sequence[Outcome]) -> str:
    if not outcomes:
        return nothing_found(request.scan)
    [(why, count), *_] = Counter(outcome.why for outcome in outcomes).most_common()
    if len(outcomes) == 1:
        return f"The only picture in {request.scan.path} cannot be read: {why}."
    of_some = "" if count == len(outcomes) else f" of {count:,} of them"
    return f"None of the {len(outcomes):,} pictures in {request.scan.path} can be read. The reason{of_some}: {why}."


def nothing_found(scan: Scan) -> str:
    """Return the sentence on a source without any picture."""
    if not scan.found:
        return f"{scan.path} is empty. Name a folder or an archive with pictures."
    reasons = Counter(entry.verdict.value for entry in scan.skipped).most_common()
    listed = ", ".join(f"{count:,} {verdict}" for verdict, count in reasons)
    return f"There is no picture in {scan.path}. Skipped: {listed}."
