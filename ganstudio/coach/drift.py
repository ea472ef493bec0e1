"""How much the pictures of the fixed z change from grid to grid."""

from collections.abc import Iterable, Iterator

import numpy as np

from ganstudio.coach.record import Drift
from ganstudio.events import Samples


def drifts(grids: Iterable[Samples]) -> Iterator[Drift]:
    """Yield the change from each grid to the next; a change of the number of pictures is left out."""
    before: Samples | None = None
    for grid in grids:
        if before is not None and grid.pictures.shape == before.pictures.shape and grid.step > before.step:
            yield Drift(before.step, grid.step, _change(before, grid))
        before = grid


def _change(before: Samples, after: Samples) -> float:
    one, two = before.pictures.astype(np.float32), after.pictures.astype(np.float32)
    middle = two.mean(axis=0) if len(two) > 1 else two.mean()
    spread = float(np.abs(two - middle).mean())
    change = float(np.abs(two - one).mean())
    return change / max(spread, 1e-6) if change else 0.0
