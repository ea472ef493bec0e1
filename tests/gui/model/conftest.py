"""A session without a window, on a tiny run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ganstudio.data import catalog
from ganstudio.gui.notices.run_done import RunDone
from ganstudio.runs import runner
from support.session import HeardSession, reach
from support.window import TINY

__all__ = ["reach"]


@pytest.fixture
def session(qapp) -> Iterator[HeardSession]:
    made = HeardSession()
    RunDone(made)
    yield made
    assert made.shut_down()
    qapp.processEvents()


@pytest.fixture
def finished_run(tmp_path: Path) -> Path:
    """A run of 30 steps, done."""
    config = replace(TINY, steps=30)
    data = catalog.load("digits", size=28, channels=1)
    for _ in runner.start(config, data, tmp_path / "done").events():
        pass
    return tmp_path / "done"
