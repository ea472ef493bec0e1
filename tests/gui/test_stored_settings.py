"""Settings are there at once, are written beside the window, and what others wrote stays."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRect, QSettings

from ganstudio.gui import stored_settings
from ganstudio.gui.stored_settings import open_settings

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_slow_disk_keeps_nobody_waiting_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch):
    settings = open_settings("slow")
    may_write, opened = threading.Event(), stored_settings._open
    monkeypatch.setattr(stored_settings, "_open", lambda name: may_write.wait(10) and opened(name))
    settings.set("theme", "light")
    settings.set("theme", "dark")
    settings.set("window/place", QRect(1, 2, 3, 4))
    assert settings.value("theme") == open_settings("slow").value("theme") == "dark"
    assert "dark" not in _text("slow")
    may_write.set()
    stored_settings.close_all()
    assert "theme=dark" in _text("slow")
    again = open_settings("slow")
    assert again is not settings
    assert again.value("window/place") == QRect(1, 2, 3, 4)


KEEP_LOCKED = """
import select, sys
from PySide6.QtCore import QLockFile
lock = QLockFile(sys.argv[1])
assert lock.lock()
print("locked", flush=True)
asked = select.select([sys.stdin], [], [], 5)[0]
lock.unlock()
print("asked" if asked else "gave up")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="select takes no pipe there")
def test_python_runs_on_while_qt_waits_to_write():
    settings = open_settings("locked")
    settings.set("before", "1")
    settings.write()
    arguments = [sys.executable, "-c", KEEP_LOCKED, f"{_path('locked')}.lock"]  # as another program that writes
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        settings.set("theme", "light")
        time.sleep(0.2)  # Qt waits by now; did it keep Python's lock, so would this line until the other gave up
        assert "light" not in _text("locked")
        said, _ = other.communicate("go on\n")
    assert said == "asked\n"
    stored_settings.close_all()
    assert "theme=light" in _text("locked")


def test_what_is_stored_keeps_its_type_and_what_is_removed_is_gone():
    settings = open_settings("types")
    for key, value in (("state", QByteArray(b"\x00docks")), ("runs", ["a", "b"]), ("gone", "x")):
        settings.set(key, value)
    settings.remove("gone")
    settings.remove("never there")
    stored_settings.close_all()
    again = open_settings("types")
    assert again.value("state") == QByteArray(b"\x00docks")
    assert again.value("runs") == ["a", "b"]
    assert again.value("gone", "default") == "default"


def test_what_another_window_wrote_stays_and_is_seen():
    settings = open_settings("shared")
    settings.set("mine", "1")
    settings.write()
    _path("shared").write_text(_text("shared") + "others=written by another program\n", encoding="utf-8")
    settings.set("mine", "2")
    settings.write()
    assert settings.value("others") == "written by another program"
    assert "others=written by another program" in _text("shared")
    assert "mine=2" in _text("shared")


def test_the_same_value_is_not_written_again(monkeypatch: pytest.MonkeyPatch):
    settings = open_settings("same")
    settings.set("tour/step", "first")
    settings.write()
    for thread in threading.enumerate():
        if thread.name.startswith("settings"):
            thread.join()
    opened: list[str] = []
    monkeypatch.setattr(stored_settings, "_open", opened.append)
    settings.set("tour/step", "first")
    settings.write()
    assert not opened
    assert settings.value("tour/step") == "first"


def test_settings_that_cannot_be_written_last_as_long_as_the_window(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stored_settings.LOGGER, "propagate", True)
    (tmp_path / "settings").write_text("a file where the folder would be", encoding="utf-8")
    settings = open_settings("nowhere")
    settings.set("theme", "light")
    settings.write()
    stored_settings.close_all()
    assert settings.value("theme") == "light"
    assert "could not be written to" in caplog.text


def test_the_end_does_not_wait_for_a_disk_that_is_stuck(monkeypatch: pytest.MonkeyPatch):
    settings = open_settings("stuck")
    comes_back, opened = threading.Event(), stored_settings._open
    monkeypatch.setattr(stored_settings, "_MOST_SECONDS", 0.05)
    monkeypatch.setattr(stored_settings, "_open", lambda name: comes_back.wait(10) and opened(name))
    settings.set("theme", "light")
    stored_settings.close_all()
    assert "light" not in _text("stuck")
    comes_back.set()
    settings.write()
    assert "theme=light" in _text("stuck")


def _path(name: str) -> Path:
    any_file = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "ganstudio", "any").fileName()
    return Path(any_file).with_name(f"{name}.ini")


def _text(name: str) -> str:
    path = _path(name)
    return path.read_text(encoding="utf-8") if path.exists() else ""
