"""Measure how much the window slows training down, and how quickly it responds.

    python tests/benchmarks/window_cost.py [--preset mnist-quick] [--data DATA] [--turns 24] [--seconds 20]

Trains by `ganstudio train` and in an open window without user input, in turns of a few seconds: one process is
suspended (SIGSTOP) while the other runs, because the speed of a shared machine drifts by more than the difference to
be measured. Then only the window runs: for `--seconds` its event loop is watched for stalls, and for as long again
while a latent slider is dragged. Prints one JSON line: images per second of each and the ratio window / command line,
with the quartiles of the ratios of single turns; the stalls; and the times from a slider's move to the painted
picture. Needs a display, or Xvfb, which it then starts; and SIGSTOP and SIGCONT, which Windows lacks.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from screen import display

from runs import SHARED

WARM_UP = 4.0  # seconds at the start of training that are not measured
TURN_SECONDS = 6.0
CATCH_UP_SECONDS = 0.5  # after a process is resumed, not measured: all its timers are due at once
PROBE_INTERVAL = 5  # ms between two checks that the event loop is free
MOVE_INTERVAL = 60  # ms between two moves of the slider
START_DELAY = 6000  # ms from the painted window to Start: torch is imported by then


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--data", default=os.environ.get("GANSTUDIO_DATA", str(SHARED / "datasets")))
    parser.add_argument("--turns", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--in-window", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not (Path(args.data) / "MNIST" / "raw").is_dir():
        parser.error(f"{args.data} does not contain MNIST")
    os.environ["GANSTUDIO_DATA"] = args.data
    if args.in_window:
        print(json.dumps(in_window(args.preset, args.seconds)), flush=True)
        return
    with display(), tempfile.TemporaryDirectory() as place:
        print(json.dumps({"preset": args.preset} | measure(args, Path(place))))


def measure(args: argparse.Namespace, place: Path) -> dict[str, object]:
    """Return all results."""
    window = open_window(args, place)
    assert window.stdout is not None
    try:
        shown = TrainingProcess(window, Path(window.stdout.readline().strip()))
        shown.suspend()
        plain = TrainingProcess(command_line(args, place / "plain"), place / "plain")
        plain.suspend()
        turns = [(plain.take_turn(), shown.take_turn()) for _ in range(args.turns)]
        plain.end()
        shown.resume()
        seen = json.loads(window.communicate("go on\n")[0].splitlines()[-1])
    finally:
        window.kill()
    one, other = np.array(turns).T
    return {
        "threads": [plain.threads(), shown.threads()],
        "command_line": round(float(one.mean())),
        "window": round(float(other.mean())),
        "ratio": round(float(other.mean() / one.mean()), 3),
        "ratio_quartiles": [round(float(ratio), 3) for ratio in np.quantile(other / one, (0.25, 0.5, 0.75))],
        "stall_ms": quantiles(seen["stalls_ms"]),
        "stall_while_dragging_ms": quantiles(seen["stalls_while_dragging_ms"]),
        "slider_to_picture_ms": quantiles(seen["slider_ms"]),
        "slider_moves": len(seen["slider_ms"]),
    }


class TrainingProcess:
    """Process that trains the run in the folder `path`, past its warm-up."""

    def __init__(self, process: subprocess.Popen[str], path: Path) -> None:
        self.process, self.path = process, path
        while not self.ticks() or self.ticks()[-1]["seconds"] < WARM_UP:
            if process.poll() is not None:
                raise SystemExit(f"{path} was not trained: its process ended with code {process.returncode}.")
            time.sleep(0.1)

    def ticks(self) -> list[dict[str, float]]:
        """Return the rows of progress that the run has written."""
        file = self.path / "history.jsonl"
        lines = file.read_text().splitlines() if file.is_file() else []
        return [row for line in lines if "images" in (row := json.loads(line))]

    def take_turn(self) -> float:
        """Train for a while and return the images per second, from the first tick of the turn to the last."""
        self.resume()
        time.sleep(CATCH_UP_SECONDS)
        before = len(self.ticks())
        time.sleep(TURN_SECONDS)
        self.suspend()
        ticks = self.ticks()[before:]
        return (ticks[-1]["images"] - ticks[0]["images"]) / (ticks[-1]["seconds"] - ticks[0]["seconds"])

    def resume(self) -> None:
        """Let the process run."""
        self.process.send_signal(signal.SIGCONT)

    def suspend(self) -> None:
        """Suspend the process."""
        self.process.send_signal(signal.SIGSTOP)

    def end(self) -> None:
        """Kill the process."""
        self.process.kill()
        self.process.wait()

    def threads(self) -> int:
        """Return the number of threads that the run has chosen."""
        from ganstudio.runs.folder import RunFolder

        return RunFolder.open(self.path).config.engine.threads


def quantiles(values: list[float]) -> dict[str, float]:
    """Return the median, 99th percentile and maximum, to a tenth of a millisecond."""
    p50, p99 = np.percentile(values, [50, 99])
    return {"p50": round(float(p50), 1), "p99": round(float(p99), 1), "max": round(max(values), 1)}


def command_line(args: argparse.Namespace, out: Path) -> subprocess.Popen[str]:
    """Start `ganstudio train`."""
    command = [sys.executable, "-m", "ganstudio", "train", "--preset", args.preset, "--epochs", "1000"]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen([*command, "--out", str(out)], stdout=nowhere, stderr=nowhere, text=True)


def open_window(args: argparse.Namespace, place: Path) -> subprocess.Popen[str]:
    """Start `in_window` in its own process."""
    command = [sys.executable, __file__, "--in-window", "--preset", args.preset, "--seconds", str(args.seconds)]
    homes = {"XDG_CONFIG_HOME": str(place), "GANSTUDIO_RUNS": str(place), "QT_QPA_PLATFORM": "xcb"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=os.environ | homes, stdin=pipe, stdout=pipe, text=True)


def in_window(preset: str, seconds: float) -> dict[str, list[float]]:
    """Open the real window and press Start; after a line on stdin watch it, then drag a slider, for `seconds` each."""
    from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer
    from PySide6.QtWidgets import QSlider

    from ganstudio import config as cfg
    from ganstudio import presets
    from ganstudio.gui.app import make_app
    from ganstudio.gui.model.run_model import RunModel
    from ganstudio.gui.widgets import theme
    from ganstudio.gui.window.main_window import MainWindow
    from ganstudio.gui.window_settings import WindowSettings

    class Probe(QObject):
        """Watches the event loop, then drags a slider, then closes the window; keeps the times in milliseconds."""

        def __init__(self, shown: MainWindow) -> None:
            super().__init__()
            self.window = shown
            self.slider = shown.findChild(QSlider, "latentSlider0")
            self.stalls: list[float] = []
            self.stalls_while_dragging: list[float] = []
            self.latencies: list[float] = []
            self.current_stalls = self.stalls
            self.last = 0.0
            self.moves = 0
            self.probe_timer = QTimer(self, interval=PROBE_INTERVAL)
            self.probe_timer.setTimerType(Qt.TimerType.PreciseTimer)
            self.probe_timer.timeout.connect(self.probe)
            self.move_timer = QTimer(self, interval=MOVE_INTERVAL)
            self.move_timer.timeout.connect(self.move)
            shown.latent.painted.connect(self.picture_painted)
            self.input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
            self.input.activated.connect(self.start_probing)

        def start_training(self) -> None:
            self.window.session.runOpened.connect(lambda path: print(path, flush=True))
            self.window.actions_["startPause"].trigger()

        def start_probing(self) -> None:
            # Not while the speed is measured: 200 probes a second take some 2 % of a core and of Python's lock.
            self.input.setEnabled(False)
            self.last = time.perf_counter()
            self.probe_timer.start()
            QTimer.singleShot(int(seconds * 1000), self.start_dragging)

        def start_dragging(self) -> None:
            self.current_stalls = self.stalls_while_dragging
            self.last = time.perf_counter()
            self.move_timer.start()
            QTimer.singleShot(int(seconds * 1000), self.end)

        def end(self) -> None:
            self.probe_timer.stop()  # closing waits for the run to be saved, which is no stall
            self.move_timer.stop()
            self.window.close()

        def probe(self) -> None:
            now = time.perf_counter()
            self.current_stalls.append(max(0.0, (now - self.last) * 1000 - PROBE_INTERVAL))
            self.last = now

        def move(self) -> None:
            assert self.slider is not None
            self.moves += 1
            self.slider.setValue(int(250 * np.sin(self.moves / 7)))

        def picture_painted(self, stamp: float) -> None:
            if self.move_timer.isActive():
                self.latencies.append((time.perf_counter() - stamp) * 1000)

    app = make_app()
    theme.apply(app, "dark")
    config = cfg.change(presets.load(preset).config, "epochs", 1000)
    shown = MainWindow(RunModel(config), WindowSettings())
    shown.resize(1366, 740)
    probe = Probe(shown)
    shown.painted.connect(lambda: shown.open_at_start(None))
    shown.painted.connect(lambda: QTimer.singleShot(START_DELAY, probe.start_training))
    shown.show()
    app.exec()
    return {
        "stalls_ms": probe.stalls,
        "stalls_while_dragging_ms": probe.stalls_while_dragging,
        "slider_ms": probe.latencies,
    }


if __name__ == "__main__":
    main()
