"""Before its first word a run says on the terminal what takes long."""

import threading

import pytest

from ganstudio.commands import startup_progress
from ganstudio.commands.startup_progress import Stages


def test_a_stage_that_takes_long_is_said_and_a_short_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    told = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        told.set()

    monkeypatch.setattr(startup_progress, "MAX_SILENT_SECONDS", 0.2)
    with Stages(say) as stages:
        stages("Reading the data set")
        stages("Measuring this computer")
        assert told.wait(30)
        stages("Building the networks")
    assert said == ["Measuring this computer…"]
