"""Runs that were recorded: what goes wrong in each is found, and healthy ones are left in peace."""

import pytest

from ganstudio.coach.explain import explain
from support import coach

# Name of the run -> findings that last, and the step by which each must have been found.
FAULTS = {
    "d-has-won": {"C1": 700},
    "d-has-won-minimax": {"C1": 700},
    "slow-d": {"C2": 850},
    "wgan-without-penalty": {"C7": 300},
    "rate-changed-to-0.2": {"C7": 201},
    "r1-of-1000": {"C12": 1000},
    "half-life-too-long": {"C14": 400},
}
HEALTHY = ("mnist-quick", "mnist-fine", "epochs-in-turn", "gan-2014-early")


def test_every_recorded_run_is_judged() -> None:
    assert {path.stem for path in coach.RECORDED.glob("*.json")} == {*FAULTS, *HEALTHY}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_nothing_else(name: str) -> None:
    found = {finding.id: finding.found for finding in explain(coach.load(name)) if finding.is_open}
    assert found.keys() == FAULTS[name].keys()
    for id, latest in FAULTS[name].items():
        assert found[id] <= latest


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_run_has_no_finding(name: str) -> None:
    assert explain(coach.load(name)) == []
