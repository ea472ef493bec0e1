"""history.jsonl: a line per tick, and marks; written to survive a kill, read to survive what a kill left.

A mark of kind "resume" makes void every line before it with a later step: the run went back there and repeated that
time. See `history_rows` for the lines.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ganstudio import atomic, reading
from ganstudio.events import EndReason, Failed, Finished, Marked, MarkKind, Measured, Tick, add_mark
from ganstudio.runs.history_rows import MARK_PREFIX, Row, decode, encode, mark_prefix

_RESUME_PREFIX = mark_prefix(MarkKind.RESUME)
BLOCK_BYTES = 1 << 16  # read at once; larger ones are slower to allocate


@dataclass
class History:
    """A run's history with superseded lines dropped."""

    ticks: list[Tick] = field(default_factory=list)
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
    with path.open("a+b", buffering=0) as file:
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
            file.seek(self._offset)
            for line in file:
                if self._offset + len(line) > size or not line.endswith(b"\n"):
                    break
                self._offset += len(line)
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


def read_measures(path: Path) -> list[Measured]:
    """Read the valid measurements only, which is much faster than reading everything. Raises OSError."""
    return [row for row in _read_marks(path, MarkKind.METRIC) if isinstance(row, Measured)]


def read_changes(path: Path) -> list[Marked]:
    """Read the valid changes of settings only, which is much faster than reading everything. Raises OSError."""
    return [row for row in _read_marks(path, MarkKind.CHANGE) if isinstance(row, Marked)]


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
    """Return the measurement with the lowest Frechet distance, of those that can be compared with the newest one."""
    known = list(measurements)
    comparable = [one for one in known if (one.features, one.count) == (known[-1].features, known[-1].count)]
    return min(comparable, key=lambda one: one.fcd, default=None)


def _read_marks(path: Path, kind: MarkKind) -> list[Row]:
    """Return the rows of marks of that kind, without those that a resume made void. Raises OSError."""
    prefix = mark_prefix(kind)
    rows: list[Row] = []
    try:
        file = reading.open_file(path)
    except FileNotFoundError:
        return rows
    with file:
        for _, line in _mark_lines(file, 0, file.seek(0, os.SEEK_END)):
            if line.startswith((prefix, _RESUME_PREFIX)) and (row := decode(line)) is not None:
                if line.startswith(prefix):
                    rows.append(row)
                else:
                    rows = [earlier for earlier in rows if earlier.step <= row.step]
    return rows


def _resumes(file: BinaryIO, offset: int, size: int) -> list[tuple[int, int]]:
    """Return the resume marks from `offset` on, as (offset of the line, lowest step of it and all later ones)."""
    found: list[tuple[int, int]] = []
    for place, line in _mark_lines(file, offset, size):
        if line.startswith(_RESUME_PREFIX) and (mark := decode(line)) is not None:
            found.append((place, mark.step))
    for index in range(len(found) - 2, -1, -1):
        place, step = found[index]
        found[index] = (place, min(step, found[index + 1][1]))
    return found


def _mark_lines(file: BinaryIO, offset: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines of marks between two offsets as (offset, line), without splitting those of ticks."""
    file.seek(offset)
    rest = b""  # an unfinished line
    while block := file.read(min(BLOCK_BYTES, size - offset - len(rest))):
        text = rest + block
        place = text.find(MARK_PREFIX)
        while place >= 0 and (end := text.find(b"\n", place) + 1):
            if place == 0 or text[place - 1 : place] == b"\n":
                yield offset + place, text[place:end]
            place = text.find(MARK_PREFIX, end)
        whole = text.rfind(b"\n") + 1
        rest = text[whole:]
        offset += whole


def _lines_backwards(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file from the last to the first, without their newlines. Raises OSError."""
    with reading.open_file(path) as file:
        position, rest = file.seek(0, os.SEEK_END), b""
        while position:
            start = max(0, position - BLOCK_BYTES)
            file.seek(start)
            lines = (file.read(position - start) + rest).split(b"\n")
            rest = lines.pop(0) if start else b""  # its beginning is not read yet
            yield from reversed(lines)
            position = start


def _end(row: Row) -> Finished | Failed | None:
    """Return how the run ended, if this row says that it did."""
    if not isinstance(row, Marked):
        return None
    if row.kind == MarkKind.FINISHED:
        return Finished(row.step, EndReason(row.text))
    return Failed(row.text) if row.kind == MarkKind.FAILED else None
