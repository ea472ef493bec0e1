"""history.jsonl: a line a tick, and marks; written to survive a kill, read to survive what a kill left.

A tick's line has the fields of `Tick`; a mark's begins with "mark", its kind. A mark of kind "metric" has the fields of
`Measured`, one of kind "hand" those of `ByHand`. One of kind "resume" makes void every line before it with a later
step: the run went back there and lived that time again.
"""

import mmap
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from ganstudio.events import (
    ByHand,
    EndReason,
    Failed,
    Finished,
    ManualUpdate,
    Marked,
    MarkKind,
    Measured,
    Standing,
    Tick,
    add_mark,
)
from ganstudio.runs import atomic

Row = Tick | Marked | Measured
_MARK = b'{"mark":'
_RESUME_MARK = b'{"mark":"resume"'
_METRIC_MARK = b'{"mark":"metric"'
_CHANGE_MARK = b'{"mark":"change"'
_DIGITS = 6  # significant digits of a number in the file
_TAIL_BYTES = 1 << 16

_encoder = msgspec.json.Encoder()
_ticks = msgspec.json.Decoder(Tick)
_measures = msgspec.json.Decoder(Measured)


class _Mark(msgspec.Struct, omit_defaults=True):
    """A mark as it stands in the file."""

    mark: str
    step: int
    text: str = ""
    path: str = ""
    old: Any = None
    new: Any = None
    what: str = ""  # from here on of updates by hand
    count: int = 1
    epoch: float = 0.0
    images: int = 0
    began: Standing = Standing()
    before: Standing = Standing()
    after: Standing = Standing()


_marks = msgspec.json.Decoder(_Mark)


@dataclass
class History:
    """A run's history with superseded lines dropped."""

    ticks: list[Tick] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)
    measures: list[Measured] = field(default_factory=list)
    skipped: int = 0  # lines that could not be read
    end: Finished | Failed | None = None  # how the run ended, if it said so and was not resumed since


def append(path: Path, event: Row) -> None:
    """Add a line to the file; raises OSError. A torn last line is closed first, so it cannot swallow this one."""
    line = _encode(event)
    with path.open("a+b", buffering=0) as file:
        if file.seek(0, os.SEEK_END) > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        left = memoryview(line)
        while left:
            left = left[file.write(left) :]


def write(path: Path, rows: Iterable[Row]) -> None:
    """A new file with these lines, whole or not at all. Raises OSError."""
    atomic.write(path, (_encode(row) for row in rows), durable=True)


def end_mark(end: Finished | Failed, step: int) -> Marked:
    """The mark that says in the file how a run ended."""
    if isinstance(end, Finished):
        return Marked(end.step, MarkKind.FINISHED, end.reason)
    return Marked(step, MarkKind.FAILED, end.message)


def read(path: Path) -> History:
    """The whole file; one that is not there is an empty history. Raises OSError."""
    reader = Reader(path)
    found = History()
    for row in reader.rows():
        match row:
            case Tick():
                found.ticks.append(row)
            case Measured():
                found.measures.append(row)
            case Marked():
                add_mark(found.marks, row)
    found.skipped = reader.skipped + reader.torn
    found.end = reader.end
    return found


class Reader:
    """Reads a history in one go, then whatever was added since, in whole lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0  # bytes read so far, all whole lines
        self.skipped = 0  # lines that could not be read
        self.torn = 0  # 1 while the last line is unfinished
        self.end: Finished | Failed | None = None  # set while the last row says that the run ended

    def rows(self) -> Iterator[Row]:
        """Rows added since the last call, without those that a later resume among them made void.

        The marks that end a run are not among them: they set `end`.
        """
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(self._offset)
            resumes, stop = _resumes(file, self._offset)
            file.seek(self._offset)
            for line in file:
                if self._offset >= stop:
                    break
                self._offset += len(line)
                row = self._row(line)
                while resumes and resumes[0][0] < self._offset:
                    del resumes[0]
                if row is not None and (not resumes or row.step <= resumes[0][1]):
                    yield row
            self.torn = int(file.seek(0, os.SEEK_END) > self._offset)

    def _row(self, line: bytes) -> Row | None:
        """The row of a line; None if there is none for a reader."""
        if line == b"\n":  # closes a torn line
            return None
        row = decode(line)
        if row is None:
            self.skipped += 1
            return None
        self.end = _end(row)
        return None if self.end else row


def last(path: Path) -> tuple[Tick | None, Finished | Failed | None]:
    """The last tick, and how the run ended if the last row says so; reads only the end of the file, if that will do."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read().splitlines()
    except OSError:
        return None, None
    rows = [row for line in reversed(lines) if (row := decode(line)) is not None]
    tick = _last_tick(rows)
    if tick is None and size > _TAIL_BYTES:
        tick = next(reversed(read(path).ticks), None)
    return tick, _end(rows[0]) if rows else None


def measures(path: Path) -> list[Measured]:
    """The measurements of the run, without those that a resume made void; looks at marks only, so it is quick."""
    return [row for row in _marked(path, _METRIC_MARK) if isinstance(row, Measured)]


def changes(path: Path) -> list[Marked]:
    """The changes of settings in the run, as `measures` finds those."""
    return [row for row in _marked(path, _CHANGE_MARK) if isinstance(row, Marked)]


def _marked(path: Path, kind: bytes) -> list[Row]:
    """The marks that begin so, without those that a resume made void. Raises OSError."""
    found: list[Row] = []
    if not path.is_file() or not path.stat().st_size:
        return found
    for line in _marked_lines(path):
        if line.startswith((kind, _RESUME_MARK)) and (row := decode(line)) is not None:
            if line.startswith(kind):
                found.append(row)
            else:
                found = [each for each in found if each.step <= row.step]
    return found


def best(measured: Iterable[Measured]) -> Measured | None:
    """The measurement with the lowest Frechet distance, of those that can be compared with the newest one."""
    known = list(measured)
    alike = [each for each in known if (each.features, each.count) == (known[-1].features, known[-1].count)]
    return min(alike, key=lambda each: each.fcd, default=None)


def decode(line: bytes) -> Row | None:
    """The row of a line; None if it cannot be read."""
    try:
        if line.startswith(_MARK):
            if line.startswith(_METRIC_MARK):
                return _measures.decode(line)
            return _mark(_marks.decode(line))
        return _ticks.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _mark(read: _Mark) -> Marked:
    mark = Marked(read.step, MarkKind(read.mark), read.text, read.path, read.old, read.new)
    if not read.what:
        return mark
    return ByHand(
        **vars(mark),
        what=ManualUpdate(read.what) if read.what in tuple(ManualUpdate) else ManualUpdate.ROUND,
        count=read.count,
        epoch=read.epoch,
        images=read.images,
        began=read.began,
        before=read.before,
        after=read.after,
    )


def _encode(event: Row) -> bytes:
    if isinstance(event, Marked):
        mark = _Mark(event.kind, event.step, event.text, event.path, event.old, event.new)
        if isinstance(event, ByHand):
            mark.what, mark.count, mark.epoch, mark.images = event.what, event.count, _short(event.epoch), event.images
            mark.began, mark.before, mark.after = (
                _shortened(each) for each in (event.began, event.before, event.after)
            )
        return _encoder.encode(mark) + b"\n"
    values = {name: _short(value) for name, value in asdict(event).items()}
    kind = {"mark": MarkKind.METRIC} if isinstance(event, Measured) else {}
    return _encoder.encode(kind | values) + b"\n"


def _short(value: Any) -> Any:
    """Floating point numbers, and those in a tuple, to as many digits as the file has."""
    if isinstance(value, tuple):
        return [_short(each) for each in value]
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def _shortened(standing: Standing) -> Standing:
    return Standing(**{name: _short(value) for name, value in vars(standing).items()})


def _last_tick(rows: list[Row]) -> Tick | None:
    """The last tick of `rows`, newest first, that no resume after it made void."""
    lowest: float = float("inf")
    for row in rows:
        if isinstance(row, Marked) and row.kind == MarkKind.RESUME:
            lowest = min(lowest, row.step)
        elif isinstance(row, Tick) and row.step <= lowest:
            return row
    return None


def _marked_lines(path: Path) -> Iterator[bytes]:
    """The whole lines that begin as marks do."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        place = text.find(_MARK)
        while place >= 0 and (end := text.find(b"\n", place)) >= 0:
            if place == 0 or text[place - 1 : place] == b"\n":
                yield text[place:end]
            place = text.find(_MARK, end)


def _end(row: Row) -> Finished | Failed | None:
    """How the run ended, if this row says it did."""
    if not isinstance(row, Marked):
        return None
    if row.kind == MarkKind.FINISHED:
        return Finished(row.step, EndReason(row.text))
    return Failed(row.text) if row.kind == MarkKind.FAILED else None


def _resumes(file: Any, offset: int) -> tuple[list[tuple[int, int]], int]:
    """Resume marks from `offset` on, as (place, lowest step of it and all later ones), and where whole lines end."""
    found: list[tuple[int, int]] = []
    for line in file:
        if not line.endswith(b"\n"):
            break
        if line.startswith(_RESUME_MARK) and (mark := decode(line)) is not None:
            found.append((offset, mark.step))
        offset += len(line)
    lowest = None
    for index, (place, step) in reversed(list(enumerate(found))):
        lowest = step if lowest is None else min(lowest, step)
        found[index] = (place, lowest)
    return found, offset
