"""Remedies: possible, not in force already, and each finding has its words."""

from dataclasses import replace
from typing import Any

import pytest

from ganstudio import config as cfg
from ganstudio.coach import remedies, words
from ganstudio.coach.finding import Remedy, RemedyKind, Severity
from ganstudio.coach.suspicion import Suspicion
from ganstudio.config import SETTINGS, RunConfig
from support.coach import change, made

IDS = words.ids()
CONFIGS = {
    "plain": {},
    "minimax": {"objective": {"loss": "minimax"}, "schedule": {"d_steps": 5}},
    "penalised": {"penalty": {"r1": 1000.0, "r2": 1000.0}, "stabilise": {"clip_gradient": 1.0}},
    "wasserstein": {"objective": {"loss": "wasserstein"}, "penalty": {"clip": 0.01}},
    "limits": {"optimizer": {"g_lr": 1.0, "d_lr": 1e-7, "decay": "linear"}, "schedule": {"g_steps": 100}},
    "points": {"data": {"name": "lab-ring-8"}, "network": {"name": "points", "packing": 2}},
    "endless": {"epochs": 0, "ema": {"warm_up": 0.05}, "penalty": {"gradient": 10.0}},
}
# What cannot be, or has no remedy: a flat D without a penalty, and a G that sleeps at the highest rate.
IMPOSSIBLE = {("C12", name) for name in ("plain", "minimax", "limits", "points")} | {("C9", "limits")}


def propose(id: str, values: dict[str, Any] | None = None, **more: Any) -> tuple[Remedy, ...]:
    record = replace(made(cfg.from_dict(values or {}), count=60), checkpoints=(0, 400, 900), **more)
    return remedies.propose(Suspicion(id, Severity.AMBER, 700, 900, None, ()), record)


@pytest.mark.parametrize("name", CONFIGS)
def test_remedies_are_possible_and_not_in_force_already(name: str) -> None:
    config = cfg.from_dict(CONFIGS[name])
    for id in IDS:
        found = propose(id, CONFIGS[name])
        assert (id, name) in IMPOSSIBLE or 0 < len(found) <= remedies.MAX_REMEDIES, id
        for remedy in found:
            for path, value in remedy.changes.items():
                assert cfg.read(config, path) != value
                assert cfg.read(cfg.change(config, path, value), path) == value
            assert (remedy.kind == RemedyKind.LIVE) == (
                bool(remedy.changes) and all(SETTINGS[path].live for path in remedy.changes)
            )


def test_the_reference_remedies_come_first() -> None:
    first = {id: dict(propose(id, CONFIGS["minimax"])[0].changes) for id in ("C1", "C2", "C6", "C14")}
    assert first == {
        "C1": {"objective.loss": "non-saturating"},
        "C2": {"optimizer.g_lr": 5e-5},
        "C6": {"stabilise.clip_gradient": 2.0},
        "C14": {"ema.show_raw": True},
    }
    deaf_on_points = CONFIGS["points"] | CONFIGS["minimax"]
    assert dict(propose("C1", deaf_on_points)[0].changes) == {"objective.loss": "non-saturating", "penalty.r1": 0.02}
    assert dict(propose("C12", CONFIGS["penalised"])[0].changes) == {"penalty.r1": 1.0}
    assert dict(propose("C12", {"penalty": {"r1": 5.0}})[0].changes) == {"penalty.r1": 0.5}
    assert dict(propose("C7", {"objective": {"loss": "wasserstein"}})[0].changes) == {"penalty.gradient": 10.0}


def test_a_d_that_is_wrong_because_of_a_strong_penalty_gets_a_usual_one() -> None:
    assert {"penalty.r1": 1.0} in [dict(remedy.changes) for remedy in propose("C2", {"penalty": {"r1": 1000.0}})]


def test_a_collapse_of_a_g_that_is_faster_than_d_slows_g_down() -> None:
    def first(d_lr: float) -> dict[str, Any]:
        rates = {"d_lr": d_lr, "g_lr": 1e-2}
        return dict(propose("C3", CONFIGS["points"] | {"optimizer": rates})[0].changes)

    penalties = {"objective.loss": "relativistic", "penalty.r1": 0.02, "penalty.r2": 0.02}
    assert first(2e-3) == penalties | {"optimizer.g_lr": 5e-3}
    assert first(1e-2) == penalties
    assert first(1e-6) == penalties  # here it is D that is too slow, which is offered next


def test_a_d_that_is_wrong_although_it_is_fast_is_not_made_faster() -> None:
    def offered(d_lr: float) -> list[dict[str, Any]]:
        rates = {"d_lr": d_lr, "g_lr": 2e-4}
        return [dict(remedy.changes) for remedy in propose("C2", {"optimizer": rates})]

    assert offered(1e-6) == [{"optimizer.d_lr": 2e-4}, {"optimizer.g_lr": 5e-5}]
    assert offered(2e-4) == [{"optimizer.g_lr": 5e-5}]
    assert offered(4e-4) == [{"optimizer.g_lr": 5e-5}, {"optimizer.d_lr": 2e-4}]
    assert offered(0.1) == [{"optimizer.d_lr": 2e-4}, {"optimizer.g_lr": 5e-5}]


def test_what_is_lost_anyway_is_gone_back_from() -> None:
    assert {remedy.back_to for id in ("C2", "C3", "C6", "C7") for remedy in propose(id)} == {400}
    assert {remedy.back_to for id in ("C1", "C12") for remedy in propose(id)} == {None}


def test_a_change_just_before_is_taken_back_first_unless_it_has_been() -> None:
    raised = change(650, "optimizer.d_lr", 2e-4, 1e-2)
    [first, *_] = propose("C6", marks=[raised])
    assert first.text == "Go back to step 400 and set learning rate of D back to 0.0002"
    assert (first.changes, first.back_to) == ({"optimizer.d_lr": 2e-4}, 400)
    assert propose("C1", marks=[raised])[0].text == "Set learning rate of D back to 0.0002"
    lowered = change(950, "optimizer.d_lr", 1e-2, 2e-4)
    assert "back to 0" not in propose("C6", marks=[raised, lowered])[0].text
    long_ago = change(100, "optimizer.d_lr", 2e-4, 1e-2)
    assert "back to 0" not in propose("C6", marks=[long_ago])[0].text
    assert propose("C4", marks=[long_ago])[0].text == "Set learning rate of D back to 0.0002"  # measured now and then
    assert propose("C3", marks=[long_ago])[0].back_to == 0  # before the change


def test_an_old_value_that_cannot_be_set_is_not_offered() -> None:
    for old in ("fast\x1b[31m", -1.0, [1]):
        found = propose("C6", marks=[change(650, "optimizer.d_lr", old, RunConfig().optimizer.d_lr)])
        assert "learning rate of D back" not in found[0].text


def test_nothing_is_made_weaker_or_too_strong() -> None:
    packed = {"network": {"packing": 4}}
    assert not any("network.packing" in remedy.changes for remedy in propose("C4", packed))
    assert dict(propose("C5", {"penalty": {"r1": 0.1}})[0].changes) == {"penalty.r1": 0.3}
    highest = propose("C5", {"penalty": {"r1": 10_000.0}})
    assert not any("penalty.r1" in remedy.changes for remedy in highest)


def test_settings_of_a_branch_are_those_it_was_made_with() -> None:
    """run.toml of a branch has the settings after the change, and its history has the parent's."""
    made_branch = replace(
        made(cfg.change(RunConfig(), "penalty.r1", 1.0), count=60),
        marks=[change(300, "optimizer.d_lr", 2e-4, 1e-3), change(600, "penalty.r1", 0.0, 1.0)],
    )
    at = {step: made_branch.config_at(step) for step in (300, 301, 600, 601)}
    assert [at[step].penalty.r1 for step in at] == [0.0, 0.0, 0.0, 1.0]
    assert [at[step].optimizer.d_lr for step in at] == [2e-4, 1e-3, 1e-3, 1e-3]


@pytest.mark.parametrize("id", IDS)
def test_words_are_two_sentences(id: str) -> None:
    text = words.text(id)
    assert text.count(". ") + text.count(": ") + text.count("; ") >= 1
    assert text.endswith(".")
    assert "\n" not in text
    assert words.title(id, {"kinds": "class 4", "network": "G"})[-1] not in ".:}"
