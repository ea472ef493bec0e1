"""Runs are moved to the trash and put back."""

import os

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from ganstudio.gui.notices.notice_bar import NoticeBar
from ganstudio.gui.workers.trash import Deletion
from ganstudio.runs.folder import RunFolder
from support.panels import SMALL
from support.run_list import choose, make_run, names, put_back, summary_of, wait_for
from support.window import WAIT


def test_a_pinned_run_stays_on_top_and_is_not_deleted_without_asking(panel, qtbot, home):
    choose(panel, "long")
    panel.run_actions.action("pin").trigger()
    qtbot.waitUntil(lambda: names(panel)[0] == "long", timeout=WAIT)
    assert panel.run_actions.action("pin").text() == "Unpin"
    panel.run_actions.action("trash").trigger()
    ((label, go),) = panel.notices[-1].choices
    assert label == "Move to the trash"
    assert (home / "2026-01-01_120000_long").is_dir()
    go()
    wait_for(panel, qtbot, 2)
    assert not (home / "2026-01-01_120000_long").exists()
    assert panel.notices[-1].text == "Deleted long."  # as the list calls it


def test_a_deleted_run_is_in_the_trash(panel, qtbot, home, tmp_path):
    choose(panel, "twig")
    qtbot.mouseClick(panel.findChild(QToolButton, "trashRunButton"), Qt.MouseButton.LeftButton)
    wait_for(panel, qtbot, 2)
    assert not (home / "twig").exists()
    found = [path for path, _, files in os.walk(tmp_path / "data") if "run.toml" in files]
    assert len(found) == 1
    assert panel.notices[-1].text == "Deleted twig."
    assert panel.notices[-1].passing


def test_a_deleted_run_is_put_back_by_the_notice_and_by_undo(panel, qtbot, home, tmp_path):
    kept = (home / "twig" / "history.jsonl").read_bytes()
    for back in (lambda: put_back(panel), panel.undo_stack.undo):
        choose(panel, "twig")
        panel.run_actions.action("trash").trigger()
        wait_for(panel, qtbot, 2)
        assert panel.undo_stack.undoText() == "deletion of twig"
        back()
        wait_for(panel, qtbot, 3)
        assert (home / "twig" / "history.jsonl").read_bytes() == kept
        assert panel.notices[-1].text == "twig is back."
        assert not [path for path in (tmp_path / "data").rglob("*") if path.is_file()]  # nor a note in the trash
    panel.undo_stack.redo()
    wait_for(panel, qtbot, 2)
    assert not (home / "twig").exists()
    panel.undo_stack.undo()
    wait_for(panel, qtbot, 3)


def test_a_run_that_is_put_back_replaces_no_other(panel, qtbot, home):
    choose(panel, "twig")
    panel.run_actions.action("trash").trigger()
    wait_for(panel, qtbot, 2)
    make_run(home, "twig", 70)
    put_back(panel)
    wait_for(panel, qtbot, 4)
    assert panel.notices[-1].text == "twig is back, in the folder twig-2, because there is another twig now."
    assert (summary_of(panel, "twig").steps, summary_of(panel, "twig-2").steps) == (70, 10)


def test_the_user_is_asked_before_several_runs_are_deleted(panel, qtbot, home):
    choose(panel, "twig", "measured")
    panel.run_actions.action("trash").trigger()
    assert panel.notices[-1].text == "Move twig, measured to the trash?"
    assert (home / "twig").is_dir()
    panel.notices[-1].choices[0][1]()
    wait_for(panel, qtbot, 1)
    assert panel.undo_stack.undoText() == "deletion of 2 runs"
    put_back(panel)
    wait_for(panel, qtbot, 3)


def test_the_open_run_and_a_running_one_cannot_be_deleted(panel, model, qtbot, home):
    folder = RunFolder.open(home / "twig")
    model.begin(SMALL, folder)
    choose(panel, "twig")
    assert not panel.run_actions.action("trash").isEnabled()
    lock = RunFolder.open(home / "measured").lock()
    try:
        panel.refresh()
        qtbot.waitUntil(lambda: summary_of(panel, "measured").status == "running", timeout=WAIT)
        choose(panel, "measured")
        assert not panel.run_actions.action("trash").isEnabled()
        panel.run_thread.trash(Deletion([home / "measured"]))  # the list may be older than what the folder says
        qtbot.waitUntil(lambda: bool(panel.failures), timeout=WAIT)
        assert "being trained" in panel.failures.pop().message
        assert (home / "measured").is_dir()
    finally:
        lock.release()


def test_a_notice_about_a_deletion_replaces_the_one_before(panel, qtbot):
    bar = NoticeBar()
    qtbot.addWidget(bar)
    panel.noticed.connect(bar.show_notice)
    choose(panel, "twig")
    panel.run_actions.action("trash").trigger()
    wait_for(panel, qtbot, 2)
    panel.undo_stack.undo()
    wait_for(panel, qtbot, 3)
    assert [card.notice.text for card in bar.cards] == ["twig is back."]  # no button that does nothing
