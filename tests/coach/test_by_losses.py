"""Findings from losses: windows and not ticks, what the loss means, warm-up, live changes, and the end of a fault."""

from dataclasses import replace

import pytest
import torch

from ganstudio import config as cfg
from ganstudio.coach import by_losses
from ganstudio.coach.explain import explain
from ganstudio.coach.finding import Finding, Severity
from ganstudio.coach.record import Record
from ganstudio.config import RunConfig
from ganstudio.events import Marked, MarkKind
from ganstudio.objectives import OBJECTIVES
from support.coach import change, made, measured

PLAIN = RunConfig()
MINIMAX = cfg.change(PLAIN, "objective.loss", "minimax")
WON = {"d_acc": 0.999, "d_loss": 0.005, "g_loss": 8.0, "d_fake": 0.01, "d_real": 0.99, "value": -0.02}


def with_loss(loss: str) -> RunConfig:
    return cfg.change(PLAIN, "objective.loss", loss)


def ids(record: Record) -> set[str]:
    return {finding.id for finding in explain(record)}


def only(record: Record) -> Finding:
    [finding] = explain(record)
    return finding


def between(first: int, last: int, inside: float, outside: float):  # type: ignore[no-untyped-def]
    return lambda step: inside if first < step <= last else outside


BAD = [measured(step, fcd=900.0, coverage=0.01) for step in (600, 900, 1200)]
BETTER = [measured(step, fcd=fcd, coverage=0.3) for step, fcd in ((600, 90.0), (900, 60.0), (1200, 50.0))]


def test_d_has_won_where_the_loss_lets_g_down() -> None:
    assert ids(made(MINIMAX, **WON)) == {"C1"}


@pytest.mark.parametrize("loss", ["non-saturating", "least-squares"])
def test_under_a_loss_whose_slope_stays_d_has_won_only_if_g_stands_still(loss: str) -> None:
    record = made(with_loss(loss), **WON)
    assert explain(record) == []
    assert explain(replace(record, measures=BAD[:1])) == []
    assert explain(replace(record, measures=BETTER)) == []
    assert only(replace(record, measures=BAD)).severity == Severity.RED
    good = [measured(step, fcd=2.0, coverage=0.95) for step in (600, 900, 1200)]
    assert explain(replace(record, measures=good)) == []


@pytest.mark.parametrize("loss", ["wasserstein", "relativistic", "hinge"])
def test_a_perfect_d_is_no_fault_where_its_slope_stays(loss: str) -> None:
    assert explain(made(with_loss(loss), **WON)) == []


def test_label_smoothing_leaves_some_loss_to_a_d_that_has_won() -> None:
    smoothed = cfg.change(PLAIN, "objective.label_smoothing", 0.05)
    record = replace(made(smoothed, **(WON | {"d_loss": 0.2, "d_real": 0.95})), measures=BAD)
    assert only(record).id == "C1"
    assert explain(replace(record, config=PLAIN)) == []


def test_an_accuracy_of_80_percent_is_no_fault() -> None:
    assert explain(made(PLAIN, d_acc=0.8, d_loss=0.8, d_fake=0.3)) == []


def test_d_has_won_is_amber_until_a_measurement_agrees_and_no_fault_while_g_learns() -> None:
    record = made(MINIMAX, **WON)
    assert only(record).severity == Severity.AMBER
    assert only(replace(record, measures=BAD)).severity == Severity.RED
    assert explain(replace(record, measures=BETTER)) == []


def test_nothing_is_judged_in_the_first_rounds() -> None:
    assert explain(made(MINIMAX, d_fake=between(0, 300, 0.01, 0.4))) == []
    assert explain(made(MINIMAX, epoch=lambda step: step / 1e6, **WON)) == []


def test_a_fault_must_hold_for_two_windows() -> None:
    assert explain(made(MINIMAX, d_fake=between(500, 700, 0.01, 0.4))) == []
    finding = only(made(MINIMAX, d_fake=between(500, 840, 0.01, 0.4)))
    assert 480 <= finding.began <= 520
    assert finding.found <= 840
    assert finding.cleared is not None
    assert finding.remedies == ()


def test_a_fault_is_over_only_when_the_threshold_is_cleared_well() -> None:
    assert only(made(MINIMAX, d_fake=between(500, 900, 0.01, 0.06))).is_open
    assert not only(made(MINIMAX, d_fake=between(500, 900, 0.01, 0.08))).is_open


def test_a_fault_that_comes_again_soon_after_it_was_over_is_listed_twice() -> None:
    calm_for_a_moment = made(PLAIN, count=80, value=lambda step: -1.7 if step <= 860 else -1.2 if step <= 920 else -3.0)
    now, before = explain(calm_for_a_moment)
    assert (now.id, before.id, now.is_open) == ("C2", "C2", True)
    assert before.cleared is not None
    assert now.began >= before.cleared > before.began


def test_single_ticks_between_do_not_end_it() -> None:
    assert only(made(MINIMAX, d_fake=lambda step: 0.4 if step % 200 == 0 else 0.01)).is_open


def test_after_a_live_change_a_window_is_waited_for_and_the_change_is_named() -> None:
    record = made(MINIMAX, d_fake=between(0, 800, 0.01, 0.3), **{k: v for k, v in WON.items() if k != "d_fake"})
    mark = change(800, "optimizer.d_lr", 2e-4, 5e-5)
    finding = only(replace(record, marks=[mark]))
    assert finding.cleared is not None
    assert finding.cleared > 940
    assert finding.cleared_by == mark.text


def test_a_change_of_what_is_shown_mutes_nothing() -> None:
    record = made(MINIMAX, count=40, **WON)
    marks = [change(step, "output.tick_seconds", 0.25, 0.3) for step in range(350, 800, 50)]
    assert ids(replace(record, marks=marks)) == {"C1"}
    marks = [change(step, "optimizer.d_lr", 1e-4, 2e-4) for step in range(350, 800, 50)]
    assert explain(replace(record, marks=marks)) == []
    assert explain(replace(record, marks=[Marked(step, MarkKind.MANUAL, "") for step in range(350, 800, 50)])) == []


def test_d_is_worse_than_a_coin() -> None:
    assert ids(made(PLAIN, value=-1.7)) == {"C2"}
    assert explain(made(PLAIN, value=-1.55)) == []


def test_d_is_worse_than_a_coin_under_a_loss_without_probability() -> None:
    loss = with_loss("hinge")
    assert ids(made(loss, d_real=0.45, d_fake=0.5)) == {"C2"}
    assert explain(made(loss, d_real=0.495, d_fake=0.5)) == []


def test_whole_epochs_in_turn_swing_by_design() -> None:
    turns = cfg.change(MINIMAX, "schedule.mode", "epochs")
    assert explain(made(turns, **WON)) == []
    assert explain(made(turns, **(WON | {"value": -3.0}))) == []


def test_jolts_are_rare_huge_updates() -> None:
    base = {"d_loss_max": lambda step: 40.0 if step in (700, 820, 920) else 1.3 + step % 7 / 100}
    finding = only(made(PLAIN, **base))
    assert (finding.id, finding.figures[0].value) == ("C6", 40.0)
    assert finding.began == 680  # the step before the first of them
    assert ids(made(PLAIN, d_loss_max=lambda step: 6.0 if step in (700, 820, 920) else 1.3 + step % 7 / 100)) == {"C6"}
    assert explain(made(PLAIN, d_loss_max=lambda step: 40.0 if step == 700 else 1.3 + step % 7 / 100)) == []
    assert explain(made(PLAIN, d_loss_max=lambda step: 2.5 if step % 100 == 0 else 1.3)) == []
    assert explain(made(PLAIN, d_loss_max=lambda step: 0.3 if step % 100 == 0 else 0.001)) == []


def test_it_is_no_jolt_when_g_catches_up_with_a_d_that_nearly_had_won() -> None:
    late = {"d_loss_max": lambda step: 0.08 + step % 7 / 1000 if step < 700 else 1.3 + step % 7 / 20}
    assert explain(made(PLAIN, **late)) == []
    assert explain(made(with_loss("hinge"), d_loss_max=lambda step: 0.1 + step % 7 / 1000 + 2 * (step > 700))) == []


@pytest.mark.parametrize("loss", list(OBJECTIVES))
def test_the_losses_of_an_undecided_d_are_those_of_the_objectives(loss: str) -> None:
    objective = OBJECTIVES[loss]
    undecided = torch.full((4,), objective.threshold or 0.0)
    d_loss, g_loss = objective.d_loss(undecided, undecided, 0.0), objective.g_loss(undecided, undecided)
    assert by_losses.UNDECIDED[loss] == pytest.approx((abs(float(d_loss)), abs(float(g_loss))))


def test_numbers_run_away_at_once_also_in_the_first_rounds() -> None:
    finding = only(made(PLAIN, count=24, step=5, g_loss=lambda step: 0.8 if step < 60 else 2e5))
    assert (finding.id, finding.severity, finding.began) == ("C7", Severity.RED, 55)
    growing = made(PLAIN, g_loss=lambda step: 1.01**step)
    assert only(growing).found < 900
    assert explain(made(PLAIN, g_loss=lambda step: min(50.0, 1.01**step))) == []


def test_a_wasserstein_loss_may_not_exceed_the_largest_distance_by_far() -> None:
    wgan = with_loss("wasserstein")
    assert explain(made(wgan, d_loss=-60.0)) == []  # 28 x 28: 56
    assert ids(made(wgan, d_loss=-600.0)) == {"C7"}


def test_a_flat_d_is_a_fault_only_under_a_penalty_and_while_g_is_bad() -> None:
    record = made(cfg.change(PLAIN, "penalty.r1", 1000.0), d_real=0.501, d_fake=0.499, value=-1.386)
    bad, good = measured(900, fcd=50.0, coverage=0.2), measured(900, fcd=2.0, coverage=0.95)
    finding = only(replace(record, measures=[bad]))
    assert (finding.id, finding.found) == ("C12", 900)  # with the measurement: until then it may be the equilibrium
    assert explain(replace(record, measures=[good])) == []
    assert explain(record) == []
    assert explain(replace(record, measures=[bad], config=PLAIN)) == []


def test_a_loss_of_another_package_is_left_alone() -> None:
    config = replace(PLAIN, objective=replace(PLAIN.objective, loss="somebody's"))
    assert explain(made(config, **(WON | {"value": -9.0, "d_loss": 1e9}))) == []


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_run_that_has_hardly_begun_has_no_findings(count: int) -> None:
    assert explain(made(MINIMAX, count=count)) == []


def test_unknown_values_are_no_fault() -> None:
    nothing = dict.fromkeys(("d_loss", "g_loss", "d_loss_max", "g_loss_max", "d_acc", "d_real", "d_fake", "value"))
    for loss in ("minimax", "non-saturating", "wasserstein", "hinge"):
        assert explain(made(with_loss(loss), **nothing)) == []


def test_a_fault_of_a_loss_is_over_with_it_and_what_came_before_is_no_measure_of_jolts() -> None:
    heard = {name: between(0, 800, value, 0.5) for name, value in WON.items()}
    record = made(MINIMAX, count=90, **(heard | {"g_loss_max": between(0, 800, 0.1, 33.0)}))
    [finding] = explain(replace(record, marks=[change(800, "objective.loss", "minimax", "non-saturating")]))
    assert finding.id == "C1"
    assert finding.cleared is not None
    assert 800 < finding.cleared <= 960
    assert finding.cleared_by.endswith("non-saturating")
    assert finding.effect is not None
    assert finding.effect.figures[0][0] == "D(G(z))"
