"""Runs trained by the command line, and their speed; used by the other benchmarks of this folder."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ganstudio.runs.folder import RunFolder

SHARED = Path(__file__).resolve().parents[3] / "shared"  # beside the checkout
WARM_UP = 3.0  # seconds at the start of training that are not measured


def train(out: Path, *arguments: str, seconds: float | None = None) -> RunFolder:
    """Train a run in the folder `out` by `ganstudio train`; stop it after `seconds`, unless None."""
    command = [sys.executable, "-m", "ganstudio", "train", "--out", str(out), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
    process.wait(60)
    return RunFolder.open(out)


def images_per_second(run: RunFolder) -> float:
    """Return the speed of a run after the warm-up, from its history."""
    ticks = [tick for tick in run.history().ticks if tick.seconds >= WARM_UP]
    return (ticks[-1].images - ticks[0].images) / (ticks[-1].seconds - ticks[0].seconds)


def plain_loop(script: Path, data: Path, seconds: float, more: Sequence[str] = ()) -> str:
    """Run the tutorial loop and return the JSON line that it prints."""
    command = [sys.executable, str(script), "--data", str(data / "MNIST" / "raw"), "--seconds", str(seconds), *more]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # its errors are shown
    return done.stdout.splitlines()[-1]
