"""Closing the window, what it remembers, and how it starts."""

import dataclasses
import errno
import json
import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from ganstudio.gui.notices.unsaved import show_unsaved
from ganstudio.gui.widgets.mnemonics import plain
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.runs import checkpoint
from ganstudio.runs.folder import RunFolder
from support.runs import raising
from support.window import WAIT, reach


def test_closing_in_mid_epoch_saves_within_five_seconds(open_window, qtbot):
    window = open_window()
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=2)
    begun = time.monotonic()
    window.close()
    assert time.monotonic() - begun < 5
    assert window.not_ended == []
    run = RunFolder.open(window.model.folder.path)
    assert run.checkpoints()
    last = json.loads((run.path / "history.jsonl").read_text().splitlines()[-1])
    assert "stopped" in str(last)


def test_the_keys_that_quit_do_so_from_a_window_of_its_own_too(open_window, qtbot):
    window = open_window()
    window.actions_["help"].trigger()
    help_window = window.dialogs["help"]
    qtbot.waitUntil(help_window.isActiveWindow, timeout=WAIT)
    qtbot.keyClick(help_window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.is_closed, timeout=WAIT)


def test_a_run_that_cannot_be_saved_on_closing_is_told_of(open_window, qtbot, monkeypatch, capsys):
    window = open_window()
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=2)
    with monkeypatch.context() as broken:
        broken.setattr(checkpoint.atomic, "write", raising(OSError(errno.ENOSPC, "No space left on device")))
        window.close()
    assert window.not_ended == []
    assert "could not be saved: No space left on device." in window.unsaved.message
    texts = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: texts.append((box.text(), box.textFormat())))
    show_unsaved(window.unsaved)
    sentence = f"{window.unsaved.message} {window.unsaved.kept}"
    assert texts == [(sentence, Qt.TextFormat.PlainText)]
    assert capsys.readouterr().err == f"{sentence}\n"
    show_unsaved(dataclasses.replace(window.unsaved, message="a\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}run"))
    shown = capsys.readouterr().err
    assert texts[-1][0] + "\n" == shown
    assert not {"\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}"} & set(shown)


def test_the_last_run_comes_back_and_start_goes_on(open_window, qtbot):
    window = open_window()
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=2)
    path = window.model.folder.path
    window.close()
    again = open_window()
    again.open_at_start(None)
    reach(again, qtbot, "finished", ticks=1)
    assert again.model.folder.path == path
    step = again.model.step
    again.actions_["startPause"].trigger()
    reach(again, qtbot, "training")
    assert again.model.started.step >= step
    assert path.name in again.windowTitle()


def test_a_last_run_that_is_gone_is_no_error(open_window, qtbot, tmp_path):
    WindowSettings().remember_run(tmp_path / "gone")
    window = open_window()
    window.open_at_start(None)
    qtbot.wait(50)
    assert window.model.status == "idle"
    assert not window.error_banner.isVisible()


def test_layout_and_theme_come_back(open_window, qtbot):
    window = open_window(size=(780, 500))
    window.dock_layout.latent.close()
    window.actions_["lightTheme"].trigger()
    window.close()
    again = open_window(size=None)
    qtbot.wait(20)
    assert again.dock_layout.latent.isHidden()
    assert again.size() == window.size()
    assert again.actions_["lightTheme"].isChecked()
    assert WindowSettings().theme == "light"


def test_recent_runs_are_listed_newest_first(open_window, tmp_path):
    window = open_window()
    for name in ("one", "two", "one"):
        window.session.runOpened.emit(tmp_path / name)
    window.menus.recent.aboutToShow.emit()
    assert [plain(action.text()) for action in window.menus.recent.actions()] == ["one", "two"]
    assert WindowSettings().recent_runs == [tmp_path / "one", tmp_path / "two"]


def test_torch_waits_until_the_window_is_painted(open_window, qtbot):
    window = open_window()
    qtbot.waitUntil(lambda: window.is_painted, timeout=WAIT)
    with qtbot.waitSignal(window.session.warm, timeout=60_000):
        window.open_at_start(None)
