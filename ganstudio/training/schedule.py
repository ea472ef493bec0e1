"""Whose turn it is: k updates of D then n of G, or whole epochs in turn."""

from dataclasses import dataclass
from typing import Any

from ganstudio.config import ScheduleConfig


@dataclass(frozen=True)
class Turn:
    """Updates of one round: first D's, then G's."""

    d: int
    g: int


class Schedule:
    """Hands out the rounds. In "epochs" mode a round is one update of the network whose turn it is."""

    def __init__(self, batches_per_epoch: int) -> None:
        self.batches_per_epoch = batches_per_epoch
        self._whose = "g"  # D begins: the first call finds no updates left and passes the turn
        self._left = 0

    def next(self, settings: ScheduleConfig) -> Turn:
        """The next round under `settings`, which may have been changed since the last."""
        if settings.mode == "steps":
            return Turn(settings.d_steps, settings.g_steps)
        if self._left == 0:
            self._whose = "d" if self._whose == "g" else "g"
            epochs = settings.d_epochs if self._whose == "d" else settings.g_epochs
            self._left = epochs * self.batches_per_epoch
        self._left -= 1
        return Turn(1, 0) if self._whose == "d" else Turn(0, 1)

    def state(self) -> dict[str, Any]:
        """Plain values to go on from."""
        return {"whose": self._whose, "left": self._left}

    def load(self, state: dict[str, Any]) -> None:
        """Goes on from what `state()` gave."""
        self._whose, self._left = str(state["whose"]), int(state["left"])


def batches_in(turn: Turn, settings: ScheduleConfig) -> int:
    """Batches by which a round moves the run along: D's in "steps" mode, either network's in "epochs" mode."""
    return turn.d if settings.mode == "steps" else turn.d + turn.g


def rounds(batches: int, settings: ScheduleConfig) -> int:
    """Rounds that cover so many batches."""
    return -(-batches // (settings.d_steps if settings.mode == "steps" else 1))
