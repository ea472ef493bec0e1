"""A look at all files of a source before anything is written: what can be read, and what they are like."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TypeVar

from ganstudio.data.pictures.archives import COMPRESSED, START_BYTES, ZIP, is_tar
from ganstudio.data.pictures.decode import MIN_SIDE, value_range
from ganstudio.data.pictures.formats import check_size
from ganstudio.data.pictures.header import Header, read_header
from ganstudio.data.pictures.natural_order import sort_by_path
from ganstudio.data.pictures.parallel import count_threads, map_in_order
from ganstudio.data.pictures.sources import Entry, Source, SourceKind, unreadable
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from ganstudio.errors import Cancelled

Progress = Callable[[int, int], None]  # done and in all

CHUNK = 32  # files that a thread takes at a time
_ARCHIVES = (ZIP, *COMPRESSED, b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"(\xb5/\xfd")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file of the source, and what its header says.

    Parameters
    ----------
    entry
        Path, size, date; and why it is skipped, if it is.
    header
        None if it is skipped.
    low, high
        The least and the greatest value of a picture of 16 bits or of floating-point numbers.
    """

    entry: Entry
    header: Header | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Sizes:
    """The smallest, the middle and the largest picture by the number of pixels."""

    smallest: ScannedFile
    median: ScannedFile
    largest: ScannedFile


@dataclass(frozen=True)
class Scan:
    """What was found in a source.

    Parameters
    ----------
    path, kind
        The source.
    files
        All files in natural order of their paths.
    notes
        Sentences on how the source was understood.
    """

    path: Path
    kind: SourceKind
    files: tuple[ScannedFile, ...]
    notes: tuple[str, ...] = ()

    @property
    def found(self) -> int:
        """Number of all files: of pictures and of what is skipped."""
        return len(self.files)

    @cached_property
    def pictures(self) -> tuple[ScannedFile, ...]:
        """The files that can be read, as far as their headers tell."""
        return tuple(file for file in self.files if file.header is not None)

    @cached_property
    def skipped(self) -> tuple[Entry, ...]:
        """The files that are skipped, each with its reason."""
        return tuple(file.entry for file in self.files if file.header is None)

    @cached_property
    def formats(self) -> Counter[str]:
        """How many pictures are of each format, by Pillow's names."""
        return Counter(header.format for header in self._headers())

    @cached_property
    def modes(self) -> Counter[str]:
        """How many pictures are of each of Pillow's modes."""
        return Counter(header.mode for header in self._headers())

    @cached_property
    def dimensions(self) -> Counter[tuple[int, int]]:
        """How many pictures have each width and height."""
        return Counter((header.width, header.height) for header in self._headers())

    @cached_property
    def sizes(self) -> Sizes | None:
        """The smallest, the middle and the largest picture; None if there is none."""
        if not self.pictures:
            return None
        by_size = sorted(self.pictures, key=_count_pixels)
        return Sizes(by_size[0], by_size[len(by_size) // 2], by_size[-1])

    @cached_property
    def aspects(self) -> Counter[float]:
        """How many pictures have each aspect ratio, width by height, rounded to two digits."""
        return Counter(round(header.width / header.height, 2) for header in self._headers())

    def count(self, is_counted: Callable[[Header], bool]) -> int:
        """Return the number of pictures whose header is so."""
        return sum(map(is_counted, self._headers()))

    def value_limits(self) -> tuple[float | None, float | None]:
        """Return what is black and white in pictures of 16 bits or of numbers, for all of them alike.

        Returns
        -------
        tuple
            `minimum` and `maximum` of a recipe; None is the usual. Of whole numbers, white is the largest of as many
            bits as the brightest picture needs: a camera of 12 bits fills 16.
        """
        numbers = [file for file in self.pictures if file.high is not None and file.low is not None]
        if not numbers:
            return None, None
        low, high = min(file.low or 0.0 for file in numbers), max(file.high or 0.0 for file in numbers)
        floats = [file for file in numbers if file.header is not None and file.header.is_float]
        if floats:
            if all((file.low or 0.0) >= 0 and (file.high or 0.0) <= 1 for file in floats):
                return None, None  # whatever whole numbers there are: the usual white is one of each kind
            return (None, 255.0) if low >= 0 and 1 < high <= 255 else (low, max(high, low + 1))
        bits = max(8, int(high).bit_length())
        return None, None if bits == 16 else float((1 << bits) - 1)

    def with_verdicts(self, verdicts: Mapping[str, tuple[Verdict, str]]) -> "Scan":
        """Return the scan with other verdicts and reasons for some paths."""
        return replace(self, files=tuple(_judged(file, verdicts) for file in self.files))

    def _headers(self) -> Iterator[Header]:
        return (file.header for file in self.pictures if file.header is not None)


def scan(
    source: Source,
    known: Mapping[str, ScannedFile] | None = None,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Scan:
    """Look at the headers of all files of a source.

    Parameters
    ----------
    source
        Where the files are.
    known
        Files of an earlier look, by path: those that have not changed are not opened.
    progress
        Called with the number of files that were looked at, and of all.
    cancelled
        Called many times a second.

    Raises
    ------
    DataError
        The source cannot be read.
    Cancelled
        `cancelled` returned true.
    """
    entries = sort_by_path(source.list_entries(cancelled), lambda entry: entry.path)
    found = [_recall(entry, known or {}) for entry in entries]
    asked = [number for number, file in enumerate(found) if file is None]
    done = len(found) - len(asked)
    progress(done, len(found))

    def look(numbers: Sequence[int]) -> list[ScannedFile]:
        return [] if cancelled() else [look_at(source, entries[number]) for number in numbers]

    tasks = list(chunks(asked, CHUNK))
    for numbers, files in zip(tasks, map_in_order(look, tasks, count_threads()), strict=True):
        if cancelled() or len(files) < len(numbers):
            raise Cancelled
        for number, file in zip(numbers, files, strict=True):
            found[number] = file
        done += len(files)
        progress(done, len(found))
    return Scan(source.path, source.kind, tuple(file for file in found if file is not None), source.notes())


def look_at(source: Source, entry: Entry) -> ScannedFile:
    """Read the header of a file."""
    try:
        with source.open(entry.path) as file:
            _refuse_archive(file.read(START_BYTES))
            header = read_header(file)
            if header.format != "JPEG":  # which may be reduced as it is decoded
                check_size(header.width, header.height)
            if min(header.width, header.height) < MIN_SIDE:
                raise PictureError(Verdict.TOO_SMALL, f"it has {header.height} x {header.width} pixels")
            limits = value_range(file) if header.is_sixteen_bit or header.is_float else None
    except OSError as error:
        return _skipped(entry, unreadable(error))
    except PictureError as error:
        return _skipped(entry, error)
    return ScannedFile(entry, header, *(limits or ()))


def chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield lists of at most that many of the items, in order."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _recall(entry: Entry, known: Mapping[str, ScannedFile]) -> ScannedFile | None:
    """Return what is known of a file without opening it; None if it has to be."""
    if entry.verdict is not Verdict.READ:
        return ScannedFile(entry)
    before = known.get(entry.path)
    if before and (before.entry.bytes, before.entry.mtime_ns) == (entry.bytes, entry.mtime_ns):
        return before
    return None


def _refuse_archive(start: bytes) -> None:
    if start.startswith(_ARCHIVES) or is_tar(start):
        raise PictureError(Verdict.NESTED, "it is an archive; import it by itself, or unpack it")


def _skipped(entry: Entry, error: PictureError) -> ScannedFile:
    return ScannedFile(replace(entry, verdict=error.verdict, why=error.why))


def _judged(file: ScannedFile, verdicts: Mapping[str, tuple[Verdict, str]]) -> ScannedFile:
    if file.entry.path not in verdicts:
        return file
    verdict, why = verdicts[file.entry.path]
    return ScannedFile(replace(file.entry, verdict=verdict, why=why))


def _count_pixels(file: ScannedFile) -> int:
    return file.header.width * file.header.height if file.header else 0
