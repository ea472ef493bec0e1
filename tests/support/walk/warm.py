"""Starts a walk in a process of its own, forked from one that has imported all that walks need.

To import that, and to draw the built-in digits, takes a walk a fifth of its time; so it is done once for all walks.
"""

import json
import multiprocessing
import os
import sys
from multiprocessing import forkserver
from pathlib import Path

import pytest

import ganstudio

_TREE = Path(ganstudio.__file__).parents[1]  # which this process tests, wherever it was started
_TESTS = Path(__file__).parents[2]


def walk(environment: dict[str, str], home: Path, passes: tuple[str, ...], seconds: float) -> dict:
    """What runner.py tells of a walk with those variables; one that takes longer is ended, and fails."""
    context = multiprocessing.get_context(_prepare())
    process = context.Process(target=_run, args=(os.environ | environment, home, passes))
    process.start()
    process.join(seconds)
    in_time = process.exitcode is not None
    process.kill()
    process.join()
    said, code = (home / "stderr").read_text(encoding="utf-8", errors="replace"), process.exitcode
    process.close()
    assert in_time, f"The walk took longer than {seconds} s. {said[-3000:]}"
    assert code == 0, said[-3000:]
    return json.loads((home / "stdout").read_text(encoding="utf-8").splitlines()[-1])


def _prepare() -> str:
    """How a process is started; where that is to fork it, have the one that it comes from import all."""
    if sys.platform != "linux":
        return "spawn"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(_TREE), str(_TESTS), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("OMP_NUM_THREADS", "1")
        multiprocessing.set_forkserver_preload(["support.walk.imports"])
        forkserver.ensure_running()
    return "forkserver"


def _run(environment: dict[str, str], home: Path, passes: tuple[str, ...]) -> None:
    os.environ.clear()  # of the test that was the first to start a walk
    os.environ.update(environment)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(home / name, os.O_CREAT | os.O_WRONLY), number)
    from support.walk import runner

    runner.main(home, list(passes))
