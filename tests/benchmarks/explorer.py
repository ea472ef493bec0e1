"""Measure how quickly the latent explorer responds while a run trains.

    python tests/benchmarks/explorer.py [--preset mnist-quick] [--data DATA] [--seconds 30] [--idle]

Opens the real window, large enough for a strip of 64 pictures, trains in it, and moves the sliders as a user would. In
the first part one slider is dragged; in the second each move is of another slider, so that the whole strip is generated
again, too. Prints one JSON line: milliseconds from a move to the painted picture for each part, and from a move to the
whole painted strip for the second. With --idle nothing is trained and the bundled model makes the pictures. Needs a
display, or Xvfb, which it then starts.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QObject
from screen import display
from window_cost import WARM_UP, quantiles

from runs import SHARED

T = TypeVar("T", bound=QObject)
DRAG_INTERVAL, CHANGE_INTERVAL = 60, 250  # ms between two moves
WINDOW_SIZE = (1900, 1130)  # px: the strip then has 64 pictures
DOCK_HEIGHT = 350  # px, of the explorer
SLIDERS = 10
START_DELAY = 8000  # ms from the painted window to Start: torch is imported by then


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--data", default=os.environ.get("GANSTUDIO_DATA", str(SHARED / "datasets")))
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--idle", action="store_true")
    args = parser.parse_args()
    if not (Path(args.data) / "MNIST" / "raw").is_dir():
        parser.error(f"{args.data} does not contain MNIST")
    with tempfile.TemporaryDirectory() as place, display("1920x1200"):
        os.environ |= {"GANSTUDIO_DATA": args.data, "XDG_CONFIG_HOME": place, "GANSTUDIO_RUNS": place}
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        print(json.dumps(measure(args.preset, args.seconds, args.idle)))


def measure(preset: str, seconds: float, idle: bool) -> dict[str, object]:
    """Open the window, move the sliders for `seconds` in each part, and return the results."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QDockWidget, QSlider

    from ganstudio import config as cfg
    from ganstudio import presets
    from ganstudio.gui.app import make_app
    from ganstudio.gui.explorer.axis_strip import AxisStrip
    from ganstudio.gui.model.run_model import RunModel
    from ganstudio.gui.widgets import theme
    from ganstudio.gui.window.main_window import MainWindow
    from ganstudio.gui.window_settings import WindowSettings

    class Hand(QObject):
        """Starts training, drags one slider, then moves one after the other, then closes the window."""

        def __init__(self, shown: MainWindow) -> None:
            super().__init__()
            self.window = shown
            self.sliders = [find(shown, QSlider, f"latentSlider{axis}") for axis in range(SLIDERS)]
            self.strip = find(shown, AxisStrip, "latentStrip")
            self.pictures: dict[str, list[float]] = {"drag": [], "change": []}
            self.strips: list[float] = []
            self.part = ""
            self.moves = 0
            self.moved_at = 0.0
            self.timer = QTimer(self)
            self.timer.timeout.connect(self.move)
            shown.latent.painted.connect(self.picture_painted)
            self.strip.painted.connect(self.strip_painted)

        def start(self) -> None:
            dock = find(self.window, QDockWidget, "latentDock")
            self.window.resizeDocks([dock], [DOCK_HEIGHT], Qt.Orientation.Vertical)
            if not idle:
                self.window.actions_["startPause"].trigger()
            QTimer.singleShot(int(WARM_UP * 1000), self.drag)

        def drag(self) -> None:
            self.part = "drag"
            self.timer.start(DRAG_INTERVAL)
            QTimer.singleShot(int(seconds * 1000), self.change)

        def change(self) -> None:
            self.part = "change"
            self.timer.start(CHANGE_INTERVAL)
            QTimer.singleShot(int(seconds * 1000), self.end)

        def end(self) -> None:
            self.part = ""
            self.timer.stop()
            self.window.close()

        def move(self) -> None:
            self.moves += 1
            axis = 0 if self.part == "drag" else self.moves % SLIDERS
            self.moved_at = time.perf_counter()
            self.sliders[axis].setValue(int(250 * np.sin(self.moves / 7)))

        def picture_painted(self, stamp: float) -> None:
            if self.part:
                self.pictures[self.part].append((time.perf_counter() - stamp) * 1000)

        def strip_painted(self, stamp: float) -> None:
            if self.part == "change" and stamp > self.moved_at:
                self.strips.append((time.perf_counter() - self.moved_at) * 1000)

    app = make_app()
    theme.apply(app, "dark")
    shown = MainWindow(RunModel(cfg.change(presets.load(preset).config, "epochs", 1000)), WindowSettings())
    shown.resize(*WINDOW_SIZE)
    hand = Hand(shown)
    shown.painted.connect(lambda: shown.open_at_start(None))
    shown.painted.connect(lambda: QTimer.singleShot(START_DELAY, hand.start))
    shown.show()
    app.exec()
    assert hand.strip.pictures is not None
    return {
        "preset": "" if idle else preset,
        "strip": len(hand.strip.pictures),
        "drag_ms": quantiles(hand.pictures["drag"]),
        "change_ms": quantiles(hand.pictures["change"]),
        "strip_ms": quantiles(hand.strips),
        "moves": hand.moves,
        "strips": len(hand.strips),
    }


def find(window: QObject, kind: type[T], name: str) -> T:
    """Return the widget with an objectName."""
    widget = window.findChild(kind, name)
    assert isinstance(widget, kind), name
    return widget


if __name__ == "__main__":
    main()
