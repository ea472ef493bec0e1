"""The crash test itself: what it sees in a run that a killed program left."""

import os
import signal
from random import Random

import pytest

from ganstudio.events import Marked, MarkKind
from soak import __main__ as soak
from soak import kills
from support.runs import append_rows, tick


def written(path, *rows):
    append_rows(path / "history.jsonl", *rows)
    return path / "history.jsonl"


def test_a_history_that_goes_back_where_the_run_was_resumed_is_sound(tmp_path):
    resumed = Marked(10, MarkKind.RESUME, "")
    assert kills.check_history(written(tmp_path, tick(10), tick(20), resumed, tick(15))) == []


def test_steps_that_fall_without_a_mark_are_a_fault(tmp_path):
    faults = kills.check_history(written(tmp_path, tick(20), tick(15)))
    assert "a tick of step 15 after one of 20" in faults


def test_lines_that_cannot_be_read_are_a_fault_unless_it_is_the_torn_last_one(tmp_path):
    path = written(tmp_path, tick(10))
    with path.open("a") as file:
        file.write('{"step": 1')
    assert kills.check_history(path) == []
    written(tmp_path, tick(20))
    assert kills.check_history(path) == ["1 unreadable lines"]


@pytest.mark.timeout(240)
def test_a_killed_program_leaves_a_run_that_goes_on(tmp_path):
    environment = os.environ | soak.environment_of(tmp_path)
    soak.make_home(tmp_path, environment, runs=False)
    made = kills.Killing(tmp_path, environment, Random(3)).kill_training(1, signal.SIGKILL)
    assert made.code == -signal.SIGKILL
    assert made.resumed
    assert made.faults == []
