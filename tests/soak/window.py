"""One program under the soak: the studio's own `main`, with a driver in its window.

    python -m soak.window HOME --seed S --until TIME [--steady] [--replay LOG --of N]

HOME holds log, errors, stalls and resources. The program ends as the window is closed, with exit code 0.
"""

import argparse
import faulthandler
import gc
import os
import sys
import time
from pathlib import Path
from random import Random

from PySide6.QtGui import QDesktopServices

from ganstudio.gui import app
from ganstudio.gui.model.text_size import TextSize
from ganstudio.gui.window.main_window import MainWindow
from soak import actions
from soak.actions import Scene
from soak.driver import Driver, Log, read_log
from soak.watch import Errors, Resources, Stalls


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--until", type=float, required=True, help="seconds since the epoch")
    parser.add_argument("--steady", action="store_true", help="never change the size of text, which starts it anew")
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--of", type=int, default=0)
    options = parser.parse_args()
    if options.steady:
        actions.IDEAS[:] = [each for each in actions.IDEAS if each[1] is not actions.change_text_size]
        TextSize.choose = lambda self, percent: None  # nor by a click in its settings
    faulthandler.enable((options.home / "crash.txt").open("a"), all_threads=True)
    QDesktopServices.openUrl = lambda url: True  # no browser and no file manager opens
    app.MainWindow = driven(options)
    gc.disable()  # as `ganstudio open` does
    gc.freeze()
    return app.main()


def driven(options: argparse.Namespace) -> type[MainWindow]:
    """The main window with a driver and watchers in it."""

    class DrivenWindow(MainWindow):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)
            home = options.home
            number = len(list(home.glob("resources-*.csv")))  # of this program: it may restart itself
            log = Log(home / "actions.jsonl")
            log.write("begin", {"seed": options.seed, "program": number, "pid": os.getpid()})
            self.errors = Errors(home / "errors.txt", lambda: log.last)
            self.stalls = Stalls(self.errors, home / "stalls.txt", self)
            self.resources = Resources(home / f"resources-{number:03d}.csv", self._run, self)
            out = home / "out"
            out.mkdir(exist_ok=True)
            random, seconds = Random(f"{options.seed} {number}"), options.until - time.time()
            self.driver = Driver(Scene(self, out), log, random, seconds, self.stalls.left_out)
            if options.replay:
                steps = read_log(options.replay, options.of)
                self.painted.connect(lambda: self.driver.replay(steps))
            else:
                self.painted.connect(self.driver.start)

        def _run(self) -> str:
            config = self.session.model.config
            return f"{config.data.name} {config.network.name} {config.network.width}"

        def closeEvent(self, event: object) -> None:
            super().closeEvent(event)
            self.stalls.stop()

    return DrivenWindow


if __name__ == "__main__":
    sys.exit(main())
