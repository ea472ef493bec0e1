"""What the window costs training, and how quickly it answers.

    python tests/benchmarks/window_cost.py [--preset mnist-quick] [--data DATA] [--rounds 3] [--seconds 30]

Trains by `ganstudio train` and in the open window in turn, so that both see the same machine, and prints one JSON line:
images per second of each and the median ratio window / command line; in a second part of each round the event loop's
stalls; and in a third part those while a latent slider is dragged, and the times from a moved slider to its painted
picture. Needs a display, or Xvfb, which it starts then.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from screen import display

BESIDE = Path(__file__).resolve().parents[3] / "shared"
WARM_UP = 4.0  # seconds of training left out
PROBE_MS = 5  # how often the event loop is asked whether it is free
SLIDER_MS = 60  # between two moves of the slider


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--data", default=os.environ.get("GANSTUDIO_DATA", str(BESIDE / "datasets")))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--in-window", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not (Path(args.data) / "MNIST" / "raw").is_dir():
        parser.error(f"{args.data} holds no MNIST")
    os.environ["GANSTUDIO_DATA"] = args.data
    if args.in_window:
        print(json.dumps(in_window(args.preset, args.seconds)))
        return
    with display():
        rounds = [(command_line(args), window(args)) for _ in range(args.rounds)]
    print(json.dumps(report(args.preset, rounds)))


def report(preset: str, rounds: list[tuple[float, dict]]) -> dict:
    """The figures over all rounds."""
    ratios = [seen["images_per_second"] / plain for plain, seen in rounds]
    stalls = np.concatenate([seen["stalls_ms"] for _, seen in rounds])
    busy = np.concatenate([seen["stalls_while_dragging_ms"] for _, seen in rounds])
    slider = np.concatenate([seen["slider_ms"] for _, seen in rounds])
    return {
        "preset": preset,
        "command_line": [round(plain) for plain, _ in rounds],
        "window": [round(seen["images_per_second"]) for _, seen in rounds],
        "ratio_median": round(statistics.median(ratios), 3),
        "stall_ms": quantiles(stalls),
        "stall_while_dragging_ms": quantiles(busy),
        "slider_to_picture_ms": quantiles(slider),
        "slider_moves": len(slider),
    }


def quantiles(values: np.ndarray) -> dict[str, float]:
    """Median, 99th percentile and maximum, to a tenth of a millisecond."""
    p50, p99 = np.percentile(values, [50, 99])
    return {"p50": round(float(p50), 1), "p99": round(float(p99), 1), "max": round(float(values.max()), 1)}


def speed(run: Path) -> float:
    """Images per second after warm-up, from the run's own history, by its first and last tick."""
    from ganstudio.runs.folder import RunFolder

    ticks = [tick for tick in RunFolder.open(run).history().ticks if tick.seconds >= WARM_UP]
    return (ticks[-1].images - ticks[0].images) / (ticks[-1].seconds - ticks[0].seconds)


def command_line(args: argparse.Namespace) -> float:
    """Images per second of `ganstudio train`."""
    with tempfile.TemporaryDirectory() as place:
        run = Path(place) / "run"
        command = [sys.executable, "-m", "ganstudio", "train", "--preset", args.preset, "--epochs", "1000"]
        process = subprocess.Popen([*command, "--out", str(run)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(args.seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
        process.wait(60)
        return speed(run)


def window(args: argparse.Namespace) -> dict:
    """What `in_window` measured, in a process of its own."""
    command = [sys.executable, __file__, "--in-window", "--preset", args.preset, "--seconds", str(args.seconds)]
    with tempfile.TemporaryDirectory() as place:
        homes = {"XDG_CONFIG_HOME": place, "GANSTUDIO_RUNS": place, "QT_QPA_PLATFORM": "xcb"}
        done = subprocess.run(command, env=os.environ | homes, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def in_window(preset: str, seconds: float) -> dict:
    """Open the real window, press Start and leave it alone for `seconds`; then watch it and drag a slider, half
    as long each."""
    from PySide6.QtCore import QObject, QTimer
    from PySide6.QtWidgets import QSlider

    from ganstudio import config as cfg
    from ganstudio import presets
    from ganstudio.gui import theme
    from ganstudio.gui.app import make_app
    from ganstudio.gui.main_window import MainWindow
    from ganstudio.gui.memory import Memory
    from ganstudio.gui.run_model import RunModel

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
            self.begun = 0.0

        def start(self) -> None:
            self.window.actions_["startPause"].trigger()
            QTimer.singleShot(int(seconds * 1000), self.probing)

        def probing(self) -> None:
            # The speed is that of a window that nobody touches, so the run ends here for `speed`. The probe comes
            # after it: asking 200 times a second takes some 2 % of a core and of Python's lock.
            self.watched = speed(self.window.model.folder.path)
            self.last = time.perf_counter()
            self.beat.start()
            QTimer.singleShot(int(seconds * 500), self.dragging)

        def dragging(self) -> None:
            self.part, self.last = self.busy, time.perf_counter()
            self.drag.start()
            QTimer.singleShot(int(seconds * 500), self.window.close)

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
    shown = MainWindow(RunModel(config), Memory())
    shown.resize(1366, 740)
    probe = Probe(shown)
    shown.painted.connect(lambda: shown.open_at_start(None))
    shown.painted.connect(lambda: QTimer.singleShot(6000, probe.start))  # torch is imported by then
    shown.show()
    app.exec()
    return {
        "images_per_second": probe.watched,
        "stalls_ms": probe.stalls,
        "stalls_while_dragging_ms": probe.busy,
        "slider_ms": probe.latencies,
    }


if __name__ == "__main__":
    main()
