"""The soak itself: what it says of a program that it drove, and that a log can be replayed."""

import json
import os
import sys
import threading
import time
from types import SimpleNamespace

import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QVBoxLayout, QWidget

from soak import __main__ as soak
from soak import actions, address, report, watch
from soak.actions import Scene
from soak.driver import read_log
from soak.watch import Stalls, allocated_mb
from support.walk.screens import Screen, in_memory

FLAT = {
    "rss_mb": 700.0,
    "allocated_mb": 300.0,
    "threads": 9.0,
    "handles": 20.0,
    "widgets": 1500.0,
    "wrappers": 3000.0,
    "gui_cpu_s": 1.0,
}


def life(seconds: float, **growth: float) -> list[dict[str, float]]:
    """A program that holds as much as in `FLAT`, and that much more at its end."""
    return [
        {"t": t} | {name: value + growth.get(name, 0.0) * t / seconds for name, value in FLAT.items()}
        for t in range(0, int(seconds) + 1, 5)
    ]


def test_a_program_that_holds_the_same_has_no_leak():
    assert report.leaks(life(3600)) == []
    assert report.leaks(life(3600, rss_mb=100, widgets=100)) == []


@pytest.mark.parametrize("growth", [0, 600])
def test_large_networks_for_a_while_are_no_leak_and_hide_none(growth):
    """Eight minutes in every ten of the last half."""
    rows = life(3600, rss_mb=growth)
    for each in rows:
        each["rss_mb"] += 1500.0 if each["t"] > 1800 and each["t"] % 600 < 480 else 0.0
    assert [words.split()[0] for words in report.leaks(rows)] == ["rss_mb"] * (growth > 0)


def test_what_the_c_library_has_handed_out_is_measured():
    before = allocated_mb()
    block = bytearray(8 * 2**20)
    assert allocated_mb() - before == pytest.approx(8.0 if before else 0.0, abs=0.5)
    del block


@pytest.mark.parametrize(
    ("name", "growth"), [("rss_mb", 600), ("allocated_mb", 200), ("threads", 10), ("handles", 30), ("widgets", 1500)]
)
def test_what_grows_is_named(name, growth):
    (words,) = report.leaks(life(3600, **{name: growth}))
    assert words.startswith(f"{name} grows from ")


def test_a_short_life_shows_no_trend():
    assert report.leaks(life(600, rss_mb=600)) == []


STALLS = """\
== 0.310 s, own 0.250 s, host 0.00 s, after {"do": "branch"}
  File "branch.py", line 1 in show

== 0.900 s, own 0.020 s, host 0.01 s, after {"do": "help"}
(no stack: Python's lock was held)

== 0.474 s, own 0.030 s, host 0.43 s, after {"do": "scrub"}
(no stack: Python's lock was held)
"""


@pytest.mark.parametrize(("idle", "said_of"), [(False, ["branch"]), (True, ["branch", "help"])])
def test_a_stall_is_a_fault_by_own_time_and_on_an_idle_machine_by_the_clock(tmp_path, idle, said_of):
    (tmp_path / "actions.jsonl").touch()
    (tmp_path / "stalls.txt").write_text(STALLS)
    found = report.examine(tmp_path, [], idle)
    assert (
        "stalls over 200 ms: 3 by the clock (longest 0.90 s; 1 by the host), 1 by own time (longest 0.25 s)"
        in found.figures
    )
    assert len(found.faults) == len(said_of)
    assert all(name in fault and "stall" in fault for name, fault in zip(said_of, found.faults, strict=True))


LOGGED = """\
2026-05-01 10:00:00,001 7 INFO training begins
2026-05-01 10:00:01,001 7 ERROR The export failed: ValueError: too few
Traceback (most recent call last):
  File "export.py", line 1, in write
ValueError: too few

2026-05-01 10:00:02,001 7 ERROR The run cannot go on: the disk is full.
2026-05-01 10:00:03,001 7 ERROR The export failed: ValueError: too few
Traceback (most recent call last):
ValueError: too few
"""


def test_errors_of_threads_that_nobody_expected_are_faults(tmp_path):
    (tmp_path / "actions.jsonl").touch()
    log = tmp_path / "state" / "ganstudio" / "log" / "ganstudio.log"
    log.parent.mkdir(parents=True)
    log.write_text(LOGGED)
    found = report.examine(tmp_path, [])
    assert found.faults == ["2 times in the log: The export failed: ValueError: too few"]


def test_the_host_took_what_the_least_of_the_cores_missed_since_the_reading_before(monkeypatch):
    now, read = iter([0.0, 0.1, 0.6, 1.2]), iter([(0.0, 0.0), (1.0, 2.0), (1.4, 2.9), *[(1.83, 3.33)] * 2])
    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: next(now)))
    cores = SimpleNamespace(cpu_times=lambda percpu: [SimpleNamespace(steal=each) for each in next(read)])
    monkeypatch.setattr(watch, "psutil", cores)
    host = watch.Host()
    for _ in range(3):  # the first of them comes too soon
        host.look()
    assert host.taken(1.3) == pytest.approx(0.43)
    assert host.taken(0.7) == pytest.approx(0.83)


def test_a_stall_is_noted_with_what_each_thread_did(qtbot, monkeypatch, tmp_path):
    window, ends = QWidget(), threading.Event()
    qtbot.addWidget(window)

    def compute_beside() -> None:
        while not ends.is_set():
            sum(range(1000))

    beside = threading.Thread(target=compute_beside)
    beside.start()
    errors = SimpleNamespace(_step=lambda: '{"do": "this"}')
    monkeypatch.setattr(watch, "pace", lambda: 1e-5)
    stalls = Stalls(errors, tmp_path / "stalls.txt", window)
    qtbot.wait(100)
    monkeypatch.setattr(watch, "pace", lambda: 3e-5)
    time.sleep(4 * report.MAX_STALL_SECONDS)
    qtbot.waitUntil(lambda: (tmp_path / "stalls.txt").stat().st_size > 0)
    stalls.stop()
    ends.set()
    beside.join()
    text = (tmp_path / "stalls.txt").read_text()
    assert "own 0.0" in text.splitlines()[0]
    assert text.splitlines()[0].endswith('after {"do": "this"}')
    if sys.platform == "linux":
        assert text.splitlines()[1].split(", ")[0].startswith("s without a core ")
        assert float(text.splitlines()[1].split("times waiting ")[1].split(",")[0]) >= 1  # for the sleep
    assert text.splitlines()[1].endswith("the watching thread 3 times as slow as before")
    main, others = text.split("-- beside it --", 1)
    assert "in test_a_stall_is_noted_with_what_each_thread_did" in main
    assert "in compute_beside" in others


def test_what_a_person_would_not_have_the_program_do_is_no_stall(qtbot, tmp_path):
    window, file = QWidget(), tmp_path / "stalls.txt"
    qtbot.addWidget(window)
    stalls = Stalls(SimpleNamespace(_step=lambda: '{"do": "this"}'), file, window)
    qtbot.wait(100)
    left_out = 6 * report.MAX_STALL_SECONDS
    with stalls.left_out():
        time.sleep(left_out)
    time.sleep(1.5 * report.MAX_STALL_SECONDS)
    qtbot.waitUntil(lambda: file.stat().st_size > 0)
    stalls.stop()
    assert float(file.read_text().split()[1]) < left_out


def test_curves_are_drawn(tmp_path):
    report.draw([life(100, rss_mb=200), life(50)], tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as picture:
        assert (0, 114, 178) in {colour for _, colour in picture.convert("RGB").getcolors(100_000)}


def test_a_widget_is_found_again_by_its_address(qtbot):
    window = QWidget()
    window.setObjectName("some")
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    buttons = [QPushButton("one"), QPushButton("two")]
    for each in buttons:
        column.addWidget(each)
    window.show()
    assert [address.widget_at(address.address_of(each)) for each in buttons] == buttons
    known = address.address_of(buttons[1])
    buttons[0].setParent(None)
    assert address.widget_at(known) is None


def test_a_part_that_goes_while_the_hand_moves_is_let_go(qtbot):
    gone = QWidget()
    shiboken6.delete(gone)
    with address.going():
        gone.window()
    with pytest.raises(RuntimeError, match="of the window itself"), address.going():
        raise RuntimeError("of the window itself")


def test_a_dialog_for_files_is_out_of_reach_while_qt_says_that_a_file_was_not_found(qtbot, tmp_path):
    """Qt keeps that box on its stack: a dialog that is closed under it, as no person can, ends the program."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = QFileDialog(window, "Open", str(tmp_path))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()
    scene = Scene(window, tmp_path)
    reached = []

    def look() -> None:
        reached.append(isinstance(QApplication.activeModalWidget(), QMessageBox))
        actions.PERFORM["answer"](scene, name="")
        actions.PERFORM["close_dialog"](scene, number=0)
        reached.append(dialog.isVisible())

    dialog.selectFile("nothing of that name")
    QTimer.singleShot(100, look)
    dialog.accept()  # returns when the box is closed
    assert reached == [True, True]
    assert QApplication.activeModalWidget() is dialog
    actions.PERFORM["answer"](scene, name="")
    assert not dialog.isVisible()


def test_a_log_is_replayed_in_a_window(tmp_path):
    steps = [
        {"t": 0.0, "do": "begin", "seed": 1},
        {"t": 0.1, "do": "action", "name": "lightTheme"},
        {"t": 0.2, "do": "resize", "width": 900, "height": 600},
        {"t": 0.3, "do": "close"},
        {"t": 0.0, "do": "begin", "seed": 1},
        {"t": 0.1, "do": "action", "name": "help"},
    ]
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(map(json.dumps, steps)))
    home = tmp_path / "home"
    home.mkdir()
    with in_memory(Screen(1366, 768, 1.0, ()), home) as screen:
        environment = os.environ | screen | soak.environment_of(home)
        soak.make_home(home, environment, runs=False)
        program = [sys.executable, "-m", "soak.window", str(home), "--until", str(time.time() + 60)]
        assert soak.run_program([*program, "--replay", str(log), "--of", "0"], home, environment) == ""
    assert [each for _, each in read_log(home / "actions.jsonl", 0)] == [each for _, each in read_log(log, 0)]
    found = report.examine(home, [])
    assert found.faults == []
    assert "programs 1, steps 3" in found.figures
