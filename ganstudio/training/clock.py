"""Time spent training, with pauses and suspended hours left out."""

import time
from collections.abc import Callable


class Clock:
    """Adds up the time between steps. A gap far beyond a step's usual time was a pause or a suspended machine, not
    training; it counts as one usual step, so that rates and the time left stay sane."""

    LONGEST = 2.0  # seconds: gaps up to this always count
    FACTOR = 20.0  # so do gaps up to this many usual steps

    def __init__(self, seconds: float = 0.0, now: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._now = now
        self._last: float | None = None
        self._usual: float | None = None

    def lap(self) -> float:
        """Call after every step; returns the seconds it took."""
        now = self._now()
        gap = 0.0 if self._last is None else now - self._last
        self._last = now
        if self._usual is not None and gap > max(self.LONGEST, self.FACTOR * self._usual):
            gap = self._usual
        elif gap:
            self._usual = gap if self._usual is None else 0.9 * self._usual + 0.1 * gap
        self.seconds += gap
        return gap

    def begin(self) -> None:
        """Call when training starts or goes on: what lies before does not count."""
        self._last = self._now()

    def skip(self, seconds: float) -> None:
        """So much of the time since the last step was not training."""
        if self._last is not None:
            self._last += seconds
