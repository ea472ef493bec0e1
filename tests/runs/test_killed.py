"""A run killed without warning resumes as if nothing had happened."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import Finished, Marked
from ganstudio.runs import checkpoint, runner
from ganstudio.runs.folder import RunFolder
from support.runs import TINY, marks

STEPS = 60  # of 224 to the epoch
REPEATED = "Resumes from step 23, the last checkpoint; the 14 steps after it are repeated."

CHILD = """
import os, signal, sys, time
from pathlib import Path
from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import Stepped
from ganstudio.runs import runner

config = cfg.from_dict(eval(sys.argv[2]))
dataset = catalog.load("digits", size=28, channels=1)
run = runner.start(config, dataset, Path(sys.argv[1]))
for event in run.events():
    if event == Stepped(23):
        run.control.save()
    if event == Stepped(36):
        time.sleep(0.11)  # the next step says a tick
    if event == Stepped(37):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_in_mid_epoch_and_resumed_it_has_the_same_bits(tmp_path: Path) -> None:
    values = TINY | {"steps": STEPS, "output": TINY["output"] | {"tick_seconds": 0.1}}
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "killed"), repr(values)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    killed = RunFolder.open(tmp_path / "killed")
    assert killed.status() == "interrupted"
    assert [step for step, _ in killed.checkpoints()] == [0, 23]

    told = list(runner.resume(killed.path).events())
    assert marks(told, "resume")[0] == Marked(23, "resume", REPEATED, "", 37, 23)
    assert told[-1] == Finished(STEPS, "done")

    dataset = catalog.load("digits", size=28, channels=1)
    whole = runner.start(cfg.from_dict(values), dataset, tmp_path / "whole")
    list(whole.events())
    one, other = (checkpoint.load(run.checkpoint_path(STEPS)) for run in (whole.folder, killed))
    assert one.tensors.keys() == other.tensors.keys()
    assert [name for name, each in one.tensors.items() if not torch.equal(each, other.tensors[name])] == []
    assert one.meta | {"seconds": 0} == other.meta | {"seconds": 0}
