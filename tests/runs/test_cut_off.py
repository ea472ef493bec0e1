"""Runs that were cut off: found once, and only those that somebody may want to go on with."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from ganstudio import config as cfg
from ganstudio.events import EndReason, Finished
from ganstudio.runs import checkpoint, cut_off, history
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.system import lock
from ganstudio.training.state import State
from support.runs import TINY, Start, tick

CONFIG = cfg.from_dict(TINY)


@pytest.fixture(scope="module")
def dead_lock() -> str:
    """What a program that was killed leaves in run.lock."""
    return json.dumps(asdict(lock._me()))


def run(home: Path, name: str, lock_text: str | None, step: int = 7) -> Path:
    folder = RunFolder.create(home / name, CONFIG, RunInfo.now(CONFIG))
    folder.append(tick(step))
    if lock_text is not None:
        (folder.path / "run.lock").write_text(lock_text)
        os.utime(folder.path / "run.lock", (1e9 + step, 1e9 + step))
    return folder.path


def test_the_newest_run_that_was_cut_off_comes_first(tmp_path: Path, dead_lock: str) -> None:
    old, new = run(tmp_path, "old", dead_lock, 5), run(tmp_path, "2026-01-01_120000_new", dead_lock, 70)
    found = cut_off.find([old, new, old])
    assert [(each.path, each.name, each.reached, each.time) for each in found] == [
        (new, "new", 70, 1e9 + 70),
        (old, "old", 5, 1e9 + 5),
    ]
    assert cut_off.find([old, new], [found[0].key]) == found[1:]
    assert found[0].resumes_from() is None  # no checkpoint


def test_the_step_that_is_named_is_the_one_that_the_run_resumes_from(start: Start) -> None:
    made = start(steps=3)
    list(made.events())
    folder = made.folder
    checkpoint.save(folder.checkpoint_path(9), State({"a": torch.zeros(1)}, {"step": 9}))  # whole, but of no run
    assert cut_off.CutOff(folder.path, "new", 9, 0.0, "").resumes_from() == 3


def test_others_are_left_alone(tmp_path: Path, dead_lock: str) -> None:
    ended = run(tmp_path, "ended", dead_lock)
    RunFolder.open(ended).append(history.end_mark(Finished(7, EndReason.STOPPED), 7))
    damaged = run(tmp_path, "damaged", dead_lock)
    (damaged / "run.toml").write_text("[")
    other = json.dumps(json.loads(dead_lock) | {"host": "another-computer"})
    link = run(tmp_path, "link", None)
    (link / "run.lock").symlink_to(run(tmp_path, "linked", dead_lock) / "run.lock")
    folders = [
        run(tmp_path, "given back", None),
        run(tmp_path, "given back, but could not be removed", ""),
        run(tmp_path, "garbage", "{"),
        run(tmp_path, "of another computer", other),
        tmp_path / "no such run",
        ended,
        damaged,
        link,
    ]
    written = run(tmp_path, "written", dead_lock)
    with lock.acquire(written / "run.lock"):
        assert cut_off.find([*folders, written]) == []


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have owners on POSIX")
def test_runs_of_other_users_are_left_alone(tmp_path: Path, dead_lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run(tmp_path, "theirs", dead_lock)
    assert cut_off.find([path])
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert cut_off.find([path]) == []
