"""How far a run is, and how long it will be."""

from dataclasses import dataclass
from typing import Any

from ganstudio.config import RunConfig
from ganstudio.training.schedule import Turn, batches_in, rounds


@dataclass
class Progress:
    """Counts what was done; all of it is part of the run's state.

    Parameters
    ----------
    per_epoch
        Batches in one pass over the data.
    """

    per_epoch: int
    step: int = 0  # rounds done
    images: int = 0  # real pictures D has seen
    d_updates: int = 0
    batches: int = 0  # by which the run has moved along, see `batches_in`

    def advance(self, turn: Turn, config: RunConfig) -> None:
        """So many updates were done."""
        self.batches += batches_in(turn, config.schedule) * config.optimizer.accumulate

    def count_d(self, config: RunConfig) -> None:
        """D was updated."""
        self.images += config.optimizer.batch_size * config.optimizer.accumulate
        self.d_updates += 1

    @property
    def epoch(self) -> float:
        """Passes over the data so far."""
        return self.batches / self.per_epoch

    def share(self, config: RunConfig, seconds: float) -> float:
        """Share of the run that is done, 0..1, after so much training: of its steps or its time if they are set, else
        of its epochs; 0 where it goes on until it is stopped."""
        shares = [self.step / config.steps] if config.steps else []
        shares += [seconds / config.seconds] if config.seconds else []
        if not shares and config.epochs:
            shares = [self.batches / (config.epochs * self.per_epoch)]
        return min(1.0, max(shares, default=0.0))

    def total_steps(self, config: RunConfig) -> int:
        """Step at which the run will be done under these settings; 0 where only its time is set, or nothing."""
        if config.steps:
            return config.steps
        if config.seconds or not config.epochs:
            return 0
        left = max(0, config.epochs * self.per_epoch - self.batches)
        return self.step + rounds(-(-left // config.optimizer.accumulate), config.schedule)

    def state(self) -> dict[str, int]:
        """Plain values to go on from."""
        return {"step": self.step, "images": self.images, "d_updates": self.d_updates, "batches_done": self.batches}

    def load(self, meta: dict[str, Any]) -> None:
        """Goes on from what `state()` gave; the first checkpoints did not count D's updates."""
        self.step, self.images = int(meta["step"]), int(meta["images"])
        self.d_updates, self.batches = int(meta.get("d_updates", self.step)), int(meta["batches_done"])
