"""The runs of `tests/benchmarks/coach_table.py`: each fault is found in time, and healthy ones are left in peace."""

import tomllib

import pytest

from ganstudio.coach.explain import explain
from ganstudio.coach.finding import Severity
from ganstudio.coach.gallery import provocations
from support import coach

RECORDED = coach.RECORDED.parent / "table"
LISTED = tomllib.loads((coach.RECORDED.parents[1] / "benchmarks" / "coach_table.toml").read_text(encoding="utf-8"))
WANTED = {one.name: one.finding for one in provocations()} | {
    name: row["finding"] for name, row in LISTED["provoked"].items()
}
# Step by which the fault must have been found, for each seed.
LATEST = {
    "collapse": (3723, 4223),
    "d-has-won": (1801, 1059),
    "flat-d": (824, 1595),
    "slow-d": (617, 618),
    "lagging-average": (302, 311),
    "runaway": (40, 41),
    "asleep": (614, 612),
    "d-has-won-digits": (608, 603),
    "d-has-won-least-squares": (1840, 1744),
    "slow-d-relativistic": (2547, 2306),
    "collapse-digits": (841, 839),
    "missing-modes": (5835, 4262),
    "jolts-after-change": (2207, 611),
    "runaway-after-change": (217, 182),
    "rate-of-d": (930, 648),
    "dead-g": (623, 611),
    "copies": (5180, 4870),
    "shuffled-labels": (1905, 2244),
}
ALARMS = (Severity.RED, Severity.AMBER)
MOMENTS = 5  # of a healthy run at which it is judged


def names(kind: dict[str, object], seeds: int) -> list[str]:
    return [f"{name}-{seed}" for name in kind for seed in range(seeds)]


def test_every_run_of_the_table_is_recorded() -> None:
    recorded = {path.stem for path in RECORDED.glob("*.json")}
    assert recorded == {*names(WANTED, 2), *names(LISTED["healthy"], 3)}
    assert LATEST.keys() == WANTED.keys()
    assert len(LATEST) >= 16
    assert len(LISTED["healthy"]) >= 9


@pytest.mark.parametrize("run", names(WANTED, 2))
def test_the_fault_is_found_in_time(run: str) -> None:
    name, _, seed = run.rpartition("-")
    record = coach.until(coach.load(run, RECORDED), LATEST[name][int(seed)])
    assert WANTED[name] in {finding.id for finding in explain(record) if finding.is_open}


@pytest.mark.parametrize("run", names(LISTED["healthy"], 3))
def test_nothing_is_found_at_any_moment_of_a_healthy_run(run: str) -> None:
    record = coach.load(run, RECORDED)
    steps = record.ticks.column("step")
    for moment in steps[:: -(len(steps) // MOMENTS)].astype(int).tolist():
        assert [one for one in explain(coach.until(record, moment)) if one.severity in ALARMS] == []
