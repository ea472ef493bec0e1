"""The runs panel: what it lists, and what can be done to runs."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QToolButton

from ganstudio.events import Measured
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.notices.notice_bar import NoticeBar
from ganstudio.gui.runs.panel import RunsPanel
from ganstudio.gui.runs.run_list_model import RunListModel
from ganstudio.gui.runs.run_text import title_of
from ganstudio.gui.runs.trash import Deletion
from ganstudio.gui.workers.run_list import Run
from ganstudio.runs import labels
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import SMALL, grid, tick
from support.window import WAIT


def make_run(home: Path, name: str, steps: int = 10, created: str = "", parent: str = "", fcd: float = 0.0) -> Path:
    """A run on disk, without training."""
    info = RunInfo.now(SMALL, parent, 5 if parent else 0)
    folder = RunFolder.create(home / name, SMALL, replace(info, created=created or info.created))
    folder.append(tick(steps))
    if fcd:
        folder.append(Measured(steps, steps / 10, 0.1, "digit classifier", 100, fcd, 0.9, 0.8, 1.0, 0.7))
    folder.save_samples(grid(steps))
    return folder.path


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    """Three runs: an old long one, a younger one with a measure, and a branch of the first."""
    home = tmp_path / "runs"
    monkeypatch.setenv("GANSTUDIO_RUNS", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    make_run(home, "2026-01-01_120000_long", 90, "2026-01-01T12:00:00+00:00")
    make_run(home, "measured", 20, "2026-01-02T12:00:00+00:00", fcd=2.5)
    make_run(home, "twig", 10, "2026-01-03T12:00:00+00:00", parent="2026-01-01_120000_long")
    return home


@pytest.fixture
def panel(home: Path, qtbot):
    panel = RunsPanel(RunModel(SMALL))
    panel.notices, panel.failures = [], []
    panel.noticed.connect(panel.notices.append)
    panel.failed.connect(panel.failures.append)
    qtbot.addWidget(panel)
    panel.resize(256, 420)
    panel.show()
    wait_for(panel, qtbot, 3)
    yield panel
    assert panel.stop()
    assert not panel.failures


def wait_for(panel: RunsPanel, qtbot, count: int) -> None:
    qtbot.waitUntil(lambda: panel.runs.count() == count, timeout=WAIT)


def names(panel: RunsPanel) -> list[str]:
    return [title_of(run.summary) for run in panel.runs.runs()]


def choose(panel: RunsPanel, *titles: str) -> None:
    panel.view.clearSelection()
    for row, name in enumerate(names(panel)):
        if name in titles:
            flag = QItemSelectionModel.SelectionFlag.Select
            panel.view.selectionModel().select(panel.runs.index(row), flag)
            panel.view.selectionModel().setCurrentIndex(
                panel.runs.index(row), QItemSelectionModel.SelectionFlag.NoUpdate
            )


def summary_of(panel: RunsPanel, name: str):
    return next(run.summary for run in panel.runs.runs() if run.summary.name == name)


def test_runs_are_listed_newest_first_with_what_is_known_of_them(panel):
    assert names(panel) == ["twig", "measured", "long"]
    tip = panel.runs.data(panel.runs.index(0), Qt.ItemDataRole.ToolTipRole)
    assert "from step 5 of long" in tip
    assert "FCD 2.5" in panel.runs.data(panel.runs.index(1), Qt.ItemDataRole.ToolTipRole)
    picture = panel.runs.runs()[0].picture
    first = grid(10).pictures[0]
    assert picture.pixelColor(2, 2).red() == first[0, 0]
    assert not panel.grab().isNull()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", ["long", "measured", "twig"]),
        ("longest", ["long", "measured", "twig"]),
        ("best FCD", ["measured", "twig", "long"]),
    ],
)
def test_runs_are_sorted(panel, order, expected):
    panel.findChild(QComboBox, "runsOrder").setCurrentText(order)
    assert names(panel) == expected


def test_the_filter_looks_at_titles_parents_and_states(panel, qtbot):
    field = panel.findChild(QLineEdit, "runsFilter")
    qtbot.keyClicks(field, "from lo")
    assert names(panel) == ["twig"]
    field.setText("interrupted meas")
    assert names(panel) == ["measured"]
    field.setText("no such words")
    assert names(panel) == []
    assert panel.placeholder.isVisible()
    field.clear()
    assert len(names(panel)) == 3


def test_enter_and_double_click_open_a_run(panel, qtbot, home):
    choose(panel, "measured")
    with qtbot.waitSignal(panel.openRequested) as told:
        qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert told.args == [home / "measured"]
    place = panel.view.visualRect(panel.runs.index(0)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(panel.openRequested) as told:
        qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [home / "twig"]


def test_f2_renames_in_place_and_the_title_is_kept(panel, qtbot, home):
    choose(panel, "measured")
    panel.view.setFocus()
    panel.run_actions.action("rename").trigger()
    editor = panel.view.findChild(QLineEdit)
    editor.setText("the good one")
    with qtbot.waitSignal(panel.relabelled, timeout=WAIT):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "the good one" in names(panel), timeout=WAIT)
    assert labels.read(home / "measured").title == "the good one"
    assert [run.summary.name for run in panel.view.selected_runs()] == ["measured"]


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


def test_a_deleted_run_lies_in_the_trash(panel, qtbot, home, tmp_path):
    choose(panel, "twig")
    qtbot.mouseClick(panel.findChild(QToolButton, "trashRunButton"), Qt.MouseButton.LeftButton)
    wait_for(panel, qtbot, 2)
    assert not (home / "twig").exists()
    found = [path for path, _, files in os.walk(tmp_path / "data") if "run.toml" in files]
    assert len(found) == 1
    assert panel.notices[-1].text == "Deleted twig."
    assert panel.notices[-1].passing


def put_back(panel: RunsPanel) -> None:
    ((label, go),) = panel.notices[-1].choices
    assert label == "Put back"
    go()


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


def test_what_is_put_back_takes_nobodys_place(panel, qtbot, home):
    choose(panel, "twig")
    panel.run_actions.action("trash").trigger()
    wait_for(panel, qtbot, 2)
    make_run(home, "twig", 70)
    put_back(panel)
    wait_for(panel, qtbot, 4)
    assert panel.notices[-1].text == "twig is back, in the folder twig-2, because there is another twig now."
    assert (summary_of(panel, "twig").steps, summary_of(panel, "twig-2").steps) == (70, 10)


def test_for_more_than_one_run_a_person_is_asked(panel, qtbot, home):
    choose(panel, "twig", "measured")
    panel.run_actions.action("trash").trigger()
    assert panel.notices[-1].text == "Move twig, measured to the trash?"
    assert (home / "twig").is_dir()
    panel.notices[-1].choices[0][1]()
    wait_for(panel, qtbot, 1)
    assert panel.undo_stack.undoText() == "deletion of 2 runs"
    put_back(panel)
    wait_for(panel, qtbot, 3)


def test_renaming_and_pinning_are_undone(panel, qtbot, home):
    choose(panel, "measured")
    panel.runs.setData(panel.runs.index(1), "the good one")
    qtbot.waitUntil(lambda: "the good one" in names(panel), timeout=WAIT)
    assert panel.undo_stack.undoText() == "renaming of measured"
    panel.undo_stack.undo()
    qtbot.waitUntil(lambda: "measured" in names(panel), timeout=WAIT)
    assert labels.read(home / "measured").title == ""
    panel.undo_stack.redo()
    qtbot.waitUntil(lambda: "the good one" in names(panel), timeout=WAIT)
    choose(panel, "the good one")
    panel.run_actions.action("pin").trigger()
    qtbot.waitUntil(lambda: names(panel)[0] == "the good one", timeout=WAIT)
    assert panel.undo_stack.undoText() == "pinning of the good one"
    panel.undo_stack.undo()
    qtbot.waitUntil(lambda: names(panel)[1] == "the good one", timeout=WAIT)
    assert labels.read(home / "measured").title == "the good one"


def test_the_open_run_and_a_running_one_cannot_be_deleted(panel, qtbot, home):
    folder = RunFolder.open(home / "twig")
    panel._model.begin(SMALL, folder)
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


def test_two_or_more_are_compared(panel, qtbot, home):
    choose(panel, "twig")
    assert not panel.run_actions.action("compare").isEnabled()
    choose(panel, "twig", "measured")
    assert not panel.run_actions.action("open").isEnabled()
    with qtbot.waitSignal(panel.compareRequested) as told:
        panel.run_actions.action("compare").trigger()
    assert told.args == [[home / "twig", home / "measured"]]


def test_what_changes_on_disk_is_seen_and_the_choice_stays(panel, qtbot, home):
    choose(panel, "measured")
    make_run(home, "another", 30)
    panel.refresh()
    wait_for(panel, qtbot, 4)
    assert names(panel)[0] == "another"
    assert [run.summary.name for run in panel.view.selected_runs()] == ["measured"]
    RunFolder.open(home / "another").append(tick(40))
    panel.refresh()
    qtbot.waitUntil(lambda: summary_of(panel, "another").steps == 40, timeout=WAIT)


def test_hundreds_of_runs_are_filtered_at_once(panel, qtbot):
    first = panel.runs.runs()[0]
    made = [Run(replace(first.summary, path=Path(f"/{n}"), name=f"run {n}"), first.picture) for n in range(500)]
    runs = RunListModel()
    assert runs.set_runs(made)
    assert not runs.set_runs(list(made))
    runs.set_filter("run 49")  # 49, 149 ... 449 and 490 to 499
    assert sorted(int(run.summary.name.split()[1]) for run in runs.runs()) == sorted(
        number for number in range(500) if "49" in str(number)
    )


def test_what_is_said_of_a_deletion_takes_the_place_of_what_was_said_before(panel, qtbot):
    bar = NoticeBar()
    qtbot.addWidget(bar)
    panel.noticed.connect(bar.show_notice)
    choose(panel, "twig")
    panel.run_actions.action("trash").trigger()
    wait_for(panel, qtbot, 2)
    panel.undo_stack.undo()
    wait_for(panel, qtbot, 3)
    assert [card.notice.text for card in bar.cards] == ["twig is back."]  # no button that does nothing
