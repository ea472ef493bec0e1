"""Measure rounds a second of the 2-D lab and of a small picture run, with an anatomy of a round.

    python tests/benchmarks/lab_rounds.py [--seconds 3] [--only lab]

Each pair trains on one core, headless: by the trainer alone, with updates recorded as tapes and without (in turn), and
as `ganstudio train` does, with a run folder. Times are processor time of the training thread, so that other programs
disturb them little; the wall time is beside them. The anatomy says what a round is made of, in microseconds.
"""

import argparse
import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import torch

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.data import catalog
from ganstudio.events import Event, Stepped
from ganstudio.runs import runner
from ganstudio.training.device import tape
from ganstudio.training.device.hardware import describe_processor
from ganstudio.training.game import Game
from ganstudio.training.trainer import Trainer

WARM_UP = 20  # rounds
REST = "the rest"
LAB = {
    "network.name": "points",
    "network.z_size": 2,
    "data.name": "lab-ring-8",
    "data.size": 64,
    "data.channels": 3,
    "optimizer.batch_size": 128,
}
ALONE = {
    "engine.device": "cpu",
    "engine.threads": 1,
    "engine.precision": "float32",
    "steps": 10**9,
    "epochs": 0,
    "measure.every": 0,
}


def settings(name: str, graphs: bool) -> cfg.RunConfig:
    """Return the settings of a pair, for one core."""
    config = cfg.RunConfig() if name == "lab" else presets.load(name).config
    for path, value in {**(LAB if name == "lab" else {}), **ALONE, "engine.graphs": graphs}.items():
        config = cfg.change(config, path, value)
    return config


class Speed:
    """Rounds a second of a stream of events; each call continues where the last one ended."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        for _ in range(WARM_UP):
            self._round()

    def __call__(self, seconds: float) -> tuple[float, float]:
        """Return rounds a second of processor time and of wall time, over `seconds` of processor time."""
        rounds, wall, begun = 0, time.perf_counter(), time.thread_time()
        while time.thread_time() - begun < seconds:
            for _ in range(8):
                self._round()
            rounds += 8
        return rounds / (time.thread_time() - begun), rounds / (time.perf_counter() - wall)

    def _round(self) -> None:
        while not isinstance(next(self._events), Stepped):
            pass


# ---- anatomy --------------------------------------------------------------------------------------------------------


class Phases:
    """Processor time of a round by what is done in it; what is done inside of something else counts there only."""

    def __init__(self, game: Game) -> None:
        self.seconds: dict[str, float] = {}
        self.now = REST
        self._network = ""
        self._since = time.thread_time()
        parts: list[tuple[Any, str, str]] = [
            (game.batches, "advance", "draw batch"),
            (game.batches, "current", "draw batch"),
            (game.stats, "add_d", "statistics"),
            (game.stats, "add_g", "statistics"),
            (game.adaptation, "add", "statistics"),
            (game.models.G_ema, "update", "average of G"),
            (game.engine, "backward", "{} backward"),
            (game.engine, "step", "{} optimiser"),
        ]
        for owner, method, phase in parts:
            self._watch(owner, method, phase)
        self._watch(game.updates, "update_d", "D forward, with G", "D")
        self._watch(game.updates, "update_g", "G forward, with D", "G")

    def _watch(self, owner: Any, method: str, phase: str, network: str = "") -> None:
        work = getattr(owner, method)

        def watched(*args: Any, **kwargs: Any) -> Any:
            before, self._network = self.now, network or self._network
            self.switch(phase.format(self._network))
            try:
                return work(*args, **kwargs)
            finally:
                self.switch(before)

        setattr(owner, method, watched)

    def switch(self, phase: str) -> None:
        """Count time for another phase from here on."""
        now = time.thread_time()
        self.seconds[self.now] = self.seconds.get(self.now, 0.0) + now - self._since
        self.now, self._since = phase, now


class PhasedTape(tape.Tape):  # type: ignore[no-untyped-call]
    """A tape that knows the phase of each of its steps."""

    def __init__(self, phases: Phases) -> None:
        super().__init__()
        self._phases = phases
        self.phase_of: dict[int, str] = {}

    def _keep(self, *args: Any) -> bool:
        is_kept = super()._keep(*args)
        for step in self._steps[len(self.phase_of) :]:
            self.phase_of[id(step)] = self._phases.now
        return is_kept

    def pieces(self) -> list[tuple[str, list[Callable[[], None]]]]:
        """Return the calls of each phase, in order."""
        steps = [(self.phase_of[id(step)], step.call) for step in tape._changing(self._steps)]
        return [(phase, [call for _, call in group]) for phase, group in groupby(steps, lambda each: each[0])]


def anatomy(name: str, graphs: bool, seconds: float) -> dict[str, float]:
    """Return the microseconds of a round by phase."""
    config = settings(name, graphs)
    trainer = Trainer(config, catalog.load_for(config))
    speed = Speed(trainer.train())
    phases = Phases(trainer.game)
    first = trainer.step
    phases.switch(REST)
    phases.seconds.clear()
    speed(seconds)
    phases.switch(REST)
    found = {phase: 1e6 * total / (trainer.step - first) for phase, total in phases.seconds.items()}
    if trainer.game.engine.replay._records:
        inside = recorded_anatomy(trainer, phases, seconds)
        found[REST] -= sum(inside.values())
        found = {phase: found.get(phase, 0.0) + inside.get(phase, 0.0) for phase in found | inside}
    return found


def recorded_anatomy(trainer: Trainer, phases: Phases, seconds: float) -> dict[str, float]:
    """Return the microseconds of the phases of a recorded update of both networks."""
    game, config = trainer.game, trainer.config
    recorded = PhasedTape(phases)
    penalised = game._prepare_d(config, 0.0)
    with recorded:
        game.updates.update_d(config, penalised)
        game.updates.update_g(config)
    pieces, times, rounds, end = recorded.pieces(), dict[str, float](), 0, time.thread_time() + seconds
    with torch.inference_mode():
        while time.thread_time() < end:
            for phase, calls in pieces:
                begun = time.thread_time()
                for call in calls:
                    call()
                times[phase] = times.get(phase, 0.0) + time.thread_time() - begun
            rounds += 1
            game.stats.make_room(1)
    return {phase: 1e6 * total / rounds for phase, total in times.items()}


# ---- report ---------------------------------------------------------------------------------------------------------


def report(name: str, seconds: float, repeats: int) -> None:
    """Print the speeds of a pair and the anatomy of its rounds."""
    print(f"\n{name}", flush=True)
    with contextlib.ExitStack() as stack:
        speeds: dict[str, Speed] = {}
        for label, graphs in (("recorded", True), ("as it is", False)):
            config = settings(name, graphs)
            speeds[label] = Speed(Trainer(config, catalog.load_for(config)).train())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "run"
        run = runner.start(settings(name, True), catalog.load_for(settings(name, True)), folder)
        events: Any = run.events()
        stack.callback(events.close)
        speeds["as a run"] = Speed(events)
        found: dict[str, list[tuple[float, float]]] = {label: [] for label in speeds}
        for _ in range(repeats):
            for label, speed in speeds.items():
                found[label].append(speed(seconds))
    for label, pairs in found.items():
        best, wall = max(pair[0] for pair in pairs), max(pair[1] for pair in pairs)
        print(f"  {label:20s} {best:8.0f} rounds/s of processor time, {wall:8.0f} of wall time")
    recorded, plain = anatomy(name, True, seconds), anatomy(name, False, seconds)
    print(f"  {'us a round':20s} {'recorded':>9s} {'as it is':>9s}")
    for phase in plain:
        print(f"  {phase:20s} {recorded.get(phase, 0.0):9.0f} {plain[phase]:9.0f}")
    print(f"  {'together':20s} {sum(recorded.values()):9.0f} {sum(plain.values()):9.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=("lab", "lab-ring-8", "mnist-quick"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{describe_processor()}, one thread, float32, PyTorch {torch.__version__}")
    for name in [args.only] if args.only else ["lab", "lab-ring-8", "mnist-quick"]:
        report(name, args.seconds, args.repeats)


if __name__ == "__main__":
    main()
