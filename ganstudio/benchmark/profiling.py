"""What a round of the game is made of: how much arithmetic, and how much time each part takes."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch.utils.flop_counter import FlopCounterMode
from torch.utils.module_tracker import ModuleTracker

from ganstudio import config as cfg
from ganstudio.benchmark import device as devices
from ganstudio.benchmark.report import Phase
from ganstudio.data.catalog import Dataset
from ganstudio.training.trainer import Trainer
from ganstudio.training.updates import has_gradient_penalty

PHASES = (
    "data",
    "D forward, loss",  # with the fakes that G makes for it, and penalties
    "D backward",
    "D optimiser",
    "G forward, loss",
    "G backward",
    "G optimiser",
    "average of G",
)


def cycle(config: cfg.RunConfig) -> int:
    """Rounds after which the game repeats itself: lazy penalties come in some rounds only."""
    if not has_gradient_penalty(config.penalty):
        return 1
    return math.lcm(config.penalty.every, config.schedule.d_steps) // config.schedule.d_steps


def flops_per_round(trainer: Trainer) -> float:
    """Floating point operations of a round's matrix products and convolutions, forward and back, on average.

    The trainer must be in "steps" mode.
    """
    rounds = cycle(trainer.config)
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = _Unnamed()
    with counter:
        for _ in range(rounds):
            trainer.round()
    return float(counter.get_total_flops()) / rounds


class _Unnamed(ModuleTracker):
    """No hooks that name the module at work: autograd.grad, which penalties need, refuses them; the sum is enough."""

    def __enter__(self) -> "_Unnamed":
        return self

    def __exit__(self, *problem: object) -> None:
        pass


class PhaseClock:
    """Adds up the seconds of each phase; of phases within another, each has what the inner ones leave it.

    Parameters
    ----------
    wait
        Called at each change of phase: waits until the device has done what it was given.
    now
        Clock in seconds.
    """

    def __init__(self, wait: Callable[[], None], now: Callable[[], float] = time.perf_counter) -> None:
        self._wait, self._now = wait, now
        self._within: list[str] = []
        self._since = 0.0
        self.reset()

    def reset(self) -> None:
        """Forget all seconds."""
        self.seconds: dict[str, float] = dict.fromkeys(PHASES, 0.0)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """What is done in the context belongs to that phase."""
        self._settle()
        self._within.append(name)
        try:
            yield
        finally:
            self._settle()
            self._within.pop()

    @property
    def player(self) -> str:
        """Whose update it is: "D" or "G"."""
        return self._within[0][0]

    def _settle(self) -> None:
        self._wait()
        at = self._now()
        if self._within:
            self.seconds[self._within[-1]] += at - self._since
        self._since = at


class Watched(Trainer):
    """A trainer whose parts tell a clock what they are doing. It records no updates: a replay hides what it does."""

    def __init__(self, config: cfg.RunConfig, dataset: Dataset) -> None:
        super().__init__(cfg.change(config, "engine.graphs", False), dataset)
        self.phases = PhaseClock(lambda: devices.wait(self.game.device))
        for method in ("advance", "current", "draw", "draw_labels"):
            self._watch(self.batches, method, lambda: "data")
        self._watch(self.game.engine, "backward", lambda: f"{self.phases.player} backward")
        self._watch(self.game.engine, "step", lambda: f"{self.phases.player} optimiser")
        self._watch(self.G_ema, "update", lambda: "average of G")
        self._watch(self.game, "update_d", lambda: "D forward, loss")
        self._watch(self.game, "update_g", lambda: "G forward, loss")

    def _watch(self, owner: object, method: str, name: Callable[[], str]) -> None:
        plain = getattr(owner, method)

        def timed(*values: Any, **named: Any) -> Any:
            with self.phases.phase(name()):
                return plain(*values, **named)

        setattr(owner, method, timed)


@dataclass(frozen=True)
class Anatomy:
    """Seconds of a round, and of its phases; what the phases leave is the loop's own."""

    round: float
    phases: list[Phase]


def phases(trainer: Watched, seconds: float) -> Anatomy:
    """Time of each phase, over whole cycles of rounds and at least `seconds`.

    The device is waited for at each change of phase, so a round takes longer than it does in a run. The trainer must
    be in "steps" mode.
    """
    trainer.round()  # allocations and choices of kernels settle
    trainer.phases.reset()
    rounds, begun = 0, time.perf_counter()
    while rounds == 0 or time.perf_counter() - begun < seconds:
        for _ in range(cycle(trainer.config)):
            trainer.round()
            rounds += 1
    whole = time.perf_counter() - begun
    return Anatomy(whole / rounds, [Phase(name, spent / rounds) for name, spent in trainer.phases.seconds.items()])
