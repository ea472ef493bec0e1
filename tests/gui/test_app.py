"""The program as a whole, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import NoReturn

import pytest

import support
from ganstudio.gui import app
from ganstudio.gui.window.reopening import Reopening
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.summary import list_runs
from ganstudio.system import onednn

PAINTED = """
import sys
from PySide6.QtCore import QTimer
from ganstudio.gui import app
from ganstudio.gui.window import main_window
from ganstudio.gui.workers import window_first

def say():
    print("torch" in sys.modules, window_first._start.is_set(), flush=True)

def painted(self, run, before=main_window.MainWindow.open_at_start):
    say()
    before(self, run)
    self.session.warm.connect(say)
    self.session.warm.connect(self.close)

main_window.MainWindow.open_at_start = painted
sys.exit(app.main())
"""

TRAINING = """
import sys
from dataclasses import replace
from PySide6.QtCore import QTimer
from ganstudio.gui import app
from ganstudio.gui.window import main_window
from support.window import TINY

def begin(self, run):
    self.model.set_config(TINY)
    self.model.ticked.connect(lambda: print("training", flush=True))
    self.session.training.start()

main_window.MainWindow.open_at_start = begin
sys.exit(app.main())
"""


def launch(script: str) -> subprocess.Popen[str]:
    """A process with the tests' environment: a home of its own, offscreen."""
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=support.environment(),
    )


def test_the_window_is_painted_before_torch_is_imported_and_the_start_ends_with_that() -> None:
    with launch(PAINTED) as process:
        said, complaints = process.communicate(timeout=100)
    assert said.splitlines() == ["False True", "True False"], complaints  # it starts, until torch is imported
    assert process.returncode == 0, complaints


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["terminate", "Ctrl-C"])
def test_a_signal_saves_and_ends_the_program(number, tmp_path):
    with launch(TRAINING) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "training\n"
        begun = time.monotonic()
        process.send_signal(number)
        _, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert time.monotonic() - begun < 10
    [run] = list_runs(tmp_path / "runs-home")
    assert run.status == "interrupted"
    assert RunFolder.open(run.path).checkpoints()


@pytest.mark.parametrize("next_window", [None, Reopening("a run", goes_on=True)], ids=["closed", "reopened"])
def test_where_a_thread_is_stuck_the_program_ends_at_once_and_the_next_window_opens(
    next_window: Reopening | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = []

    def leave(what: object) -> NoReturn:
        done.append(what)
        raise SystemExit

    monkeypatch.setattr(app, "leave_at_once", leave)
    monkeypatch.setattr(app.reopening, "restart", lambda window, environment: leave(window))
    reopener = SimpleNamespace(reopening=next_window)
    with pytest.raises(SystemExit):
        app._leave(SimpleNamespace(unsaved=None, not_ended=["the saving"], reopener=reopener), 0, None)
    assert done == [next_window or 1]
    assert "had ended: the saving." in capsys.readouterr().err


IN_THE_MIDST = """
import os, signal, sys
from PySide6.QtCore import QTimer
from ganstudio.gui import app
from ganstudio.gui.window import main_window

def begin(self, run):
    thread = self.runs.run_thread
    thread.refresh()

    def interrupt():
        with thread._queue._changed:  # as refresh does
            os.kill(os.getpid(), signal.SIGTERM)
            print("running" if thread.isRunning() else "not running", flush=True)

    QTimer.singleShot(300, interrupt)

main_window.MainWindow.open_at_start = begin
sys.exit(app.main())
"""


def test_a_signal_that_comes_while_a_lock_is_held_ends_the_program_all_the_same() -> None:
    with launch(IN_THE_MIDST) as process:
        said, complaints = process.communicate(timeout=60)
    assert said.split() == ["running"], complaints
    assert process.returncode == 0, complaints


MOVED = """
import os, signal, sys
from PySide6.QtCore import QTimer
from ganstudio.gui import app
from ganstudio.gui.window import main_window

def begin(self, run):
    explorer = self.latent.explorer

    def move():
        explorer.set_truncation(0.5)
        os.kill(os.getpid(), signal.NUMBER)
        QTimer.singleShot(0, lambda: QTimer.singleShot(0, move_again))

    def move_again():
        explorer.set_truncation(0.7)
        print(self.undo_stack.count(), "gone" if self.isHidden() else "there", flush=True)

    QTimer.singleShot(0, move)

main_window.MainWindow.open_at_start = begin
sys.exit(app.main())
"""


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"], ids=["terminate", "Ctrl-C"])
def test_a_window_with_something_to_undo_ends_without_a_word(number: str) -> None:
    """Also where the last move comes when the window is closed already, as from a thread that projects a drawing."""
    with launch(MOVED.replace("NUMBER", number)) as process:
        said, complaints = process.communicate(timeout=60)
    assert said in ("2 gone\n", "1 gone\n")  # one, where the moves were joined
    assert complaints == ""
    assert process.returncode == 0


def test_a_window_limits_what_onednn_keeps(qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(onednn.VARIABLE, "")  # what `make_app` sets goes after the test
    monkeypatch.delenv(onednn.VARIABLE)
    app.make_app()
    assert 0 < int(os.environ[onednn.VARIABLE]) < 1024
