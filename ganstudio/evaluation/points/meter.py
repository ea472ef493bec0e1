"""Repeated measurement of generated points; what is known of the real ones is computed once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganstudio.data.points.distributions import Distribution
from ganstudio.errors import StudioError
from ganstudio.evaluation.points import measures

COUNT = 4096  # points of each kind
MODE_COUNT = 2500  # of these, those that modes are looked for in: as in the literature
NAME = "points"  # what `Measured.features` says of such measurements

_FLOOR_DRAWS = 8
_SEED = 0


@dataclass(frozen=True)
class PointReport:
    """Measures of points against those of the distribution that they are to have.

    Parameters
    ----------
    count
        Number of points, and of real ones.
    js
        Jensen-Shannon divergence on 32 x 32 cells, bits, 0..1.
    js_floor
        What as many real points have as `js`, on average: cells hold few points, so that it is never 0.
    sw
        Sliced Wasserstein-1 distance, in units of the plane.
    sw_floor
        What real points have as `sw`, on average.
    modes, of_modes, hq, mode_kl
        Modes found, modes that there are, share of points of high quality, reverse KL divergence of the modes' shares,
        nats; None for a distribution without modes. See `measures.ModeFigures`.
    """

    count: int
    js: float
    js_floor: float
    sw: float
    sw_floor: float
    modes: int | None = None
    of_modes: int | None = None
    hq: float | None = None
    mode_kl: float | None = None


class PointMeter:
    """Measurement of points against a distribution, always against the same real points.

    Parameters
    ----------
    distribution
        What the points are to have.
    """

    def __init__(self, distribution: Distribution) -> None:
        self.distribution = distribution
        self._real, _ = distribution.sample(COUNT, _SEED)
        self._histogram = measures.histogram(self._real)
        others = [self.draw_real(number) for number in range(_FLOOR_DRAWS)]
        self._js_floor = float(np.mean([self._js(points) for points in others]))
        self._sw_floor = float(np.mean([measures.sliced_wasserstein(points, self._real) for points in others]))

    def draw_real(self, number: int = 0) -> npt.NDArray[np.float32]:
        """Return other real points than those that are measured against, (COUNT, 2); others for each number."""
        return self.distribution.sample(COUNT, _SEED + 1 + number)[0]

    def _js(self, points: npt.NDArray[np.floating]) -> float:
        return measures.jensen_shannon(measures.histogram(points), self._histogram)

    def measure(self, points: npt.NDArray[np.floating]) -> PointReport:
        """Measure points (COUNT, 2).

        Raises
        ------
        StudioError
            They are not all finite.
        """
        if not np.isfinite(points).all():
            raise StudioError("not all of the points are finite")
        modes = self.distribution.modes
        found = None if modes is None else measures.count_modes(points[:MODE_COUNT], modes)
        return PointReport(
            count=len(points),
            js=self._js(points),
            js_floor=self._js_floor,
            sw=measures.sliced_wasserstein(points, self._real),
            sw_floor=self._sw_floor,
            modes=found.found if found else None,
            of_modes=None if modes is None else len(modes),
            hq=found.high_quality if found else None,
            mode_kl=found.kl if found else None,
        )
