"""Measures of a generator again and again, as while it trains: the real side is computed once."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ganstudio.evaluation import fidelity, report
from ganstudio.evaluation.features import Features
from ganstudio.evaluation.report import Report
from ganstudio.images import Pictures

COUNT = 2000  # pictures on each side: enough for a curve; figures depend on it, so compare only like with like

_SEED = 0  # of the choice of real pictures: every run on this data measures against the same ones


class Meter:
    """Measures generators against `count` pictures out of `real`, uint8 (N, H, W) or (N, H, W, 3), or all if fewer.

    The real side is computed at the first measurement and kept in memory (some 2 MB). No global random state is touched
    and torch's number of threads is left as it is.
    """

    def __init__(self, real: Pictures, features: Features, count: int = COUNT) -> None:
        self.features = features
        self.count = min(count, len(real))
        self._real = real
        self._side: report.Side | None = None

    def measure(self, make: Callable[[int], Pictures]) -> Report:
        """Measures of `make(count)`: pictures uint8 as the real ones are. `make` is called once and parts the work."""
        if self._side is None:
            chosen = self._order(self._real)[: self.count]
            self._side = report.side(np.asarray(self._real[np.sort(chosen)]), self.features)
            self._real = self._real[:0]
        return report.compare(report.side(make(self.count), self.features), self._side, self.features)

    def real_distance(self, real: Pictures) -> float | None:
        """Frechet distance of `count` other real pictures, out of the same `real` as at first: what a generator would
        have that draws from the data. None before the first measurement, or if there are not as many."""
        chosen = self._order(real)[self.count : 2 * self.count]
        if self._side is None or len(chosen) < self.count:
            return None
        seen, _ = self.features.read(np.asarray(real[np.sort(chosen)]))
        return fidelity.frechet_of(fidelity.moments(seen), self._side.moments)

    def _order(self, real: Pictures) -> npt.NDArray[np.int64]:
        return np.random.default_rng(_SEED).permutation(len(real))
