"""What the window costs training, and how quickly it answers.

    python tests/benchmarks/window_cost.py [--preset mnist-quick] [--data DATA] [--turns 24] [--seconds 20]

Trains by `ganstudio train` and in the open window that nobody touches, in turns of a few seconds each, one process
stopped by the system while the other goes on: so both see the same machine, whose speed drifts by more than what is
looked for. Then lets the window go on alone, and for `--seconds` each looks for stalls of its event loop, and drags a
latent slider. Prints one JSON line: images per second of each and the ratio window / command line, with the quartiles
of the ratios of single turns; the stalls; and the times from a moved slider to its painted picture. Needs a display,
or Xvfb, which it starts then; and signals that stop and continue, which Windows has not.
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

BESIDE = Path(__file__).resolve().parents[3] / "shared"
WARM_UP = 4.0  # seconds of training left out
TURN = 6.0  # seconds
CAUGHT_UP = 0.5  # seconds after a stop that are left out: all timers are due at once then
PROBE_MS = 5  # how often the event loop is asked whether it is free
SLIDER_MS = 60  # between two moves of the slider


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--data", default=os.environ.get("GANSTUDIO_DATA", str(BESIDE / "datasets")))
    parser.add_argument("--turns", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--in-window", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not (Path(args.data) / "MNIST" / "raw").is_dir():
        parser.error(f"{args.data} holds no MNIST")
    os.environ["GANSTUDIO_DATA"] = args.data
    if args.in_window:
        print(json.dumps(in_window(args.preset, args.seconds)), flush=True)
        return
    with display(), tempfile.TemporaryDirectory() as place:
        print(json.dumps({"preset": args.preset} | measure(args, Path(place))))


def measure(args: argparse.Namespace, place: Path) -> dict:
    """All figures."""
    window = open_window(args, place)
    try:
        shown = Run(window, Path(window.stdout.readline().strip()))
        shown.halt()
        plain = Run(command_line(args, place / "plain"), place / "plain")
        plain.halt()
        turns = [(plain.turn(), shown.turn()) for _ in range(args.turns)]
        plain.end()
        shown.go_on()
        seen = json.loads(window.communicate("go on\n")[0].splitlines()[-1])
    finally:
        window.kill()
    one, other = np.array(turns).T
    return {
        "threads": [plain.threads(), shown.threads()],
        "command_line": round(float(one.mean())),
        "window": round(float(other.mean())),
        "ratio": round(float(other.mean() / one.mean()), 3),
        "ratio_quartiles": [round(float(each), 3) for each in np.quantile(other / one, (0.25, 0.5, 0.75))],
        "stall_ms": quantiles(seen["stalls_ms"]),
        "stall_while_dragging_ms": quantiles(seen["stalls_while_dragging_ms"]),
        "slider_to_picture_ms": quantiles(seen["slider_ms"]),
        "slider_moves": len(seen["slider_ms"]),
    }


class Run:
    """A run that a process trains, past its warm-up."""

    def __init__(self, process: subprocess.Popen, path: Path) -> None:
        self.process, self.path = process, path
        while not self.ticks() or self.ticks()[-1]["seconds"] < WARM_UP:
            if process.poll() is not None:
                raise SystemExit(f"{path} was not trained: its process ended with {process.returncode}")
            time.sleep(0.1)

    def ticks(self) -> list[dict]:
        """What the run has written of its progress."""
        file = self.path / "history.jsonl"
        lines = file.read_text().splitlines() if file.is_file() else []
        return [row for line in lines if "images" in (row := json.loads(line))]

    def turn(self) -> float:
        """Goes on for a while; its images per second, from the first tick then to the last."""
        self.go_on()
        time.sleep(CAUGHT_UP)
        before = len(self.ticks())
        time.sleep(TURN)
        self.halt()
        ticks = self.ticks()[before:]
        return (ticks[-1]["images"] - ticks[0]["images"]) / (ticks[-1]["seconds"] - ticks[0]["seconds"])

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def halt(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()

    def threads(self) -> int:
        """How many the run has chosen."""
        from ganstudio.runs.folder import RunFolder

        return RunFolder.open(self.path).config.engine.threads


def quantiles(values: list[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum, to a tenth of a millisecond."""
    p50, p99 = np.percentile(values, [50, 99])
    return {"p50": round(float(p50), 1), "p99": round(float(p99), 1), "max": round(max(values), 1)}


def command_line(args: argparse.Namespace, out: Path) -> subprocess.Popen:
    """`ganstudio train`."""
    command = [sys.executable, "-m", "ganstudio", "train", "--preset", args.preset, "--epochs", "1000"]
    return subprocess.Popen([*command, "--out", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def open_window(args: argparse.Namespace, place: Path) -> subprocess.Popen:
    """`in_window` in a process of its own."""
    command = [sys.executable, __file__, "--in-window", "--preset", args.preset, "--seconds", str(args.seconds)]
    homes = {"XDG_CONFIG_HOME": str(place), "GANSTUDIO_RUNS": str(place), "QT_QPA_PLATFORM": "xcb"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=os.environ | homes, stdin=pipe, stdout=pipe, text=True)


def in_window(preset: str, seconds: float) -> dict:
    """Open the real window and press Start; once told to go on, watch it and drag a slider for `seconds` each."""
    from PySide6.QtCore import QObject, QSocketNotifier, QTimer
    from PySide6.QtWidgets import QSlider

    from ganstudio import config as cfg
    from ganstudio import presets
    from ganstudio.gui.app import make_app
    from ganstudio.gui.model.run_model import RunModel
    from ganstudio.gui.widgets import theme
    from ganstudio.gui.window.main_window import MainWindow
    from ganstudio.gui.window_settings import WindowSettings

    class Probe(QObject):
        """Watches, then drags, then closes; keeps what it saw."""

        def __init__(self, shown: MainWindow) -> None:
            super().__init__()
            self.window = shown
            self.slider = shown.findChild(QSlider, "latentSlider0")
            self.stalls: list[float] = []
            self.busy: list[float] = []
            self.latencies: list[float] = []
            self.part = self.stalls
            self.last = 0.0
            self.moves = 0
            self.beat = QTimer(self, interval=PROBE_MS)
            self.beat.setTimerType(self.beat.timerType().PreciseTimer)
            self.beat.timeout.connect(self.probe)
            self.drag = QTimer(self, interval=SLIDER_MS)
            self.drag.timeout.connect(self.move)
            shown.latent.painted.connect(self.seen)
            self.told = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
            self.told.activated.connect(self.probing)

        def start(self) -> None:
            self.window.actions_["startPause"].trigger()
            self.window.session.runOpened.connect(lambda path: print(path, flush=True))

        def probing(self) -> None:
            # Not while the speed is measured: 200 questions a second take some 2 % of a core and of Python's lock.
            self.told.setEnabled(False)
            self.last = time.perf_counter()
            self.beat.start()
            QTimer.singleShot(int(seconds * 1000), self.dragging)

        def dragging(self) -> None:
            self.part, self.last = self.busy, time.perf_counter()
            self.drag.start()
            QTimer.singleShot(int(seconds * 1000), self.end)

        def end(self) -> None:
            self.beat.stop()  # closing waits for the run to be saved, which is no stall
            self.drag.stop()
            self.window.close()

        def probe(self) -> None:
            now = time.perf_counter()
            self.part.append(max(0.0, (now - self.last) * 1000 - PROBE_MS))
            self.last = now

        def move(self) -> None:
            self.moves += 1
            self.slider.setValue(int(250 * np.sin(self.moves / 7)))

        def seen(self, stamp: float) -> None:
            if self.drag.isActive():
                self.latencies.append((time.perf_counter() - stamp) * 1000)

    app = make_app()
    theme.apply(app, "dark")
    config = cfg.change(presets.load(preset).config, "epochs", 1000)
    shown = MainWindow(RunModel(config), WindowSettings())
    shown.resize(1366, 740)
    probe = Probe(shown)
    shown.painted.connect(lambda: shown.open_at_start(None))
    shown.painted.connect(lambda: QTimer.singleShot(6000, probe.start))  # torch is imported by then
    shown.show()
    app.exec()
    return {
        "stalls_ms": probe.stalls,
        "stalls_while_dragging_ms": probe.busy,
        "slider_ms": probe.latencies,
    }


if __name__ == "__main__":
    main()
