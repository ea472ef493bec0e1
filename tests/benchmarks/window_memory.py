"""Measure whether memory use stays constant while the open window trains.

    python tests/benchmarks/window_memory.py [--preset mnist-quick] [--data DATA] [--steps 20000] [--threads 0]

Trains `--steps` steps in the real window, whose latent preview is redrawn at each new snapshot. Prints one JSON line:
the process's resident memory after a twentieth of the steps and at the end, and the growth in percent. Needs a
display, or Xvfb, which it then starts.
"""

import argparse
import json
import os
import tempfile

from screen import display

from runs import SHARED

WARM_UP_FRACTION = 1 / 20  # of the steps: caches are filled by then
START_DELAY = 6000  # ms from the painted window to Start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--data", default=os.environ.get("GANSTUDIO_DATA", str(SHARED / "datasets")))
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=0, help="for training; 0: all cores")
    args = parser.parse_args()
    os.environ["GANSTUDIO_DATA"] = args.data
    with display(), tempfile.TemporaryDirectory() as place:
        os.environ |= {"XDG_CONFIG_HOME": place, "GANSTUDIO_RUNS": place, "QT_QPA_PLATFORM": "xcb"}
        print(json.dumps(in_window(args.preset, args.steps, args.threads)))


def in_window(preset: str, steps: int, threads: int) -> dict[str, object]:
    """Train `steps` steps in the real window, then close it; return the results."""
    import psutil
    from PySide6.QtCore import QObject, QTimer

    from ganstudio import config as cfg
    from ganstudio import presets
    from ganstudio.events import RunStatus
    from ganstudio.gui.app import make_app
    from ganstudio.gui.model.run_model import RunModel
    from ganstudio.gui.widgets import theme
    from ganstudio.gui.window.main_window import MainWindow
    from ganstudio.gui.window_settings import WindowSettings

    process = psutil.Process()

    class Watch(QObject):
        """Reads the memory of the process at each row of progress."""

        def __init__(self, shown: MainWindow) -> None:
            super().__init__()
            self.window = shown
            self.first: tuple[int, int] | None = None  # step, bytes
            self.last = (0, 0)
            shown.model.ticked.connect(self.read_memory)
            shown.model.statusChanged.connect(self.close_after_end)

        def start(self) -> None:
            self.window.actions_["startPause"].trigger()

        def read_memory(self) -> None:
            self.last = self.window.model.step, process.memory_info().rss
            if self.first is None and self.last[0] >= steps * WARM_UP_FRACTION:
                self.first = self.last

        def close_after_end(self, status: str) -> None:
            if status in (RunStatus.FINISHED, RunStatus.FAILED):
                self.window.close()

    app = make_app()
    theme.apply(app, "dark")
    config = cfg.change(presets.load(preset).config, "steps", steps)
    config = cfg.change(config, "engine.threads", threads)
    shown = MainWindow(RunModel(config), WindowSettings())
    watch = Watch(shown)
    shown.painted.connect(lambda: shown.open_at_start(None))
    shown.painted.connect(lambda: QTimer.singleShot(START_DELAY, watch.start))
    shown.show()
    app.exec()
    assert watch.first is not None, "The run ended before its warm-up."
    return {
        "preset": preset,
        "steps": watch.last[0],
        "warm_at_step": watch.first[0],
        "warm_mb": round(watch.first[1] / 1e6, 1),
        "end_mb": round(watch.last[1] / 1e6, 1),
        "growth_percent": round(100 * (watch.last[1] / watch.first[1] - 1), 2),
    }


if __name__ == "__main__":
    main()
