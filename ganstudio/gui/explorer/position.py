"""Positions in the explorer: z, classes and truncation of a picture; and moves between them."""

from dataclasses import dataclass

import numpy as np

from ganstudio.gui.explorer.axes import Axis
from ganstudio.latent.paths import Mix, Noise, noise, one_hot


@dataclass(frozen=True)
class Position:
    """All that the explorer's picture depends on apart from the generator, and where z came from.

    Parameters
    ----------
    z
        (z_size,).
    mix
        Shares of the classes, (classes,); None if the generator has none.
    truncation
        Factor of z, 0..1.
    seed
        Seed that z was drawn from; None if it was moved.
    active_axis
        The axis that was moved last.
    """

    z: Noise
    mix: Mix | None
    truncation: float
    seed: int | None
    active_axis: Axis


@dataclass(frozen=True)
class Move:
    """A move that the user made.

    Parameters
    ----------
    before
        Where it started.
    description
        What was done, for the undo menu.
    key
        Moves with the same key may be parts of one drag; "": it never is.
    """

    before: Position
    description: str
    key: str = ""


def point_of_seed(seed: int, z_size: int, classes: int) -> tuple[Noise, Mix | None]:
    """Return z (z_size,) of a seed, as `ganstudio sample` draws its first picture, and its class: they go in turn."""
    return noise(1, z_size, seed)[0], one_hot(seed % classes, classes) if classes else None


def normalize(mix: Mix) -> Mix:
    """Return shares (classes,) that sum to 1, none below 0; all of the first class if there is nothing to share."""
    positive: Mix = np.maximum(mix, 0).astype(np.float32)
    total = float(positive.sum())
    if not np.isfinite(total) or total <= 0:
        return one_hot(0, len(positive))
    shares: Mix = positive / np.float32(total)
    return shares
