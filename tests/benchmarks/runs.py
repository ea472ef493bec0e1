"""Runs of the command line, and what they say of their own speed; for the benchmarks beside this file."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ganstudio.runs.folder import RunFolder

BESIDE = Path(__file__).resolve().parents[3] / "shared"  # of the checkout
WARM_UP = 3.0  # seconds of training left out


def train(out: Path, *arguments: str, seconds: float | None = None) -> RunFolder:
    """The run that `ganstudio train` made in `out`; told to stop after so many seconds, if any are given."""
    command = [sys.executable, "-m", "ganstudio", "train", "--out", str(out), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
    process.wait(60)
    return RunFolder.open(out)


def images_per_second(run: RunFolder) -> float:
    """After warm-up, from the run's own history."""
    ticks = [tick for tick in run.history().ticks if tick.seconds >= WARM_UP]
    return (ticks[-1].images - ticks[0].images) / (ticks[-1].seconds - ticks[0].seconds)


def plain_loop(script: Path, data: Path, seconds: float, more: Sequence[str] = ()) -> str:
    """What the tutorial loop prints: a JSON line."""
    command = [sys.executable, str(script), "--data", str(data / "MNIST" / "raw"), "--seconds", str(seconds), *more]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1]
