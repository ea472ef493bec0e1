"""Errors nobody expected reach the log and the banner."""

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QWidget

from ganstudio.gui.guard import Guard


class Broken(QWidget):
    def paintEvent(self, event):
        raise ValueError("in a paint event")


@pytest.fixture
def guard(qapp, tmp_path: Path, monkeypatch):
    made = Guard(tmp_path / "logs" / "studio.log")
    made.arm()
    yield made
    made.disarm()


def log(tmp_path: Path) -> str:
    return (tmp_path / "logs" / "studio.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["slot", "paint event", "thread"])
def test_an_error_is_told_and_logged(guard, qtbot, tmp_path, place):
    def fail() -> None:
        raise ValueError(f"in a {place}")

    broken = Broken()
    qtbot.addWidget(broken)
    with qtbot.waitSignal(guard.caught) as told:
        if place == "slot":
            QTimer.singleShot(0, fail)
        elif place == "thread":
            threading.Thread(target=fail).start()
        else:
            broken.show()
    broken.hide()
    failed = told.args[0]
    assert f"in a {place}" in failed.message
    assert "Traceback" in failed.details
    assert f"ValueError: in a {place}" in log(tmp_path)


def test_an_error_is_told_where_there_is_no_error_stream(guard, qapp, monkeypatch, tmp_path):
    told: list[object] = []
    guard.caught.connect(told.append)
    monkeypatch.setattr(sys, "stderr", None)
    sys.excepthook(ValueError, ValueError("in a slot"), None)
    qapp.processEvents()
    assert len(told) == 1
    assert "ValueError: in a slot" in log(tmp_path)


def test_the_same_error_again_is_not_told_again(guard, qapp):
    told: list[object] = []
    guard.caught.connect(told.append)
    error = ValueError("over and over")
    for _ in range(100):
        sys.excepthook(ValueError, error, None)
    qapp.processEvents()
    assert len(told) == 1


def test_what_qt_complains_about_is_logged(guard, tmp_path):
    qWarning("a complaint")
    assert "WARNING Qt: a complaint" in log(tmp_path)


def test_disarmed_it_leaves_everything_as_it_was(qapp, tmp_path):
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    guard = Guard(tmp_path / "studio.log")
    guard.arm()
    assert sys.excepthook is not before[0]
    guard.disarm()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_where_the_log_cannot_be_written_errors_go_to_the_error_stream(qapp, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    guard = Guard(tmp_path / "file" / "studio.log")
    guard.arm()
    qWarning("a complaint")
    guard.disarm()
    assert "WARNING Qt: a complaint" in capsys.readouterr().err
