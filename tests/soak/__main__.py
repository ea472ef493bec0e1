"""The soak: the window driven at random for hours, as a user might, and watched.

    python -m soak --seconds 7200 --seed 1 [--home DIR] [--screen memory|x] [--replay LOG --of N] [--idle]

The program that is driven is the studio itself, in a home of its own with small runs. It is closed at random, and where
it restarts itself (for another size of text) it goes on. Exit code 1 where something was found.
"""

import argparse
import compileall
import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import ganstudio
from soak import report
from support.walk.screens import Screen, in_memory, on_x

_TESTS = Path(__file__).resolve().parents[1]
_LIVES = (60.0, 1800.0, 3600.0)  # s that a program may live, at random: one of them, so that some show a trend
_PATIENCE = 120  # s of silence after which a program is hung
SMALL = """\
title = "Soak{number}"
steps = {steps}
[data]
name = "{data}"
[network]
name = "{network}"
z_size = 8
width = 8
conditional = {conditional}
[optimizer]
batch_size = 16
[engine]
device = "cpu"
precision = "float32"
threads = 1
[output]
grid = 4
tick_seconds = 0.2
sample_seconds = 1.0
checkpoint_seconds = 2.0
"""
_PRESETS = (("digits", "mlp", "false"), ("mnist", "dcgan", "true"), ("digits", "resnet", "false"))


def main() -> int:
    options = _options()
    home = (options.home or Path(tempfile.mkdtemp(prefix="soak-"))).absolute()
    home.mkdir(parents=True, exist_ok=True)
    print(f"home {home}, seed {options.seed}", flush=True)
    with _screen(options.screen, home) as screen:
        environment = os.environ | screen | environment_of(home)
        compileall.compile_dir(Path(ganstudio.__file__).parent, quiet=1)  # as an installer does
        make_home(home, environment)
        crashes = drive(options, home, environment)
    os.environ.update(environment_of(home))
    found = report.examine(home, crashes, options.idle)
    print("\n".join([*found.figures, *(f"FAULT {each}" for each in found.faults), f"curves {home / 'curves.png'}"]))
    return 1 if found.faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=7200.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="where all is kept; by default a new folder for temporary files")
    parser.add_argument("--screen", choices=("memory", "x"), default="memory", help="x: Xvfb and openbox")
    parser.add_argument("--replay", type=Path, help="an actions.jsonl: take its steps again, in a new home")
    parser.add_argument("--of", type=int, default=0, help="which of the programs in that log")
    parser.add_argument(
        "--lives", type=float, help="s that each program lives, with one size of text; at random if not given"
    )
    parser.add_argument("--idle", action="store_true", help="nothing else runs: stalls by the clock are faults, too")
    return parser.parse_args()


def environment_of(home: Path) -> dict[str, str]:
    """Of a program that has its settings, runs and data in `home`, and no network."""
    own = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    own |= {"HOME": str(home), "XDG_DOCUMENTS_DIR": str(home / "documents"), "TMPDIR": str(home / "temporary")}
    own |= {"GANSTUDIO_RUNS": str(home / "runs"), "GANSTUDIO_DATA": str(home / "datasets"), "OMP_NUM_THREADS": "1"}
    own |= dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    path = os.pathsep.join([str(_TESTS.parent), str(_TESTS), os.environ.get("PYTHONPATH", "")])
    return own | {"PYTHONPATH": path}


@contextlib.contextmanager
def _screen(kind: str, home: Path) -> Iterator[Mapping[str, str]]:
    screen = Screen(1366, 768, 1.0, ())
    with on_x(screen) if kind == "x" else in_memory(screen, home) as found:
        yield found


def make_home(home: Path, environment: Mapping[str, str], runs: bool = True) -> None:
    """Folders, presets of small networks, and a few runs of them; where they are there already, nothing."""
    for name in ("runs", "datasets", "documents", "temporary", "config", "data", "state", "cache"):
        (home / name).mkdir(exist_ok=True)
    presets = home / "config" / "ganstudio" / "presets"
    if presets.is_dir():
        return
    presets.mkdir(parents=True)
    for number, (data, network, conditional) in enumerate(_PRESETS):
        values = {"number": number, "data": data, "network": network, "conditional": conditional}
        (presets / f"soak{number}.toml").write_text(SMALL.format(steps=20_000, **values), encoding="utf-8")
        for seed in (1, 2) if runs else ():
            train = [sys.executable, "-m", "ganstudio", "train", "--preset", f"soak{number}"]
            train += ["--seed", str(seed), "--steps", str(40 * (number + seed))]
            subprocess.run(train, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def drive(options: argparse.Namespace, home: Path, environment: Mapping[str, str]) -> list[str]:
    """Start one program after the other until the time is over; return what became of those that did not end well."""
    random = Random(options.seed)
    until = time.time() + options.seconds
    faults = []
    while (left := until - time.time()) > 2 or options.replay:
        life = min(left, options.lives or random.choice(_LIVES))
        program = [sys.executable, "-m", "soak.window", str(home), "--seed", str(options.seed)]
        program += ["--until", str(time.time() + life)]
        if options.lives:
            program += ["--steady"]
        if options.replay:
            program += ["--replay", str(options.replay.absolute()), "--of", str(options.of)]
        if words := run_program(program, home, environment):
            faults.append(words)
            print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)
        if options.replay:
            break
    return faults


def run_program(program: list[str], home: Path, environment: Mapping[str, str]) -> str:
    """Run a program to its end; "" if that was a good one."""
    with (home / "output.txt").open("a") as output:
        process = subprocess.Popen(
            program, cwd=home, env=environment, stdout=output, stderr=output, preexec_fn=_allow_cores
        )
        try:
            code = _await(process, home)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if code == 0:
        return ""
    if (home / "core").exists():
        (home / "core").rename(home / f"core-{process.pid}")
    what = "hung" if code is None else f"ended with {code}"
    return f"program {process.pid} {what}: see {home / 'crash.txt'} and {home / 'output.txt'}"


def _await(process: subprocess.Popen[bytes], home: Path) -> int | None:
    """The exit code; None where the window has not said for long what it holds. It is ended then.

    What counts is the time that passes here: all may be stopped for a while.
    """
    written, quiet = 0.0, 0
    while process.poll() is None:
        time.sleep(1)
        newest = max((each.stat().st_mtime for each in home.glob("resources-*.csv")), default=0.0)
        quiet = quiet + 1 if newest == written else 0
        written = newest
        if quiet > _PATIENCE:
            process.send_signal(signal.SIGABRT)  # the handler of faults writes the stacks of all threads
            process.wait(60)
            return None
    return process.returncode


def _allow_cores() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


if __name__ == "__main__":
    sys.exit(main())
