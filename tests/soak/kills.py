"""Runs killed and resumed again and again: what is lost, what is left.

    python -m soak.kills --rounds 200 --seed 1 [--terms 40] [--windows 20] [--home DIR]

Each round starts or resumes a small run that saves every second, ends the program at some moment, and looks at the
folder: half of the kills come at a random moment, half as soon as a temporary file is there. Exit code 1 where more was
lost than promised: see `Round.faults`.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from ganstudio.errors import StudioError
from ganstudio.events import Marked, MarkKind, Tick
from ganstudio.runs import checkpoint, history, history_rows
from ganstudio.runs.folder import RunFolder
from soak.__main__ import environment_of, make_home
from support.walk.screens import Screen, in_memory

CHECKPOINT_SECONDS = 1.0  # the lowest there is
WRITE_SECONDS = 1.0  # training goes on until a checkpoint is on the disk; on a busy machine that takes as long
_ROUNDS_OF_A_RUN = 25  # then another one begins: kills before the first step count, too
_START_SECONDS = 120  # until a program trains, on a busy machine
_AIM_SECONDS = 20.0  # that a temporary file is waited for
_LOOK_SECONDS = 0.0005
_FLAGS = (
    *("--preset", "soak0", "--steps", "1000000000", "--output.checkpoint-seconds", str(CHECKPOINT_SECONDS)),
    *("--output.tick-seconds", "0.1", "--output.sample-seconds", "0.5"),
)


@dataclass
class Round:
    """A program that was ended, and what its run folder said afterwards."""

    how: str  # "random" or "aimed"
    code: int = 0
    resumed: bool = False  # whether the program had come so far as to train
    first: bool = False  # whether it began the run
    lost_steps: int = 0
    lost_seconds: float = 0.0
    strays: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Total:
    """All rounds of one kind."""

    kind: str
    rounds: list[Round] = field(default_factory=list)

    def table(self) -> str:
        """A line with the figures."""
        worst = max(self.rounds, key=lambda each: each.lost_seconds, default=Round(""))
        aimed = sum(each.how == "aimed" for each in self.rounds)
        left = sum(each.strays > 0 for each in self.rounds)
        return (
            f"{self.kind}: {len(self.rounds)} rounds ({aimed} aimed at a temporary file), "
            f"{sum(each.resumed for each in self.rounds)} had come to train, at most {worst.lost_steps:,} steps = "
            f"{worst.lost_seconds:.2f} s lost, {left} left a temporary file (at most "
            f"{max((each.strays for each in self.rounds), default=0)}), "
            f"{sum(bool(each.faults) for each in self.rounds)} with faults"
        )


class Killing:
    """Kills programs that train in `home`."""

    def __init__(self, home: Path, environment: Mapping[str, str], random: Random) -> None:
        self._home, self._environment, self._random = home, environment, random
        self._count = 0

    def kill_training(self, number: int, signum: signal.Signals) -> Round:
        """Begin or resume a run by the command line, end the program, and look at the run."""
        path = self._home / "runs" / f"killed-{signum.name}-{number // _ROUNDS_OF_A_RUN}"
        made = Round("aimed" if number % 2 else "random", first=not (path / "run.toml").exists())
        words = ["train", *_FLAGS, "--out", str(path)] if made.first else ["resume", str(path)]
        before = history_size(path)
        with self._program([sys.executable, "-m", "ganstudio", *words]) as process:
            self._await_moment(process, path, made, before)
            process.send_signal(signum)
            made.code = process.wait(60)
        made.resumed = history_size(path) > before
        look(path, made, is_killed=signum == signal.SIGKILL)
        return made

    def kill_window(self, number: int) -> Round:
        """Have a window train a run, or go on with the last one, kill it, and look at all runs."""
        made = Round("aimed" if number % 2 else "random")
        log = self._home / "start.jsonl"
        steps = [{"t": 2.0, "do": "preset", "name": "soak0"}] if number % 3 == 0 else []
        steps += [{"t": 3.0, "do": "action", "name": "startPause"}, {"t": 600.0, "do": "nothing"}]
        log.write_text("\n".join(map(json.dumps, [{"t": 0.0, "do": "begin"}, *steps])))
        program = [sys.executable, "-m", "soak.window", str(self._home), "--until", str(time.time() + 600)]
        runs = self._home / "runs"
        before = history_size(runs)
        with self._program([*program, "--replay", str(log)]) as process:
            self._await_moment(process, runs, made, before)
            process.kill()
            made.code = process.wait(60)
        made.resumed = history_size(runs) > before
        for file in runs.glob("*/run.toml"):
            look(file.parent, made, is_killed=True)
        return made

    @contextlib.contextmanager
    def _program(self, words: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
        with (self._home / "output.txt").open("a") as output:
            process = subprocess.Popen(words, cwd=self._home, env=self._environment, stdout=output, stderr=output)
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()

    def _await_moment(self, process: subprocess.Popen[bytes], path: Path, made: Round, before: int) -> None:
        """Wait until the program shall die."""
        if self._random.random() < 0.15:  # before it trains
            self._sleep(process, self._random.uniform(0.0, 4.0))
        else:
            until = time.monotonic() + _START_SECONDS
            while history_size(path) == before and process.poll() is None and time.monotonic() < until:
                time.sleep(0.02)
            self._sleep(process, self._random.uniform(0.0, 3.0))
        if made.how == "aimed":
            until = time.monotonic() + _AIM_SECONDS
            while not temporary_files(path) and process.poll() is None and time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)
        if process.poll() is not None:
            made.faults.append(f"the program ended by itself with {process.returncode}")

    @staticmethod
    def _sleep(process: subprocess.Popen[bytes], seconds: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)


def look(path: Path, made: Round, is_killed: bool) -> None:
    """See what a killed program left of a run: whether it can go on, how much of it is lost, whether all is whole."""
    if not (path / "run.toml").exists():
        return  # killed before it had made one
    strays = temporary_files(path)
    made.strays = max(made.strays, len(strays))
    if not is_killed and strays:
        made.faults.append(f"temporary files after an orderly end: {strays}")
    run = RunFolder.open(path)
    read = run.history()
    made.faults += check_history(path / "history.jsonl")
    allowed = run.config.output.checkpoint_seconds + WRITE_SECONDS
    if not is_killed and read.end is None and made.resumed:
        made.faults.append("no mark says that the run ended")
    if not run.checkpoints():
        if read.ticks and read.ticks[-1].seconds > allowed:
            made.faults.append(f"no checkpoint after {read.ticks[-1].seconds:.1f} s")
        return
    try:
        state, file, skipped = checkpoint.newest_valid(path)
    except StudioError as error:
        made.faults.append(str(error))
        return
    if skipped:
        made.faults.append(f"{file.name} is whole, but: {skipped}")
    if read.ticks:
        last = read.ticks[-1]
        steps, seconds = last.step - int(state.meta["step"]), last.seconds - float(state.meta["seconds"])
        made.lost_steps, made.lost_seconds = max(made.lost_steps, steps), max(made.lost_seconds, seconds)
        if seconds > allowed or (not is_killed and steps > 0):
            made.faults.append(f"{steps} steps, {seconds:.2f} s lost")


def check_history(path: Path) -> list[str]:
    """What is wrong with the lines of a history: unreadable ones, steps that fall without a mark, duplicates."""
    faults: list[str] = []
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    torn = lines.pop() if lines else b""
    rows = [history_rows.decode(line) for line in lines if line]
    unreadable = sum(each is None for each in rows)
    if unreadable:
        faults.append(f"{unreadable} unreadable lines")
    last = -1
    for row in rows:
        if isinstance(row, Marked) and row.kind == MarkKind.RESUME:
            last = row.step
        elif isinstance(row, Tick):
            if row.step <= last:
                faults.append(f"a tick of step {row.step} after one of {last}")
            last = row.step
    ticks = history.read(path).ticks
    if [each.step for each in ticks] != sorted({each.step for each in ticks}):
        faults.append("the ticks that are read are not in order")
    if [each.seconds for each in ticks] != sorted(each.seconds for each in ticks):
        faults.append("the seconds that are read are not in order")
    return faults + ([f"a torn line of {len(torn)} bytes with zeros in it"] if b"\0" in torn else [])


def history_size(path: Path) -> int:
    """Bytes of the history of a run, or of all runs in a folder."""
    files = [path / "history.jsonl", *path.glob("*/history.jsonl")]
    return sum(each.stat().st_size for each in files if each.exists())


def temporary_files(path: Path) -> list[str]:
    """Temporary files in a folder and those in it."""
    return [f"{folder}/{each}" for folder, _, names in os.walk(path) for each in names if each.endswith(".tmp")]


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak.kills", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200, help="kill -9 of a program that trains")
    parser.add_argument("--terms", type=int, default=40, help="SIGTERM")
    parser.add_argument("--windows", type=int, default=20, help="kill -9 of the window")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path)
    options = parser.parse_args()
    home = (options.home or Path(tempfile.mkdtemp(prefix="kills-"))).absolute()
    home.mkdir(parents=True, exist_ok=True)
    print(f"home {home}, seed {options.seed}", flush=True)
    with in_memory(Screen(1366, 768, 1.0, ()), home) as screen:
        environment = os.environ | screen | environment_of(home)
        make_home(home, environment, runs=False)
        killing = Killing(home, environment, Random(options.seed))
        totals = [
            _rounds("kill -9", options.rounds, lambda number: killing.kill_training(number, signal.SIGKILL)),
            _rounds("SIGTERM", options.terms, lambda number: killing.kill_training(number, signal.SIGTERM)),
            _rounds("kill -9 of the window", options.windows, killing.kill_window),
        ]
    print("\n".join(each.table() for each in totals))
    return 1 if any(each.faults for total in totals for each in total.rounds) else 0


def _rounds(kind: str, count: int, kill: Callable[[int], Round]) -> Total:
    total = Total(kind)
    for number in range(count):
        made = kill(number)
        total.rounds.append(made)
        if made.faults:
            print(f"{time.strftime('%H:%M:%S')} {kind}, round {number}: {'; '.join(made.faults)}", flush=True)
        elif number % 20 == 19:
            print(f"{time.strftime('%H:%M:%S')} {total.table()}", flush=True)
    return total


if __name__ == "__main__":
    sys.exit(main())
