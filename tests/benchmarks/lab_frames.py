"""Measure the frames of the 2-D lab while a run of points trains in the window, and what they cost training.

    python tests/benchmarks/lab_frames.py [--preset lab-ring-8] [--turns 12] [--seconds 20] [--layers all]

Trains by `ganstudio train` and in an open window, in turns of a few seconds as `window_cost.py` does (SIGSTOP). Then
only the window runs: for `--seconds` its frames are watched. Prints one JSON line: rounds per second of each and the
ratio window / command line; painted frames per second, and the milliseconds between two; how many of them came from
the process that paints; how late the event loop of the GUI thread comes to a timer (`window_cost.py` calls it a stall);
and the processor time of a painting, in the GUI thread, and of computing a frame, in the lab's. Of the process that
paints: how long a picture takes it, by the clock and of its processor, from one picture to the next, and their share of
the time. `--turns 0` leaves the command line out. Without a display the window is offscreen.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import timed_frames
from window_cost import TrainingProcess, command_line, quantiles

START_DELAY = 6000  # ms from the painted window to Start: torch is imported by then
PROBE_INTERVAL = 5  # ms between two checks that the event loop is free


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="lab-ring-8")
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--layers", default="all", help="all, first, or none: the plane stays empty")
    parser.add_argument("--size", default="1366x740")
    parser.add_argument("--in-window", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.in_window:
        print(json.dumps(in_window(args)), flush=True)
        return
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps({"preset": args.preset, "layers": args.layers} | measure(args, Path(place))))


def measure(args: argparse.Namespace, place: Path) -> dict[str, object]:
    """Return all results."""
    window = open_window(args, place)
    assert window.stdout is not None
    assert window.stdin is not None
    results: dict[str, object] = {}
    try:
        shown = TrainingProcess(window, Path(window.stdout.readline().strip()))
        if args.turns:
            results |= compare(args, shown, place)
        shown.resume()
        window.stdin.write("\n")
        window.stdin.flush()
        seen: dict[str, object] = json.loads(window.stdout.readline())
        return results | seen
    finally:
        window.kill()
        window.wait()


def compare(args: argparse.Namespace, shown: TrainingProcess, place: Path) -> dict[str, object]:
    """Return how fast the run trains without a window and in it."""
    shown.suspend()
    plain = TrainingProcess(command_line(args, place / "plain"), place / "plain")
    try:
        plain.suspend()
        batch = batch_size(args.preset)
        turns = np.array([(plain.take_turn(), shown.take_turn()) for _ in range(args.turns)]) / batch
    finally:
        plain.end()
    one, other = turns.T
    return {
        "command_line_rounds": round(float(one.mean())),
        "window_rounds": round(float(other.mean())),
        "ratio": round(float(other.mean() / one.mean()), 3),
        "ratio_quartiles": [round(float(ratio), 3) for ratio in np.quantile(other / one, (0.25, 0.5, 0.75))],
    }


def batch_size(preset: str) -> int:
    """Return how many points D sees in a round."""
    from ganstudio import presets

    return presets.load(preset).config.optimizer.batch_size


def open_window(args: argparse.Namespace, place: Path) -> subprocess.Popen[str]:
    """Start `in_window` in its own process."""
    options = ["--preset", args.preset, "--seconds", str(args.seconds), "--layers", args.layers, "--size", args.size]
    platform = "xcb" if os.environ.get("DISPLAY") else "offscreen"
    homes = {"XDG_CONFIG_HOME": str(place), "GANSTUDIO_RUNS": str(place), "QT_QPA_PLATFORM": platform}
    homes[timed_frames.FILE] = str(place / "frames.txt")
    command = [sys.executable, __file__, "--in-window", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=os.environ | homes, stdin=pipe, stdout=pipe, text=True)


def in_window(args: argparse.Namespace) -> dict[str, object]:
    """Open the real window and press Start; after a line on stdin watch its frames."""
    from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer
    from PySide6.QtGui import QPaintEvent

    from ganstudio import config as cfg
    from ganstudio import presets
    from ganstudio.gui.app import make_app
    from ganstudio.gui.lab import frame_process
    from ganstudio.gui.lab.panel import LabPanel
    from ganstudio.gui.lab.plot import PlanePlot
    from ganstudio.gui.lab.tools import BUTTONS, FIRST
    from ganstudio.gui.model.run_model import RunModel
    from ganstudio.gui.widgets import theme
    from ganstudio.gui.window.main_window import MainWindow
    from ganstudio.gui.window_settings import WindowSettings
    from ganstudio.gui.workers.lab_live import LiveRun
    from ganstudio.plots.plane import Layer

    painted: list[float] = []
    framed: list[float] = []
    newest = [0]  # look that was painted last
    paintings: list[float] = []
    stalls: list[float] = []
    computed: list[float] = []
    probed = [0.0]

    def timed_paint(self: PlanePlot, event: QPaintEvent) -> None:
        painted.append(time.perf_counter())
        began = time.thread_time()
        paint(self, event)
        paintings.append((time.thread_time() - began) * 1000)

    def timed_compute(self: LiveRun, *arguments: Any) -> object:
        began = time.thread_time()
        plane = compute(self, *arguments)
        computed.append((time.thread_time() - began) * 1000)
        return plane

    paint, compute = PlanePlot.paintEvent, LiveRun._compute
    PlanePlot.paintEvent, LiveRun._compute = timed_paint, timed_compute  # type: ignore[method-assign, assignment]
    frame_process.frame_program = timed_frames  # type: ignore[attr-defined]
    if args.layers == "none":
        LabPanel.refresh = lambda *_: None  # type: ignore[method-assign]
    app = make_app()
    theme.apply(app, "dark")
    config = cfg.change(presets.load(args.preset).config, "steps", 10_000_000)
    window = MainWindow(RunModel(config), WindowSettings())
    window.resize(*(int(side) for side in args.size.split("x")))
    window.session.runOpened.connect(lambda path: print(path, flush=True))
    layers = frozenset(layer for layer, *_ in BUTTONS if layer not in (Layer.OPINION, Layer.OPTIMAL, Layer.SLOPE))
    window.lab.tools.show_layers(layers if args.layers == "all" else FIRST)

    class Watch(QObject):
        """Notes when Qt shows another picture of the process; only while frames are watched, for it costs training."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            process = window.lab._pictures._process
            if event.type() == QEvent.Type.Paint and process is not None and process._weights is not None:
                number = process._weights.answered
                if number != newest[0]:
                    newest[0] = number
                    framed.append(time.perf_counter())
            return False

    watch = Watch()
    times: list[float] = []

    def begin() -> None:
        notifier.setEnabled(False)
        for values in (painted, framed, paintings, stalls, computed):
            values.clear()
        window.lab.plot._screen.installEventFilter(watch)
        times.extend((time.monotonic(), window.model.step))
        probed[0] = time.perf_counter()
        timer.start()
        QTimer.singleShot(int(args.seconds * 1000), end)

    def end() -> None:
        times.extend((time.monotonic(), window.model.step))
        timer.stop()
        window.close()

    def probe() -> None:
        now = time.perf_counter()
        stalls.append(max(0.0, (now - probed[0]) * 1000 - PROBE_INTERVAL))
        probed[0] = now

    timer = QTimer(interval=PROBE_INTERVAL)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(probe)
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(begin)
    window.painted.connect(lambda: window.open_at_start(None))
    window.painted.connect(lambda: QTimer.singleShot(START_DELAY, window.actions_["startPause"].trigger))
    window.show()
    app.exec()
    began, first, ended, last = times
    results: dict[str, object] = {"rounds_a_second": round((last - first) / (ended - began))}
    results |= process_times(began, ended)
    if len(framed) > len(painted):
        painted = framed  # Qt paints these without the plot
    if len(painted) < 2:
        return results
    return results | {
        "frames_a_second": round(len(painted) / (ended - began), 1),
        "by_process_a_second": round(len(framed) / (ended - began), 1),
        "between_frames_ms": quantiles((np.diff(painted) * 1000).tolist()),
        "stall_ms": quantiles(stalls),
        "painting_cpu_ms": quantiles(paintings or [0.0]),
        "computing_cpu_ms": quantiles(computed or [0.0]),
    }


def process_times(began: float, ended: float) -> dict[str, object]:
    """Return how long the pictures took the process that paints, between two moments; {} if there is none."""
    file = Path(os.environ[timed_frames.FILE])
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    times = np.array([[float(number) for number in line.split()] for line in lines[:-1]]).reshape(-1, 3)
    times = times[(times[:, 0] > began) & (times[:, 1] < ended)]
    if len(times) < 2:
        return {}
    return {
        "process_frames_a_second": round(len(times) / (ended - began), 1),
        "process_frame_ms": quantiles((np.diff(times[:, :2]).ravel() * 1000).tolist()),
        "process_between_frames_ms": quantiles((np.diff(times[:, 1]) * 1000).tolist()),
        "process_cpu_ms": quantiles((times[:, 2] * 1000).tolist()),
        "process_share": round(float(times[:, 2].sum() / (ended - began)), 3),
    }


if __name__ == "__main__":
    main()
