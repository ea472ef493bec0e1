"""Runs that were recorded: what goes wrong in each is found, and healthy ones are left in peace."""

import pytest

from ganstudio.coach.explain import explain
from support import coach

# Name of the run -> findings that last, and the step by which each must have been found.
FAULTS = {
    "d-has-won": {"C1": 900},
    "d-has-won-minimax": {"C1": 700},
    "slow-d": {"C2": 850},
    "wgan-without-penalty": {"C7": 80},
    "rate-changed-to-0.2": {"C7": 201},
    "r1-of-1000": {"C12": 2200},
    "half-life-too-long": {"C14": 400},
    "collapse": {"C3": 2800},
    "d-hardly-learns": {"C3": 3720},
    "missing-classes": {"C4": 2400},
    "rate-of-1e-7": {"C9": 970},
    "settled": {"C13": 20_000},
    "collapse-by-pulses": {"C3": 560},
    "rate-of-0.03": {"C8": 640},
    "dead-g": {"C9": 620},
    "copies": {"C11": 3700},
    "shuffled-labels": {"C15": 430},
}
OVER = {"modes-come-and-go": ["C4", "C4"]}  # findings that did not last
HEALTHY = (
    *("mnist-quick", "mnist-fine", "epochs-in-turn", "gan-2014-early"),
    *("mnist-quick-gauged", "mnist-conditional", "gan-2014-gauged"),
    *("lab-wgan-without-penalty", "lab-ring-8", "wgan-gp", "hinge-sn", "dcgan-early"),
)


def test_every_recorded_run_is_judged() -> None:
    assert {path.stem for path in coach.RECORDED.glob("*.json")} == {*FAULTS, *OVER, *HEALTHY}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_nothing_else(name: str) -> None:
    found = {finding.id: finding.found for finding in explain(coach.load(name)) if finding.is_open}
    assert found.keys() == FAULTS[name].keys()
    for id, latest in FAULTS[name].items():
        assert found[id] <= latest


def test_a_change_that_let_g_collapse_is_taken_back_from_before_it() -> None:
    record = coach.load("d-hardly-learns")
    first, second = explain(record)[0].remedies
    assert (first.changes, first.back_to) == ({"optimizer.d_lr": 0.002}, record.changes[0].step)
    assert second.changes == {"optimizer.d_lr": 0.004}  # as fast as G


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_run_has_no_finding(name: str) -> None:
    assert explain(coach.load(name)) == []


@pytest.mark.parametrize("name", OVER)
def test_what_did_not_last_is_over(name: str) -> None:
    found = explain(coach.load(name))
    assert [finding.id for finding in found] == OVER[name]
    assert not any(finding.is_open for finding in found)
