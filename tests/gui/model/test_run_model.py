"""What the model makes of events."""

from itertools import chain
from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio.events import Failed, Finished, Marked, MarkKind, Measured, Paused, Resumed, Saved, Started
from ganstudio.gui.model.run_model import LIVE, RunModel
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import SMALL, grid, tick


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(SMALL)


def started(step: int = 0, config: cfg.RunConfig = SMALL) -> Started:
    return Started(config, "cpu", "a chip", "float32", 1, 1, 100, 10, 100, step)


def test_status_follows_the_run(model, qtbot):
    seen: list[str] = []
    model.statusChanged.connect(seen.append)
    model.set_status("starting")
    for event in (started(), Paused(0), Resumed(0), Finished(1, "done")):
        model.handle(event)
    assert seen == ["starting", "training", "paused", "training", "finished"]


def test_a_paused_run_that_is_stopped_stays_saving(model):
    model.set_status("saving")
    model.handle(Resumed(3))
    assert model.status == "saving"


def test_resume_forgets_what_came_after(model):
    model.handle(started())
    for step in (10, 20, 30):
        model.handle(tick(step))
        model.handle(grid(step))
        model.handle(Saved(step, "snapshot", f"{step}.safetensors"))
    model.view(30)
    model.handle(started(20))
    assert model.history.column("step").tolist() == [10, 20]
    assert sorted(model.samples) == [10, 20]
    assert [step for step, _ in model.snapshots] == [10, 20]
    assert model.viewed_step is None


def test_many_events_at_once_are_as_each_by_itself(qapp):
    events = [
        started(),
        tick(1),
        tick(2),
        Marked(2, "hand", "one round"),
        tick(3),
        grid(3),
        tick(2),
        Finished(2, "done"),
    ]
    one, all_ = RunModel(SMALL), RunModel(SMALL)
    for event in events:
        one.handle(event)
    all_.handle_all(events)
    assert all_.history.column("step").tolist() == one.history.column("step").tolist() == [1, 2, 2]
    assert all_.marks == one.marks
    assert sorted(all_.samples) == sorted(one.samples)


def test_many_ticks_are_one_redraw(model, qtbot):
    told: list[None] = []
    model.ticked.connect(lambda: told.append(None))
    model.handle_all([tick(step) for step in range(500)])
    assert len(told) == 1


def test_grids_and_generators_that_come_together_are_announced_once(model):
    grids: list[int] = []
    generators: list[int] = []
    model.sampled.connect(lambda samples: grids.append(samples.step))
    model.snapshotAdded.connect(generators.append)
    together = [[tick(step), grid(step), Saved(step, "snapshot", f"{step}")] for step in range(1, 11)]
    model.handle_all([*chain(*together[:6]), Marked(6, "hand", "one round"), *chain(*together[6:])])
    assert grids == generators == [6, 10]  # as it was at the mark, and at the end
    assert sorted(model.samples) == [step for step, _ in model.snapshots] == list(range(1, 11))


def test_live_change_reaches_the_settings(model, qtbot):
    with qtbot.waitSignal(model.configChanged):
        model.handle(Marked(3, "change", "…", "optimizer.d_lr", 2e-4, 1e-4))
    assert model.config.optimizer.d_lr == 1e-4
    assert model.marks[-1].step == 3


def test_many_changes_that_come_together_are_announced_once(model):
    rates: list[float] = []
    model.configChanged.connect(lambda: rates.append(model.config.optimizer.d_lr))
    changes = [Marked(step, "change", "…", "optimizer.d_lr", 1.0, step / 1000) for step in range(1, 6)]
    model.handle_all(changes)
    assert rates == [0.005]
    model.handle_all([tick(7)])
    model.handle(Marked(8, "change", "…", "optimizer.d_lr", 1.0, 0.25))
    assert rates == [0.005, 0.25]


def test_failure_is_told(model, qtbot):
    with qtbot.waitSignal(model.failed) as told:
        model.handle(Failed("It broke."))
    assert told.args[0].message == "It broke."
    assert model.status == "failed"


def test_view_tells_once(model):
    seen: list[int] = []
    model.viewedStepChanged.connect(seen.append)
    for step in (5, 5, None, None):
        model.view(step)
    assert seen == [5, LIVE]


def test_old_grids_move_to_the_folder_and_thinned_ones_are_forgotten(model, tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", SMALL, RunInfo.now(SMALL))
    model.begin(SMALL, folder)
    for step in range(120):
        if step % 2 == 0:  # the others were thinned out meanwhile
            folder.save_samples(grid(step))
        model.handle(grid(step))
    held = [step for step, one in model.samples.items() if not isinstance(one, Path)]
    assert len(held) <= 48
    assert all(step % 2 == 0 or step >= 119 - 48 for step in model.samples)
    assert model.samples[0] == tmp_path / "run" / "samples" / "00000000.png"
    again = model.grid(0)
    assert again is not None
    assert (again.pictures == grid(0).pictures).all()


def test_a_grid_that_is_gone_is_offered_no_more(model, tmp_path: Path):
    model.begin(SMALL, RunFolder.create(tmp_path / "run", SMALL, RunInfo.now(SMALL)))
    model.samples[7] = tmp_path / "run" / "samples" / "00000007.png"
    assert model.grid(7) is None
    assert 7 not in model.samples


def test_begin_forgets_the_other_run(model):
    model.handle(tick(1))
    model.handle(grid(1))
    model.begin(SMALL)
    assert len(model.history) == 0
    assert not model.samples
    assert model.step == 0


def measured(step: int, fcd: float = 1.0) -> Measured:
    return Measured(step, step / 10, 0.1, "digit classifier", 100, fcd, 0.9, 0.8, 1.0, 0.7)


def test_measures_are_told_and_what_a_rewind_replaces_is_forgotten(model, qtbot):
    for step in (10, 20, 30):
        with qtbot.waitSignal(model.measured):
            model.handle(measured(step))
        model.handle(Marked(step, "change", "an edit"))
    assert [each.step for each in model.measures] == [10, 20, 30]
    model.handle(Marked(20, "resume", "resumed at step 20"))
    assert [each.step for each in model.measures] == [10, 20]
    assert [mark.step for mark in model.marks] == [10, 20, 20]
    model.handle(measured(20, fcd=5.0))
    assert [each.fcd for each in model.measures] == [1.0, 5.0]


def test_the_rewind_point_is_the_newest_checkpoint_not_after_the_viewed_step(model, tmp_path):
    folder = RunFolder.create(tmp_path / "run", model.config, RunInfo.now(model.config))
    model.begin(model.config, folder)
    assert model.find_rewind_point() is None
    for step in (20, 50):
        folder.checkpoint_path(step).touch()
        model.handle(Saved(step, "checkpoint", str(folder.checkpoint_path(step))))
    assert model.rewind_points == [20, 50]
    found = []
    for viewed in (None, 70, 50, 49, 20, 19):
        model.view(viewed)
        found.append(model.find_rewind_point())
    assert found == [50, 50, 50, 20, 20, None]


@pytest.mark.parametrize(("path", "new"), [("optimizer.g_lr", "x"), ("optimizer.g_lr", 1e9), ("no.such_setting", 1)])
def test_a_change_that_does_not_fit_stays_a_mark_and_hides_nothing(model, path, new):
    model.handle(started())
    change = Marked(1, "change", "x", path, 0.1, new)
    model.handle_all([tick(1), change, tick(2)])
    assert model.history.column("step").tolist() == [1, 2]
    assert model.marks == [change]
    assert model.config == SMALL


def test_steps_may_be_of_any_size(model, qtbot):
    seen: list[int] = []
    model.viewedStepChanged.connect(seen.append)
    model.snapshotAdded.connect(seen.append)
    model.handle(Saved(3_000_000_000, "snapshot", "file"))
    model.view(3_000_000_000)
    assert seen == [3_000_000_000] * 2


def test_among_many_events_the_checkpoints_are_read_once(
    qtbot, model: RunModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.begin(SMALL, RunFolder.create(tmp_path / "run", SMALL, RunInfo.now(SMALL)))
    reads: list[Path] = []

    def read(run: RunFolder) -> list[int]:
        reads.append(run.path)
        return [4]

    monkeypatch.setattr(RunFolder, "rewind_points", read)
    resumed = [Marked(step, MarkKind.RESUME, f"resumed at {step}") for step in (1, 2, 3)]
    model.handle_all([*resumed, Finished(4, "done")])
    assert len(reads) == 1
    assert model.rewind_points == [4]
