"""Fewer ticks instead of many."""

from pathlib import Path

import pytest

from ganstudio.events import EndReason, Finished, Marked, MarkKind, Tick
from ganstudio.runs import history, tick_means
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow
from ganstudio.runs.history_rows import encode
from support.runs import tick

CHANGE = Marked(3, MarkKind.CHANGE, "rate")


def test_a_group_has_the_means_and_the_worst_and_where_it_ends() -> None:
    first, second = tick(1, d_loss=1.0, d_loss_max=9.0, g_loss=None), tick(2, d_loss=2.0, d_loss_max=3.0, g_loss=4.0)
    made = tick_means.mean_of([first, second])
    assert (made.step, made.d_loss, made.d_loss_max, made.g_loss) == (2, 1.5, 9.0, 4.0)
    assert (made.images, made.epoch, made.seconds) == (second.images, second.epoch, second.seconds)
    assert tick_means.mean_of([tick(1, d_loss=None), tick(2, d_loss=None)]).d_loss is None


def test_marks_stay_where_they_are() -> None:
    rows = [tick(1), tick(2), tick(3), CHANGE, tick(4), tick(5)]
    found = list(tick_means.merge_ticks(rows, 2))
    assert [row.step for row in found] == [2, 3, 3, 5]
    assert found[2] is CHANGE
    assert list(tick_means.merge_ticks(rows, 1)) == rows


@pytest.mark.parametrize(("ticks", "most", "size"), [(0, 10, 1), (10, 10, 1), (11, 10, 2), (95, 10, 10)])
def test_no_more_are_shown_than_a_window_holds(tmp_path: Path, ticks: int, most: int, size: int) -> None:
    path = tmp_path / "history.jsonl"
    assert tick_means.group_size(path, most) == 1
    path.write_bytes(bytes(256 * ticks))
    assert tick_means.group_size(path, most) == size


def test_what_is_added_later_is_followed_tick_by_tick(folder: RunFolder) -> None:
    (folder.path / "history.jsonl").write_bytes(b"".join(encode(tick(step)) for step in range(1, 1001)))
    steps: list[int] = []
    with folder.lock():
        for event in follow(folder, lambda: False, poll=0, max_ticks=100):
            if not isinstance(event, Tick):
                continue
            steps.append(event.step)
            if event.step == 1000:
                for step in (1001, 1002, 1003):
                    folder.append(tick(step))
            if event.step == 1003:
                break
    assert 50 <= len(steps) - 3 <= 130
    assert steps[-4:] == [1000, 1001, 1002, 1003]


def test_a_table_of_groups_ends_as_the_history_does(folder: RunFolder) -> None:
    for step in range(1, 8):
        folder.append(tick(step))
    folder.append(history.end_mark(Finished(7, EndReason.DONE), 7))
    table = history.read_table(folder.path / "history.jsonl", group=3)
    assert table.ticks.column("step").tolist() == [3, 6, 7]
    assert table.end == Finished(7, EndReason.DONE)
