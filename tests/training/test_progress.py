"""How far a run is, when it is done, and whose turn it is: by what the settings say."""

import pytest

from ganstudio.config import OptimizerConfig, RunConfig, ScheduleConfig
from ganstudio.training.schedule import Progress, Schedule, Turn, reuses_fakes

IN_TURN = ScheduleConfig(mode="epochs", d_epochs=1, g_epochs=1)


def test_a_round_of_whole_epochs_in_turn_is_one_update() -> None:
    schedule = Schedule(batches_per_epoch=2)
    assert [schedule.next(IN_TURN) for _ in range(4)] == [Turn(1, 0), Turn(1, 0), Turn(0, 1), Turn(0, 1)]


@pytest.mark.parametrize(
    ("schedule", "accumulate", "reused"),
    [
        (ScheduleConfig(reuse_fakes=True), 1, True),
        (ScheduleConfig(reuse_fakes=False), 1, False),
        (ScheduleConfig(reuse_fakes=True), 2, False),
        (ScheduleConfig(mode="epochs", reuse_fakes=True), 1, False),
    ],
)
def test_fakes_are_reused_in_steps_of_one_batch_only(schedule: ScheduleConfig, accumulate: int, reused: bool) -> None:
    assert reuses_fakes(RunConfig(schedule=schedule, optimizer=OptimizerConfig(accumulate=accumulate))) is reused


def test_ds_batches_count_towards_epochs_and_gs_where_they_train_in_turn() -> None:
    steps = Progress(per_epoch=10)
    steps.advance(Turn(3, 2), RunConfig(optimizer=OptimizerConfig(accumulate=2)))
    assert steps.batches == 6
    assert steps.epoch == 0.6
    in_turn = Progress(per_epoch=10)
    in_turn.advance(Turn(0, 1), RunConfig(schedule=IN_TURN))
    in_turn.advance(Turn(1, 0), RunConfig(schedule=IN_TURN))
    assert in_turn.batches == 2


def test_an_update_of_d_counts_its_pictures() -> None:
    progress = Progress(per_epoch=10)
    for _ in range(3):
        progress.count_d(RunConfig(optimizer=OptimizerConfig(batch_size=8, accumulate=2)))
    assert (progress.images, progress.d_updates) == (48, 3)


@pytest.mark.parametrize(
    ("config", "fraction"),
    [
        (RunConfig(epochs=2), 0.25),  # 5 of 20 batches
        (RunConfig(epochs=2, steps=8), 0.5),  # 4 of 8 steps, regardless of the epochs
        (RunConfig(epochs=2, seconds=40.0), 0.75),  # 30 of 40 s
        (RunConfig(steps=8, seconds=300.0), 0.5),  # whichever is further
        (RunConfig(steps=400, seconds=40.0), 0.75),
        (RunConfig(epochs=0), 0.0),  # no end
        (RunConfig(steps=2), 1.0),  # past the end
    ],
)
def test_the_fraction_done(config: RunConfig, fraction: float) -> None:
    assert Progress(per_epoch=10, step=4, batches=5).fraction(config, seconds=30.0) == fraction


@pytest.mark.parametrize(
    ("config", "total"),
    [
        (RunConfig(steps=123, epochs=2), 123),
        (RunConfig(epochs=2), 4 + 15),
        (RunConfig(epochs=0), 0),
        (RunConfig(epochs=2, seconds=1.0), 0),
        (RunConfig(epochs=0, seconds=1.0), 0),
    ],
)
def test_the_step_at_which_a_run_will_be_done(config: RunConfig, total: int) -> None:
    assert Progress(per_epoch=10, step=4, batches=5).total_steps(config) == total


@pytest.mark.parametrize("batches", [20, 21])
def test_a_run_that_is_done_is_done_at_its_step(batches: int) -> None:
    assert Progress(per_epoch=10, step=9, batches=batches).total_steps(RunConfig(epochs=2)) == 9


def test_every_counter_is_restored() -> None:
    before, after = Progress(per_epoch=10, step=1, images=2, d_updates=3, batches=4), Progress(per_epoch=10)
    after.load(before.state())
    assert after == before


def test_the_first_checkpoints_did_not_count_ds_updates() -> None:
    progress = Progress(per_epoch=10)
    progress.load({"step": 7, "images": 56, "batches_done": 7})
    assert progress.d_updates == 7
