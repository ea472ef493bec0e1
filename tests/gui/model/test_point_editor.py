"""Points changed by hand in a session: before the start, while it trains, when it resumes; undone; refused."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from ganstudio.data.points import edits as point_edits
from ganstudio.data.points.edits import Added, Edit, Erased, Moved
from ganstudio.events import Marked, MarkKind, RunStatus
from ganstudio.gui.model.point_editor import modes_now
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.model.undo_points import PointChangesRecorder
from ganstudio.gui.model.viewing import point_edits as shown
from ganstudio.runs import drawing
from ganstudio.runs.folder import RunFolder
from support.points import settings
from support.session import HeardSession, last_notice
from support.window import WAIT

ADD: Edit = Added(((0.0, 0.5),), 40, 0.05)
ERASE: Edit = Erased(((1.0, 0.0),), 0.1)
MOVE: Edit = Moved(4, (0.25, 0.0))


@pytest.fixture
def lab(session: HeardSession) -> HeardSession:
    session.set_up(settings("lab-ring-8", steps=100_000, data__points=200))
    return session


@pytest.fixture
def stack(lab: HeardSession) -> UndoStack:
    stack = UndoStack(lab)
    PointChangesRecorder(lab.model, lab.points, stack, lab)
    return stack


def marks_of(session: HeardSession) -> list[str]:
    return [mark.text for mark in session.model.marks if mark.path == point_edits.PATH]


def test_a_run_begins_with_the_points_goes_on_with_changes_and_undoes_them(lab, stack, qtbot, monkeypatch, tmp_path):
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path))
    model, points = lab.model, lab.points
    assert points.edit(MOVE)
    assert points.edit(ADD)
    assert shown(model) == (MOVE, ADD)
    assert stack.undoText() == "40 points added at (0.00, 0.50)"
    stack.undo()
    assert shown(model) == points.edits == (MOVE,)
    assert modes_now(model).centres[4] == pytest.approx([-0.75, 0])
    lab.training.start()
    qtbot.waitUntil(lambda: model.status == RunStatus.TRAINING and bool(marks_of(lab)), timeout=WAIT)
    assert model.pending_edits is None
    for edit in (ERASE, ADD):
        assert points.edit(edit)
    assert points.edits == (MOVE, ERASE, ADD)
    stack.undo()
    stack.undo()  # before the run has answered
    stack.redo()
    qtbot.waitUntil(lambda: len(marks_of(lab)) == 6, timeout=WAIT)
    assert shown(model) == points.edits == (MOVE, ERASE)
    assert marks_of(lab)[0] == "points changed by hand: mode 5 moved"
    assert marks_of(lab)[3].startswith("taken back: 40 points added")
    lab.training.stop()
    qtbot.waitUntil(lambda: model.status == RunStatus.FINISHED and lab.threads.training is None, timeout=WAIT)
    assert drawing.read_edits(RunFolder.open(model.folder.path), None) == (MOVE, ERASE)

    assert points.edit(ADD)  # for when it resumes
    assert shown(model) == (MOVE, ERASE, ADD)
    stack.undo()
    stack.undo()
    assert model.pending_edits == (MOVE,)
    lab.training.start()
    qtbot.waitUntil(lambda: len(marks_of(lab)) == 7, timeout=WAIT)
    assert shown(model) == (MOVE,)
    lab.training.stop()
    qtbot.waitUntil(lambda: model.status == RunStatus.FINISHED, timeout=WAIT)


def test_what_cannot_be_changed_is_said(lab, stack):
    model, points = lab.model, lab.points

    def refuses(edit: Edit, *words: str) -> None:
        before = points.edits
        assert not points.edit(edit)
        assert all(word in last_notice(lab).text for word in words)
        assert points.edits == before

    refuses(Erased(((0.0, 0.0),), 3.0), "0 points would be left", "at least 20")
    refuses(Moved(8, (1.0, 0.0)), "no mode 9")
    assert not points.edit(Erased(((0.0, 0.0),), 0.1))  # there is nothing
    assert points.edit(MOVE)
    for status in (RunStatus.STARTING, RunStatus.SAVING):
        model.set_status(status)
        refuses(ADD, "once the run has begun")
    model.set_status(RunStatus.FOLLOWING)
    refuses(ADD, "Another program is training this run", "Branch")
    assert not stack.canUndo() or not stack.command(0).fits()
    model.set_status(RunStatus.IDLE)
    model.set_config(dataclasses.replace(model.config, engine=dataclasses.replace(model.config.engine, processes=2)))
    refuses(ADD, "this one has 2", "Set the processes to 1")
    lab.training.start()
    assert model.status == RunStatus.IDLE  # it has points that were changed before the processes were set


def test_the_past_is_shown_as_it_was_and_not_changed(lab):
    model, points = lab.model, lab.points
    for step, edits in ((10, (MOVE,)), (20, (ADD,))):
        change = point_edits.encode(point_edits.Change(len(edits) if step == 20 else 0, edits))
        model.handle(Marked(step, MarkKind.CHANGE, "", point_edits.PATH, None, change))
    assert points.edits == shown(model) == (MOVE, ADD)
    model.view(15)
    assert shown(model) == (MOVE,)
    model.view(5)
    assert shown(model) == ()
    assert np.allclose(modes_now(model).centres[4], [-1, 0])
    model.history.append(_tick(30))
    assert not points.edit(ERASE)
    assert "step 5, which is past" in last_notice(lab).text
    model.view(None)
    model.handle(Marked(10, MarkKind.RESUME, "", "", 30, 10))  # a rewind
    assert points.edits == (MOVE,)


def _tick(step: int) -> object:
    from support.runs import tick

    return tick(step)


def test_changes_of_other_points_are_gone_with_them_and_a_refused_one_is_forgotten(lab, monkeypatch):
    model, points = lab.model, lab.points
    assert points.edit(MOVE)
    lab.settings.change("data.points", 300)
    assert points.edits == (MOVE,)
    lab.settings.choose_dataset("lab-spiral")
    assert (points.edits, model.pending_edits) == ((), None)
    assert "of another data set" in last_notice(lab).text
    monkeypatch.setattr(type(lab.control), "is_training", property(lambda _: True))
    monkeypatch.setattr(lab.control, "edit_points", lambda *_: True)
    assert points.edit(ADD)
    assert points.edits == (ADD,)
    model.handle(Marked(1, MarkKind.WARNING, "it was not possible"))
    assert points.edits == ()


def test_a_run_on_disk_shows_the_points_as_they_were_changed(lab, qtbot, tmp_path: Path):
    from ganstudio.data import catalog
    from ganstudio.runs import runner

    config = settings("lab-ring-8", data__points=200)
    list(runner.start(config, catalog.load_for(config), tmp_path / "run", edits=(MOVE, ADD)).events())
    lab.open_run(tmp_path / "run")
    qtbot.waitUntil(lambda: lab.model.status == RunStatus.FINISHED, timeout=WAIT)
    assert shown(lab.model) == (MOVE, ADD)
