"""Profile of a round: floating point operations, and the time of each phase."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch.utils.flop_counter import FlopCounterMode
from torch.utils.module_tracker import ModuleTracker

from ganstudio import config as cfg
from ganstudio.benchmark.device import synchronize
from ganstudio.benchmark.report import Phase
from ganstudio.data.catalog import Dataset
from ganstudio.training.trainer import Trainer
from ganstudio.training.updates import has_gradient_penalty

PHASES = (
    "data",
    "D forward, loss",  # with the fakes that G makes for D, and penalties
    "D backward",
    "D optimiser",
    "G forward, loss",
    "G backward",
    "G optimiser",
    "average of G",
)


def rounds_per_cycle(config: cfg.RunConfig) -> int:
    """Return the number of rounds after which the work repeats: lazy penalties are due in some rounds only."""
    if not has_gradient_penalty(config.penalty):
        return 1
    return math.lcm(config.penalty.every, config.schedule.d_steps) // config.schedule.d_steps


def flops_per_round(trainer: Trainer) -> float:
    """Return the operations of a round's matrix products and convolutions, forward and backward, on average.

    The trainer must be in "steps" mode.
    """
    rounds = rounds_per_cycle(trainer.config)
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = _NoModuleNames()
    with counter:
        for _ in range(rounds):
            trainer.round()
    return float(counter.get_total_flops()) / rounds


class _NoModuleNames(ModuleTracker):
    """Tracker without hooks: `autograd.grad`, which penalties need, refuses them, and the sum is enough."""

    def __enter__(self) -> "_NoModuleNames":
        return self

    def __exit__(self, *problem: object) -> None:
        pass


class PhaseClock:
    """Seconds of each phase; the time of a phase within another counts for the inner one only.

    Parameters
    ----------
    wait
        Called at each change of phase; waits until the device has done its work.
    now
        Clock in seconds.
    """

    def __init__(self, wait: Callable[[], None], now: Callable[[], float] = time.perf_counter) -> None:
        self._wait = wait
        self._now = now
        self._stack: list[str] = []  # phases, the innermost last
        self._since = 0.0
        self.reset()

    def reset(self) -> None:
        """Forget all seconds."""
        self.seconds: dict[str, float] = dict.fromkeys(PHASES, 0.0)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the time of the context for that phase."""
        self._count()
        self._stack.append(name)
        try:
            yield
        finally:
            self._count()
            self._stack.pop()

    @property
    def network(self) -> str:
        """Which network is updated: "D" or "G"."""
        return self._stack[0][0]

    def _count(self) -> None:
        self._wait()
        now = self._now()
        if self._stack:
            self.seconds[self._stack[-1]] += now - self._since
        self._since = now


class ProfiledTrainer(Trainer):
    """Trainer whose parts report their phases to a clock. It records no updates: a replay hides what it does.

    Parameters
    ----------
    config
        Settings of the run.
    dataset
        Pictures, uint8.
    """

    def __init__(self, config: cfg.RunConfig, dataset: Dataset) -> None:
        super().__init__(cfg.change(config, "engine.graphs", False), dataset)
        self.phases = PhaseClock(lambda: synchronize(self.game.device))
        for method in ("advance", "current", "draw", "draw_labels"):
            self._time(self.batches, method, lambda: "data")
        self._time(self.game.engine, "backward", lambda: f"{self.phases.network} backward")
        self._time(self.game.engine, "step", lambda: f"{self.phases.network} optimiser")
        self._time(self.G_ema, "update", lambda: "average of G")
        self._time(self.game, "update_d", lambda: "D forward, loss")
        self._time(self.game, "update_g", lambda: "G forward, loss")

    def _time(self, owner: object, method: str, name: Callable[[], str]) -> None:
        """Replace a method of `owner` by one that runs under the clock."""
        plain = getattr(owner, method)

        def timed(*values: Any, **named: Any) -> Any:
            with self.phases.phase(name()):
                return plain(*values, **named)

        setattr(owner, method, timed)


@dataclass(frozen=True)
class RoundProfile:
    """Time of a round and of its phases; the rest is the loop's own.

    Parameters
    ----------
    seconds
        Of a whole round.
    phases
        In the order of the round.
    """

    seconds: float
    phases: list[Phase]


def profile_rounds(trainer: ProfiledTrainer, seconds: float) -> RoundProfile:
    """Return the time of each phase, over whole cycles of rounds and at least `seconds`.

    The device is waited for at each change of phase, so a round takes longer than in a run. The trainer must be in
    "steps" mode.
    """
    trainer.round()  # allocations and choices of kernels settle
    trainer.phases.reset()
    rounds, start = 0, time.perf_counter()
    while rounds == 0 or time.perf_counter() - start < seconds:
        for _ in range(rounds_per_cycle(trainer.config)):
            trainer.round()
            rounds += 1
    elapsed = time.perf_counter() - start
    phases = [Phase(name, phase_seconds / rounds) for name, phase_seconds in trainer.phases.seconds.items()]
    return RoundProfile(elapsed / rounds, phases)
