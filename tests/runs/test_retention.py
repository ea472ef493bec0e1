"""What a run keeps of its past."""

from collections.abc import Set

import numpy as np
import pytest

from ganstudio import config as cfg
from ganstudio.errors import RunError
from ganstudio.events import ManualUpdate, Marked, Paused, Saved
from ganstudio.runs import labels, retention
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.labels import Label
from support.runs import Start, of, until

OUTPUT = cfg.RunConfig().output


def fill(folder: RunFolder, steps: range, size: int = 0) -> None:
    for step in steps:
        folder.checkpoint_path(step).write_bytes(bytes(size))
        folder.snapshot_path(step).write_bytes(bytes(size))


def checkpoints(folder: RunFolder) -> list[int]:
    return folder.rewind_points()


def output(**values: float) -> cfg.OutputConfig:
    config = cfg.RunConfig()
    for name, value in values.items():
        config = cfg.change(config, f"output.{name}", value)
    return config.output


def grown(keep: int, held: Set[int] = frozenset()) -> list[int]:
    """Checkpoints of a run that saved every 10 steps and thinned out each time."""
    left: list[int] = []
    for step in range(10, 10_001, 10):
        left.append(step)
        for gone in retention.checkpoints_to_remove(left, keep, set(left[-3:]) | held):
            left.remove(gone)
    return left


def test_older_checkpoints_are_sparser() -> None:
    left = grown(12)
    assert left[-3:] == [9980, 9990, 10_000]
    assert len(left) == 15
    gaps = np.diff(left[:-2])
    assert gaps[-1] <= 40
    assert gaps[0] >= 1000
    assert left[0] < 6000


def test_held_checkpoints_never_go() -> None:
    left = grown(3, {70, 80})
    assert {70, 80, 9980, 9990, 10_000} <= set(left)
    assert len(left) == 8
    assert retention.checkpoints_to_remove([1, 2, 3], 0, {2}) == [1, 3]


def test_the_best_the_pinned_and_the_newest_stay(folder: RunFolder) -> None:
    fill(folder, range(1, 21))
    folder.set_label(Label(steps=frozenset({4, 99})))
    retention.thin_checkpoints(folder, 20, output(keep_checkpoints=0), best=7)
    assert checkpoints(folder) == [4, 7, 18, 19, 20]


def test_checkpoints_later_than_the_one_just_written_go(folder: RunFolder) -> None:
    fill(folder, range(1, 9))
    retention.thin_checkpoints(folder, 5, OUTPUT, best=8)
    assert checkpoints(folder) == [1, 2, 3, 4, 5]


def test_checkpoints_get_half_of_the_disk_limit_and_the_newest_stay_in_any_case(folder: RunFolder) -> None:
    fill(folder, range(1, 13), size=1_000_000)
    retention.thin_checkpoints(folder, 12, output(disk_limit=16), best=None)
    assert len(checkpoints(folder)) == 8
    retention.thin_checkpoints(folder, 12, output(disk_limit=10), best=6)
    assert len(checkpoints(folder)) == 5
    fill(folder, range(10, 13), size=4_000_000)
    retention.thin_checkpoints(folder, 12, output(disk_limit=10), best=6)
    assert checkpoints(folder) == [6, 10, 11, 12]


def test_snapshots_get_the_rest_of_the_disk_limit(folder: RunFolder) -> None:
    fill(folder, range(1, 13), size=1_000_000)
    retention.thin_checkpoints(folder, 12, output(keep_checkpoints=0), best=None)
    retention.thin_snapshots(folder, output(disk_limit=11), pinned=set())
    left = [step for step, _ in folder.snapshots()]
    assert len(left) == 8
    assert (left[0], left[-1]) == (1, 12)


def test_too_many_pinned_steps_lose_their_snapshots_but_not_their_grids(folder: RunFolder) -> None:
    fill(folder, range(1, 31))
    for step in range(1, 31):
        (folder.path / "samples" / f"{step:08d}.png").write_bytes(b"")
    retention.thin_snapshots(folder, output(keep_snapshots=10), pinned=set(range(1, 31)))
    assert len(folder.samples()) == 30
    assert len(folder.snapshots()) == 10


def test_a_label_comes_back_and_a_broken_one_is_none(folder: RunFolder) -> None:
    assert folder.label() == Label()
    label = Label("the good \N{SLIGHTLY SMILING FACE} one", True, frozenset({3, 1}))
    folder.set_label(label)
    assert folder.label() == label
    for text in ("title = 3", "garbage", "steps = ['x']"):
        (folder.path / "label.toml").write_text(text)
        assert labels.read(folder.path) == Label()


def test_while_it_cannot_be_read_what_is_pinned_nothing_is_removed(folder: RunFolder) -> None:
    fill(folder, range(1, 21))
    label = folder.path / "label.toml"
    label.write_bytes(b"title = 'caf\xe9'\nsteps = [4]\n")
    with pytest.raises(RunError, match=r"label\.toml cannot be read: line 1 is not UTF-8.*Correct or delete it"):
        retention.thin_checkpoints(folder, 20, output(keep_checkpoints=0), best=None)
    assert checkpoints(folder) == list(range(1, 21))
    label.unlink()
    retention.thin_checkpoints(folder, 20, output(keep_checkpoints=0), best=None)
    assert checkpoints(folder) == [18, 19, 20]


def test_a_run_whose_pins_cannot_be_read_trains_and_says_so_once(start: Start) -> None:
    run = start(steps=6, output__keep_checkpoints=0)
    (run.folder.path / "label.toml").write_text("steps = [")
    for step in range(1, 6):
        run.folder.checkpoint_path(step).write_bytes(b"")
    warnings = [event.text for event in of(Marked, list(run.events())) if "label.toml" in event.text]
    assert len(warnings) == 1  # of two checkpoints
    sentence = "Correct or delete it. Until then, no checkpoint is removed. Training continues."
    assert warnings[0].startswith(f"{run.folder.path / 'label.toml'} cannot be read: ")
    assert warnings[0].endswith(sentence)
    assert {1, 2, 3, 4, 5} <= set(checkpoints(run.folder))


@pytest.mark.parametrize("keep", [0, 2])
def test_a_run_keeps_as_many_checkpoints_as_it_is_told(start: Start, keep: int) -> None:
    run = start(steps=100, output__keep_checkpoints=keep)
    run.control.pause()
    events = run.events()
    until(events, Paused)
    for _ in range(16):  # each round says two files: its snapshot, and what was asked for
        run.control.step(ManualUpdate.ROUND)
        run.control.save()
        assert of(Saved, until(events, Saved))
    events.close()
    assert len(checkpoints(run.folder)) == 1 + 3 + keep


def test_a_checkpoint_before_an_edit_outlives_its_neighbours() -> None:
    steps = list(range(10, 210, 10))
    unchanged = retention.checkpoints_to_remove(steps, 6, {190, 200})
    changed = retention.checkpoints_to_remove(steps, 6, {190, 200}, {110})
    assert 110 in unchanged
    assert 110 not in changed
    assert len(unchanged) == len(changed)


def test_the_order_is_by_distance_of_the_neighbours_for_the_age_and_a_change_counts_four_times() -> None:
    assert retention.checkpoints_to_remove([1, 3, 4, 5, 9], 3, {9}) == [
        1
    ]  # (3 - 0) / (9 - 1 + 1), equal to that of 4, 2 / 6
    # Of 1, 2, 3 and 9 the distances are 4 * 2/10, 2/9, 7/8, 7/2; then 4 * 3/10, 8/8, 7/2; then 4 * 9/10, 9/2.
    assert retention.checkpoints_to_remove([1, 2, 3, 9, 10], 1, {10}, {1}) == [2, 3, 1]
    assert retention.checkpoints_to_remove([], 1, set()) == []


def test_room_is_for_as_many_as_the_largest_of_those_that_may_go(folder: RunFolder) -> None:
    fill(folder, range(1, 7), size=1_000_000)
    fill(folder, range(7, 10), size=4_000_000)
    retention.thin_checkpoints(folder, 9, output(disk_limit=36), best=None)  # 18 MB, of which 12 stay in any case
    assert checkpoints(folder) == list(range(1, 10))
    retention.thin_checkpoints(folder, 9, output(disk_limit=34), best=None)
    assert len(checkpoints(folder)) == 8


def test_the_first_checkpoint_stays(folder: RunFolder) -> None:
    fill(folder, range(21))
    retention.thin_checkpoints(folder, 20, output(keep_checkpoints=0), best=None, changed={9})
    assert checkpoints(folder) == [0, 18, 19, 20]


def test_exactly_the_newest_three_and_the_first_are_protected(folder: RunFolder) -> None:
    fill(folder, range(1, 9))
    retention.thin_checkpoints(folder, 8, output(keep_checkpoints=0), best=None)
    assert checkpoints(folder) == [6, 7, 8]
    fill(folder, [0])
    retention.thin_checkpoints(folder, 8, output(keep_checkpoints=0), best=None)
    assert checkpoints(folder) == [0, 6, 7, 8]


@pytest.mark.parametrize("keep", [1, 2, 5])
def test_as_many_others_as_asked_remain(keep: int) -> None:
    removed = retention.checkpoints_to_remove(list(range(1, 21)), keep, {1, 19, 20})
    assert len(removed) == len(set(removed)) == 17 - keep
    assert not {1, 19, 20} & set(removed)


def test_no_more_steps_than_asked_are_removed() -> None:
    steps = [0, 1, 2, 4, 8, 100]
    assert retention.steps_to_remove(steps, 6, set()) == []
    assert retention.steps_to_remove(steps, 5, set()) == [2]  # (4 + 1) / (1 + 1) is the smallest factor
    assert retention.steps_to_remove(steps, 5, {1, 2}) == [4]
    assert retention.steps_to_remove([3, 7], 1, set()) == []  # the first and the last stay
    assert retention.steps_to_remove([0, 1, 2, 5, 100], 4, set()) == [1]  # of equals the earlier one
    assert retention.steps_to_remove([0, 1, 2, 5, 100], 3, set()) == [1, 2]
    assert retention.steps_to_remove([0, 1, 2, 5, 100], 3, {1}) == [2, 5]


def test_going_back_removes_what_is_later_and_nothing_else(folder: RunFolder) -> None:
    fill(folder, [0, 4, 8])
    folder.before_edit_path(4).write_bytes(b"before")
    folder.before_edit_path(8).write_bytes(b"before")
    for step in (4, 5):
        folder.snapshot_path(step).write_bytes(b"G")
    retention.remove_after(folder, 4)
    assert checkpoints(folder) == [0, 4, 8]  # resuming keeps checkpoints: they may be all that is whole
    assert [step for step, _ in folder.snapshots()] == [0, 4]
    retention.remove_after(folder, 4, folder.before_edit_path(4))
    assert checkpoints(folder) == [0, 4]
    assert folder.checkpoint_path(4).read_bytes() == b"before"
    assert not folder.before_edit_path(4).exists()
    assert not folder.before_edit_path(8).exists()


def test_grids_without_a_snapshot_are_thinned_out_too(folder: RunFolder) -> None:
    for step in range(1, 21):
        (folder.path / "samples" / f"{step:08d}.png").touch()
    folder.snapshot_path(20).touch()
    retention.thin(folder, 4, set())
    steps = [step for step, _ in folder.samples()]
    assert (len(steps), steps[0], steps[-1]) == (4, 1, 20)


def test_a_file_that_is_gone_already_is_no_error(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = [(step, folder.path / "samples" / f"{step:08d}.png") for step in range(5)]
    monkeypatch.setattr(folder, "samples", lambda: gone)
    retention.thin(folder, 2, set())
    retention.remove_after(folder, 2)
