"""A history of any length and from anywhere: bounded memory, each part read once, lines copied as they are."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from ganstudio.events import Failed, Finished, Marked, MarkKind, Tick
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.history_rows import encode
from ganstudio.runs.series import Series
from ganstudio.runs.summary import summarize
from support.hostile import bounded_memory
from support.runs import append_rows, measured, tick


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.jsonl"


RESUME = Marked(4, MarkKind.RESUME, "")
CHANGE = Marked(2, MarkKind.CHANGE, "rate", "optimizer.d_lr", 0.1, 0.2)


def test_a_table_has_what_the_rows_have(path: Path) -> None:
    append_rows(
        path, tick(1), CHANGE, tick(3, d_loss=None), measured(3, 9.0), tick(5), measured(5, 7.0), RESUME, tick(5)
    )
    append_rows(path, tick(6), history.end_mark(Finished(6, "done"), 6))
    with path.open("ab") as file:
        file.write(b"garbage\n{")
    rows, table = history.read(path), history.read_table(path)
    for name in ("step", "epoch", "images", "d_loss", "memory"):
        expected = [np.nan if (value := getattr(row, name)) is None else value for row in rows.ticks]
        assert np.array_equal(table.ticks.column(name), expected, equal_nan=True)
    assert (table.marks, table.measures, table.end) == (rows.marks, rows.measures, rows.end)
    assert table.skipped == rows.skipped == 2


def test_a_table_of_no_file_is_empty(path: Path) -> None:
    assert len(history.read_table(path).ticks) == 0


def test_ticks_become_columns_some_at_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"".join(encode(tick(step)) for step in range(1, 5001)))
    taken: list[int] = []
    extend = Series.extend
    monkeypatch.setattr(Series, "extend", lambda series, ticks: taken.append(len(ticks)) or extend(series, ticks))
    assert history.read_table(path).ticks.column("step").tolist() == list(range(1, 5001))
    assert sum(taken) == 5000
    assert max(taken) <= 2048  # an object takes five times as much memory as its row


@pytest.mark.parametrize("filler", [b"x", b"\0", "\N{CJK UNIFIED IDEOGRAPH-6570}".encode()])
def test_a_line_of_many_megabytes_is_skipped_without_being_held(path: Path, filler: bytes) -> None:
    append_rows(path, tick(1), CHANGE, measured(1, 9.0))
    with path.open("ab") as file:
        file.write(b'{"step":2,' + filler * (24_000_000 // len(filler)) + b"}\n")
    append_rows(path, measured(3, 7.0), tick(3))
    with bounded_memory(18):  # the half of it is room for ticks
        table = history.read_table(path)
        found: list[object] = [table.ticks.column("step").tolist(), table.skipped, history.read_changes(path)]
        found += [history.read_measures(path), history.read_last(path)]
    assert found == [[1, 3], 1, [CHANGE], [measured(1, 9.0), measured(3, 7.0)], (tick(3), None)]


def test_a_last_line_of_many_megabytes_without_an_end_hides_nothing(path: Path) -> None:
    append_rows(path, tick(1), measured(1, 9.0))
    with path.open("ab") as file:
        file.write(bytes(5_000_000))
    assert history.read_last(path) == (tick(1), None)
    reader = history.MeasureReader(path)
    assert reader.read() == [measured(1, 9.0)]
    assert history.read_table(path).skipped == 1
    append_rows(path, tick(2), measured(2, 8.0))
    assert reader.read() == [measured(1, 9.0), measured(2, 8.0)]
    assert [row.step for row in history.read(path).ticks] == [1, 2]


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_line_cut_inside_a_character_is_one_line_lost(path: Path, cut: int) -> None:
    append_rows(path, tick(1), Marked(1, MarkKind.WARNING, "\N{CJK UNIFIED IDEOGRAPH-6570}" * 3))
    path.write_bytes(path.read_bytes()[:-cut])
    append_rows(path, tick(2))
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1, 2]
    assert found.skipped == (cut > 1)  # else only the newline was lost


def test_zeros_at_the_end_as_after_a_power_cut_are_one_line_lost(path: Path) -> None:
    append_rows(path, tick(1))
    os.truncate(path, path.stat().st_size + 4096)
    assert history.read_last(path) == (tick(1), None)
    append_rows(path, RESUME, tick(5))
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1, 5]
    assert found.skipped == 1


def test_measurements_are_read_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_rows(path, *(tick(step) for step in range(1000)), measured(5, 9.0))
    reader, read = history.MeasureReader(path), history._mark_lines
    offsets: list[int] = []

    def note(file: object, offset: int, size: int) -> object:
        offsets.append(offset)
        return read(file, offset, size)

    monkeypatch.setattr(history, "_mark_lines", note)
    assert reader.read() == [measured(5, 9.0)]
    size = path.stat().st_size
    append_rows(path, RESUME, measured(6, 7.0))
    assert reader.read() == [measured(6, 7.0)]
    assert offsets == [0, size]
    path.unlink()
    assert reader.read() == []
    append_rows(path, measured(7, 5.0))
    assert reader.read() == [measured(7, 5.0)]  # of another file


def test_the_list_of_runs_takes_a_reader_that_is_used_again(folder: RunFolder) -> None:
    reader = history.MeasureReader(folder.path / "history.jsonl")
    for step, fcd, best in ((1, 9.0, 9.0), (2, 7.0, 7.0), (3, 8.0, 7.0)):
        folder.append(measured(step, fcd))
        assert summarize(folder, reader).measures == measured(min(step, 2), best)


def test_a_past_has_the_lines_as_they_are(path: Path) -> None:
    append_rows(
        path, tick(1), CHANGE, tick(3), history.end_mark(Failed("No memory."), 3), Marked(2, MarkKind.RESUME, "")
    )
    append_rows(path, measured(3, 9.0), tick(4), Marked(9, "of a later version", ""), tick(5))
    later = path.read_bytes().replace(b'{"step":4,', b'{"step":4,"fid":3.50,')
    path.write_bytes(later.replace(b'{"step":5', b'garbage\n{"step":3,"torn\n{"step":5'))
    branch = path.with_name("branch.jsonl")
    history.write_past(branch, path, 4, [Marked(4, MarkKind.BRANCH, "here")])
    kept = [line for line in path.read_bytes().splitlines() if b'"step":5' not in line and b"No memory" not in line]
    kept = [line for line in kept if b"garbage" not in line and b"torn" not in line and b"later version" not in line]
    del kept[2]  # the tick of step 3, made void
    assert branch.read_bytes().splitlines()[:-1] == kept
    rows = list(history.Reader(branch).rows())
    assert [row for row in history.Reader(path).rows() if row.step <= 4] == rows[:-1]
    assert rows[-1] == Marked(4, MarkKind.BRANCH, "here")


def test_a_past_knows_the_earliest_of_several_resumes(path: Path) -> None:
    append_rows(path, tick(1), tick(5), tick(9), Marked(8, "resume", ""), tick(8), Marked(4, "resume", ""), tick(5))
    append_rows(path, tick(7), Marked(6, "resume", ""), tick(6))
    for step in range(10):
        branch = path.with_name("branch.jsonl")
        history.write_past(branch, path, step, [])
        assert list(history.Reader(branch).rows()) == [row for row in history.Reader(path).rows() if row.step <= step]
    history.write_past(path.with_name("none.jsonl"), path.with_name("missing"), 3, [])
    assert path.with_name("none.jsonl").read_bytes() == b""


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_row_is_not_written_where_a_link_leads(path: Path) -> None:
    target = path.with_name("precious")
    target.write_bytes(b"precious\n")
    path.symlink_to(target)
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        history.append(path, tick(1))
    path.unlink()
    os.link(target, path)  # as a copy of a folder that saves space has it
    history.append(path, tick(1))
    history.append(path, tick(2))
    assert target.read_bytes() == b"precious\n"
    assert path.read_bytes() == b"precious\n" + encode(tick(1)) + encode(tick(2))
    assert [row for row in history.Reader(path).rows() if isinstance(row, Tick)] == [tick(1), tick(2)]
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(OSError, match="it is a pipe"):
        history.append(path, tick(1))
