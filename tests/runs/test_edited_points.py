"""A run whose points are changed by hand while it trains: marked, resumed, rewound, branched, measured, refused."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.commands.point_evaluation import evaluate_points
from ganstudio.data import catalog
from ganstudio.data.points import edits as point_edits
from ganstudio.data.points.edits import Added, Edit, Erased, Moved
from ganstudio.errors import RunError
from ganstudio.events import Event, Finished, ManualUpdate, Marked, MarkKind, Measured, Paused, Stepped
from ganstudio.latent.models import of_run
from ganstudio.runs import archive, branch, checkpoint, drawing, runner
from ganstudio.runs.evaluator import Evaluator, measure_newest
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.plan import check_meta
from ganstudio.training.device.cuda_graphs import Replay
from ganstudio.training.device.tape import WARM_UP
from ganstudio.training.state import State
from ganstudio.training.trainer import Trainer
from support.points import settings
from support.runs import until, weights

ADD: Edit = Added(((0.0, 0.5),), 40, 0.05)
ERASE: Edit = Erased(((1.0, 0.0),), 0.1)
MOVE: Edit = Moved(4, (0.25, 0.0))


def begin(path: Path, edits: tuple[Edit, ...] = (), **changes: object) -> runner.Runner:
    config = settings("lab-ring-8", **{"output__checkpoint_seconds": 86_400.0, **changes})
    return runner.start(config, catalog.load_for(config), path, edits=edits)


def to_step(run: runner.Runner, events: Iterator[Event], step: int) -> list[Event]:
    """Let a run train up to a step, and pause."""
    told: list[Event] = []
    for event in events:
        told.append(event)
        if isinstance(event, Stepped) and event.step == step:
            run.control.pause()
            return [*told, *until(events, Paused)]
    raise AssertionError("it ended before")


def edit_points(run: runner.Runner, events: Iterator[Event], *edits: Edit, undo: bool = False) -> None:
    """Change the points of a paused run."""
    for edit in edits:
        run.control.edit_points(edit, undo)
        until(events, Marked)


def copy_of(run: RunFolder, tmp_path: Path) -> RunFolder:
    """The same run elsewhere, by way of an archive."""
    archive.pack(run, tmp_path / "run.ganrun")
    return archive.unpack(tmp_path / "run.ganrun", tmp_path / "copy")


def finish(run: runner.Runner, events: Iterator[Event]) -> RunFolder:
    run.control.resume()
    assert isinstance(list(events)[-1], Finished)
    return run.folder


def changes_of(run: RunFolder) -> list[tuple[int, str]]:
    return [(mark.step, mark.text) for mark in run.history().marks if mark.path == point_edits.PATH]


def same(one: RunFolder, other: RunFolder) -> bool:
    ours, theirs = weights(one.path, 6), weights(other.path, 6)
    return ours.keys() == theirs.keys() and all(torch.equal(ours[key], theirs[key]) for key in ours)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run of 6 steps, changed at step 2 and, twice, at step 4."""
    run = begin(tmp_path_factory.mktemp("runs") / "changed")
    events = run.events()
    to_step(run, events, 2)
    edit_points(run, events, ERASE)
    run.control.resume()
    to_step(run, events, 4)
    edit_points(run, events, ADD, MOVE)
    return finish(run, events)


def test_each_change_is_a_mark_with_words_and_the_run_folder_has_them(changed: RunFolder) -> None:
    (_, erased), *rest = changes_of(changed)
    count = int(erased.split()[0])
    assert erased == f"{count} points erased at (1.00, 0.00)"
    assert 4 <= count <= 25
    minus = "\N{MINUS SIGN}"
    moved = f"mode 5 moved from ({minus}1.00, 0.00) to ({minus}0.75, 0.00)"
    assert rest == [(4, "40 points added at (0.00, 0.50)"), (4, moved)]
    assert drawing.read_edits(changed, None) == (ERASE, ADD, MOVE)
    assert drawing.read_edits(changed, 3) == (ERASE,)
    assert drawing.read_edits(changed, 1) == ()


def test_changed_points_have_other_weights_and_the_same_changes_the_same_bits(
    changed: RunFolder, tmp_path: Path
) -> None:
    plain = begin(tmp_path / "plain")
    assert not same(changed, finish(plain, plain.events()))
    again = begin(tmp_path / "again")
    events = again.events()
    to_step(again, events, 2)
    edit_points(again, events, ADD)
    edit_points(again, events, ADD, undo=True)
    edit_points(again, events, ERASE)
    again.control.resume()
    to_step(again, events, 4)
    edit_points(again, events, ADD, MOVE)
    finished = finish(again, events)
    assert same(changed, finished)
    assert [text for step, text in changes_of(finished) if step == 2][
        1
    ] == "taken back: 40 points added at (0.00, 0.50)"


@pytest.mark.parametrize("at", [2, 4])
def test_a_rewind_has_the_points_of_before_and_a_branch_those_of_the_step(
    changed: RunFolder, tmp_path: Path, at: int
) -> None:
    copy = copy_of(changed, tmp_path)
    side = branch.branch(copy.path, at, {}, tmp_path / "side")
    kept = (ERASE, ADD, MOVE)[: 1 if at == 2 else 3]
    assert drawing.read_edits(side, None) == kept
    run = runner.resume(side.path)
    before = run._trainer.batches.points
    assert before is not None
    assert before.edits == kept
    run.close()

    rewound = runner.resume(copy.path, at=at)
    points = rewound._trainer.batches.points
    assert points is not None
    assert points.edits == ((), (ERASE,))[at == 4]
    again = rewound.events()
    rewound.control.pause()
    until(again, Paused)
    if at == 2:
        edit_points(rewound, again, ERASE)
        rewound.control.resume()
        to_step(rewound, again, 4)
    edit_points(rewound, again, ADD, MOVE)
    assert same(finish(rewound, again), changed)


def test_a_run_that_was_killed_goes_on_with_the_changes_of_its_last_checkpoint(
    changed: RunFolder, tmp_path: Path
) -> None:
    copy = copy_of(changed, tmp_path)
    for path in (copy.checkpoint_path(6), copy.before_edit_path(6)):
        path.unlink(missing_ok=True)
    run = runner.resume(copy.path)
    assert run._trainer.step == 4
    assert run._trainer.batches.points.edits == (ERASE, ADD, MOVE)  # type: ignore[union-attr]
    assert same(finish(run, run.events()), changed)
    assert len(changes_of(copy)) == 3


def test_a_run_begins_and_resumes_with_points_changed_before(tmp_path: Path) -> None:
    run = begin(tmp_path / "run", edits=(MOVE, ADD))
    folder = finish(run, run.events())
    assert changes_of(folder) == [(0, "points changed by hand, 2 times")]
    for path in folder.path.glob("checkpoints/*"):
        path.unlink()  # killed before its first checkpoint
    from_nothing = runner.resume(folder.path, edits=(MOVE,))
    assert from_nothing._trainer.batches.points.edits == (MOVE,)  # type: ignore[union-attr]
    finish(from_nothing, from_nothing.events())
    assert drawing.read_edits(folder, None) == (MOVE,)
    assert changes_of(folder)[1:] == [(0, "points changed by hand: mode 5 moved")]
    other = runner.resume(folder.path, {"data.name": "lab-spiral", "steps": 7})
    finish(other, other.events())
    assert drawing.read_edits(folder, None) == ()
    assert branch.branch(folder.path, None, {"data.name": "lab-line"}, tmp_path / "line").config.data.name == "lab-line"


def test_what_cannot_be_changed_is_a_warning_and_training_goes_on(tmp_path: Path) -> None:
    run = begin(tmp_path / "run")
    events = run.events()
    to_step(run, events, 1)
    run.control.edit_points(Erased(((0.0, 0.0),), 0.1))  # there is nothing
    edit_points(run, events, Erased(((0.0, 0.0),), 3.0))
    edit_points(run, events, ADD, undo=True)
    folder = finish(run, events)
    warnings = [mark.text for mark in folder.history().marks if mark.kind == MarkKind.WARNING]
    assert len(warnings) == 2
    assert "0 points would be left, and training needs at least 20" in warnings[0]
    assert changes_of(folder) == []
    assert runner.resume(folder.path)._trainer.batches.points.edits == ()  # type: ignore[union-attr]


def test_measures_are_those_of_the_changed_points(changed: RunFolder) -> None:
    run = runner.resume(changed.path)
    evaluator = Evaluator(run._trainer)
    first = evaluator.measure()
    assert isinstance(first, Measured)
    assert first.of_modes is None  # points were added
    run._trainer.set_edits((ERASE,))
    second = evaluator.measure()
    assert isinstance(second, Measured)
    assert second.of_modes == 7
    assert second.sw != first.sw
    run.close()
    newest = measure_newest(changed.path)
    assert newest is not None
    assert newest.of_modes is None
    told = evaluate_points(of_run(changed, None), 0, 1.0)
    assert told.samples.of_modes is None
    assert np.isclose(told.real.js, told.real.js_floor, rtol=0.2)


def test_a_run_that_ends_at_the_step_of_a_change_is_measured_with_it(tmp_path: Path) -> None:
    run = begin(tmp_path / "run")
    events = run.events()
    to_step(run, events, 2)
    edit_points(run, events, ERASE)
    run.control.stop()
    folder = finish(run, events)
    assert "point_edits" not in checkpoint.load(folder.checkpoint_path(2)).meta  # it can be gone back to
    measured = measure_newest(folder.path)
    assert measured is not None
    assert measured.of_modes == 7


def test_recorded_updates_are_forgotten_and_a_state_brings_its_changes_along(changed: RunFolder, monkeypatch) -> None:
    state = checkpoint.load(changed.checkpoint_path(6))
    trainer = Trainer(changed.config, catalog.load_for(changed.config), state)
    assert trainer.batches.points is not None
    assert trainer.batches.points.edits == (ERASE, ADD, MOVE)
    forgotten: list[bool] = []
    monkeypatch.setattr(trainer.game.engine.replay, "forget", lambda: forgotten.append(True))
    assert trainer.edit_points(MOVE) is not None
    assert forgotten == [True]  # they hold other tensors


def test_manual_updates_are_counted_anew_and_judged_on_the_changed_points() -> None:
    config = settings("lab-ring-8")
    trainer = Trainer(config, catalog.load_for(config))
    first, second = (next(iter(trainer.manual_update(ManualUpdate.D))) for _ in range(2))
    assert (second.count, second.before) == (2, first.after)
    trainer.edit_points(ERASE)
    third = next(iter(trainer.manual_update(ManualUpdate.D)))
    assert third.count == 1
    assert third.before.d_real != second.after.d_real


@pytest.mark.parametrize("fresh", [False, True])
def test_rounds_that_are_trained_as_one_piece_see_the_changed_points(fresh: bool) -> None:
    config = settings("lab-ring-8", data__fresh=fresh)
    trainers = [Trainer(config, catalog.load_for(config), replay=replay) for replay in (None, Replay())]
    for trainer in trainers:
        for _ in range(WARM_UP + 4):
            trainer.round()
        assert bool(trainer.game.engine.replay._records) == (trainer is trainers[0])
        for edit in (ERASE, ADD, MOVE):
            assert trainer.edit_points(edit) is not None
        for _ in range(4):
            trainer.round()
    ours, theirs = (trainer.state().tensors for trainer in trainers)
    assert [name for name in ours if not torch.equal(ours[name], theirs[name])] == []


def test_the_best_generator_is_the_best_since_the_points_were_changed(tmp_path: Path) -> None:
    run = begin(tmp_path / "run")
    events = run.events()
    to_step(run, events, 1)
    run.control.measure()
    first = until(events, Measured)[-1]
    edit_points(run, events, Added(((-1.2, -1.2),), 50_000, 0.01))
    run.control.measure()
    second = until(events, Measured)[-1]
    assert second.js >= first.js
    run.control.resume()
    next(events)
    assert run._checkpointer._best is second
    folder = finish(run, events)
    resumed = runner.resume(folder.path)
    assert resumed._checkpointer._best is None  # the second was at the step of the change: before it, or after
    resumed.close()


def test_a_checkpoint_with_changes_that_are_none_is_refused(changed: RunFolder) -> None:
    state = State({}, {"point_edits": [{"edit": "moved", "mode": 1e9}]})
    with pytest.raises(RunError, match="cannot be resumed"):
        check_meta(changed.path, state)
    mark = Marked(0, MarkKind.CHANGE, "", point_edits.PATH, None, {"keep": 0, "edits": [{"edit": "other"}]})
    assert drawing.edits_at([mark], None) == ()
