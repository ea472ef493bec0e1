"""Findings from the gauges of the ticks: what they show, what is no fault, and runs that have none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ganstudio import config as cfg
from ganstudio.coach.explain import explain
from ganstudio.coach.finding import Finding, RemedyKind, Severity
from ganstudio.coach.record import Record
from ganstudio.config import RunConfig
from support.coach import change, made, measured

PLAIN = RunConfig()
Column = Callable[[int], float | None]


def pulsed(value: float, every: int = 100, before: float | None = None, since: int = 0, until: int = 10**6) -> Column:
    """Return a column that is known at some ticks only: another value until a step, and after one."""
    other = value if before is None else before
    return lambda step: None if step % every else value if since <= step < until else other


def only(record: Record) -> Finding:
    [finding] = explain(record)
    return finding


def collapse(since: int, until: int = 10**6, twins: float = 0.9, nn: float = 0.2) -> dict[str, Column]:
    return {
        "twins_raw": pulsed(twins, before=0.02, since=since, until=until),
        "nn_raw": pulsed(nn, before=0.9, since=since, until=until),
    }


def test_a_collapse_is_found_by_two_pulses_and_is_over_with_them() -> None:
    finding = only(replace(made(PLAIN, **collapse(600)), checkpoints=(0, 420, 580)))
    assert (finding.id, finding.severity, finding.began, finding.found) == ("C3", Severity.RED, 600, 700)
    assert finding.remedies[0].back_to == 420  # 580 is after the last pulse that showed variety
    over = only(made(PLAIN, **collapse(600, until=1000)))
    assert (over.found, over.cleared) == (700, 1000)


@pytest.mark.parametrize("faults", [{"twins": 0.2}, {"nn": 0.5}])
def test_pictures_that_are_bland_or_have_some_twins_are_no_collapse(faults: dict[str, float]) -> None:
    assert explain(made(PLAIN, **collapse(600, **faults))) == []


def test_pictures_that_were_never_varied_are_no_collapse_in_the_first_epochs() -> None:
    young = collapse(0)
    assert explain(made(PLAIN, count=24, **young)) == []
    assert only(made(PLAIN, **young)).found == 600  # epoch 6


def test_one_pulse_or_a_change_between_two_finds_nothing() -> None:
    assert explain(made(PLAIN, **collapse(600, until=700))) == []
    record = made(PLAIN, count=36, **collapse(600))
    assert only(record).id == "C3"
    assert explain(replace(record, marks=[change(650, "penalty.r1", 0.0, 1.0)])) == []


FAST = {"d_move": pulsed(0.1, 40), "g_move": pulsed(0.004, 40)}


def test_a_rate_is_too_high_where_steps_are_large_and_g_does_not_learn_or_the_losses_show_it() -> None:
    far = [measured(step, fcd=900.0, coverage=0.01) for step in (600, 900, 1200)]
    record = made(PLAIN, **FAST)
    finding = only(replace(record, measures=far))
    assert (finding.id, finding.title) == ("C8", "The learning rate of D is too high")
    assert dict(finding.remedies[0].changes) == {"optimizer.d_lr": PLAIN.optimizer.d_lr / 4}
    learns = [measured(step, fcd=90000 / step, coverage=0.3) for step in (600, 900, 1200)]
    assert [explain(record), explain(replace(record, measures=learns))] == [[], []]
    assert only(made(PLAIN, **FAST, value=-9.0)).id == "C8"  # not C2, which would have D learn faster still
    assert only(made(PLAIN, **(FAST | {"d_move": pulsed(0.03, 40)}), value=-9.0)).id == "C2"
    in_turn = cfg.change(PLAIN, "schedule.mode", "epochs")
    assert explain(replace(made(in_turn, **FAST), measures=far)) == []


def test_a_g_whose_layers_have_no_gradient_is_dead_and_one_with_a_tiny_rate_asleep() -> None:
    dead = only(replace(made(PLAIN, g_move=pulsed(0.0, 40)), checkpoints=(0, 280)))
    assert (dead.id, dead.title) == ("C9", "G no longer moves")
    assert dead.remedies[0].back_to == 280
    slow = cfg.change(PLAIN, "optimizer.g_lr", 1e-7)
    far = [measured(step, fcd=900.0, coverage=0.01) for step in (400, 800)]
    asleep = only(replace(made(slow, g_move=pulsed(2e-6, 40)), measures=far))
    assert (asleep.title, asleep.remedies[0].kind) == ("G is asleep", RemedyKind.LIVE)
    good = [measured(step, fcd=3.0, coverage=0.95) for step in (400, 800)]
    assert explain(replace(made(slow, g_move=pulsed(2e-6, 40)), measures=good)) == []


def test_a_g_that_hears_nothing_of_a_d_that_has_won_is_not_called_dead() -> None:
    minimax = cfg.change(PLAIN, "objective.loss", "minimax")
    assert only(made(minimax, g_move=pulsed(0.0, 40), d_fake=0.001, d_acc=1.0)).id == "C1"
    assert only(made(minimax, g_move=pulsed(0.0, 40))).id == "C9"


def test_where_whole_epochs_are_trained_in_turn_a_g_that_goes_to_an_extreme_is_no_collapse() -> None:
    turns = cfg.change(PLAIN, "schedule.mode", "epochs")
    assert explain(made(turns, **collapse(600))) == []


def test_a_g_may_rest_at_the_end_of_a_falling_rate() -> None:
    falling = cfg.change(PLAIN, "optimizer.decay", "linear")
    record = made(falling, g_move=lambda step: 0.0 if step > 800 else 0.004)
    assert only(replace(record, total_steps=2000)).id == "C9"
    assert explain(replace(record, total_steps=860)) == []
    assert explain(record) == []  # it ends after some time


@pytest.mark.parametrize(
    ("id", "gauge", "fault", "calm", "pulses"),
    [
        ("C11", "copies", 0.6, 0.1, 3),
        ("C15", "wrong_class", 0.9, 0.3, 2),
    ],
)
def test_what_several_pulses_show(id: str, gauge: str, fault: float, calm: float, pulses: int) -> None:
    finding = only(made(PLAIN, **{gauge: pulsed(fault)}))
    assert (finding.id, finding.began, finding.found) == (id, 300, 200 + 100 * pulses)
    assert finding.remedies
    assert only(made(PLAIN, **{gauge: pulsed(fault, before=calm, since=0, until=900)})).cleared == 900
    assert explain(made(PLAIN, **{gauge: pulsed(calm)})) == []
    assert explain(made(PLAIN, **{gauge: pulsed(fault, before=calm, since=600, until=500 + 100 * pulses)})) == []
