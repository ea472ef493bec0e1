"""Repeated measurement of a generator while it trains; the statistics of real pictures are computed once."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ganstudio.evaluation import fidelity, report
from ganstudio.evaluation.features import Features
from ganstudio.evaluation.report import Report
from ganstudio.images import Pictures

COUNT = 2000  # pictures of each kind: enough for a curve; figures depend on it, so compare only equal counts

_SEED = 0  # of the choice of real pictures: every run on the same data is compared with the same ones


class Meter:
    """Measurement of generators against real pictures.

    The statistics of the real pictures are computed at the first measurement and kept in memory (some 2 MB). No global
    random state is touched and torch's number of threads is left as it is.

    Parameters
    ----------
    real
        Real pictures, (N, H, W) or (N, H, W, 3), uint8.
    features
        Network whose features are compared.
    count
        Number of pictures to compare; all real ones if there are fewer.
    """

    def __init__(self, real: Pictures, features: Features, count: int = COUNT) -> None:
        self.features = features
        self.count = min(count, len(real))
        self._real = real
        self._statistics: report.Statistics | None = None

    def measure(self, make: Callable[[int], Pictures]) -> Report:
        """Measure `make(count)`, pictures like the real ones; `make` is called once."""
        if self._statistics is None:
            chosen = self._order(self._real)[: self.count]
            self._statistics = report.compute_statistics(np.asarray(self._real[np.sort(chosen)]), self.features)
            self._real = self._real[:0]
        return report.compare(
            report.compute_statistics(make(self.count), self.features), self._statistics, self.features
        )

    def real_distance(self, real: Pictures) -> float | None:
        """Return the Frechet distance of other real pictures: what a generator would have that draws from the data.

        Parameters
        ----------
        real
            The same real pictures as at construction.

        Returns
        -------
        float or None
            None before the first measurement, or if there are too few other pictures.
        """
        chosen = self._order(real)[self.count : 2 * self.count]
        if self._statistics is None or len(chosen) < self.count:
            return None
        points, _ = self.features.read(np.asarray(real[np.sort(chosen)]))
        return fidelity.frechet_distance(fidelity.compute_moments(points), self._statistics.moments)

    def _order(self, real: Pictures) -> npt.NDArray[np.int64]:
        return np.random.default_rng(_SEED).permutation(len(real))
