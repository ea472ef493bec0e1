import dataclasses
import json
import math
import os
import time
from pathlib import Path

import pytest

from ganstudio.events import ByHand, Failed, Finished, ManualUpdate, Marked, MarkKind, Standing, Tick
from ganstudio.runs import history
from ganstudio.runs.history_rows import OPTIONAL
from support.runs import append_rows, measured, tick


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.jsonl"


def steps(path: Path) -> list[int]:
    return [row.step for row in history.read(path).ticks]


def test_a_tick_comes_back_as_it_was(path: Path) -> None:
    first, second = tick(1), tick(2, d_loss=None, images_per_second=None)
    append_rows(path, first, second)
    assert history.read(path).ticks == [first, second]


def test_a_line_has_the_fields_of_tick_and_short_numbers(path: Path) -> None:
    gauges = dict.fromkeys(OPTIONAL, 0.5)
    append_rows(path, tick(1, **(gauges | {"d_loss": math.pi, "value": None, "augment_p": 0.123456789})))
    line = json.loads(path.read_text())
    assert list(line) == [each.name for each in dataclasses.fields(Tick)]
    assert line["d_loss"] == 3.14159
    assert line["value"] is None
    assert line["augment_p"] == 0.123457


def test_figures_that_most_ticks_have_not_are_written_where_they_are_known(path: Path) -> None:
    append_rows(path, tick(1), tick(2, nn_raw=0.75))
    first, second = map(json.loads, path.read_text().splitlines())
    assert not first.keys() & set(OPTIONAL)
    assert second.keys() - first.keys() == {"nn_raw"}
    one, two = history.read(path).ticks
    assert (one.augment_p, one.nn_raw, two.nn_raw) == (None, None, 0.75)


def test_a_number_that_json_does_not_know_becomes_null(path: Path) -> None:
    append_rows(path, tick(1, d_loss=math.nan, g_loss=math.inf))
    found = history.read(path).ticks[0]
    assert found.d_loss is None
    assert found.g_loss is None


def by_hand(step: int, what: str, count: int) -> ByHand:
    figures = (Standing(1.5, 0.5, 0.25, 0.75), Standing(1.25, 0.5, None, 0.75), Standing(1.0, 0.5, 0.5, 0.25, -1.0))
    return ByHand(step, "hand", f"{count} by hand", "", None, None, what, count, 0.5, 96, *figures)


def test_a_series_by_hand_is_one_mark_with_what_it_changed(path: Path) -> None:
    append_rows(path, by_hand(3, "d", 1), tick(3), by_hand(3, "d", 2), tick(3), by_hand(3, "g", 1), by_hand(3, "g", 2))
    append_rows(path, by_hand(4, "round", 1), by_hand(5, "round", 2), by_hand(5, "d", 1))
    found = history.read(path).marks
    assert found == [by_hand(3, "d", 2), by_hand(3, "g", 2), by_hand(5, "round", 2), by_hand(5, "d", 1)]
    append_rows(path, Marked(4, "resume", ""))
    assert history.read(path).marks[2] == by_hand(4, "round", 1)  # the second round is lived no more


def test_a_mark_comes_back_as_it_was(path: Path) -> None:
    mark = Marked(3, "change", "rate: 0.1 -> 0.2", "optimizer.d_lr", 0.1, 0.2)
    append_rows(path, mark)
    assert history.read(path).marks == [mark]
    assert path.read_bytes().startswith(b'{"mark":"change","step":3')


def test_rows_before_a_resume_and_beyond_it_are_dropped(path: Path) -> None:
    append_rows(path, tick(1), tick(2), Marked(3, "change", ""), tick(3), Marked(2, "resume", ""), tick(3), tick(4))
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1, 2, 3, 4]
    assert [mark.kind for mark in found.marks] == ["resume"]


def test_equal_steps_stay(path: Path) -> None:
    append_rows(path, tick(2, d_loss=1.0), tick(2, d_loss=2.0), Marked(2, "resume", ""), tick(2, d_loss=3.0))
    assert [row.d_loss for row in history.read(path).ticks] == [1.0, 2.0, 3.0]


def test_of_several_resumes_the_earliest_step_counts_for_what_came_before(path: Path) -> None:
    append_rows(path, tick(1), tick(5), tick(9), Marked(8, "resume", ""), tick(8), Marked(4, "resume", ""), tick(5))
    append_rows(path, tick(7), Marked(6, "resume", ""), tick(6))
    assert steps(path) == [1, 5, 6]
    assert [mark.step for mark in history.read(path).marks] == [4, 6]


def test_a_torn_last_line_is_skipped_and_counted(path: Path) -> None:
    append_rows(path, tick(1), tick(2))
    path.write_bytes(path.read_bytes()[:-20])
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1]
    assert found.skipped == 1


def test_the_next_row_survives_a_torn_one(path: Path) -> None:
    append_rows(path, tick(1), tick(2))
    path.write_bytes(path.read_bytes()[:-20])
    append_rows(path, Marked(1, "resume", ""), tick(2))
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1, 2]
    assert [mark.step for mark in found.marks] == [1]
    assert found.skipped == 1


def test_garbage_is_skipped_and_counted(path: Path) -> None:
    append_rows(path, tick(1))
    with path.open("ab") as file:
        file.write(b"\0\0\0\0\n\xff\xfe garbage\n{}\n[1, 2]\n" + b'{"mark":7}\n{"mark":"change"}\n{"step":"x"}\n')
    append_rows(path, tick(2))
    found = history.read(path)
    assert [row.step for row in found.ticks] == [1, 2]
    assert found.skipped == 7


def test_fields_of_later_versions_are_ignored(path: Path) -> None:
    append_rows(path, tick(1))
    path.write_text(path.read_text().replace('"step":1', '"step":1,"fid":3.5'))
    assert steps(path) == [1]


def test_no_file_is_an_empty_history(path: Path) -> None:
    assert history.read(path) == history.History()
    assert history.read_last(path) == (None, None)


def test_how_a_run_ended(path: Path) -> None:
    append_rows(path, tick(4), history.end_mark(Finished(4, "stopped"), 4))
    assert history.read(path).end == Finished(4, "stopped")
    assert history.read_last(path) == (tick(4), Finished(4, "stopped"))
    append_rows(path, Marked(4, "resume", ""), tick(5))
    assert history.read(path).end is None
    assert history.read_last(path) == (tick(5), None)
    append_rows(path, history.end_mark(Failed("No memory."), 5))
    assert history.read(path).end == Failed("No memory.")
    assert [mark.kind for mark in history.read(path).marks] == ["resume"]


def test_a_reader_gives_only_what_is_new_and_whole(path: Path) -> None:
    reader = history.Reader(path)
    assert list(reader.rows()) == []
    append_rows(path, tick(1))
    assert list(reader.rows()) == [tick(1)]
    whole = path.read_bytes()
    append_rows(path, tick(2))
    added = path.read_bytes()[len(whole) :]
    path.write_bytes(whole + added[:30])
    assert list(reader.rows()) == []
    assert reader.torn
    path.write_bytes(whole + added)
    assert list(reader.rows()) == [tick(2)]
    assert not reader.torn
    assert reader.skipped == 0


def test_a_reader_does_not_take_what_is_added_while_it_reads(path: Path) -> None:
    """A row whose newline came with a resume might be void: it waits until that resume is known."""
    append_rows(path, tick(1), tick(9))
    path.write_bytes(path.read_bytes()[:-1])
    reader = history.Reader(path)
    rows = reader.rows()
    assert next(rows) == tick(1)
    append_rows(path, Marked(4, MarkKind.RESUME, ""))
    assert list(rows) == []
    assert list(reader.rows()) == [Marked(4, MarkKind.RESUME, "")]


def test_an_empty_line_is_no_damage(path: Path) -> None:
    append_rows(path, tick(1))
    path.write_bytes(path.read_bytes() + b"\n")
    append_rows(path, tick(2))
    assert steps(path) == [1, 2]
    assert history.read(path).skipped == 0


def test_a_second_resume_further_back_makes_void_what_came_before_the_first(path: Path) -> None:
    append_rows(path, tick(3), tick(5), Marked(8, MarkKind.RESUME, ""), tick(6), Marked(4, MarkKind.RESUME, ""))
    assert steps(path) == [3]


def test_a_new_file_has_the_rows_it_is_given_and_waits_for_the_disk(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synchronised: list[int] = []
    monkeypatch.setattr(os, "fsync", synchronised.append)
    append_rows(path, tick(9))
    rows = [tick(1), measured(2, 3.0), Marked(3, MarkKind.WARNING, "Careful.")]
    history.write(path, iter(rows))
    assert synchronised
    assert list(history.Reader(path).rows()) == rows


@pytest.mark.parametrize(
    ("step", "reached", "text"),
    [
        (56, 285, "Resumes from step 56, the last checkpoint; the 229 steps after it are repeated."),
        (56, 58, "Resumes from step 56, the last checkpoint; the 2 steps after it are repeated."),
        (56, 57, "Resumes from step 56, the last checkpoint; the step after it is repeated."),
        (1056, 1056, "Resumes from step 1,056."),
        (1056, 1000, "Resumes from step 1,056."),
    ],
)
def test_how_much_is_repeated(step: int, reached: int, text: str) -> None:
    assert history.resume_text(step, reached) == text


def test_the_best_measurement_is_of_those_that_can_be_compared_with_the_newest() -> None:
    other_features, other_count = measured(1, 1.0, features="other"), measured(2, 0.5, count=50)
    first, second, tied = measured(3, 3.0), measured(4, 2.0), measured(5, 2.0)
    assert history.best_measurement([]) is None
    assert history.best_measurement([first]) is first
    assert history.best_measurement(iter([other_features, first, other_count, second, tied])) is second
    assert history.best_measurement([first, second, other_features]) is other_features
    assert history.best_measurement([other_count, first, second, measured(9, 7.0, count=50)]) is other_count


def test_a_measurement_comes_back_with_short_numbers(path: Path) -> None:
    append_rows(path, measured(3, math.pi, classes=(1 / 3, 2 / 3), kl=None))
    line = json.loads(path.read_text())
    assert list(line)[:2] == ["mark", "step"]
    assert (line["mark"], line["fcd"], line["classes"]) == ("metric", 3.14159, [0.333333, 0.666667])
    assert history.read(path).measures == [measured(3, 3.14159, classes=(0.333333, 0.666667))]


def test_updates_by_hand_come_back_with_short_numbers(path: Path) -> None:
    exact = by_hand(3, "g", 2)
    append_rows(
        path,
        dataclasses.replace(
            exact, epoch=1 / 3, began=Standing(2 / 3), before=Standing(1.0, 1e-9 / 3), after=Standing(value=-4 / 3)
        ),
    )
    [found] = history.read(path).marks
    assert found == dataclasses.replace(
        exact,
        epoch=0.333333,
        began=Standing(0.666667),
        before=Standing(1.0, 3.33333e-10),
        after=Standing(value=-1.33333),
    )
    line = json.loads(path.read_text())
    assert (line["mark"], line["what"], line["count"], line["images"]) == ("hand", "g", 2, 96)
    assert "old" not in line


def test_what_a_newer_program_wrote_is_kept(path: Path) -> None:
    append_rows(path, by_hand(3, "d", 2), Marked(4, MarkKind("news"), "News.", "a.b", [1], {"c": None}))
    path.write_text(path.read_text().replace('"what":"d"', '"what":"both"'))
    manual, news = history.read(path).marks
    assert manual == by_hand(3, "round", 2)
    assert (news.kind, news.text, news.path, news.old, news.new) == ("news", "News.", "a.b", [1], {"c": None})


def test_an_old_mark_by_hand_without_figures_is_a_mark(path: Path) -> None:
    path.write_text('{"mark":"hand","step":3,"text":"one update of D by hand"}\n')
    assert history.read(path).marks == [Marked(3, MarkKind.MANUAL, "one update of D by hand")]
    path.write_text('{"mark":"hand","step":3,"text":"x","what":"d"}\n')
    assert history.read(path).marks == [ByHand(3, MarkKind.MANUAL, "x", what=ManualUpdate.D)]


def test_a_million_rows_open_in_seconds(path: Path) -> None:
    append_rows(path, tick(1_000_000), tick(2_000_000))
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
