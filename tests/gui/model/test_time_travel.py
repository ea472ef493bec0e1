"""Time travel: a run resumes from a checkpoint, or another one branches off there; in the session and in the window."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QRadioButton

from ganstudio import config as cfg
from ganstudio.config import SETTINGS
from ganstudio.data import catalog
from ganstudio.events import Stepped
from ganstudio.gui.runs.branch_dialog import BranchDialog
from ganstudio.gui.runs.branching import explain_kept, setting_for_branch
from ganstudio.runs import labels, runner
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder, RunInfo
from support.session import HeardSession, last_notice, opened
from support.window import TINY, WAIT


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def session(qapp, home):
    made = HeardSession()
    yield made
    assert made.shut_down()
    qapp.processEvents()


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """A run of 40 steps with a checkpoint each 10."""
    control = Control()
    data = catalog.load("digits", size=28, channels=1)
    config, path = replace(TINY, steps=40), tmp_path_factory.mktemp("trained") / "past"
    for event in runner.start(config, data, path, control).events():
        if isinstance(event, Stepped) and event.step % 10 == 0:
            control.save()
    return path


@pytest.fixture
def past(home, trained) -> Path:
    """A copy of that run."""
    shutil.copytree(trained, home / "past")
    return home / "past"


def test_a_rewind_asks_then_goes_on_from_there_and_the_rest_is_gone_from_view(session, past, qtbot):
    model = opened(session, qtbot, past)
    points = model.rewind_points
    assert len(points) >= 3
    middle = points[len(points) // 2]
    assert middle < 40
    session.time_travel.rewind(middle + 1)
    assert model.status == "finished"  # asked first
    assert f"step {middle:,}" in last_notice(session).text
    last_notice(session).choices[0][1]()
    qtbot.waitUntil(
        lambda: model.status == "finished" and model.finished.step == 40 and len(model.marks) > 0, timeout=WAIT
    )
    assert [mark.step for mark in model.marks if mark.kind == "resume"] == [middle]
    steps = model.history.column("step").tolist()
    assert steps == sorted(set(steps))
    history = RunFolder.open(past).history()
    assert [tick.step for tick in history.ticks] == steps


def test_a_run_that_trains_is_stopped_and_saved_then_rewound(session, past, qtbot):
    model = opened(session, qtbot, past)
    session.settings.change("steps", 100_000)
    session.training.start()
    qtbot.waitUntil(lambda: model.status == "training" and model.step > 60, timeout=WAIT)
    session.time_travel.rewind(40)
    assert model.status == "training"
    seen: list[str] = []
    model.statusChanged.connect(seen.append)
    last_notice(session).choices[0][1]()
    qtbot.waitUntil(lambda: seen.count("training") == 1, timeout=WAIT)
    assert seen[:2] == ["saving", "finished"]
    qtbot.waitUntil(lambda: any(mark.kind == "resume" and mark.step == 40 for mark in model.marks), timeout=WAIT)
    assert model.viewed_step is None
    session.training.stop()
    qtbot.waitUntil(lambda: model.status == "finished", timeout=WAIT)


def test_there_is_nothing_to_rewind_to_before_the_first_checkpoint(session, past, qtbot):
    model = opened(session, qtbot, past)
    session.time_travel.rewind(model.rewind_points[0] - 1)
    assert not last_notice(session).choices
    assert "There is no checkpoint" in last_notice(session).text


def test_a_branch_opens_as_a_run_that_waits_and_start_goes_on(session, past, qtbot):
    model = opened(session, qtbot, past)
    step = model.rewind_points[1]
    with qtbot.waitSignal(session.runsChanged, timeout=WAIT):
        session.time_travel.branch(step, {"optimizer.d_lr": 0.0123, "steps": step + 5}, "slower D")
    qtbot.waitUntil(lambda: model.folder.path != past and model.status == "finished", timeout=WAIT)
    folder = model.folder
    assert (folder.info.parent, folder.info.parent_step) == ("past", step)
    assert labels.read(folder.path).title == "slower D"
    assert model.step <= step
    assert cfg.read(model.config, "optimizer.d_lr") == 0.0123
    session.training.start()
    qtbot.waitUntil(lambda: model.finished is not None and model.finished.step == step + 5, timeout=WAIT)
    assert RunFolder.open(past).rewind_points()[-1] == 40  # the parent is as it was


def test_a_branch_that_cannot_be_made_is_an_error_and_the_run_stays(session, past, qtbot):
    model = opened(session, qtbot, past)
    with qtbot.waitSignal(session.notifier.failed, timeout=WAIT) as told:
        session.time_travel.branch(20, {"network.width": 32})
    assert "network.width" in told.args[0].message
    assert model.folder.path == past
    assert model.status == "finished"


# What a branch may change


def test_the_form_locks_what_the_branch_refuses():
    for path in SETTINGS:
        assert bool(explain_kept(path)) != cfg.find(path).on_branch, path
    assert "mnist" in setting_for_branch("data.name", TINY).choices
    assert "cifar10" not in setting_for_branch("data.name", TINY).choices


@pytest.fixture
def dialog(session, past, qtbot):
    model = opened(session, qtbot, past)
    made = BranchDialog(model)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # pytest-qt does
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_dialog_offers_every_checkpoint_and_says_what_changes(dialog, session, qtbot):
    steps = dialog.findChild(QComboBox, "branchStepCombo")
    assert [steps.itemData(row) for row in range(steps.count())] == session.model.rewind_points[::-1]
    assert dialog.step() == 40
    assert not dialog.field("network.width").editor.isEnabled()
    assert "shapes" in dialog.field("network.width").editor.toolTip()
    dialog.field("optimizer.batch_size").editor.setValue(32)
    dialog.field("objective.loss").edited.emit("objective.loss", "hinge")
    assert dialog.changes() == {"optimizer.batch_size": 32, "objective.loss": "hinge"}
    assert "batch" in dialog.summary.text()
    qtbot.keyClicks(dialog.findChild(QLineEdit, "branchName"), "hinge")
    with qtbot.waitSignal(dialog.branchRequested) as told:
        qtbot.mouseClick(dialog.findChild(QPushButton, "makeBranchButton"), Qt.MouseButton.LeftButton)
    assert told.args == [40, dialog.changes(), "hinge", True]


def test_while_a_run_trains_the_dialog_asks_what_becomes_of_it(session, past, qtbot):
    model = opened(session, qtbot, past)
    session.settings.change("steps", 100_000)
    session.training.start()
    qtbot.waitUntil(lambda: model.status == "training" and model.step > 41, timeout=WAIT)
    session.notices.clear()
    dialog = BranchDialog(model)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.branchRequested.connect(session.time_travel.branch)
    dialog.show()
    stop, keep = (dialog.findChild(QRadioButton, name) for name in ("stopForBranch", "keepTraining"))
    assert stop.isVisible()
    assert stop.isChecked()
    keep.click()
    with qtbot.waitSignal(session.runsChanged, timeout=WAIT):
        dialog.accept()
    assert model.status == "training"
    assert model.folder.path == past
    assert [notice.is_question for notice in session.notices] == [False]
    dialog.show()
    stop.click()
    dialog.accept()
    qtbot.waitUntil(lambda: model.folder.path != past and model.status == "finished", timeout=WAIT)
    assert model.folder.info.parent == "past"
    assert len(session.notices) == 1  # nothing was asked afterwards
    assert not stop.isVisible()


def test_a_setting_put_back_is_no_change(dialog):
    was = dialog.field("optimizer.d_lr").value()
    for value in (0.5, was):
        dialog.field("optimizer.d_lr").edited.emit("optimizer.d_lr", value)
    assert dialog.changes() == {}


# In the window


def test_a_locked_field_offers_a_branch(open_window, past, qtbot):
    window = open_window(run=past)
    model = window.model
    qtbot.waitUntil(lambda: model.folder is not None and model.status == "finished", timeout=WAIT)
    field = window.setup.field("optimizer.batch_size")
    assert "branch" in field.editor.toolTip()
    field.lockedPressed.emit("optimizer.batch_size")  # its section may not be open
    assert "batch size" in window.notice_bar.sentence.text()
    buttons = {each.text(): each for each in window.notice_bar.findChildren(QPushButton)}
    qtbot.mouseClick(buttons["Branch…"], Qt.MouseButton.LeftButton)
    dialog = window.findChild(BranchDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.field("optimizer.batch_size").isVisible(), timeout=WAIT)
    dialog.reject()


def test_a_click_on_a_disabled_editor_reaches_its_field(open_window, past, qtbot):
    window = open_window(run=past)
    qtbot.waitUntil(lambda: window.model.status == "finished", timeout=WAIT)
    field = window.setup.field("seed")
    window.setup.sections.open("schedule")
    qtbot.waitUntil(field.isVisible, timeout=WAIT)
    with qtbot.waitSignal(window.setup.branchRequested) as told:
        qtbot.mouseClick(field.editor, Qt.MouseButton.LeftButton)
    assert told.args == ["seed"]


def test_the_actions_rewind_and_branch(open_window, past, qtbot):
    window = open_window()
    rewind, branch = window.actions_["rewind"], window.actions_["branch"]
    assert not rewind.isEnabled()
    assert not branch.isEnabled()
    window.session.open_run(past)
    model = window.model
    qtbot.waitUntil(lambda: model.status == "finished" and rewind.isEnabled(), timeout=WAIT)
    for step in (model.rewind_points[1], 0):  # the first noise can be gone back to, too
        model.view(step)
        assert rewind.isEnabled()
    model.view(model.rewind_points[1])
    branch.trigger()
    dialog = window.run_commands.branch_dialog
    assert dialog.isVisible()
    assert dialog.step() == model.find_rewind_point()
    dialog.accept()
    qtbot.waitUntil(lambda: "branch of past at step" in window.windowTitle(), timeout=WAIT)


def replaced(path: Path) -> None:
    shutil.rmtree(path)
    RunFolder.create(path, TINY, RunInfo("2020-01-01T00:00:00+00:00", 5))


GONE = {
    "deleted": (shutil.rmtree, "is gone"),
    "renamed": (lambda path: path.rename(path.with_name("another name")), "is gone"),
    "replaced": (replaced, "holds another run"),
    "damaged": (lambda path: (path / "run.toml").unlink(), "no longer holds it"),
}


@pytest.mark.parametrize(("lose", "words"), GONE.values(), ids=GONE)
def test_where_the_folder_no_longer_holds_the_run_that_is_said_and_a_new_run_offered(session, past, qtbot, lose, words):
    model = opened(session, qtbot, past)
    session.settings.change("steps", 60)
    lose(past)
    travel = session.time_travel
    for ask in (session.training.start, lambda: travel.rewind(10), lambda: travel.branch(None)):
        session.notices.clear()
        ask()
        notice = last_notice(session)
        assert words in notice.text
        assert str(past) in notice.text
        assert [label for label, _ in notice.choices] == ["New run with these settings"]
        assert (model.status, model.step) == ("finished", 40)  # what is shown stays
    notice.choices[0][1]()
    assert model.folder is None
    assert model.config.steps == 60


def test_a_checkpoint_that_was_removed_meanwhile_is_not_branched_from(session, past, qtbot):
    model = opened(session, qtbot, past)
    dialog = BranchDialog(model)
    qtbot.addWidget(dialog)
    requested = []
    dialog.branchRequested.connect(lambda *request: requested.append(request[0]))
    step, steps = dialog.step(), model.rewind_points
    RunFolder.open(past).drop_checkpoint(step)
    dialog.accept()
    assert not requested
    assert f"removed the checkpoint of step {step:,}" in dialog.summary.text()
    assert dialog.step() in steps[:-1]
    dialog.accept()
    assert requested == [dialog.step()]
