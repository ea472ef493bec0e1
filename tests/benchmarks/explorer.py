"""How quickly the latent explorer answers while a run trains.

    python tests/benchmarks/explorer.py [--preset mnist-quick] [--data DATA] [--seconds 30] [--idle]

Opens the real window, large enough for a strip of 64 pictures, trains in it, and moves the sliders as a hand does. In
the first part one slider is dragged; in the second each move is of another slider, so that all 64 are made anew,
too. Prints one JSON line: milliseconds from a move to the painted picture, of each part, and from a move to the whole
painted strip, of the second. --idle: nothing is trained, and the bundled model answers. Needs a display, or Xvfb.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from screen import display
from window_cost import WARM_UP, quantiles

from runs import SHARED

DRAG_MS, CHANGE_MS = 60, 250  # between two moves
ROOM = (1900, 1130)  # px, of the window: the strip then has 64 pictures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--data", default=os.environ.get("GANSTUDIO_DATA", str(SHARED / "datasets")))
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--idle", action="store_true")
    args = parser.parse_args()
    if not (Path(args.data) / "MNIST" / "raw").is_dir():
        parser.error(f"{args.data} holds no MNIST")
    with tempfile.TemporaryDirectory() as place, display("1920x1200"):
        os.environ |= {"GANSTUDIO_DATA": args.data, "XDG_CONFIG_HOME": place, "GANSTUDIO_RUNS": place}
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        print(json.dumps(measure(args.preset, args.seconds, args.idle)))


def measure(preset: str, seconds: float, idle: bool) -> dict:
    """What the window did."""
    from PySide6.QtCore import QObject, Qt, QTimer
    from PySide6.QtWidgets import QSlider

    from ganstudio import config as cfg
    from ganstudio import presets
    from ganstudio.gui.app import make_app
    from ganstudio.gui.explorer.axis_strip import AxisStrip
    from ganstudio.gui.model.run_model import RunModel
    from ganstudio.gui.widgets import theme
    from ganstudio.gui.window.main_window import MainWindow
    from ganstudio.gui.window_settings import WindowSettings

    class Hand(QObject):
        """Starts, drags one slider, then moves one after the other, then closes."""

        def __init__(self, shown: MainWindow) -> None:
            super().__init__()
            self.window = shown
            self.sliders = [shown.findChild(QSlider, f"latentSlider{place}") for place in range(10)]
            self.strip = shown.findChild(AxisStrip)
            self.pictures: dict[str, list[float]] = {"drag": [], "change": []}
            self.strips: list[float] = []
            self.part = ""
            self.moves, self.moved_at = 0, 0.0
            self.timer = QTimer(self)
            self.timer.timeout.connect(self.move)
            shown.latent.painted.connect(self.picture_painted)
            self.strip.painted.connect(self.strip_painted)

        def start(self) -> None:
            dock = next(each for each in self.window.dock_layout.docks if each.objectName() == "latentDock")
            self.window.resizeDocks([dock], [350], Qt.Orientation.Vertical)
            if not idle:
                self.window.actions_["startPause"].trigger()
            QTimer.singleShot(int(WARM_UP * 1000), self.drag)

        def drag(self) -> None:
            self.part = "drag"
            self.timer.start(DRAG_MS)
            QTimer.singleShot(int(seconds * 1000), self.change)

        def change(self) -> None:
            self.part = "change"
            self.timer.start(CHANGE_MS)
            QTimer.singleShot(int(seconds * 1000), self.end)

        def end(self) -> None:
            self.part = ""
            self.timer.stop()
            self.window.close()

        def move(self) -> None:
            self.moves += 1
            place = 0 if self.part == "drag" else self.moves % 10
            self.moved_at = time.perf_counter()
            self.sliders[place].setValue(int(250 * np.sin(self.moves / 7)))

        def picture_painted(self, stamp: float) -> None:
            if self.part:
                self.pictures[self.part].append((time.perf_counter() - stamp) * 1000)

        def strip_painted(self, stamp: float) -> None:
            if self.part == "change" and stamp > self.moved_at:
                self.strips.append((time.perf_counter() - self.moved_at) * 1000)

    app = make_app()
    theme.apply(app, "dark")
    shown = MainWindow(RunModel(cfg.change(presets.load(preset).config, "epochs", 1000)), WindowSettings())
    shown.resize(*ROOM)
    hand = Hand(shown)
    shown.painted.connect(lambda: shown.open_at_start(None))
    shown.painted.connect(lambda: QTimer.singleShot(8000, hand.start))  # torch is imported by then
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


if __name__ == "__main__":
    main()
