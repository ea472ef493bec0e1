"""history.jsonl: a line per tick, and marks; written to survive a kill, read to survive what a kill left.

A mark of kind "resume" makes void every line before it with a later step: the run went back there and repeated that
time. See `history_rows` for the lines.
"""

import itertools
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ganstudio.events import EndReason, Failed, Finished, Marked, MarkKind, Measured, Tick, add_mark
from ganstudio.runs.history_rows import MARK_PREFIX, Row, decode, encode, mark_prefix
from ganstudio.runs.series import Series
from ganstudio.runs.tick_means import TICK_BYTES, merge_ticks
from ganstudio.system import atomic, reading

_RESUME_PREFIX = mark_prefix(MarkKind.RESUME)
BLOCK_BYTES = 1 << 16  # read at once; larger ones are slower to allocate
MAX_LINE_BYTES = 1 << 20  # ours have some hundreds; a longer one is skipped without being held
_TABLE_ROWS = 2048  # ticks taken into columns at once
_TICK_STEP = re.compile(rb'\{"step":([0-9]{1,18}),')  # how the line of a tick begins
_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass
class History:
    """A run's history with superseded lines dropped."""

    ticks: list[Tick] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)
    measures: list[Measured] = field(default_factory=list)
    skipped: int = 0  # lines that could not be read
    end: Finished | Failed | None = None  # how the run ended, unless it was killed or resumed since


@dataclass
class HistoryTable:
    """A run's history with superseded lines dropped, and its ticks as columns: millions of them fit into memory."""

    ticks: Series
    marks: list[Marked] = field(default_factory=list)
    measures: list[Measured] = field(default_factory=list)
    skipped: int = 0  # lines that could not be read
    end: Finished | Failed | None = None  # how the run ended, unless it was killed or resumed since


# ---- writing ------------------------------------------------------------------------------------------------------


def append(path: Path, row: Row) -> None:
    """Append a line to the file. Raises OSError.

    A torn last line is closed first, so that it cannot swallow this one.
    """
    line = encode(row)
    with os.fdopen(_open_to_append(path), "a+b", buffering=0) as file:
        if file.seek(0, os.SEEK_END) > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        left = memoryview(line)
        while left:
            left = left[file.write(left) :]


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write a new file with these rows, whole or not at all. Raises OSError."""
    atomic.write(path, (encode(row) for row in rows), durable=True)


def write_past(path: Path, source: Path, step: int, rows: Iterable[Row]) -> None:
    """Write a new file with the valid rows of the file `source` up to a step, as they are there, and then `rows`.

    The marks that end a run are left out. Raises OSError.
    """
    atomic.write(path, itertools.chain(_past(source, step), (encode(row) for row in rows)), durable=True)


def _open_to_append(path: Path) -> int:
    """Open the file, which is made if it is not there, but not what a link points to. Raises OSError."""
    handle = os.open(path, _APPEND | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        state = os.fstat(handle)
        reading.check_is_file(path, state.st_mode)
        if os.name == "nt" or state.st_nlink == 1:
            return handle
        with reading.open_file(path) as file:  # the same file is in another folder, too: that one stays as it is
            atomic.write(path, iter(lambda: file.read(BLOCK_BYTES), b""), durable=True)
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return _open_to_append(path)


def end_mark(end: Finished | Failed, step: int) -> Marked:
    """Return the mark that records in the file how a run ended at `step`."""
    if isinstance(end, Finished):
        return Marked(end.step, MarkKind.FINISHED, end.reason)
    return Marked(step, MarkKind.FAILED, end.message)


def resume_text(step: int, reached: int) -> str:
    """Return a sentence on where a run that had reached step `reached` resumes, and how much of it is repeated."""
    lost = reached - step
    if lost <= 0:
        return f"Resumes from step {step:,}."
    repeated = f"{lost:,} steps after it are" if lost > 1 else "step after it is"
    return f"Resumes from step {step:,}, the last checkpoint; the {repeated} repeated."


# ---- reading ------------------------------------------------------------------------------------------------------


class Reader:
    """Reader of a growing history: first of everything, then of what was added since, in whole lines.

    Parameters
    ----------
    path
        The file; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0  # bytes read so far, all whole lines
        self.skipped = 0  # lines that could not be read
        self.torn = 0  # 1 while the last line is unfinished
        self.end: Finished | Failed | None = None  # set while the last row says that the run ended

    def rows(self) -> Iterator[Row]:
        """Yield the rows added since the last call, without those that a later resume among them made void.

        The marks that end a run are not among them: they set `end`. Raises OSError.
        """
        try:
            file = reading.open_file(self._path)
        except FileNotFoundError:
            return
        with file:
            size = file.seek(0, os.SEEK_END)
            resumes = _resumes(file, self._offset, size)
            for end, line in _lines(file, self._offset, size):
                self._offset = end
                row = self._row(line)
                while resumes and resumes[0][0] < self._offset:
                    del resumes[0]
                if row is not None and (not resumes or row.step <= resumes[0][1]):
                    yield row
            self.torn = int(file.seek(0, os.SEEK_END) > self._offset)

    def _row(self, line: bytes) -> Row | None:
        """Return the row of a line; None if it has none for a reader."""
        if line == b"\n":  # closes a torn line
            return None
        row = decode(line)
        if row is None:
            self.skipped += 1
            return None
        self.end = _end(row)
        return None if self.end else row


def read(path: Path) -> History:
    """Read the whole file; one that does not exist is an empty history. Raises OSError."""
    reader = Reader(path)
    history = History()
    for row in reader.rows():
        match row:
            case Tick():
                history.ticks.append(row)
            case Measured():
                history.measures.append(row)
            case Marked():
                add_mark(history.marks, row)
    history.skipped = reader.skipped + reader.torn
    history.end = reader.end
    return history


def read_table(path: Path, group: int = 1) -> HistoryTable:
    """Read the whole file into columns; one that does not exist is an empty history.

    Parameters
    ----------
    path
        The file.
    group
        Number of ticks in a row that become one, by means; see `tick_means`.

    Raises
    ------
    OSError
        It cannot be read.
    """
    reader = Reader(path)
    table = HistoryTable(Series(path.stat().st_size // (TICK_BYTES * group) if path.exists() else 0))
    ticks: list[Tick] = []
    for row in merge_ticks(reader.rows(), group):
        if not isinstance(row, Tick):
            if isinstance(row, Measured):
                table.measures.append(row)
            else:
                add_mark(table.marks, row)
            continue
        if len(ticks) == _TABLE_ROWS or (ticks and row.step < ticks[-1].step):
            table.ticks.extend(ticks)
            ticks.clear()
        ticks.append(row)
    table.ticks.extend(ticks)
    table.skipped = reader.skipped + reader.torn
    table.end = reader.end
    return table


def read_measures(path: Path) -> list[Measured]:
    """Read the valid measurements only, which is much faster than reading everything. Raises OSError."""
    return MeasureReader(path).read()


def read_changes(path: Path) -> list[Marked]:
    """Read the valid changes of settings only, which is much faster than reading everything. Raises OSError."""
    return [row for row in _MarkReader(path, MarkKind.CHANGE).rows() if isinstance(row, Marked)]


def read_last(path: Path) -> tuple[Tick | None, Finished | Failed | None]:
    """Read the last valid tick, and how the run ended if the last row says so, from the end of the file backwards."""
    tick, end, is_last_row = None, None, True
    first_void: float = float("inf")  # ticks later than this step were made void by a resume
    try:
        for line in _lines_backwards(path):
            if (row := decode(line)) is None:
                continue
            if is_last_row:
                end, is_last_row = _end(row), False
            if isinstance(row, Marked) and row.kind == MarkKind.RESUME:
                first_void = min(first_void, row.step)
            elif isinstance(row, Tick) and row.step <= first_void:
                tick = row
                break
    except OSError:
        return None, None
    return tick, end


def best_measurement(measurements: Iterable[Measured]) -> Measured | None:
    """Return the measurement with the lowest distance, of those that can be compared with the newest one."""
    known = list(measurements)
    comparable = [one for one in known if (one.features, one.count) == (known[-1].features, known[-1].count)]
    return min(comparable, key=lambda one: one.distance, default=None)


class _MarkReader:
    """Reader of the marks of one kind in a growing history; each part of it is read once."""

    def __init__(self, path: Path, kind: MarkKind) -> None:
        self._path = path
        self._prefix = mark_prefix(kind)
        self._rows: list[Row] = []
        self._offset = 0  # bytes read so far, all whole lines
        self._file: tuple[int, int] | None = None  # device and number of the file that was read

    def rows(self) -> list[Row]:
        """Return the rows of all marks so far, without those that a resume made void. Raises OSError."""
        try:
            file = reading.open_file(self._path)
        except FileNotFoundError:
            self._restart()
            return []
        with file:
            state = os.fstat(file.fileno())
            if self._file != (state.st_dev, state.st_ino) or state.st_size < self._offset:
                self._restart()
            self._file = (state.st_dev, state.st_ino)
            for end, line in _mark_lines(file, self._offset, state.st_size):
                self._offset = end
                self._take(line)
        return self._rows

    def _restart(self) -> None:
        self._rows, self._offset, self._file = [], 0, None

    def _take(self, line: bytes) -> None:
        if not line.startswith((self._prefix, _RESUME_PREFIX)) or (row := decode(line)) is None:
            return
        if line.startswith(self._prefix):
            self._rows.append(row)
        else:
            self._rows = [earlier for earlier in self._rows if earlier.step <= row.step]


class MeasureReader:
    """Reader of the measurements in a growing history, which reads each part of it once.

    Parameters
    ----------
    path
        The file; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._marks = _MarkReader(path, MarkKind.METRIC)

    def read(self) -> list[Measured]:
        """Return all valid measurements so far. Raises OSError."""
        return [row for row in self._marks.rows() if isinstance(row, Measured)]


def _past(path: Path, step: int) -> Iterator[bytes]:
    """Yield the valid lines of a file up to a step, in blocks. Raises OSError."""
    try:
        file = reading.open_file(path)
    except FileNotFoundError:
        return
    with file:
        size, offset = file.seek(0, os.SEEK_END), 0
        block: list[bytes] = []
        for place, void_after in [*_resumes(file, 0, size), (size, step)]:
            for _, line in _lines(file, offset, place):
                if (at := _step_to_copy(line)) is not None and at <= min(step, void_after):
                    block.append(line)
                if len(block) >= _TABLE_ROWS:
                    yield b"".join(block)
                    block.clear()
            offset = place
        yield b"".join(block)


def _step_to_copy(line: bytes) -> int | None:
    """Return the step of a line; None if it has none, or is one of the marks that end a run."""
    if not line.endswith(b"}\n"):
        return None
    if found := _TICK_STEP.match(line):
        return int(found[1])
    row = decode(line)
    return None if row is None or _end(row) else row.step


def _lines(file: BinaryIO, offset: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines between two offsets as (offset of the next line, line); b"" for one that is too long."""
    file.seek(offset)
    is_too_long = False
    while offset < size and (line := file.readline(min(MAX_LINE_BYTES, size - offset))):
        offset += len(line)
        if line.endswith(b"\n"):
            yield offset, b"" if is_too_long else line
            is_too_long = False
        else:
            is_too_long = True


def _resumes(file: BinaryIO, offset: int, size: int) -> list[tuple[int, int]]:
    """Return the resume marks from `offset` on, as (offset of the line, lowest step of it and all later ones)."""
    found: list[tuple[int, int]] = []
    for end, line in _mark_lines(file, offset, size):
        if line.startswith(_RESUME_PREFIX) and (mark := decode(line)) is not None:
            found.append((end - len(line), mark.step))
    for index in range(len(found) - 2, -1, -1):
        place, step = found[index]
        found[index] = (place, min(step, found[index + 1][1]))
    return found


def _mark_lines(file: BinaryIO, offset: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines of marks between two offsets as (offset of the next line, line); ticks are not split.

    Last comes (offset, b"") with the end of the last whole line.
    """
    file.seek(offset)
    rest = b""  # an unfinished line
    is_too_long = False
    while block := file.read(max(0, min(BLOCK_BYTES, size - offset - len(rest)))):
        text = rest + block
        if is_too_long:  # what is left of it
            cut = text.find(b"\n") + 1 or len(text)
            is_too_long = not text[:cut].endswith(b"\n")
            text, offset = text[cut:], offset + cut
        place = text.find(MARK_PREFIX)
        while place >= 0 and (end := text.find(b"\n", place) + 1):
            if place == 0 or text[place - 1 : place] == b"\n":
                yield offset + end, text[place:end]
            place = text.find(MARK_PREFIX, end)
        whole = text.rfind(b"\n") + 1
        rest = text[whole:]
        offset += whole
        if len(rest) > MAX_LINE_BYTES:
            rest, offset, is_too_long = b"", offset + len(rest), True
    if not is_too_long:
        yield offset, b""


def _lines_backwards(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file from the last to the first, without their newlines. Raises OSError."""
    with reading.open_file(path) as file:
        position, rest, is_too_long = file.seek(0, os.SEEK_END), b"", False
        while position:
            start = max(0, position - BLOCK_BYTES)
            file.seek(start)
            lines = (file.read(position - start) + rest).split(b"\n")
            if is_too_long:
                lines[-1], is_too_long = b"", len(lines) == 1
            rest = lines.pop(0) if start else b""  # its beginning is not read yet
            yield from reversed(lines)
            position = start
            if len(rest) > MAX_LINE_BYTES:
                rest, is_too_long = b"", True


def _end(row: Row) -> Finished | Failed | None:
    """Return how the run ended, if this row says that it did."""
    if not isinstance(row, Marked):
        return None
    if row.kind == MarkKind.FINISHED:
        return Finished(row.step, EndReason(row.text))
    return Failed(row.text) if row.kind == MarkKind.FAILED else None
