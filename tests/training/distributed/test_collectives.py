"""A process whose neighbour has died does not go on waiting for it."""

import os
import subprocess
import sys

import pytest

import support

pytestmark = pytest.mark.skipif(os.name == "nt", reason="processes are watched on POSIX systems only")

PROGRAM = """
import subprocess, sys, time
from ganstudio.training.distributed import collectives

collectives.LOOK_INTERVAL, collectives.MAX_WAIT_SECONDS = 0.05, 0.3
dies = sys.argv[1] != "alive"
other = subprocess.Popen([sys.executable, "-c", "" if dies else "import time; time.sleep(60)"])
collectives.watch([other.pid])
if dies:
    other.wait()
if sys.argv[1] == "between":
    time.sleep(1)  # in no collective: it may well be saving
else:
    with collectives.waiting():
        time.sleep(10 if dies else 1)
other.kill()
other.wait()
print("ended by itself")
"""


def run(case: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, case],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=support.environment(),
    )
    return done.returncode, done.stdout + done.stderr


def test_who_waits_for_a_dead_process_ends() -> None:
    assert run("waiting") == (1, "Another process of this job has died, so this one ends, too.\n")


@pytest.mark.parametrize("case", ["alive", "between"])
def test_who_waits_for_a_living_one_or_for_none_does_not(case: str) -> None:
    assert run(case) == (0, "ended by itself\n")
