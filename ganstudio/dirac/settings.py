"""Settings of the smallest GAN. The window shows them before torch is loaded."""

from dataclasses import dataclass
from enum import StrEnum


class Penalty(StrEnum):
    """Penalty on D; only one at a time."""

    NONE = "none"
    R1 = "R1"
    R2 = "R2"
    GRADIENT = "gradient penalty"
    DRAGAN = "DRAGAN"
    CLIP = "weight clipping"


class Steps(StrEnum):
    """How D and G take turns."""

    ALTERNATING = "alternating"  # D, then G, which sees the new D: as in training
    SIMULTANEOUS = "simultaneous"  # both from the same point
    CONTINUOUS = "continuous"  # the limit of small steps; a step is one unit of time


@dataclass(frozen=True)
class GameSettings:
    """How the game is played.

    Parameters
    ----------
    loss
        Name of the objective.
    penalty, weight
        Penalty on D and its weight, gamma or lambda; for weight clipping the largest slope.
    noise
        Standard deviation of the noise that is added to all that D sees.
    d_lr, g_lr
        Learning rates of gradient descent.
    d_steps
        Updates of D for each of G; in continuous time, how many times as fast D moves.
    steps
        How D and G take turns.
    """

    loss: str = "non-saturating"
    penalty: Penalty = Penalty.NONE
    weight: float = 1.0
    noise: float = 0.0
    d_lr: float = 0.1
    g_lr: float = 0.1
    d_steps: int = 1
    steps: Steps = Steps.ALTERNATING

    @property
    def max_slope(self) -> float | None:
        """Largest slope that weight clipping leaves D; None without it."""
        return self.weight if self.penalty is Penalty.CLIP else None
