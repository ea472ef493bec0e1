"""Measure what the coach, the gauges that it reads and the looks inside the networks cost training.

    python tests/benchmarks/understanding.py [--preset lab-ring-8] [--turns 12] [--seconds 5] [--only gauges]

`gauges`: two runs of the preset in one process, one of which measures no gauges, in turns of a second of processor time
each; and, as a control, two runs that both measure none. `window`: a run that trains in the open window, in turns: the
coach does not judge it; the coach does (as it always does); its window is open too; *Inside the networks* instead;
the kinds that G makes. Prints one JSON line: rounds per second of each with its ratio to the first; and how late the
event loop of the GUI thread comes to a timer (`window_cost.py` calls it a stall), in milliseconds. Without a display
the window is offscreen.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from window_cost import PROBE_INTERVAL, START_DELAY, quantiles

WARM_UP = 100  # rounds, in which updates are recorded
GAUGE_SECONDS = 1.0  # of processor time, for a turn
SETTLE_SECONDS = 1.5  # after a window was opened or closed, not measured
TRAINED_SECONDS = 12.0  # before the window is measured: the coach has a history to judge by then
STATES = ("without the coach", "with the coach", "coach shown", "inside shown", "kinds shown")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="lab-ring-8")
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", choices=("gauges", "window"))
    args = parser.parse_args()
    results: dict[str, object] = {"preset": args.preset}
    if args.only != "window":
        results |= gauges(args.preset, args.turns)
    if args.only != "gauges":
        results |= window(args.preset, args.turns, args.seconds)
    print(json.dumps(results))


# ---- gauges ---------------------------------------------------------------------------------------------------------


def gauges(preset: str, turns: int) -> dict[str, object]:
    """Return rounds per second of processor time with gauges and without, and the ratios of the turns."""
    runs = [_rounds(preset, has_gauges) for has_gauges in (False, True, False)]
    speeds = np.array([[_speed(run) for run in runs] for _ in range(turns)])
    without, measured, control = speeds.T
    return {
        "rounds_without_gauges": round(float(without.mean()), 1),
        "rounds_with_gauges": round(float(measured.mean()), 1),
        "gauges_ratio": _ratio(measured, without),
        "control_ratio": _ratio(control, without),
    }


def _rounds(preset: str, has_gauges: bool) -> Iterator[object]:
    """Yield the events of a run that has warmed up."""
    from ganstudio import config as cfg
    from ganstudio import presets
    from ganstudio.data import catalog
    from ganstudio.training.gauges import Gauges
    from ganstudio.training.trainer import Trainer

    config = cfg.change(presets.load(preset).config, "steps", 10_000_000)
    trainer = Trainer(config, catalog.load_for(config))
    trainer._gauges = Gauges(trainer.game, trainer.config, is_on=has_gauges)
    events = trainer.train()
    _advance(events, WARM_UP)
    return events


def _advance(events: Iterator[object], rounds: int) -> None:
    from ganstudio.events import Stepped

    while rounds:
        rounds -= isinstance(next(events), Stepped)


def _speed(events: Iterator[object]) -> float:
    rounds, began = 0, time.process_time()
    while time.process_time() - began < GAUGE_SECONDS:
        _advance(events, 4)
        rounds += 4
    return rounds / (time.process_time() - began)


def _ratio(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> dict[str, float]:
    low, middle, high = np.quantile(one / other, (0.25, 0.5, 0.75))
    mean = one.mean() / other.mean()
    return {name: round(float(x), 3) for name, x in (("mean", mean), ("25%", low), ("50%", middle), ("75%", high))}


# ---- window ---------------------------------------------------------------------------------------------------------


def window(preset: str, turns: int, seconds: float) -> dict[str, object]:
    """Return rounds per second, and how late the event loop was, in each of `STATES`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {"XDG_CONFIG_HOME": place, "GANSTUDIO_RUNS": place}
        speeds, stalls = _watch(preset, turns, seconds)
    first = np.array(speeds[STATES[0]])
    return {
        state: {
            "rounds": round(float(np.mean(speeds[state])), 1),
            "ratio": _ratio(np.array(speeds[state]), first),
            "stall_ms": quantiles(stalls[state]),
        }
        for state in STATES
    }


def _watch(preset: str, turns: int, seconds: float) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    from PySide6.QtCore import Qt, QTimer

    from ganstudio import config as cfg
    from ganstudio import presets
    from ganstudio.gui.app import make_app
    from ganstudio.gui.model.run_model import RunModel
    from ganstudio.gui.widgets import theme
    from ganstudio.gui.window.main_window import MainWindow
    from ganstudio.gui.window_settings import WindowSettings

    app = make_app()
    theme.apply(app, "dark")
    config = cfg.change(presets.load(preset).config, "steps", 10_000_000)
    shown = MainWindow(RunModel(config), WindowSettings())
    shown.resize(1366, 740)
    speeds: dict[str, list[float]] = {state: [] for state in STATES}
    stalls: dict[str, list[float]] = {state: [] for state in STATES}
    last = [0.0]
    now: list[list[float]] = [[]]

    def probe() -> None:
        moment = time.perf_counter()
        now[0].append(max(0.0, (moment - last[0]) * 1000 - PROBE_INTERVAL))
        last[0] = moment

    def measure() -> Iterator[float]:
        """Yield how many seconds to wait before it goes on."""
        yield TRAINED_SECONDS
        for _ in range(turns):
            for state in STATES:
                _bring_about(shown, state)
                yield SETTLE_SECONDS
                now[0], last[0] = stalls[state], time.perf_counter()
                began, step = time.perf_counter(), shown.model.step
                timer.start()
                yield seconds
                timer.stop()
                speeds[state].append((shown.model.step - step) / (time.perf_counter() - began))
        shown.close()

    def go_on() -> None:
        wait = next(steps, None)
        if wait is not None:
            QTimer.singleShot(int(wait * 1000), go_on)

    timer = QTimer(interval=PROBE_INTERVAL)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(probe)
    steps = measure()
    shown.session.runOpened.connect(go_on)
    shown.painted.connect(lambda: shown.open_at_start(None))
    shown.painted.connect(lambda: QTimer.singleShot(START_DELAY, shown.actions_["startPause"].trigger))
    shown.show()
    app.exec()
    return speeds, stalls


def _bring_about(shown: Any, state: str) -> None:
    """Open what belongs to a state, and close the rest."""
    watcher = shown._commands.coach.watcher
    watcher._timer.stop()
    watcher._timer.blockSignals(state == STATES[0])
    for name in ("coach", "inside", "kinds"):
        if state.startswith(name):
            shown.actions_[name].trigger()
        elif shown.dialogs.is_visible(name):
            shown.dialogs[name].close()
    if state != STATES[0]:
        watcher._schedule()


if __name__ == "__main__":
    main()
