"""Measure training while other programs use the processor: how fast it is, and how soon it adapts.

    python tests/benchmarks/busy.py [--preset mnist-quick] [--in train window] [--seconds 12] [--against CHECKOUT]

One run on the command line, and one in an open window (offscreen), each with these neighbours in turn and quiet times
between them: one process that keeps a core busy, and a training job of PyTorch with as many threads as there are
cores. Prints a table with what is wanted and whether it is met. With `--against`, the program of another checkout is
measured, too, and the idle speeds of both on the command line in turn, one suspended (SIGSTOP) while the other runs.
Needs SIGSTOP and SIGCONT for that, which Windows lacks.

The runs do not measure their pictures at the ends of epochs: no step is done meanwhile, idle or not, and that would be
taken for a run that has not adapted.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tomli_w
import torch
from window_cost import TrainingProcess

from ganstudio.events import Tick
from ganstudio.runs import history
from ganstudio.system.cores import max_threads
from ganstudio.training.device import hardware
from runs import SHARED

WARM_UP = 8.0  # seconds that are not measured
STRETCH = 1.5  # seconds over which a speed is taken for the time until the run has adapted
POLL = 0.1  # seconds between two looks at the run's history
MAX_REACTION = 5.0  # seconds until a run has adapted
MAX_RECOVERY = 10.0  # seconds until it has at least MIN_RECOVERED of the idle speed again
MIN_RECOVERED = 0.8
STEADY = 0.8  # of the speed that it has in the end: it has adapted
MIN_IDLE = 0.98  # of the idle speed of the other checkout
TURNS = 8  # of each, for the idle speeds of two programs
NEIGHBOURS = {"one busy process": 0.45, "another PyTorch job": 0.30}  # with the wanted fraction of the idle speed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--in", dest="places", nargs="+", choices=("train", "window"), default=["train", "window"])
    parser.add_argument("--seconds", type=float, default=12, help="of each neighbour, and of each quiet time")
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--job", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.job:
        train_for_ever()
    os.environ.setdefault("GANSTUDIO_DATA", str(SHARED / "datasets"))
    print(f"{hardware.describe_processor()}, {max_threads()} cores, torch {torch.__version__}, {args.preset}")
    here = Path(__file__).resolve().parents[2]
    for checkout in filter(None, (args.against, here)):
        for place in args.places:
            with tempfile.TemporaryDirectory() as folder:
                report(args, checkout, place, Path(folder))
    if args.against:
        compare_idle(args, here)


# ---- neighbours -------------------------------------------------------------------------------------------------


def train_for_ever() -> None:
    """Train a small network with all cores, as another program would."""
    torch.set_num_threads(max_threads())
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 64, 4, 2, 1),
        torch.nn.LeakyReLU(0.2),
        torch.nn.Conv2d(64, 128, 4, 2, 1),
        torch.nn.BatchNorm2d(128),
        torch.nn.Flatten(),
        torch.nn.Linear(128 * 49, 1),
    )
    adam, x = torch.optim.Adam(net.parameters()), torch.randn(64, 1, 28, 28)
    while True:
        adam.zero_grad()
        net(x).square().mean().backward()
        adam.step()


@contextmanager
def neighbour(name: str) -> Iterator[None]:
    """Run a neighbour while the context lasts, from the moment when it is at work."""
    spin = [sys.executable, "-c", "while True: pass"]
    command = spin if name == "one busy process" else [sys.executable, __file__, "--job"]
    process = subprocess.Popen(command)
    try:
        while processor_seconds(process.pid) < 0.5:
            time.sleep(POLL)
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended by itself with {process.returncode}.")
        yield
    finally:
        process.kill()
        process.wait()


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    import psutil

    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


# ---- runs -------------------------------------------------------------------------------------------------------


class WatchedRun(TrainingProcess):
    """Run in a process of its own, whose pictures are counted while it trains."""

    def __init__(self, process: subprocess.Popen[str], path: Path) -> None:
        super().__init__(process, path)
        self._times: list[float] = []
        self._images: list[float] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        reader = history.Reader(self.path / "history.jsonl")
        while not self._ending.wait(POLL):
            ticks = [row for row in reader.rows() if isinstance(row, Tick)]
            if ticks:
                self._times.append(time.monotonic())
                self._images.append(ticks[-1].images)

    def speed(self, start: float, end: float) -> float:
        """Return the pictures per second between two moments."""
        images = np.interp((start, end), self._times, self._images)
        return float(images[1] - images[0]) / (end - start)

    def seconds_until(self, wanted: float, start: float, end: float) -> float:
        """Return after how many seconds from `start` no stretch is slower than `wanted` any more."""
        moments = np.arange(start, end - STRETCH, POLL)
        slow = [moment for moment in moments if self.speed(moment, moment + STRETCH) < wanted]
        return float(slow[-1] - start) + POLL if slow else 0.0

    def end(self) -> None:
        """Kill the process."""
        self._ending.set()
        self._thread.join()
        super().end()


def start(args: argparse.Namespace, checkout: Path, place: str, folder: Path) -> WatchedRun:
    """Start a run of a checkout, on the command line or in a window."""
    homes = {"XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder), "GANSTUDIO_RUNS": str(folder)}
    environment = os.environ | homes | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(checkout)}
    preset = save_unmeasured(args.preset, checkout, folder)
    if place == "window":
        script = checkout / "tests" / "benchmarks" / "window_cost.py"
        command = [sys.executable, str(script), "--in-window", "--preset", preset]
    else:
        command = [sys.executable, "-m", "ganstudio", "train", "--preset", preset, "--epochs", "1000"]
        command += ["--out", str(folder / "run")]
    pipe = subprocess.PIPE if place == "window" else subprocess.DEVNULL
    process = subprocess.Popen(
        command, cwd=checkout, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    )
    path = Path(process.stdout.readline().strip()) if process.stdout else folder / "run"
    return WatchedRun(process, path)


def save_unmeasured(preset: str, checkout: Path, folder: Path) -> str:
    """Save a preset of a checkout as one that never measures pictures, among the user's own, and return its name.

    They are the user's own of a program whose settings are in `folder`.
    """
    values = tomllib.loads((checkout / "resources" / "presets" / f"{preset}.toml").read_text(encoding="utf-8"))
    values.setdefault("measure", {})["every"] = 0
    file = folder / "ganstudio" / "presets" / f"{preset}-unmeasured.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(tomli_w.dumps(values).encode())
    return file.stem


@dataclass(frozen=True)
class Period:
    """Time with a neighbour, and the quiet time after it."""

    name: str
    began: float
    gone: float
    over: float


def report(args: argparse.Namespace, checkout: Path, place: str, folder: Path) -> None:
    """Print the table of one run."""
    run = start(args, checkout, place, folder)
    try:
        time.sleep(WARM_UP)
        quiet = [(time.monotonic(), time.monotonic() + args.seconds)]
        time.sleep(args.seconds)
        periods = []
        for name in NEIGHBOURS:
            with neighbour(name):
                began = time.monotonic()
                time.sleep(args.seconds)
                gone = time.monotonic()
            time.sleep(args.seconds)
            periods.append(Period(name, began, gone, time.monotonic() - STRETCH))
            quiet.append((gone + args.seconds / 2, periods[-1].over))
    finally:
        run.end()
    idle = float(np.median([run.speed(*each) for each in quiet]))
    print(f"\n{place}, {checkout}: idle {idle:.0f} pictures/s")
    for period in periods:
        describe(run, period, idle)
    for mark in history.read(run.path / "history.jsonl").marks:
        print(f"  step {mark.step:,}: {mark.text}")


def describe(run: WatchedRun, period: Period, idle: float) -> None:
    """Print what a neighbour did to a run."""
    adapted = run.speed(period.began + MAX_REACTION, period.gone)
    reaction = run.seconds_until(STEADY * adapted, period.began, period.gone)
    recovery = run.seconds_until(MIN_RECOVERED * idle, period.gone, period.over)
    wanted, share = NEIGHBOURS[period.name], adapted / idle
    rows = [
        (f"of the idle speed beside it, {adapted:.0f} pictures/s", share, f">= {wanted}", share >= wanted),
        ("seconds until it has that", reaction, f"<= {MAX_REACTION:g}", reaction <= MAX_REACTION),
        (f"seconds until {MIN_RECOVERED} after it", recovery, f"<= {MAX_RECOVERY:g}", recovery <= MAX_RECOVERY),
    ]
    print(f"  {period.name}")
    for name, value, limit, is_met in rows:
        print(f"    {name:48} {value:6.2f}   {limit:8} {'met' if is_met else 'NOT MET'}")


def compare_idle(args: argparse.Namespace, here: Path) -> None:
    """Print the idle speed of this program as a fraction of the other's, in turns of a few seconds."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        before = start(args, args.against, "train", Path(one))
        before.suspend()
        now = start(args, here, "train", Path(other))
        now.suspend()
        turns = np.array([(before.take_turn(), now.take_turn()) for _ in range(TURNS)])
        before.end()
        now.end()
    ratio = float(turns[:, 1].sum() / turns[:, 0].sum())
    text = f"{turns[:, 1].mean():.0f} against {turns[:, 0].mean():.0f} pictures/s"
    print(f"\nidle, in turn: {ratio:.3f} ({text})   >= {MIN_IDLE} {'met' if ratio >= MIN_IDLE else 'NOT MET'}")


if __name__ == "__main__":
    main()
