"""What the model makes of events."""

from pathlib import Path

import pytest
from panel_kit import SMALL, grid, tick

from ganstudio import config as cfg
from ganstudio.events import Failed, Finished, Marked, Paused, Resumed, Saved, Started
from ganstudio.gui.run_model import LIVE, RunModel
from ganstudio.runs.folder import RunFolder, RunInfo


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


def test_live_change_reaches_the_settings(model, qtbot):
    with qtbot.waitSignal(model.configChanged):
        model.handle(Marked(3, "change", "…", "optimizer.d_lr", 2e-4, 1e-4))
    assert model.config.optimizer.d_lr == 1e-4
    assert model.marks[-1].step == 3


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
