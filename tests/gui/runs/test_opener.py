"""Runs are opened from a dialog or by dropping them: folders, their run.toml, and runs as one file."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.runs import archive
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import tick
from support.window import TINY, WAIT


def make_run(path: Path) -> RunFolder:
    run = RunFolder.create(path, TINY, RunInfo.now(TINY))
    run.append(tick(3))
    return run


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return make_run(tmp_path / "elsewhere" / "a run")


def is_open(window, path: Path) -> bool:
    return window.model.folder is not None and window.model.folder.path == path and window.model.status == "finished"


def dialog_of(window) -> QFileDialog:
    window.actions_["openRun"].trigger()
    return window.findChildren(QFileDialog)[-1]


@pytest.mark.parametrize("how", ["entered", "run.toml"])
def test_the_dialog_takes_a_folder_or_what_is_in_it(open_window, qtbot, run, how):
    window = open_window()
    dialog = dialog_of(window)
    if how == "entered":
        dialog.directoryEntered.emit(str(run.path.parent))  # no run: one goes on looking
        assert dialog.isVisible()
        dialog.directoryEntered.emit(str(run.path))
    else:
        dialog.fileSelected.emit(str(run.path / "run.toml"))
        dialog.close()
    qtbot.waitUntil(lambda: is_open(window, run.path), timeout=WAIT)
    assert not [each for each in window.findChildren(QFileDialog) if each.isVisible()]
    assert file_dialogs.first_folder(file_dialogs.RUNS) == run.path.parent  # the next one begins beside it
    assert WindowSettings().recent_runs[0] == run.path


def drag(window, path: Path, event: type) -> QDropEvent | QDragEnterEvent:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place = window.rect().center()
    where = place if event is QDragEnterEvent else QPointF(place)
    actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    made = event(where, actions, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, made)
    window.kept = data  # Qt's event does not
    return made


@pytest.mark.parametrize("part", ["", "run.toml"])
def test_a_run_that_is_dropped_is_opened(open_window, qtbot, run, part):
    window = open_window()
    hint = window.run_drop.hint
    assert drag(window, run.path / part, QDragEnterEvent).isAccepted()
    assert hint.isVisible()
    assert "a run" in hint.text()
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not hint.isVisible()
    drag(window, run.path / part, QDragEnterEvent)
    drag(window, run.path / part, QDropEvent)
    assert not hint.isVisible()
    qtbot.waitUntil(lambda: is_open(window, run.path), timeout=WAIT)


def test_what_is_no_run_is_refused_in_words_and_the_open_run_stays(open_window, qtbot, run, tmp_path):
    window = open_window(run=run.path)
    qtbot.waitUntil(lambda: is_open(window, run.path), timeout=WAIT)
    (tmp_path / "notes.txt").write_text("")
    said: list[str] = []
    window.session.notifier.noticed.connect(lambda notice: said.append(notice.text if notice else ""))
    path = tmp_path / "notes.txt"
    drag(window, path, QDragEnterEvent)
    assert "is not a run" in window.run_drop.hint.text()
    drag(window, path, QDropEvent)
    assert f"{path} is not a run" in said[-1]
    window.opener.open(tmp_path)
    assert f"{tmp_path} is not a run" in said[-1]
    assert is_open(window, run.path)
    (tmp_path / "picture.png").write_bytes(b"")
    drag(window, tmp_path / "picture.png", QDragEnterEvent)
    assert "draw" in window.run_drop.hint.text()
    window.run_drop.refused.emit("These are of no use.")
    assert said[-1] == "These are of no use."


def test_a_run_as_one_file_is_unpacked_once(open_window, qtbot, run, tmp_path):
    file = archive.pack(run, tmp_path / "demo.ganrun")
    home = tmp_path / "runs-home"
    window = open_window()
    asked: list[object] = []
    window.session.notifier.noticed.connect(asked.append)
    window.opener.open(file)
    window.opener.open(file)  # impatient
    qtbot.waitUntil(lambda: is_open(window, home / "a_run"), timeout=WAIT)
    window.opener.open(file)
    qtbot.waitUntil(lambda: asked[-1] is not None and bool(asked[-1].choices), timeout=WAIT)
    assert "has already been unpacked" in asked[-1].text
    assert [path.name for path in home.iterdir()] == ["a_run"]
    (_, open_that), (_, again) = asked[-1].choices
    open_that()
    qtbot.waitUntil(lambda: is_open(window, home / "a_run"), timeout=WAIT)
    qtbot.waitUntil(lambda: not window.opener.is_unpacking, timeout=WAIT)
    again()
    qtbot.waitUntil(lambda: is_open(window, home / "a_run-2"), timeout=WAIT)


def test_a_damaged_file_is_told(open_window, qtbot, tmp_path):
    (tmp_path / "bad.ganrun").write_bytes(b"no zip")
    window = open_window()
    window.opener.open(tmp_path / "bad.ganrun")
    qtbot.waitUntil(lambda: window.error_banner.isVisible(), timeout=WAIT)
    assert "bad.ganrun" in window.error_banner.sentence.text()
    assert window.model.status == "idle"
