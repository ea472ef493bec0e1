"""Order and length of a run: whose turn it is, how far the run is, and the learning rates at that point."""

import math
from dataclasses import dataclass
from typing import Any

from ganstudio import length
from ganstudio.config import RunConfig, ScheduleConfig

# ---- turns ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """Numbers of updates in one round: first D's, then G's."""

    d: int
    g: int


class Schedule:
    """Sequence of rounds: k updates of D then n of G, or whole epochs of each in turn.

    In "epochs" mode a round is one update of the network whose turn it is.

    Parameters
    ----------
    batches_per_epoch
        Batches in one pass over the data.
    """

    def __init__(self, batches_per_epoch: int) -> None:
        self.batches_per_epoch = batches_per_epoch
        self._whose = "g"  # D begins: the first call finds no updates left and passes the turn
        self._left = 0

    def next(self, settings: ScheduleConfig) -> Turn:
        """Return the next round under `settings`, which may have changed since the last one."""
        if settings.mode == "steps":
            return Turn(settings.d_steps, settings.g_steps)
        if self._left == 0:
            self._whose = "d" if self._whose == "g" else "g"
            epochs = settings.d_epochs if self._whose == "d" else settings.g_epochs
            self._left = epochs * self.batches_per_epoch
        self._left -= 1
        return Turn(1, 0) if self._whose == "d" else Turn(0, 1)

    def state(self) -> dict[str, Any]:
        """Return plain values to continue from."""
        return {"whose": self._whose, "left": self._left}

    def load(self, state: dict[str, Any]) -> None:
        """Continue from what `state` returned."""
        self._whose = str(state["whose"])
        self._left = int(state["left"])


def d_updates(settings: ScheduleConfig) -> int:
    """Return the number of updates of D in a round in which it learns."""
    return settings.d_steps if settings.mode == "steps" else 1


def reuses_fakes(config: RunConfig) -> bool:
    """Return whether G learns from the pictures that D was just trained on."""
    return config.schedule.reuse_fakes and config.schedule.mode == "steps" and config.optimizer.accumulate == 1


def rounds_for(batches: int, config: RunConfig) -> int:
    """Return the number of rounds that use up `batches` batches of real pictures."""
    updates = math.ceil(batches / config.optimizer.accumulate)
    return math.ceil(updates / config.schedule.d_steps) if config.schedule.mode == "steps" else updates


# ---- progress ---------------------------------------------------------------------------------------------------


@dataclass
class Progress:
    """Counters of what a run has done; all of them are part of its state.

    Parameters
    ----------
    per_epoch
        Batches in one pass over the data.
    step
        Rounds done.
    images
        Real pictures that D has seen.
    d_updates
        Updates of D.
    batches
        Batches that count towards epochs: D's in "steps" mode, either network's in "epochs" mode.
    """

    per_epoch: int
    step: int = 0
    images: int = 0
    d_updates: int = 0
    batches: int = 0

    def advance(self, turn: Turn, config: RunConfig) -> None:
        """Count the batches of the updates in `turn`."""
        updates = turn.d if config.schedule.mode == "steps" else turn.d + turn.g
        self.batches += updates * config.optimizer.accumulate

    def count_d(self, config: RunConfig) -> None:
        """Count an update of D."""
        self.images += config.optimizer.batch_size * config.optimizer.accumulate
        self.d_updates += 1

    @property
    def epoch(self) -> float:
        """Passes over the data so far."""
        return self.batches / self.per_epoch

    def fraction(self, config: RunConfig, seconds: float) -> float:
        """Return the fraction of the run that is done, 0..1, after `seconds` of training."""
        return length.fraction_done(config, self.step, seconds, self.batches, self.per_epoch)

    def total_steps(self, config: RunConfig) -> int:
        """Return the step at which the run will be done under these settings; 0 if steps do not end it."""
        if config.steps:
            return config.steps
        if config.seconds or not config.epochs:
            return 0
        return self.step + rounds_for(max(0, config.epochs * self.per_epoch - self.batches), config)

    def state(self) -> dict[str, int]:
        """Return plain values to continue from."""
        return {"step": self.step, "images": self.images, "d_updates": self.d_updates, "batches_done": self.batches}

    def load(self, meta: dict[str, Any]) -> None:
        """Continue from what `state` returned; the first checkpoints did not count D's updates."""
        self.step = int(meta["step"])
        self.images = int(meta["images"])
        self.d_updates = int(meta.get("d_updates", self.step))
        self.batches = int(meta["batches_done"])


# ---- learning rates ---------------------------------------------------------------------------------------------


def lr_factor(decay: str, progress: float) -> float:
    """Return the factor of both learning rates, 1..0.

    Parameters
    ----------
    decay
        "constant", "linear" or "cosine" (Loshchilov & Hutter 2017, equation 5, without restarts).
    progress
        Fraction of the run that is done; values outside 0..1 are clamped.
    """
    p = min(max(progress, 0.0), 1.0)
    return {"constant": 1.0, "linear": 1.0 - p, "cosine": (1.0 + math.cos(math.pi * p)) / 2}[decay]
