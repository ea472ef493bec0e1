"""Marks and the end of a history are found without reading every line, wherever blocks of the file begin and end."""

from pathlib import Path

import pytest

from ganstudio.events import EndReason, Failed, Finished, Marked, MarkKind
from ganstudio.runs import history
from ganstudio.runs.history_rows import Row, encode
from support.runs import measured, tick

BLOCKS = (7, 64, 1 << 16)


@pytest.fixture(params=BLOCKS)
def _block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "BLOCK_BYTES", request.param)


@pytest.fixture
def path(tmp_path: Path, _block: None) -> Path:
    return tmp_path / "history.jsonl"


def write(path: Path, *rows: Row) -> None:
    for row in rows:
        history.append(path, row)


def change(step: int) -> Marked:
    return Marked(step, MarkKind.CHANGE, "rate", "optimizer.d_lr", 0.1, 0.2)


def resume(step: int) -> Marked:
    return Marked(step, MarkKind.RESUME, "")


def test_measurements_and_changes_without_those_that_a_resume_made_void(path: Path) -> None:
    rows = [tick(1), measured(2, 3.0), change(2), tick(4), measured(4, 2.0), change(4), resume(2), tick(3), change(3)]
    write(path, *rows)
    assert history.read_measures(path) == [measured(2, 3.0)]
    assert history.read_changes(path) == [change(2), change(3)]
    found = history.read(path)
    assert found.measures == history.read_measures(path)
    assert [mark for mark in found.marks if mark.kind == MarkKind.CHANGE] == history.read_changes(path)


def test_a_mark_is_found_as_the_first_and_the_last_line_and_not_before_it_is_whole(path: Path) -> None:
    write(path, change(1), tick(2), change(3))
    assert history.read_changes(path) == [change(1), change(3)]
    path.write_bytes(path.read_bytes()[:-1])
    assert history.read_changes(path) == [change(1)]


def test_what_looks_like_a_mark_inside_a_line_is_none(path: Path) -> None:
    write(path, Marked(1, MarkKind.WARNING, encode(change(1)).decode()))
    path.write_bytes(path.read_bytes() + b'{"step":"' + encode(change(2)))
    assert history.read_changes(path) == []


def test_a_file_without_lines(path: Path) -> None:
    assert history.read_measures(path) == []
    path.touch()
    assert history.read_measures(path) == history.read_changes(path) == []
    assert history.read_last(path) == (None, None)


def test_the_last_tick_and_the_end(path: Path) -> None:
    write(path, tick(1), tick(2), history.end_mark(Finished(2, EndReason.STOPPED), 2))
    assert history.read_last(path) == (tick(2), Finished(2, EndReason.STOPPED))
    write(path, resume(1), tick(2, d_loss=0.5), change(2))
    assert history.read_last(path) == (tick(2, d_loss=0.5), None)
    write(path, history.end_mark(Failed("No memory."), 2))
    assert history.read_last(path) == (tick(2, d_loss=0.5), Failed("No memory."))


def test_the_last_tick_is_not_one_that_a_resume_made_void(path: Path) -> None:
    write(path, tick(1), tick(5), tick(9), resume(4), resume(6))
    assert history.read_last(path) == (tick(1), None)
    write(path, tick(6))
    assert history.read_last(path) == (tick(6), None)


def test_a_torn_last_line_is_neither_tick_nor_end(path: Path) -> None:
    write(path, tick(1), tick(2))
    path.write_bytes(path.read_bytes()[:-5])
    assert history.read_last(path) == (tick(1), None)


def test_a_tick_far_from_the_end_is_found(path: Path) -> None:
    write(path, tick(1), *[change(1)] * 300)
    assert history.read_last(path) == (tick(1), None)


def test_a_reader_takes_resumes_since_its_last_look_into_account(path: Path) -> None:
    write(path, tick(1), tick(5), resume(3), tick(4))
    reader = history.Reader(path)
    assert [row.step for row in reader.rows()] == [1, 3, 4]
    write(path, tick(5), tick(6), resume(5), tick(7))
    assert [row.step for row in reader.rows()] == [5, 5, 7]


def test_marks_that_are_many_in_a_block_are_found_once(path: Path) -> None:
    marks = [Marked(step, MarkKind.CHANGE, "") for step in range(20)]
    write(path, *marks)
    assert history.read_changes(path) == marks


def test_the_last_tick_may_be_of_the_very_step_of_a_resume(path: Path) -> None:
    write(path, tick(1), tick(4), tick(5), resume(4))
    assert history.read_last(path) == (tick(4), None)


def test_a_last_line_that_lacks_only_its_newline_counts(path: Path) -> None:
    write(path, tick(1), tick(2))
    path.write_bytes(path.read_bytes()[:-1])
    assert history.read_last(path) == (tick(2), None)
