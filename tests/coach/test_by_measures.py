"""Findings from measurements, grids and settings."""

import math
from dataclasses import replace
from typing import Any

import pytest

from ganstudio import config as cfg
from ganstudio.coach.explain import explain
from ganstudio.coach.finding import Finding, Severity, figure_text
from ganstudio.coach.record import Drift, Record
from ganstudio.config import RunConfig
from ganstudio.events import Measured
from support.coach import change, made, measured

PLAIN = RunConfig()
LAB = cfg.from_dict({"data": {"name": "lab-ring-8"}, "network": {"name": "points"}})
EVEN = (0.1,) * 10
WITHOUT_4 = (0.11, 0.11, 0.11, 0.11, 0.01, 0.11, 0.11, 0.11, 0.11, 0.11)


def of(measures: list[Measured], config: RunConfig = PLAIN) -> Record:
    return replace(made(config, count=120), measures=measures)


def pictures(step: int, **figures: Any) -> Measured:
    calm = {
        "fcd": 5e4 / step,
        "precision": 0.8,
        "recall": 0.7,
        "coverage": 0.75,
        "sure": 0.7,
        "kl": 0.0,
        "classes": EVEN,
    }
    return measured(step, **(calm | figures))


def points(step: int, **figures: Any) -> Measured:
    calm = {"features": "points", "count": 4096, "js": 300 / step, "js_floor": 0.003, "modes": 8, "of_modes": 8}
    return measured(step, **(calm | {"hq": 0.9, "mode_kl": 0.01} | figures))


def only(record: Record) -> Finding:
    [finding] = explain(record)
    return finding


def kl(shares: tuple[float, ...]) -> float:
    return sum(share * math.log(10 * share) for share in shares if share)


STEPS = range(600, 2101, 300)
MISSING = {"classes": WITHOUT_4, "kl": kl(WITHOUT_4)}


def test_missing_classes_are_named() -> None:
    finding = only(of([pictures(step, **MISSING) for step in STEPS]))
    assert (finding.id, finding.title, finding.found) == ("C4", "Missing: class 4", 1200)
    two = (0.005, 0.005, *((0.99 / 8,) * 8))
    fashion = cfg.change(PLAIN, "data.name", "fashion-mnist")
    finding = only(of([pictures(step, classes=two, kl=kl(two)) for step in STEPS], fashion))
    assert finding.title == "Missing: classes T-shirt and trousers"


@pytest.mark.parametrize(
    "figures",
    [
        MISSING | {"kl": 0.3},  # the data has its classes unevenly
        MISSING | {"precision": 0.2},  # hardly pictures yet
        MISSING | {"sure": 0.1},
        MISSING | {"count": 20},  # too few to tell
    ],
)
def test_classes_are_not_called_missing_where_that_is_not_sure(figures: dict[str, Any]) -> None:
    assert explain(of([pictures(step, **figures) for step in STEPS])) == []


def test_two_measurements_are_not_enough_and_a_class_that_comes_back_ends_it() -> None:
    steps = [600, 900, 1200, 1500]
    assert explain(of([pictures(step, **(MISSING if step in (900, 1200) else {})) for step in steps])) == []
    finding = only(of([pictures(step, **(MISSING if step < 1500 else {})) for step in steps]))
    assert finding.cleared == 1500


def test_a_conditional_run_is_told_its_classes() -> None:
    conditional = cfg.change(PLAIN, "network.conditional", True)
    assert explain(of([pictures(step, **MISSING) for step in STEPS], conditional)) == []


def test_modes_are_missing_only_while_no_more_are_found() -> None:
    finding = only(of([points(step, modes=5) for step in STEPS], LAB))
    assert (finding.id, finding.title) == ("C4", "Missing: 3 of 8 modes")
    assert explain(of([points(step, modes=index + 3) for index, step in enumerate(STEPS)], LAB)) == []
    assert explain(of([points(step, modes=5, hq=0.3) for step in STEPS], LAB)) == []


def test_collapse_onto_one_mode_is_red_and_leads_back() -> None:
    record = of([points(600), *(points(step, modes=1, hq=0.99) for step in (900, 1200, 1500))], LAB)
    finding = only(replace(record, checkpoints=[0, 500, 700, 900, 1400]))  # at 700 it may have begun already
    assert figure_text(finding.figures[0]) == "modes found 1, below 3"
    assert (finding.id, finding.severity, finding.began, finding.found) == ("C3", Severity.RED, 900, 1200)
    assert finding.remedies[0].back_to == 500
    text = "Go back to step 500 and set loss to relativistic and R1 to 0.02 and R2 to 0.02"
    assert finding.remedies[0].text == text


def test_one_of_three_modes_is_a_collapse_and_one_of_two_is_not() -> None:
    assert only(of([points(step, modes=1, of_modes=3) for step in STEPS], LAB)).id == "C3"
    assert only(of([points(step, modes=1, of_modes=2) for step in STEPS], LAB)).id == "C4"


def test_pictures_that_lose_their_variety_have_collapsed() -> None:
    poor = {"coverage": 0.2, "recall": 0.1}
    assert only(of([pictures(600), pictures(900), pictures(1200, **poor), pictures(1500, **poor)])).id == "C3"
    assert explain(of([pictures(600), pictures(900, **poor), pictures(1200), pictures(1500, **poor)])) == []
    falling = [pictures(step, coverage=0.1, recall=0.05) for step in STEPS]  # never had any
    assert explain(of(falling)) == []
    noise = [pictures(600), *(pictures(step, **poor, precision=0.1) for step in (900, 1200))]
    assert explain(of(noise)) == []


def test_circles_are_classes_that_change_while_their_mean_does_not() -> None:
    def shares(index: int) -> tuple[float, ...]:
        return tuple(0.28 if (each + index) % 5 == 0 else 0.055 for each in range(10))

    circling = [pictures(step, classes=shares(index), kl=kl(shares(0))) for index, step in enumerate(STEPS)]
    assert only(of(circling)).id == "C5"
    lopsided = [pictures(step, classes=shares(0), kl=kl(shares(0))) for step in STEPS]
    assert explain(of(lopsided)) == []


def test_g_is_asleep_while_its_pictures_stand_still_and_are_bad() -> None:
    bad = [pictures(600, coverage=0.1)]
    still = [Drift(step, step + 200, 0.001) for step in range(400, 2200, 200)]
    finding = only(replace(of(bad), drifts=still))
    assert (finding.id, finding.began, finding.found) == ("C9", 400, 1000)
    assert finding.remedies[0].changes == {"optimizer.g_lr": 2e-3}
    slowest = replace(of(bad, cfg.change(PLAIN, "optimizer.g_lr", 1e-7)), drifts=still)
    assert only(slowest).remedies[0].changes == {"optimizer.g_lr": 1e-4}
    for other in (
        replace(of(bad), drifts=[Drift(one.start, one.end, 0.02) for one in still]),
        replace(of([pictures(600, coverage=0.95)]), drifts=still),
        replace(of([]), drifts=still),
        replace(of(bad), drifts=still[:2]),
        replace(of(bad, cfg.change(PLAIN, "schedule.mode", "epochs")), drifts=still),
        replace(of(bad, cfg.change(PLAIN, "optimizer.decay", "linear")), drifts=still[-4:], total_steps=1700),
    ):
        assert explain(other) == []


def test_a_run_has_settled_when_nothing_improves_and_nothing_is_wrong() -> None:
    level = [5.0, 5.1, 4.95, 5.05, 4.98, 5.02]
    settled = [pictures(step, fcd=fcd, coverage=0.9) for step, fcd in zip(STEPS, level, strict=True)]
    finding = only(of(settled))
    assert (finding.id, finding.severity) == ("C13", Severity.GREEN)
    assert explain(of(settled[:5])) == []
    assert explain(of(settled, cfg.change(PLAIN, "optimizer.decay", "cosine"))) == []  # it will still fall
    improving = [replace(one, fcd=5 - index / 40) for index, one in enumerate(settled)]
    assert explain(of(improving)) == []
    widening = [replace(one, coverage=0.8 + index / 50) for index, one in enumerate(settled)]
    assert explain(of(widening)) == []
    just_changed = replace(of(settled), marks=[change(700, "optimizer.d_lr", 1e-3, 2e-4)])
    assert explain(just_changed) == []
    assert explain(of([replace(one, coverage=0.05) for one in settled])) == []  # in nothing
    stuck = [replace(one, **MISSING) for one in settled]
    assert only(of(stuck)).id == "C4"


def test_the_average_lags_by_its_half_life_and_not_by_its_name() -> None:
    slow = cfg.from_dict({"ema": {"half_life": 10_000_000, "warm_up": 0.0}})
    assert only(made(slow)).id == "C14"
    assert explain(made(cfg.change(slow, "ema.warm_up", 0.05))) == []
    assert explain(made(cfg.change(slow, "ema.show_raw", True))) == []
    mended = replace(made(slow), marks=[change(800, "ema.half_life", 10_000_000, 5000)])
    finding = only(mended)
    assert finding.cleared is not None
    assert 800 < finding.cleared < 1000
    assert finding.cleared_by.startswith("half-life of G_ema")
    assert finding.severity == Severity.INFO
