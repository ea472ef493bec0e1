"""What is recorded when, with a recorder that stands in for a GPU's: it notes what it is asked and replays by doing."""

from collections.abc import Callable

import pytest
import torch

from ganstudio.events import ManualUpdate, Marked, RoundRecorded
from ganstudio.training.device.cuda_graphs import WARM_UP, Replay
from ganstudio.training.trainer import Trainer
from support import training

Work = Callable[[], None]


class Tape:
    """Records work as "do it again"; can be told to fail."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken
        self.warm = self.recorded = self.replayed = 0

    def warm_up(self, work: Work) -> None:
        self.warm += 1
        work()

    def record(self, work: Work) -> Work:
        if self.broken:
            raise RuntimeError("operation not permitted when stream is capturing\nmore")
        self.recorded += 1

        def replay() -> None:
            self.replayed += 1
            work()

        return replay


def test_work_is_done_warm_then_recorded_and_replayed_once_each_time() -> None:
    tape, done = Tape(), []
    replay = Replay(tape)
    for number in range(WARM_UP + 3):
        replay.run("a", lambda: done.append(1))
        assert len(done) == number + 1
    assert (tape.warm, tape.recorded, tape.replayed) == (WARM_UP, 1, 3)


def test_each_kind_of_work_has_its_own_record() -> None:
    tape = Tape()
    replay = Replay(tape)
    for _ in range(WARM_UP + 1):
        replay.run("a", lambda: None)
        replay.run("b", lambda: None)
    assert tape.recorded == 2


def test_where_recording_fails_the_work_is_done_all_the_same_and_the_reason_told() -> None:
    done: list[int] = []
    replay = Replay(Tape(broken=True))
    for _ in range(WARM_UP + 2):
        replay.run("a", lambda: done.append(1))
    assert len(done) == WARM_UP + 2
    assert "operation not permitted when stream is capturing" in replay.why_not
    assert "continues without" in replay.why_not


def test_nothing_is_said_where_nothing_would_have_been_recorded() -> None:
    replay = Replay()
    replay.stop("because")
    assert replay.why_not == ""


def trainer(tape: Tape, **changes: object) -> Trainer:
    config = training.config(**changes)
    return Trainer(config, training.dataset(), replay=Replay(tape))


def weights(run: Trainer) -> list[torch.Tensor]:
    return [
        each.detach().clone() for each in (*run.G.parameters(), *run.D.parameters(), *run.G_ema.module.parameters())
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"penalty__r1": 1.0, "penalty__r2": 1.0, "penalty__every": 3, "objective__loss": "relativistic"},
        {"stabilise__noise": 0.3, "stabilise__noise_images": 100, "stabilise__colour": True},
        {"schedule__reuse_fakes": True},
        {"schedule__d_steps": 2},
        {"schedule__d_steps": 2, "penalty__r1": 10.0, "penalty__every": 3},
    ],
)
def test_replayed_updates_train_as_plain_ones_do(changes: dict[str, object]) -> None:
    """Each update takes what changed (batch, rates, noise, counters) from where a record looks for it."""
    tape = Tape()
    recorded, plain = (
        trainer(tape, optimizer__decay="linear", **changes),
        training.trainer(optimizer__decay="linear", **changes),
    )
    for _ in range(12):
        recorded.round()
        plain.round()
    assert tape.replayed >= 12 - 2 * WARM_UP  # rounds with a penalty and rounds without are warmed up apart
    assert all(torch.equal(one, other) for one, other in zip(weights(recorded), weights(plain), strict=True))


@pytest.mark.parametrize(
    ("path", "value", "again"),
    [("optimizer.g_lr", 1e-3, False), ("ema.half_life", 5, False), ("objective.loss", "hinge", True)],
)
def test_rates_change_without_recording_anew_and_what_is_in_a_record_does_not(
    path: str, value: object, again: bool
) -> None:
    tape = Tape()
    run = trainer(tape)
    for _ in range(WARM_UP + 1):
        run.round()
    assert tape.recorded == 1  # the round
    run.change(path, value)
    for _ in range(WARM_UP + 1):
        run.round()
    assert tape.recorded == (2 if again else 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"schedule__reuse_fakes": True, "schedule__d_steps": 2},
        {"optimizer__accumulate": 2},
        {"objective__loss": "relativistic", "engine__data_limit": 0.0},
    ],
)
def test_ways_that_cannot_be_recorded_run_plainly_and_say_so(changes: dict[str, object]) -> None:
    tape = Tape()
    run = trainer(tape, epochs=3, **changes)
    marks = [event for event in run.train() if isinstance(event, Marked)]
    assert tape.recorded == 0
    assert [mark.kind for mark in marks] == ["warning"]
    assert "CUDA graphs are off" in marks[0].text


def test_a_round_that_is_recorded_is_not_replayed_and_the_recordings_are_kept() -> None:
    tape = Tape()
    run, plain = trainer(tape), trainer(Tape())
    for each in (run, plain):
        for _ in range(WARM_UP + 2):
            each.round()
    before = (tape.warm, tape.recorded, tape.replayed)
    events = list(run.manual_update(ManualUpdate.ROUND, recorded=True))
    assert [len(event.record.updates) for event in events if isinstance(event, RoundRecorded)] == [2]
    assert (tape.warm, tape.recorded, tape.replayed) == before
    plain.round()
    for each in (run, plain):
        each.round()
    assert (tape.warm, tape.recorded, tape.replayed) == (*before[:2], before[2] + 1)
    for one, other in zip(weights(run), weights(plain), strict=True):
        assert torch.equal(one, other)
