"""How much the pictures of the fixed z change from grid to grid."""

import math
from collections.abc import Iterable, Iterator

import numpy as np

from ganstudio.coach.record import Drift
from ganstudio.events import Samples

MAX_NUMBERS = 1 << 20  # of a grid, pixels times channels: of larger ones every second, third ... row and column counts


def drifts(grids: Iterable[Samples]) -> Iterator[Drift]:
    """Yield the change from each grid to the next; a change of the number of pictures is left out."""
    before: Samples | None = None
    for grid in grids:
        if before is not None and grid.pictures.shape == before.pictures.shape and grid.step > before.step:
            yield Drift(before.step, grid.step, _change(before, grid))
        before = grid


def _change(before: Samples, after: Samples) -> float:
    every = max(1, math.ceil(math.sqrt(after.pictures.size / MAX_NUMBERS)))
    one, two = (grid.pictures[:, ::every, ::every].astype(np.float32) for grid in (before, after))
    middle = two.mean(axis=0) if len(two) > 1 else two.mean()
    spread = float(np.abs(two - middle).mean())
    change = float(np.abs(two - one).mean())
    return change / max(spread, 1e-6) if change else 0.0
