"""Measure for how long the window stands still, whatever a user does in it.

    python tests/benchmarks/stalls.py [--only WORDS] [--runs 50] [--slow-disk SECONDS] [--profile] [--top 30]

Every state of the window (tests/support/walk/states.py), and what takes a run that is really trained, is brought about
once and a second time. A timer of 10 ms in the GUI thread says how long its event loop did not come round, and how much
of that was the thread's own work: processor time, which other programs do not prolong. Prints the longest of each
action, the worst first, then one JSON line. `--runs`: in the list of runs. `--slow-disk`: each access that the GUI
thread itself makes takes that much longer; lists where they are made. `--profile`: prints where the time went, for each
action. Needs a display, or Xvfb, which it then starts; or QT_QPA_PLATFORM=offscreen.
"""

import argparse
import cProfile
import gc
import importlib
import json
import os
import pstats
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from screen import display

from runs import SHARED

LIMIT = 0.2  # s that the window may stand still
INTERVAL = 10  # ms between two looks at the event loop
REST = 0.25  # s after an action in which its consequences come
TICKS = 200_000  # of the long run
PATIENCE = 60.0  # s

Scene = Iterator[object]
READY = "ready"  # yielded where what has to be there first is there: what is measured begins


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only actions whose words contain these")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--slow-disk", type=float, default=0.0)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--top", type=int, default=30)
    parser.add_argument("--data", default=os.environ.get("GANSTUDIO_DATA", str(SHARED / "datasets")))
    args = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    screen = nullcontext() if os.environ.get("QT_QPA_PLATFORM") == "offscreen" else display()
    with screen, tempfile.TemporaryDirectory() as place:
        homes = ("HOME", *(f"XDG_{name}_HOME" for name in ("CONFIG", "DATA", "STATE", "CACHE")), "XDG_DOCUMENTS_DIR")
        os.environ |= {name: str(Path(place) / name.lower()) for name in homes}
        os.environ |= {"GANSTUDIO_DATA": args.data, "GANSTUDIO_RUNS": str(Path(place) / "runs")}
        in_window(args, Path(place))


@dataclass(frozen=True)
class Stall:
    """For how long the event loop did not come round, and how much of that the thread worked, in seconds.

    `longest`: by the clock, also where the thread worked less.
    """

    wall: float = 0.0
    cpu: float = 0.0
    longest: float = 0.0


def in_window(args: argparse.Namespace, place: Path) -> None:
    """Do everything twice, and print what was found."""
    from ganstudio.gui.app import make_app
    from ganstudio.gui.widgets import theme

    disk = helper("disk")
    gc.disable()  # as in the program: see ganstudio.gui.garbage_collector
    make_runs(place, args.runs)
    app = make_app()
    theme.apply(app, "dark")
    stage = helper("walk.stage").Stage(app, place)
    stage.window.resize(1366, 740)
    stage.window.show()
    stage.window.open_at_start(None)
    driver = Driver(stage, args.profile)
    driver.rest(3.0)  # what training needs is imported
    with disk.watched(seconds=args.slow_disk) if args.slow_disk else nullcontext([]) as calls:
        for number in (1, 2):
            for words, play in actions(stage, place):
                if args.only in words:
                    driver.do(words, play, number)
    stage.window.close()
    report(driver, args.top)
    made = Counter(f"{call.function} {' < '.join(call.lines[:3])}" for call in calls)
    for line, count in made.most_common(args.top):
        print(f"{count:6} x {line}")
    sys.stdout.flush()
    os._exit(1 if driver.failed else 0)  # Python, as it ends, would delete the parts before the whole


class Driver:
    """Does what a user does, and watches the event loop meanwhile."""

    def __init__(self, stage: Any, profiles: bool) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.stage, self.profiles = stage, profiles
        self.stalls: dict[str, dict[int, Stall]] = {}
        self.failed: list[str] = []  # actions that ended with an error
        self._worst = Stall()
        self._last = (0.0, 0.0)
        self._timer = QTimer(stage.window, interval=INTERVAL)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)

    def do(self, words: str, play: Callable[[], Scene], number: int) -> None:
        """Do it, wait for what comes of it, and take it back."""
        self._begin()
        self._timer.start()
        with cProfile.Profile() if self.profiles else nullcontext() as profile:
            try:
                for said in play():
                    self.rest(REST)
                    if said == READY:
                        self._begin()
            except Exception:
                traceback.print_exc()
                self.failed.append(words)
            self.rest(REST)
        self._timer.stop()
        self.stalls.setdefault(words, {})[number] = self._worst
        print(f"{words}: {self._worst.cpu * 1000:.0f} ms", file=sys.stderr, flush=True)
        if isinstance(profile, cProfile.Profile):
            print(f"== {words}, time {number}: {self._worst}")
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
        self.stage.clear()

    def rest(self, seconds: float) -> None:
        """Let the event loop run."""
        from PySide6.QtCore import QEvent

        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.stage.app.processEvents()
            self.stage.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            time.sleep(0.001)

    def _begin(self) -> None:
        self._worst, self._last = Stall(), (time.perf_counter(), time.thread_time())

    def _look(self) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        passed = Stall(wall - self._last[0], cpu - self._last[1])
        self._last = wall, cpu
        longest = max(passed.wall, self._worst.longest)
        self._worst = replace(passed if passed.cpu > self._worst.cpu else self._worst, longest=longest)


def helper(name: str) -> Any:
    """Return a module of tests/support."""
    return importlib.import_module(f"support.{name}")


def report(driver: Driver, top: int) -> None:
    """Print the worst, and which actions failed."""
    worst = sorted(driver.stalls.items(), key=lambda each: -max(stall.cpu for stall in each[1].values()))
    print(f"{'':60}  once: ms, of that own work, longest by the clock   again")
    for words, of in worst[:top]:
        stalls = [of[number] for number in sorted(of)]
        cells = "   ".join(
            f"{each.wall * 1000:6.0f} {each.cpu * 1000:6.0f} {each.longest * 1000:6.0f}" for each in stalls
        )
        print(f"{words:60}  {cells}")
    over = {
        words: [round(stall.cpu * 1000) for stall in of.values()]
        for words, of in worst
        if any(stall.cpu > LIMIT for stall in of.values())
    }
    print(json.dumps({"actions": len(worst), "failed": driver.failed, "over_200_ms": over}))


def make_runs(place: Path, count: int) -> None:
    """Put runs into the list: one with a long history, one that can be resumed, and many short ones."""
    import numpy as np

    from ganstudio import config as cfg
    from ganstudio.data import catalog
    from ganstudio.events import Samples
    from ganstudio.runs import runner
    from ganstudio.runs.folder import RunFolder, RunInfo

    TINY = helper("window").TINY
    home = place / "runs"
    grid = np.random.default_rng(0).integers(0, 255, (TINY.output.grid**2, 28, 28), np.uint8)
    for number in range(count):
        folder = RunFolder.create(home / f"run {number}", TINY, RunInfo.now(TINY))
        folder.append(helper("panels").tick(100))
        folder.save_samples(Samples(100, 1.0, grid))
    long = RunFolder.create(home / "long", TINY, RunInfo.now(TINY))
    long.append(helper("panels").tick(1))
    line = (long.path / "history.jsonl").read_text().splitlines()[-1]
    rows = (line.replace('"step":1,', f'"step":{step},') for step in range(1, TICKS + 1))
    (long.path / "history.jsonl").write_text("\n".join(rows) + "\n")
    dataset = catalog.load("digits", size=28, channels=1)
    for _ in runner.start(cfg.from_dict({**helper("runs").TINY, "steps": 300}), dataset, home / "trained").events():
        pass


def actions(stage: Any, place: Path) -> list[tuple[str, Callable[[], Scene]]]:
    """Return all that is done, in words and as a generator that yields where a user would look."""
    from functools import partial

    listed = [(state.words, partial(state.play, stage)) for state in helper("walk.states").STATES]
    (place / "none").mkdir(exist_ok=True)
    os.environ["GANSTUDIO_RUNS"] = str(place / "none")  # the states make the runs that they list
    mine = [theme_switch, theme_switch_busy, edits, presets_and_data, small_run, long_run, training, docks]
    mine += [dialogs_again, list_of_runs, scrubbing, sizes]
    return [*listed, *((do.__doc__ or "", partial(do, stage, place)) for do in mine)]


def theme_switch(stage: Any, place: Path) -> Scene:
    """switch the theme"""
    stage.close_run()
    for _ in range(2):
        stage.window.actions_["lightTheme"].trigger()
        yield None


def theme_switch_busy(stage: Any, place: Path) -> Scene:
    """switch the theme, with dialogs open"""
    stage.open("finished")
    for name in ("settings", "datasets", "help", "branch", "export"):
        stage.window.actions_[name].trigger()
    yield READY
    for _ in range(2):
        stage.window.actions_["lightTheme"].trigger()
        yield None


def edits(stage: Any, place: Path) -> Scene:
    """edit settings"""
    from ganstudio import config as cfg

    stage.close_run()
    for path, values in {"optimizer.d_lr": (0.1, 0.2), "objective.loss": ("wgan", "hinge"), "seed": (1, 2)}.items():
        for value in values:
            stage.window.setup.edited.emit(path, value)
            yield None
    stage.open("training")
    for value in (0.1, 0.2):
        stage.model.set_config(cfg.change(stage.model.config, "optimizer.d_lr", value))
        yield None
    for _ in range(3):
        stage.window.actions_["undo"].trigger()
        yield None


def presets_and_data(stage: Any, place: Path) -> Scene:
    """choose presets and data sets"""
    from ganstudio import presets

    stage.close_run()
    for preset in presets.every():
        stage.window.setup.presets.presetRequested.emit(preset.name)
        yield None
    for name in ("digits", "cifar10", "mnist"):
        stage.window.setup.datasets.datasetRequested.emit(name)
        yield None
    stage.window.actions_["resetPreset"].trigger()
    yield None


def _opened(stage: Any, path: Path) -> Scene:
    stage.close_run()  # a state may be "paused": the window would ask what becomes of that run
    model, before = stage.model, stage.model.open_count
    stage.window.session.open_run(path)
    yield from _until(lambda: model.open_count > before and model.status == "finished")


def _until(fact: Callable[[], bool]) -> Scene:
    give_up = time.monotonic() + PATIENCE
    while not fact():
        if time.monotonic() > give_up:
            raise TimeoutError("It never came.")
        yield None


def small_run(stage: Any, place: Path) -> Scene:
    """open a run of one row"""
    yield from _opened(stage, place / "runs" / "run 0")
    stage.window.actions_["newRun"].trigger()
    yield None


def long_run(stage: Any, place: Path) -> Scene:
    """open a run of 200,000 rows, look at its past, export, compare, branch"""
    yield from _opened(stage, place / "runs" / "long")
    for step in (100, 100_000, None):
        stage.model.view(step)
        yield None
    stage.window.export_commands.show_export().choose("csv")
    yield None
    stage.window.comparison.compare([place / "runs" / name for name in ("long", "trained", "run 0")])
    yield from _until(lambda: len(stage.window.comparison._window.titles()) == 3)
    for _ in range(8):
        yield None
    stage.window.actions_["newRun"].trigger()
    yield None


def training(stage: Any, place: Path) -> Scene:
    """start, edit, pause, D step, branch, stop, continue, rewind, stop"""
    window, model = stage.window, stage.model
    stage.close_run()
    window.session.settings.set_config(replace(helper("window").TINY, seed=time.monotonic_ns() % 1000))
    yield None
    window.actions_["startPause"].trigger()
    yield from _until(lambda: model.status == "training" and len(model.history) > 2)
    window.setup.edited.emit("optimizer.d_lr", 0.01)
    yield None
    window.actions_["startPause"].trigger()
    yield from _until(lambda: model.status == "paused")
    for name in ("stepD", "stepG", "round"):
        window.actions_[name].trigger()
        yield None
    window.actions_["branch"].trigger()
    yield None
    for each in stage.windows():
        if each is not window:
            each.close()
    window.actions_["stop"].trigger()
    yield from _until(lambda: model.status == "finished")
    window.actions_["startPause"].trigger()
    yield from _until(lambda: model.status == "training")
    window.actions_["rewind"].trigger()
    yield None
    window.actions_["stop"].trigger()
    yield from _until(lambda: model.status == "finished")


def docks(stage: Any, place: Path) -> Scene:
    """float, close and show panels, reset the layout, enlarge"""
    stage.open("paused")
    yield READY
    for dock in stage.window.dock_layout.docks:
        for state in (True, False):
            dock.setFloating(state)
            yield None
        dock.close()
        yield None
        dock.show()
        yield None
    stage.window.actions_["resetLayout"].trigger()
    yield None
    for panel in (stage.window.samples, stage.window.curves, stage.window.latent):
        stage.window.enlarger.enlarge(panel)
        yield None
        stage.window.enlarger.restore()
        yield None


def dialogs_again(stage: Any, place: Path) -> Scene:
    """open and close the branch dialog"""
    stage.open("paused")
    yield READY
    for _ in range(3):
        stage.window.actions_["branch"].trigger()
        yield None
        for each in stage.windows():
            if each is not stage.window:
                each.close()
        yield None


def list_of_runs(stage: Any, place: Path) -> Scene:
    """show, filter, sort and select the list of runs"""
    before, os.environ["GANSTUDIO_RUNS"] = os.environ["GANSTUDIO_RUNS"], str(place / "runs")
    dock = stage.window.dock_layout.docks[3]
    dock.show()
    dock.raise_()
    panel = stage.window.runs
    panel.refresh()
    yield from _until(lambda: panel.runs.count() > 10)
    for text in ("run", "run 1", ""):
        panel._filter.setText(text)
        yield None
    for row in range(panel._order.count()):
        panel._order.setCurrentIndex(row)
        yield None
    panel.view.selectAll()
    yield None
    panel.refresh()
    yield None
    yield None
    stage.window.dock_layout.docks[0].raise_()
    os.environ["GANSTUDIO_RUNS"] = before


def scrubbing(stage: Any, place: Path) -> Scene:
    """drag the time slider and a slider of the explorer"""
    from PySide6.QtWidgets import QSlider

    yield from _opened(stage, place / "runs" / "trained")
    for step in (0, 100, 200, None):
        stage.model.view(step)
        yield None
    slider = stage.window.findChild(QSlider, "latentSlider0")
    for value in (-100, 100, 0):
        slider.setValue(value)
        yield None


def sizes(stage: Any, place: Path) -> Scene:
    """resize the window"""
    stage.open("paused")
    yield READY
    for size in ((900, 600), (1366, 740), (683, 373), (1366, 740)):
        stage.window.resize(*size)
        yield None


if __name__ == "__main__":
    main()
