"""The coach in the window: what it finds is shown with its numbers and buttons, marked on the curves, and said once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.coach.finding import Effect, Figure, Finding, Remedy, RemedyKind, Severity
from ganstudio.coach.record import Columns
from ganstudio.data.points.density_picture import draw_density
from ganstudio.events import Marked, MarkKind, Measured, Samples, Started
from ganstudio.gui.coach.evidence import HEIGHT, Evidence
from ganstudio.gui.coach.watcher import CoachWatcher
from ganstudio.gui.coach.window import CoachWindow
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.model.notice import Notice, Notifier
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.window.coach import Coach
from ganstudio.gui.window.dialogs import Dialogs
from ganstudio.gui.workers import coach as coach_worker
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import SMALL, tick
from support.runs import raising

MINIMAX = cfg.change(SMALL, "objective.loss", "minimax")
LAB = presets.load("lab-ring-8").config
LIVE = Remedy("Set D steps to 1", RemedyKind.LIVE, {"schedule.d_steps": 1, "penalty.r1": 1.0})
BACK = Remedy("Go back to step 40 and set R1 to 1", RemedyKind.LIVE, {"penalty.r1": 1.0}, 40)
NEW = Remedy("Set packing to 2 in a new run", RemedyKind.NEW_RUN, {"network.packing": 2})
FOUND = Finding(
    "C3", Severity.RED, 50, 80, None, "Collapse", "It is so. It means that.", (Figure("recall", 0.1, 0.2, True),)
)


def train(model: RunModel, until: int = 1000, **values: float) -> None:
    model.begin(model.config if model.config.makes_points else MINIMAX)
    model.set_status("starting")
    model.handle(Started(model.config, "cpu", "a chip", "float32", 1, 1, 80, 10, 5000))
    model.set_status("training")
    model.handle_all([tick(step, **values) for step in range(20, until + 1, 20)])


@pytest.fixture
def model(tmp_path: Path) -> RunModel:
    return RunModel(MINIMAX)


@pytest.fixture
def watcher(model: RunModel) -> Iterator[CoachWatcher]:
    watcher = CoachWatcher(model)
    yield watcher
    assert watcher.stop()


@pytest.fixture
def window(qtbot, model: RunModel, watcher: CoachWatcher) -> CoachWindow:
    window = CoachWindow(model, watcher)
    qtbot.addWidget(window)
    return window


def texts(window: CoachWindow) -> str:
    return " | ".join(label.text() for label in window.findChildren(QLabel) if not label.isHidden())


def test_a_fault_is_found_while_the_run_grows_and_forgotten_with_it(
    qtbot, model: RunModel, watcher: CoachWatcher, window: CoachWindow
) -> None:
    assert "watches the run" in window.summary.text()
    train(model, d_fake=0.01)
    with qtbot.waitSignal(watcher.changed, timeout=10_000):
        watcher.judge()
    assert window.summary.text() == "1 finding:"
    assert "D has won, G hears nothing, since step 300" in texts(window)
    assert "D(G(z)) 0.010, below 0.050" in texts(window)
    assert next(button.text() for button in window.findChildren(QPushButton)) == "Set loss to non-saturating"
    model.close_run()
    assert watcher.findings == []
    assert window.cards == []


def test_a_run_is_judged_by_the_settings_that_it_was_trained_with(
    qtbot, model: RunModel, watcher: CoachWatcher
) -> None:
    train(model, d_fake=0.01)
    model.set_status("finished")
    model.set_config(cfg.change(MINIMAX, "objective.loss", "wasserstein"))  # for what comes next
    with qtbot.waitSignal(watcher.judged, timeout=10_000):
        watcher.judge()
    assert [finding.id for finding in watcher.findings] == ["C1"]


def test_that_a_run_cannot_be_judged_is_said_once(
    qtbot, model: RunModel, watcher: CoachWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    watcher.failed.connect(said.append)
    monkeypatch.setattr(coach_worker, "explain", raising(ValueError("no such column")))
    train(model)
    for _ in range(2):
        watcher.judge()
        qtbot.waitUntil(lambda: bool(said))
    qtbot.wait(50)
    assert len(said) == 1
    monkeypatch.undo()
    train(model, d_fake=0.01)  # another run
    with qtbot.waitSignal(watcher.changed, timeout=10_000):
        watcher.judge()
    assert [finding.id for finding in watcher.findings] == ["C1"]


def test_a_healthy_run_is_left_in_peace(qtbot, model: RunModel, watcher: CoachWatcher, window: CoachWindow) -> None:
    train(model)
    with qtbot.waitSignal(watcher.judged, timeout=10_000):
        watcher.judge()
    assert watcher.findings == []
    model.handle(Measured(900, 9.0, 1.0, "random-conv-64", 100, 3.0, 0.9, 0.9, 1.0, 0.9))
    assert window.summary.text() == "Nothing found in the losses, the measurements, the grids and the settings."


def test_what_is_said_follows_a_run_in_which_nothing_is_found(
    qtbot, model: RunModel, watcher: CoachWatcher, window: CoachWindow
) -> None:
    def judge() -> str:
        with qtbot.waitSignal(watcher.judged, timeout=10_000):
            watcher.judge()
        return window.summary.text()

    window.show()
    train(model, until=100)
    assert judge() == "Nothing found so far. Most faults are told only after 300 steps."
    window.close()
    model.handle_all([tick(step) for step in range(120, 1001, 20)])
    judge()
    window.show()
    assert window.summary.text().startswith("Nothing found in the losses and settings.")


def test_an_answer_about_a_run_that_was_closed_is_dropped(model: RunModel, watcher: CoachWatcher) -> None:
    train(model)
    before = SimpleNamespace(open_count=model.open_count, rewinds=0)
    model.close_run()
    watcher._take(before, [FOUND])
    assert watcher.findings == []


def test_grids_that_stand_still_are_seen_while_the_run_grows(qtbot, model: RunModel, watcher: CoachWatcher) -> None:
    train(model)
    model.handle(Measured(300, 3.0, 1.0, "random-conv-64", 100, 300.0, 0.0, 0.0, 0.0, 0.1))
    pictures = np.random.default_rng(0).integers(0, 255, (9, 28, 28), dtype=np.uint8)
    for step in range(300, 1001, 50):
        model.handle(Samples(step, step / 10, pictures))
        if step % 200 == 0:
            with qtbot.waitSignal(watcher.judged, timeout=10_000):
                watcher.judge()
    assert [finding.id for finding in watcher.findings] == ["C9"]


def test_buttons_change_settings_or_branch(qtbot, watcher: CoachWatcher, window: CoachWindow) -> None:
    asked: list[object] = []
    window.changeRequested.connect(lambda *what: asked.append(what))
    window.branchRequested.connect(lambda *what: asked.append(what))
    watcher._show([replace(FOUND, remedies=(LIVE, BACK, NEW))])
    buttons = window.cards[0].findChildren(QPushButton)
    assert [button.text() for button in buttons] == [LIVE.text, BACK.text]
    for button in buttons:
        button.click()
    assert asked == [("schedule.d_steps", 1), ("penalty.r1", 1.0), (40, {"penalty.r1": 1.0})]
    assert "Set packing to 2 in a new run." in texts(window)
    assert [button.isEnabled() for button in buttons] == [False, True]
    assert buttons[0].text() == "Set D steps to 1: done, Edit > Undo takes it back"


def test_a_remedy_that_was_undone_can_be_tried_again(
    model: RunModel, watcher: CoachWatcher, window: CoachWindow
) -> None:
    train(model)
    watcher._show([replace(FOUND, remedies=(LIVE,))])
    [button] = window.cards[0].findChildren(QPushButton)
    button.click()
    assert not button.isEnabled()
    for path, value in LIVE.changes.items():
        model.handle(Marked(1000, MarkKind.CHANGE, "", path, cfg.read(MINIMAX, path), value))
    assert (button.isEnabled(), button.text()) == (False, f"{LIVE.text}: done, Edit > Undo takes it back")
    model.handle(Marked(1000, MarkKind.CHANGE, "", "penalty.r1", 1.0, cfg.read(MINIMAX, "penalty.r1")))
    assert (button.isEnabled(), button.text()) == (True, LIVE.text)


def test_a_run_that_is_only_followed_can_be_branched_but_not_edited(
    model: RunModel, watcher: CoachWatcher, window: CoachWindow
) -> None:
    watcher._show([replace(FOUND, remedies=(LIVE, BACK))])
    model.set_status("following")
    live, back = window.cards[0].findChildren(QPushButton)
    assert not live.isEnabled()
    assert "only follows" in live.toolTip()
    assert back.isEnabled()


def test_three_are_shown_the_worst_first_and_what_is_over_is_not(watcher: CoachWatcher, window: CoachWindow) -> None:
    over = replace(FOUND, id="C2", cleared=90)
    watcher._show([*(replace(FOUND, id=id) for id in ("C1", "C3", "C4", "C6")), over])
    assert [card.finding.id for card in window.cards] == ["C1", "C3", "C4"]
    watcher._show([over])
    assert window.cards == []
    watcher._show([replace(over, cleared_by="learning rate of D: 0.1 → 0.01")])
    assert window.summary.text().startswith("Over since step 90: Collapse, after learning rate of D: 0.1 → 0.01.")


def test_a_card_has_the_curves_that_show_it_and_follows_the_run(
    model: RunModel, watcher: CoachWatcher, window: CoachWindow
) -> None:
    train(model, d_loss=0.01, g_move=0.05)
    watcher._show([replace(FOUND, id="C1"), replace(FOUND, id="C8"), replace(FOUND, id="C14")])
    window.show()
    drawn = [[line.field for line, _, _ in card.evidence.lines] for card in window.cards]
    assert drawn == [["d_loss", "g_loss"], ["g_move"], ["d_loss", "g_loss"]]  # the lag of this run is not known
    evidence = window.cards[0].evidence
    assert evidence.accessibleName() == "loss of D: 0.010; loss of G: 2.00"
    model.handle(tick(1020, d_loss=0.5))
    watcher.judged.emit()
    assert evidence.accessibleName() == "loss of D: 0.500; loss of G: 2.00"
    image = evidence.grab().toImage()
    colours = {image.pixelColor(x, 40 + y).name().upper() for x in range(99) for y in range(3)}
    assert theme.current().alarm in colours  # where it began


def test_a_collapse_is_shown_in_pictures_from_before_it_and_of_now(
    model: RunModel, watcher: CoachWatcher, window: CoachWindow
) -> None:
    train(model)
    for step, level in ((40, 250), (900, 90)):
        model.handle(Samples(step, 0.1, np.full((9, 28, 28), level, np.uint8)))
    watcher._show([FOUND])
    picture = window.cards[0].evidence.grab().toImage()
    shown = {picture.pixelColor(x, y).red() for x in range(0, picture.width(), 2) for y in range(20, HEIGHT, 2)}
    assert {250, 90} <= shown
    assert not window.cards[0].evidence.lines


def test_the_pictures_before_it_are_those_that_a_remedy_goes_back_to(model: RunModel, watcher: CoachWatcher) -> None:
    train(model)
    for step in (30, 45, 900):
        model.handle(Samples(step, 0.1, np.full((9, 28, 28), 250, np.uint8)))
    for remedies, step in (((), 45), ((LIVE, BACK), 30)):
        said = Evidence(replace(FOUND, remedies=remedies), watcher).accessibleName()
        assert said == f"Pictures from step {step}, before it began, and of now"


def test_pictures_in_files_are_read_by_the_thread(
    qtbot, model: RunModel, watcher: CoachWatcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunFolder.create(tmp_path / "run", MINIMAX, RunInfo.now(MINIMAX))
    readers: list[object] = []
    read = RunFolder.read_samples
    monkeypatch.setattr(RunFolder, "read_samples", lambda *at: readers.append(QThread.currentThread()) or read(*at))
    for step, level in ((40, 250), (900, 90)):
        run.save_samples(Samples(step, 0.1, np.full((9, 28, 28), level, np.uint8)))
    train(model)
    model.folder, model.samples = run, dict(run.samples())
    evidence = Evidence(FOUND, watcher)
    qtbot.addWidget(evidence)
    qtbot.waitUntil(lambda: evidence.accessibleName() == "Pictures from step 40, before it began, and of now")
    evidence.refresh()
    assert len(readers) == 2
    assert QThread.currentThread() not in readers
    model.samples.clear()
    evidence.refresh()
    assert evidence.lines  # nothing else is left


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_collapse_of_points_onto_one_place_is_seen(
    name: str, scale: int, qtbot, dressed: QApplication, model: RunModel, watcher: CoachWatcher
) -> None:
    theme.use(name)
    model.set_config(LAB)
    train(model)
    for step, spread in ((40, 0.5), (900, 0.0)):
        points = spread * np.random.default_rng(0).normal(size=(64, 2)) + 0.3
        model.handle(Samples(step, 0.1, draw_density(points, LAB.data.sides)[None]))
    evidence = Evidence(FOUND, watcher)
    qtbot.addWidget(evidence)
    evidence.resize(400, HEIGHT)
    picture = QImage(400 * scale, HEIGHT * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    evidence.render(picture)
    now = [picture.pixelColor(x, y) for x in range(200 * scale, 300 * scale) for y in range(20 * scale, HEIGHT * scale)]
    assert sum(colour.red() > 150 and colour.blue() < 60 for colour in now) >= 12 * scale**2
    theme.use("dark")


def test_where_all_points_lie_outside_the_picture_the_modes_found_are_shown(
    qtbot, model: RunModel, watcher: CoachWatcher
) -> None:
    model.set_config(LAB)
    model.begin(LAB)
    model.handle_all([tick(step) for step in range(20, 1001, 20)])
    for step in (100, 500, 900):
        model.handle(Measured(step, step / 100, 0.1, "points", 4096, js=0.9, modes=8 - step // 150, of_modes=8))
    model.handle(Samples(900, 0.1, draw_density(np.full((64, 2), 9.0), LAB.data.sides)[None]))
    evidence = Evidence(FOUND, watcher)
    qtbot.addWidget(evidence)
    assert [line.field for line, _, _ in evidence.lines] == ["mode_share"]
    model.handle(Samples(1000, 0.1, draw_density(np.zeros((64, 2)), LAB.data.sides)[None]))
    evidence.refresh()
    assert (evidence.lines, evidence.accessibleName()) == ([], "Pictures of now")


def test_what_a_change_did_is_said_on_the_card_whose_buttons_stay(watcher: CoachWatcher, window: CoachWindow) -> None:
    watcher._show([replace(FOUND, remedies=(LIVE,))])
    [card] = window.cards
    assert card.effect.isHidden()
    effect = Effect(60, "R1: 0 → 1", (("coverage", 0.1, 0.45),))
    watcher._show([replace(FOUND, remedies=(LIVE,), effect=effect)])
    assert window.cards == [card]
    assert card.effect.text() == "Since step 60 (R1: 0 → 1): coverage 0.100, now 0.450."
    watcher._show([replace(FOUND, cleared=90, cleared_by="R1: 0 → 1", effect=effect)])
    assert "after R1: 0 → 1. Since step 60 (R1: 0 → 1): coverage" in window.summary.text()


def test_names_of_files_are_shown_as_they_are(watcher: CoachWatcher, window: CoachWindow) -> None:
    watcher._show([replace(FOUND, title="Missing: class <b>cat</b>\u202e", figures=(Figure("<i>share</i>", 0.1),))])
    labels = window.cards[0].findChildren(QLabel)
    assert [label.textFormat().name for label in labels] == ["PlainText"] * len(labels)
    assert "<b>cat</b>" in texts(window)
    assert "\u202e" not in texts(window)


def test_the_thread_has_rows_of_its_own() -> None:
    model = RunModel(SMALL)
    model.handle_all([tick(step) for step in range(10, 60, 10)])
    columns = Columns(model.history, 3)
    model.history.truncate(20)
    model.handle(tick(30, d_loss=9.0))
    assert columns.column("step").tolist() == [30, 40, 50]
    assert columns.column("d_loss").tolist() == [1.0, 1.0, 1.0]


# ---- what it says by itself ----------------------------------------------------------------------------------------


@pytest.fixture
def coach(qtbot, model: RunModel) -> Iterator[Coach]:
    curves = CurvesPanel(model)
    qtbot.addWidget(curves)
    parent = QObject()
    noted: list[Marked] = []
    context = SimpleNamespace(
        window=parent,
        session=SimpleNamespace(model=model, notifier=Notifier(parent), control=SimpleNamespace(note=noted.append)),
        actions=SimpleNamespace(connect=lambda slots: None),
        panels=SimpleNamespace(curves=curves),
        dialogs=Dialogs(),
    )
    coach = Coach(context)  # type: ignore[arg-type]
    coach.posted = []  # type: ignore[attr-defined]
    context.session.notifier.noticed.connect(coach.posted.append)  # type: ignore[attr-defined]
    coach.parts, coach.noted = context, noted  # type: ignore[attr-defined]
    yield coach
    assert coach.stop()


def notices(coach: Coach) -> list[Notice]:
    found: list[Notice] = coach.posted  # type: ignore[attr-defined]
    return found


def test_a_new_fault_is_said_once_and_marked_where_it_began(coach: Coach, model: RunModel) -> None:
    train(model)
    coach.watcher._show([FOUND])
    coach.watcher._show([replace(FOUND, began=60)])
    assert [notice.text for notice in notices(coach)] == ["Collapse, since step 50."]
    assert notices(coach)[0].choices[0][0] == "Show why"
    marks = coach.parts.panels.curves._run_view.findings  # type: ignore[attr-defined]
    assert [(mark.step, mark.text) for mark in marks] == [(60, "Collapse")]
    coach.watcher._show([replace(FOUND, cleared=700)])
    assert [mark.text for mark in coach.parts.panels.curves._run_view.findings] == [  # type: ignore[attr-defined]
        "Collapse, over since step 700"
    ]
    coach.watcher._show([FOUND])
    assert len(notices(coach)) == 2
    said = [(mark.kind, mark.path, mark.old, mark.new) for mark in coach.noted]  # type: ignore[attr-defined]
    assert said == [("finding", "C3", 50, new) for new in (None, 700, None)]


def test_what_the_history_has_is_not_noted_again_and_nothing_of_a_run_that_is_looked_at(
    coach: Coach, model: RunModel
) -> None:
    coach.watcher._show([FOUND])
    assert coach.noted == []  # type: ignore[attr-defined]
    train(model)
    model.handle(Marked(900, MarkKind.FINDING, "Collapse, since step 50", "C3", 50, None))
    coach.watcher._show([replace(FOUND, began=60)])
    assert coach.noted == []  # type: ignore[attr-defined]


def test_nothing_is_noted_of_a_run_before_it_was_judged(qtbot, coach: Coach, model: RunModel) -> None:
    model.begin(MINIMAX)
    model.handle_all([tick(step, d_fake=0.01) for step in range(20, 1001, 20)])
    model.handle(Marked(600, MarkKind.FINDING, "D has won, since step 300", "C1", 300, None))
    model.handle(Marked(700, MarkKind.FINDING, "Collapse, since step 50", "C3", 50, None))
    model.set_status("starting")
    model.handle(Started(MINIMAX, "cpu", "a chip", "float32", 1, 1, 80, 10, 5000, step=1000))
    assert coach.noted == []  # type: ignore[attr-defined]
    with qtbot.waitSignal(coach.watcher.judged, timeout=10_000):
        coach.watcher.judge()
    [mark] = coach.noted  # type: ignore[attr-defined]
    assert mark.text == "No longer found: Collapse"


def test_what_came_after_the_step_that_a_run_goes_back_to_is_forgotten(qtbot, coach: Coach, model: RunModel) -> None:
    noted: list[Marked] = coach.noted  # type: ignore[attr-defined]
    train(model)
    coach.watcher._show([FOUND, replace(FOUND, id="C4", began=700, found=800)])
    coach.watcher._show([replace(FOUND, cleared=900), replace(FOUND, id="C4", began=700, found=800)])
    assert [(mark.path, mark.new) for mark in noted] == [("C3", None), ("C4", None), ("C3", 900)]
    for mark, step in zip(list(noted), (100, 850, 920), strict=True):
        model.handle(replace(mark, step=step))
    answer = SimpleNamespace(open_count=model.open_count, rewinds=0)
    model.handle(Started(MINIMAX, "cpu", "a chip", "float32", 1, 1, 80, 10, 5000, step=500))
    assert [(finding.id, finding.cleared) for finding in coach.watcher.findings] == [("C3", None)]
    coach.watcher._take(answer, [FOUND, replace(FOUND, id="C4")])  # of the time that it went back from
    assert [finding.id for finding in coach.watcher.findings] == ["C3"]
    noted.clear()
    model.handle_all([tick(step) for step in range(520, 1201, 20)])
    with qtbot.waitSignal(coach.watcher.judged, timeout=10_000):
        coach.watcher.judge()
    coach.watcher._show([replace(FOUND, id="C4", began=700, found=800)])
    assert [(mark.path, mark.new) for mark in noted] == [("C3", 1200), ("C4", None)]


@pytest.mark.parametrize("quiet", ["green", "info"])
def test_what_is_no_fault_is_not_said(coach: Coach, model: RunModel, quiet: str) -> None:
    train(model)
    coach.watcher._show([replace(FOUND, severity=Severity(quiet))])
    assert notices(coach) == []
    assert coach.parts.panels.curves._run_view.findings == []  # type: ignore[attr-defined]


def test_of_a_run_that_is_looked_at_nothing_is_said_until_it_goes_on(coach: Coach, model: RunModel) -> None:
    coach.watcher._show([FOUND])
    model.set_status("starting")
    assert notices(coach) == []
    model.set_status("training")
    model.set_status("paused")
    assert len(notices(coach)) == 1


def test_the_window_is_closed_by_its_button(window: CoachWindow) -> None:
    window.show()
    window.findChild(QPushButton, "closeCoachButton").click()
    assert not window.isVisible()
