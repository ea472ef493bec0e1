import dataclasses
import json
import math
import time
from pathlib import Path

import pytest

from ganstudio.events import ByHand, Failed, Finished, Marked, Standing, Tick
from ganstudio.runs import history
from ganstudio.runs.history_rows import Row
from support.runs import tick


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.jsonl"


def write(path: Path, *rows: Row) -> None:
    for row in rows:
        history.append(path, row)


def steps(path: Path) -> list[int]:
    return [row.step for row in history.read(path).ticks]


def test_a_tick_comes_back_as_it_was(path: Path) -> None:
    first, second = tick(1), tick(2, d_loss=None, images_per_second=None)
    write(path, first, second)
    assert history.read(path).ticks == [first, second]


def test_a_line_has_the_fields_of_tick_and_short_numbers(path: Path) -> None:
    write(path, tick(1, d_loss=math.pi, value=None))
    line = json.loads(path.read_text())
    assert list(line) == [each.name for each in dataclasses.fields(Tick)]
    assert line["d_loss"] == 3.14159
    assert line["value"] is None


def test_a_number_that_json_does_not_know_becomes_null(path: Path) -> None:
    write(path, tick(1, d_loss=math.nan, g_loss=math.inf))
    found = history.read(path).ticks[0]
    assert found.d_loss is None
    assert found.g_loss is None


def by_hand(step: int, what: str, count: int) -> ByHand:
    figures = (Standing(1.5, 0.5, 0.25, 0.75), Standing(1.25, 0.5, None, 0.75), Standing(1.0, 0.5, 0.5, 0.25, -1.0))
    return ByHand(step, "hand", f"{count} by hand", "", None, None, what, count, 0.5, 96, *figures)


def test_a_series_by_hand_is_one_mark_with_what_it_changed(path: Path) -> None:
    write(path, by_hand(3, "d", 1), tick(3), by_hand(3, "d", 2), tick(3), by_hand(3, "g", 1), by_hand(3, "g", 2))
    write(path, by_hand(4, "round", 1), by_hand(5, "round", 2), by_hand(5, "d", 1))
    found = history.read(path).marks
    assert found == [by_hand(3, "d", 2), by_hand(3, "g", 2), by_hand(5, "round", 2), by_hand(5, "d", 1)]
    write(path, Marked(4, "resume", ""))
    assert history.read(path).marks[2] == by_hand(4, "round", 1)  # the second round is lived no more


def test_a_mark_comes_back_as_it_was(path: Path) -> None:
    mark = Marked(3, "change", "rate: 0.1 -> 0.2", "optimizer.d_lr", 0.1, 0.2)
    write(path, mark)
    assert history.read(path).marks == [mark]
    assert path.read_bytes().startswith(b'{"mark":"change","step":3')


def test_rows_before_a_resume_and_beyond_it_are_dropped(path: Path) -> None:
    write(path, tick(1), tick(2), Marked(3, "change", ""), tick(3), Marked(2, "resume", ""), tick(3), tick(4))
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1, 2, 3, 4]
    assert [mark.kind for mark in found.marks] == ["resume"]


def test_equal_steps_stay(path: Path) -> None:
    write(path, tick(2, d_loss=1.0), tick(2, d_loss=2.0), Marked(2, "resume", ""), tick(2, d_loss=3.0))
    assert [row.d_loss for row in history.read(path).ticks] == [1.0, 2.0, 3.0]


def test_of_several_resumes_the_earliest_step_counts_for_what_came_before(path: Path) -> None:
    write(path, tick(1), tick(5), tick(9), Marked(8, "resume", ""), tick(8), Marked(4, "resume", ""), tick(5))
    write(path, tick(7), Marked(6, "resume", ""), tick(6))
    assert steps(path) == [1, 5, 6]
    assert [mark.step for mark in history.read(path).marks] == [4, 6]


def test_a_torn_last_line_is_skipped_and_counted(path: Path) -> None:
    write(path, tick(1), tick(2))
    path.write_bytes(path.read_bytes()[:-20])
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1]
    assert found.skipped == 1


def test_the_next_row_survives_a_torn_one(path: Path) -> None:
    write(path, tick(1), tick(2))
    path.write_bytes(path.read_bytes()[:-20])
    write(path, Marked(1, "resume", ""), tick(2))
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1, 2]
    assert [mark.step for mark in found.marks] == [1]
    assert found.skipped == 1


def test_garbage_is_skipped_and_counted(path: Path) -> None:
    write(path, tick(1))
    with path.open("ab") as file:
        file.write(b"\0\0\0\0\n\xff\xfe garbage\n{}\n[1, 2]\n" + b'{"mark":7}\n{"mark":"change"}\n{"step":"x"}\n')
    write(path, tick(2))
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1, 2]
    assert found.skipped == 7


def test_fields_of_later_versions_are_ignored(path: Path) -> None:
    write(path, tick(1))
    path.write_text(path.read_text().replace('"step":1', '"step":1,"fid":3.5'))
    assert steps(path) == [1]


def test_no_file_is_an_empty_history(path: Path) -> None:
    assert history.read(path) == history.History()
    assert history.read_last(path) == (None, None)


def test_how_a_run_ended(path: Path) -> None:
    write(path, tick(4), history.end_mark(Finished(4, "stopped"), 4))
    assert history.read(path).end == Finished(4, "stopped")
    assert history.read_last(path) == (tick(4), Finished(4, "stopped"))
    write(path, Marked(4, "resume", ""), tick(5))
    assert history.read(path).end is None
    assert history.read_last(path) == (tick(5), None)
    write(path, history.end_mark(Failed("No memory."), 5))
    assert history.read(path).end == Failed("No memory.")
    assert [mark.kind for mark in history.read(path).marks] == ["resume"]


def test_a_reader_gives_only_what_is_new_and_whole(path: Path) -> None:
    reader = history.Reader(path)
    assert list(reader.rows()) == []
    write(path, tick(1))
    assert list(reader.rows()) == [tick(1)]
    whole = path.read_bytes()
    write(path, tick(2))
    added = path.read_bytes()[len(whole) :]
    path.write_bytes(whole + added[:30])
    assert list(reader.rows()) == []
    assert reader.torn
    path.write_bytes(whole + added)
    assert list(reader.rows()) == [tick(2)]
    assert not reader.torn
    assert reader.skipped == 0


def test_a_million_rows_open_in_seconds(path: Path) -> None:
    write(path, tick(1_000_000), tick(2_000_000))
    early, late = path.read_bytes().splitlines(keepends=True)
    with path.open("wb") as file:
        for _ in range(5):
            file.write(early * 100_000 + late * 100_000)
        file.write(b'{"mark":"resume","step":1000000}\n')
    begun, count, reader = time.monotonic(), 0, history.Reader(path)
    for row in reader.rows():  # noqa: B007
        count += 1
    assert isinstance(row, Marked)
    assert count == 500_001  # the late half was gone back on
    assert time.monotonic() - begun < 20  # 2 s where nothing else runs
