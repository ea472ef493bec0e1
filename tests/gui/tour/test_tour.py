"""The tour without a window: its script, its conditions, its course, and where its card stands."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QRect, QSize

from ganstudio import presets
from ganstudio.coach.finding import Finding, Severity
from ganstudio.events import ByHand, ManualUpdate, Marked, MarkKind, Measured, Paused, RunStatus, Started
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.tour import conditions as are
from ganstudio.gui.tour.facts import Facts
from ganstudio.gui.tour.placing import place_card
from ganstudio.gui.tour.script import Scene, Step, steps
from ganstudio.gui.tour.tour import Tour
from support.panels import SMALL, tick

RING = presets.load("lab-ring-endless").config
FAULT = Finding("C3", Severity.RED, 1800, 2800, None, "Collapse", "It is so. It means that.", ())


@pytest.fixture
def model(tmp_path) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def facts(model: RunModel) -> Facts:
    return Facts(model)


def train(model: RunModel, config=SMALL, steps_: int = 100) -> None:
    model.begin(config)
    model.set_status(RunStatus.STARTING)
    model.handle(Started(config, "cpu", "a chip", "float32", 1, 1, 80, 10, 5000))
    model.handle_all([tick(step) for step in range(20, steps_ + 1, 20)])


def measured(step: int, modes: int, hq: float = 0.9) -> Measured:
    return Measured(step, 1.0, 0.1, "points", 100, js=0.1, modes=modes, of_modes=8, hq=hq)


def change(step: int, old: float, new: float) -> Marked:
    return Marked(step, MarkKind.CHANGE, "learning rate of D", "optimizer.d_lr", old, new)


# ---- the script


def test_names_are_different_and_the_last_step_waits_for_nothing() -> None:
    names = [step.name for step in steps()]
    assert len(set(names)) == len(names)
    assert not steps()[-1].until
    assert all(step.scene.text.endswith((".", "?")) for step in steps())


# ---- conditions


def test_a_run_counts_from_start_to_stop_and_a_pause_is_no_end(facts: Facts, model: RunModel) -> None:
    assert not are.is_in_progress(facts)
    assert are.is_free(facts)
    train(model)
    assert are.is_training(facts)
    assert not are.is_free(facts)
    model.handle(Paused(100))
    assert (are.is_paused(facts), are.is_in_progress(facts), are.is_training(facts)) == (True, True, False)
    model.set_status(RunStatus.FOLLOWING)
    assert not are.is_free(facts)


def test_only_an_update_of_d_by_hand_counts_as_one(facts: Facts, model: RunModel) -> None:
    train(model)
    by_hand = ByHand(100, MarkKind.MANUAL, "by hand", what=ManualUpdate.G)
    model.handle(by_hand)
    assert not are.has_stepped_d(facts)
    model.handle(replace(by_hand, what=ManualUpdate.D))
    assert are.has_stepped_d(facts)


def test_the_ring_is_learned_after_a_while_or_once_it_was_found(facts: Facts, model: RunModel) -> None:
    train(model, steps_=are.MIN_LEARNED_STEPS)
    assert not are.has_ring(facts)
    assert are.shows_pictures(facts)
    assert not are.has_learned_ring(facts)
    train(model, RING)
    assert not are.shows_pictures(facts)
    assert not are.has_learned_ring(facts)
    model.handle(measured(100, 6))
    assert not are.has_learned_ring(facts)
    model.handle(measured(110, 8, hq=0.3))  # the points lie between the spots
    assert not are.has_learned_ring(facts)
    model.handle(measured(120, 7))
    assert are.has_learned_ring(facts)
    train(model, RING, are.MIN_LEARNED_STEPS)
    assert are.has_learned_ring(facts)


def test_broken_found_treated_and_recovered(facts: Facts, model: RunModel) -> None:
    train(model, RING, 2000)
    assert not are.is_broken(facts)
    assert not are.is_treated(facts)
    model.handle(change(2000, 2e-3, 1e-6))
    assert are.is_broken(facts)
    assert not are.has_recovered(facts)
    facts.findings = [replace(FAULT, cleared=2900), replace(FAULT, severity=Severity.GREEN)]
    facts.coach_is_shown = True
    assert not are.is_noticed(facts)
    assert not are.is_explained(facts)
    facts.findings = [FAULT]
    assert are.is_noticed(facts)
    assert are.is_explained(facts)
    assert not are.is_treated(facts)
    facts.has_treated = True
    assert not are.is_treated(facts)  # by a remedy that leaves the rate as it is
    facts.has_treated = False
    model.handle(measured(1900, 8))
    model.handle(change(2000, 1e-6, 2e-3))  # by Undo, or by hand
    assert are.is_treated(facts)
    facts.findings = []
    assert are.is_noticed(facts)  # mended before the coach was asked
    assert are.is_explained(facts)
    assert not are.has_recovered(facts)
    model.handle(measured(2100, 3))
    assert not are.has_recovered(facts)
    model.handle(measured(2200, 7))
    assert are.has_recovered(facts)
    facts.findings = [FAULT]
    assert not are.has_recovered(facts)
    assert are.is_broken(facts)  # a fault of any other reason is one


def test_only_the_ring_that_the_tour_asks_for_counts_as_broken_and_mended(facts: Facts, model: RunModel) -> None:
    facts.findings, facts.coach_is_shown, facts.has_treated = [FAULT], True, True
    for other in (SMALL, presets.load("lab-ring-8").config, presets.load("lab-grid-25").config):
        slow = replace(other, optimizer=replace(other.optimizer, d_lr=1e-6))
        train(model, slow, 2000)
        assert not are.has_ring(facts)
        for condition in (are.is_broken, are.is_noticed, are.is_explained, are.is_treated, are.was_broken):
            assert not condition(facts), condition
        model.handle(change(2000, 1e-6, 2e-3))
        assert not are.is_treated(facts)
        facts.findings = []
        model.handle(measured(2100, 8))
        assert not are.has_recovered(facts)
        facts.findings = [FAULT]
    model.close_run(replace(RING, optimizer=replace(RING.optimizer, d_lr=1e-6)))  # set up, and not started
    assert not are.is_broken(facts)


def test_without_measurements_a_recovery_takes_some_rounds(facts: Facts, model: RunModel) -> None:
    train(model, RING, 2000)
    model.handle(change(2000 - are.RECOVERY_STEPS + 1, 1e-6, 2e-3))
    assert not are.has_recovered(facts)
    model.handle(tick(2020))
    assert are.has_recovered(facts)
    model.handle(Paused(2020))
    assert not are.has_recovered(facts)


# ---- after a restart

NEEDS = {step.name: [name for name, _ in step.needs] for step in steps()}


def first_need(facts: Facts, step: str) -> str:
    """Return the name of what the card asks for when the tour is resumed with a step; "" for the step itself."""
    tour = Tour(facts, steps())
    tour.begin(step)
    assert tour.step.name == step
    titles = {scene.title: name for each in steps() for name, scene in each.needs}
    return "" if tour.scene is tour.step.scene else titles[tour.scene.title]


def test_with_no_run_open_a_step_is_resumed_with_what_it_needs_first(facts: Facts) -> None:
    asked = {name: first_need(facts, name) for name in NEEDS}
    no_run, ring = dict.fromkeys(("watch", "accuracy", "pause", "step-d"), "is_in_progress"), "has_ring"
    rest = dict.fromkeys(("ring-start", "break", "find", "ask", "mend", "recover"), ring)
    assert asked == dict.fromkeys(NEEDS, "") | no_run | rest


def test_with_the_run_open_again_a_step_is_resumed_where_it_was(facts: Facts, model: RunModel) -> None:
    slow = replace(RING, optimizer=replace(RING.optimizer, d_lr=1e-6))
    train(model, slow, 2000)
    model.set_status(RunStatus.FINISHED)
    assert first_need(facts, "ring-start") == ""
    assert first_need(facts, "break") == first_need(facts, "pause") == first_need(facts, "step-d") == "is_in_progress"
    assert first_need(facts, "find") == first_need(facts, "recover") == "is_training"
    facts.findings = [FAULT]
    assert first_need(facts, "ask") == first_need(facts, "mend") == ""
    facts.findings = []
    train(model, RING, 100)
    assert first_need(facts, "break") == "has_learned_ring"
    assert first_need(facts, "find") == "was_broken"
    train(model, slow, 2000)
    assert first_need(facts, "find") == ""
    assert first_need(facts, "recover") == ""


# ---- its course

HERE = Scene("here", "It is here.", ())
FIRST = Scene("first", "First this.", ())


def make(facts: Facts, monkeypatch: pytest.MonkeyPatch, *plan: tuple[str, str]) -> Tour:
    """A tour of steps that wait for one name and need another, which `facts` has as true or false."""
    names = {name for pair in plan for name in pair if name}
    monkeypatch.setattr(
        "ganstudio.gui.tour.script.CONDITIONS",
        {name: (lambda facts, name=name: getattr(facts, name)) for name in names},
    )
    made = [
        Step(str(number), Scene(f"step {number}", "Do it.", ()), until, ((need, FIRST),) if need else ())
        for number, (until, need) in enumerate(plan)
    ]
    tour = Tour(facts, made)
    tour._timer.setInterval(0)
    return tour


def test_it_goes_on_by_itself_when_something_is_done_and_says_so_first(qtbot, monkeypatch) -> None:
    facts = SimpleNamespace(is_done=False)
    tour = make(facts, monkeypatch, ("is_done", ""), ("", ""))
    tour.begin()
    assert (tour.step.name, tour.waits, tour.resumed.name) == ("0", True, "0")
    facts.is_done = True
    tour.check()
    assert (tour.step.name, tour.is_done, tour.waits) == ("0", True, False)
    assert tour.resumed.name == "1"  # it need not be done again after a restart
    facts.is_done = False  # it was done all the same
    with qtbot.assertNotEmitted(tour.changed):
        tour.check()
    assert tour.is_done
    qtbot.waitUntil(lambda: tour.step.name == "1")
    assert not tour.waits
    assert tour.is_last
    tour.go_on()
    assert not tour.is_on
    assert tour.number == 1


def test_what_was_done_early_is_passed_over_but_shown_on_the_way_back(qtbot, monkeypatch) -> None:
    facts = SimpleNamespace(is_done=True)
    tour = make(facts, monkeypatch, ("", ""), ("is_done", ""), ("is_done", ""), ("", ""))
    tour.begin()
    tour.go_on()
    assert tour.step.name == "3"
    tour.go_back()
    assert (tour.step.name, tour.is_done) == ("2", True)
    tour.check()
    qtbot.wait(5)
    assert tour.step.name == "2"  # it waits for Next
    tour.go_on()
    assert tour.step.name == "3"


def test_what_must_come_first_is_said_instead_and_a_step_can_be_skipped(monkeypatch) -> None:
    facts = SimpleNamespace(is_done=False, is_ready=False)
    tour = make(facts, monkeypatch, ("is_done", "is_ready"), ("", "is_ready"), ("", ""))
    entered: list[str] = []
    tour.entered.connect(lambda: entered.append(tour.scene.title))
    tour.begin()
    facts.is_ready = True
    tour.check()
    facts.is_ready = False
    tour.check()
    assert entered == ["first", "step 0", "first"]
    tour.go_on()
    assert tour.scene is FIRST
    assert tour.waits
    facts.is_ready = True
    tour.check()
    assert not tour.waits


def test_it_is_left_and_resumed_where_it_was_and_an_unknown_step_is_the_first(monkeypatch) -> None:
    tour = make(SimpleNamespace(), monkeypatch, ("", ""), ("", ""))
    tour.begin("1")
    tour.leave()
    assert (tour.is_on, tour.step.name) == (False, "1")
    tour.begin("of another version")
    assert (tour.is_on, tour.step.name) == (True, "0")


# ---- where the card stands

ROOM, CARD = QRect(0, 0, 900, 600), QSize(300, 150)


@pytest.mark.parametrize(
    "lit", [QRect(0, 0, 250, 600), QRect(600, 40, 300, 500), QRect(0, 0, 900, 300), QRect(5, 5, 9, 9)]
)
def test_the_card_stands_in_the_window_beside_what_is_lit(lit: QRect) -> None:
    place = QRect(place_card(CARD, ROOM, [lit]), CARD)
    assert ROOM.contains(place)
    assert not place.intersects(lit)


def test_the_card_stays_until_something_else_needs_its_place() -> None:
    at = QRect(400, 300, 300, 150)
    assert place_card(CARD, ROOM, [QRect(0, 0, 90, 90)], at=at) == at.topLeft()
    moved = QRect(place_card(CARD, ROOM, [QRect(0, 0, 90, 90)], [at], at=at), CARD)
    assert not moved.intersects(at)
    small = QRect(0, 0, 320, 170)  # all of it is lit
    assert small.contains(QRect(place_card(CARD, small, [small], at=at), CARD))
