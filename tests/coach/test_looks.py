"""Looks at a run that goes on: what was found in ticks that are no longer judged stays as it was."""

from dataclasses import replace

from ganstudio import config as cfg
from ganstudio.coach.explain import explain
from ganstudio.coach.looks import is_one
from ganstudio.coach.record import Columns, Record
from ganstudio.config import RunConfig
from support.coach import change, made

MINIMAX = cfg.change(RunConfig(), "objective.loss", "minimax")
PLAIN = cfg.change(RunConfig(), "objective.loss", "non-saturating")


def deaf(*times: range, count: int = 100) -> Record:
    """Return a run whose D has won at some times, 20 rounds a tick."""
    return made(MINIMAX, count, d_fake=lambda step: 0.01 if any(step in time for time in times) else 0.4)


def newest(record: Record, count: int) -> Record:
    return replace(record, ticks=Columns(record.ticks, count))


def test_a_fault_that_lasts_keeps_its_beginning() -> None:
    record = deaf(range(10**6))
    [first] = explain(record)
    [alone] = explain(newest(record, 50))
    assert (first.began, first.found) < (alone.began, alone.found)
    [later] = explain(newest(record, 50), [first])
    assert later == first


def test_a_remedy_goes_back_to_before_it_began_and_not_to_before_what_is_judged() -> None:
    record = replace(made(PLAIN, 100, g_move=0.0), checkpoints=(0, 240, 1000))
    [first] = explain(record)
    [alone], [later] = explain(newest(record, 50)), explain(newest(record, 50), [first])
    assert [one.remedies[0].back_to for one in (first, alone, later)] == [240, 1000, 240]


def test_what_is_over_stays_known_and_what_begins_anew_is_another() -> None:
    [begun] = explain(deaf(range(1080), count=50))
    record = deaf(range(1080), range(1320, 10**6))
    again, over = explain(newest(record, 66), [begun])
    assert (over.began, over.is_open) == (300, False)
    assert again.is_open
    assert again.began >= 1300
    assert explain(newest(record, 30), [again, over]) == [again, over]


def test_what_a_change_did_stays_known_when_the_time_before_it_is_out_of_sight() -> None:
    record = replace(deaf(range(10**6)), marks=[change(800, "optimizer.d_lr", 2e-4, 5e-5)])
    [first] = explain(record)
    assert first.effect is not None
    assert explain(newest(record, 50))[0].effect is None
    [later] = explain(newest(record, 50), [first])
    assert later.effect == first.effect
    taken_back = replace(record, marks=[*record.marks, change(900, "optimizer.d_lr", 5e-5, 2e-4)])
    [later] = explain(newest(taken_back, 50), [first])
    assert later.effect is None


def test_what_is_no_longer_found_is_not_kept() -> None:
    [begun] = explain(deaf(range(1080), count=50))
    assert explain(newest(deaf(), 30), [begun]) == []


def test_what_begins_where_it_was_over_is_another_one() -> None:
    [one] = explain(deaf(range(10**6)))
    ended = replace(one, cleared=1200)
    assert is_one(ended, replace(one, began=1180))
    assert not is_one(ended, replace(one, began=1200))
