"""Start, Pause, Resume and Continue are what they say; a run that was killed says where it continues."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QToolButton

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import Stepped, Tick
from ganstudio.runs import runner
from ganstudio.runs.history import resume_text
from support.window import TINY, WAIT


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A run whose last save is of step 20 and that had reached a step after 30."""
    data = catalog.load("digits", size=28, channels=1)
    run = runner.start(cfg.change(replace(TINY, steps=1000), "output.sample_seconds", 3600.0), data, tmp_path / "run")
    events = run.events()
    for event in events:
        if event == Stepped(19):
            run.control.save()
        if isinstance(event, Tick) and event.step > 30:
            break
    run.close()  # as the system does for a killed process
    events = None  # saves where nobody looks: the run is not ours any more
    for step, path in run.folder.checkpoints():
        if step not in (0, 19):
            path.unlink()
    (run.folder.path / "history.jsonl").write_text(
        "".join(
            line
            for line in (run.folder.path / "history.jsonl").read_text().splitlines(keepends=True)
            if '"mark":"finished"' not in line
        )
    )
    return run.folder.path


@pytest.mark.parametrize(
    ("step", "reached", "words"),
    [
        (56, 285, "Resumes from step 56, the last checkpoint; the 229 steps after it are repeated."),
        (56, 57, "Resumes from step 56, the last checkpoint; the step after it is repeated."),
        (1056, 1056, "Resumes from step 1,056."),
    ],
)
def test_where_it_goes_on_in_words(step, reached, words):
    assert resume_text(step, reached) == words


def test_a_killed_run_says_how_much_is_repeated_before_and_after(open_window, killed, qtbot):
    window = open_window(run=killed)
    model, start = window.model, window.actions_["startPause"]
    qtbot.waitUntil(lambda: model.status == "finished", timeout=WAIT)
    lost = model.step - 19
    assert lost > 10
    assert start.text() == "Continue"
    sentence = f"Resumes from step 19, the last checkpoint; the {lost} steps after it are repeated"
    assert sentence in start.toolTip()
    assert window.tools.findChild(QToolButton, "startButton").accessibleName() == "Continue"
    start.trigger()
    qtbot.waitUntil(lambda: sentence in window.notice_bar.sentence.text(), timeout=WAIT)
    assert sentence in next(mark.text for mark in model.marks if mark.kind == "resume")
    qtbot.waitUntil(lambda: start.text() == "Pause", timeout=WAIT)


def test_the_button_names_what_it_does_next(open_window, tmp_path, qtbot):
    window = open_window(replace(TINY, steps=5))
    model, start = window.model, window.actions_["startPause"]
    assert start.text() == "Start"
    start.trigger()
    assert start.text() == "Pause"
    qtbot.waitUntil(lambda: model.status == "finished", timeout=WAIT)
    assert start.text() == "Continue"
    assert "asked how much longer" in start.toolTip()
    window.session.new_run()
    assert start.text() == "Start"


def test_a_followed_run_says_who_trains_it(open_window, tmp_path, qtbot):
    data = catalog.load("digits", size=28, channels=1)
    events = runner.start(TINY, data, tmp_path / "theirs").events()
    for _ in range(10):
        next(events)
    window = open_window(run=tmp_path / "theirs")
    qtbot.waitUntil(lambda: window.model.status == "following", timeout=WAIT)
    start = window.actions_["startPause"]
    assert not start.isEnabled()
    assert "Another program is training this run" in start.toolTip()
    assert window.statusBar().state.text() == "Following: another program is training this run"
    events.close()
