"""What is trained is saved when the program is asked to end, and when its display is gone."""

import signal
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, qWarning

from ganstudio.gui import ending as ending_module
from ganstudio.gui.ending import Ending
from ganstudio.gui.guard import Guard
from ganstudio.runs.folder import RunFolder


def test_a_display_that_is_gone_ends_the_program_with_the_run_saved(open_window, qtbot, tmp_path, monkeypatch):
    window, codes = open_window(), []
    monkeypatch.setattr(ending_module, "leave_at_once", codes.append)
    guard, ending = Guard(tmp_path / "log"), Ending()
    ending.watch_over(window)
    guard.lost.connect(ending.leave)
    with qtbot.waitSignal(window.model.ticked, timeout=60_000):
        window.session.training.start()
    guard.arm()
    try:
        qWarning("The X11 connection broke (error 1). Did the X11 server die?")
    finally:
        guard.disarm()
    assert codes == [1]
    folder = RunFolder.open(window.model.folder.path)
    assert folder.status() == "interrupted"
    assert folder.checkpoints()
    assert "The window ends: " in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("message", "is_end"),
    [
        ("The Wayland connection broke. Did the Wayland compositor die?", True),
        ("The Wayland connection experienced a fatal error: Protocol error", True),
        ("the X11 connection is slow", False),
    ],
)
def test_what_qt_says_before_it_ends_the_program_is_known(message, is_end, qapp, tmp_path):
    guard, lost = Guard(tmp_path / "log"), []
    guard.lost.connect(lost.append)
    guard.arm()
    qWarning(message)
    guard.disarm()
    assert lost == ([message] if is_end else [])


class Window(QObject):
    """What is closed, and whose run is saved."""

    def __init__(self):
        super().__init__()
        self.said = []
        training = SimpleNamespace(stop=lambda seconds: self.said.append("saved"))
        self.session = SimpleNamespace(threads=SimpleNamespace(training=training))

    def close(self):
        self.said.append("closed")


def test_the_end_of_the_session_saves_the_run_and_leaves_the_window(qapp):
    window, ending = Window(), Ending()
    ending.save()
    ending.watch_over(window)
    ending.save(None)
    assert window.said == ["saved"]


@pytest.mark.parametrize("early", [False, True], ids=["late", "before there is a window"])
def test_a_signal_closes_the_window(early, qapp, qtbot):
    window, ending = Window(), Ending()
    if early:
        ending.handle_signal(signal.SIGTERM, None)
    ending.watch_over(window)
    if not early:
        ending.handle_signal(signal.SIGTERM, None)
    qtbot.waitUntil(lambda: window.said == ["closed"])
    assert ending.is_requested
