"""The size of everything: chosen, remembered, and shown by the program that starts itself anew."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt

import support
from ganstudio import config as cfg
from ganstudio import presets, user_presets
from ganstudio.gui.window import reopening
from ganstudio.gui.window.reopening import Reopening
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.runs.folder import RunFolder
from support.window import TINY, WAIT

TWICE = """
import os, sys
from PySide6.QtCore import QSettings, QTimer
from ganstudio.gui import app
from ganstudio.gui.window import main_window
from support.window import TINY

QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, os.environ["SETTINGS"])
anew = "GANSTUDIO_REOPEN" in os.environ

def begin(self, run):
    assert not anew
    self.model.set_config(TINY)
    self.model.ticked.connect(grow)
    self.session.training.start()

def grow():
    if window().text_size.percent == 100 and window().model.step > 0:
        window().text_size.reopen_timer.setInterval(0)
        window().actions_["textLarger"].trigger()

def window():
    from PySide6.QtWidgets import QApplication
    return next(each for each in QApplication.topLevelWidgets() if isinstance(each, main_window.MainWindow))

def ticked(self, event):
    if window().is_closed:
        return
    print(window().devicePixelRatioF(), self.started.step, os.environ["QT_SCALE_FACTOR"], sys.argv[1:], flush=True)
    window().close()

if anew:
    from ganstudio.gui.model.run_model import RunModel
    before = RunModel.handle
    def handle(self, event):
        before(self, event)
        if type(event).__name__ == "Tick" and self.status == "training":
            ticked(self, event)
    RunModel.handle = handle
main_window.MainWindow.open_at_start = begin
sys.exit(app.main())
"""


def test_the_program_starts_itself_anew_larger_and_training_goes_on(tmp_path: Path):
    environment = support.environment(QT_SCALE_FACTOR="1.5", SETTINGS=str(tmp_path / "settings"))
    done = subprocess.run(
        [sys.executable, "-c", TWICE, "a", "b c"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ratio, step, factor, *arguments = done.stdout.strip().split(maxsplit=3)
    assert float(ratio) == pytest.approx(1.65)  # 110 % of what was set outside
    assert float(factor) == pytest.approx(1.65)
    assert int(step) > 0
    assert arguments == ["['a', 'b c']"]
    [run] = [each for each in (tmp_path / "runs-home").iterdir() if each.is_dir()]
    assert int(RunFolder.open(run).checkpoints()[-1][0]) >= int(step)


def test_a_set_up_is_taken_over(open_window, qtbot):
    window = open_window(cfg.change(TINY, "seed", 7))
    window.file_commands.show_settings()
    window.text_size.reopen_timer.setInterval(0)
    with qtbot.waitSignal(window.text_size.reopenRequested):
        window.actions_["textSmaller"].trigger()
    left = window.reopener.reopening
    assert window.is_closed
    assert left is not None
    assert (left.run, left.goes_on, left.dialog) == ("", False, "settings")
    again = open_window()
    again.reopener.restore(left)
    assert again.model.config == window.model.config
    qtbot.waitUntil(lambda: again.dialogs.is_visible("settings"), timeout=WAIT)
    assert again.dialogs["settings"].size_box.currentData() == 90
    again.dialogs["settings"].close()


def test_presets_are_read_once_as_in_a_window_that_starts(open_window, monkeypatch):
    user_presets.save(TINY, "Mine")
    window = open_window()
    window.reopener.reopen()
    assert window.reopener.reopening is not None
    presets.release()  # as in a new program
    again = open_window()
    again.reopener.restore(window.reopener.reopening)
    reads = []
    monkeypatch.setattr(presets, "from_file", reads.append)
    again.session.settings.change("optimizer.d_lr", 0.5)
    assert "mine" in presets.names()
    assert not reads


def test_edits_of_a_run_that_rests_are_taken_over(open_window, qtbot):
    window = open_window()
    window.actions_["startPause"].trigger()
    qtbot.waitUntil(lambda: len(window.model.history) > 1, timeout=WAIT)
    window.actions_["stop"].trigger()
    qtbot.waitUntil(lambda: window.model.status == "finished", timeout=WAIT)
    window.session.settings.change("optimizer.d_lr", 0.5)
    window.reopener.reopen()
    left = window.reopener.reopening
    assert left is not None
    assert not left.goes_on
    again = open_window()
    again.reopener.restore(left)
    qtbot.waitUntil(lambda: again.model.status == "finished", timeout=WAIT)
    assert again.model.folder.path == window.model.folder.path
    assert again.model.config.optimizer.d_lr == 0.5


def test_a_download_is_not_cut_off(open_window, qtbot, monkeypatch: pytest.MonkeyPatch):
    window = open_window()
    monkeypatch.setattr(type(window.session.downloads), "name", "mnist")
    said: list[str] = []
    window.session.notifier.noticed.connect(lambda notice: said.append(notice.text))
    window.text_size.choose(150)
    window.reopener.reopen()
    assert window.reopener.reopening is None
    assert not window.is_closed
    assert "from the next start" in said[-1]
    assert WindowSettings().text_size == 150


def test_what_is_left_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert reopening.take() is None
    for text, expected in (('{"run": "a", "goes_on": true}', Reopening("a", True)), ("{", None), ('{"x": 1}', None)):
        file = tmp_path / "left.json"
        file.write_text(text)
        monkeypatch.setenv(reopening.VARIABLE, str(file))
        assert reopening.is_under_way()
        assert reopening.take() == expected
        assert not reopening.is_under_way()


def test_the_window_stands_at_its_place_at_another_scale(open_window, qapp, monkeypatch: pytest.MonkeyPatch):
    memory = WindowSettings(1.0)
    memory.remember_place(QRect(100, 60, 400, 300), False)
    assert memory.place_at_another_scale() is None
    assert WindowSettings(2.0).place_at_another_scale() == (QRect(50, 30, 200, 150), False)
    memory.remember_layout(memory.geometry, memory.geometry, "wide", True)
    assert WindowSettings(2.0).layout[1:] == ("", False)  # arranged for the room that there is
    assert WindowSettings(1.0).layout[1:] == ("wide", True)


@pytest.mark.parametrize("size", [(546, 307), (546, 280)])
def test_250_percent_on_a_small_screen(open_window, qtbot, size):
    window = open_window(size=size)
    qtbot.waitUntil(lambda: not window.setup.visibleRegion().isEmpty())
    assert (window.width(), window.height()) == size
    assert window.dock_layout.shape == "small"
    views = (window.samples.parentWidget(), window.dock_layout.setup.widget())  # what does not fit scrolls in these
    for part in (window.tools, window.menuBar(), window.statusBar(), *views):
        assert window.rect().contains(QRect(part.mapTo(window, part.rect().topLeft()), part.size()))
    qtbot.waitUntil(lambda: min(part.width() for part in views) > 200)
    assert not [each for each in window.tools._buttons if each.visibleRegion().isEmpty()]
    assert window.windowState() == Qt.WindowState.WindowNoState
