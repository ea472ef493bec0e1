"""Training time, without pauses and the hours when the machine was suspended."""

import time
from collections.abc import Callable


class Clock:
    """Sum of the time between steps.

    A gap far longer than a usual step was a pause or a suspended machine; it counts as one usual step, so that rates
    and the time left stay sane. The first step has none to compare with: it cannot have taken far longer than the
    process computed.

    Parameters
    ----------
    seconds
        Training time so far.
    now
        Clock in seconds.
    computed
        Seconds that the processor has spent on this process.
    """

    MAX_GAP_SECONDS = 2.0  # gaps up to this always count
    MAX_GAP_STEPS = 20.0  # so do gaps up to this many usual steps

    def __init__(
        self,
        seconds: float = 0.0,
        now: Callable[[], float] = time.monotonic,
        computed: Callable[[], float] = time.process_time,
    ) -> None:
        self.seconds = seconds
        self._now = now
        self._computed = computed
        self._computed_before = 0.0
        self._last: float | None = None
        self._usual: float | None = None

    def lap(self) -> float:
        """Add the time of the step that has just ended and return it, in seconds."""
        now = self._now()
        gap = 0.0 if self._last is None else now - self._last
        self._last = now
        if self._usual is not None and gap > max(self.MAX_GAP_SECONDS, self.MAX_GAP_STEPS * self._usual):
            gap = self._usual
        elif gap:
            if self._usual is None:
                computed = self._computed() - self._computed_before
                gap = min(gap, max(self.MAX_GAP_SECONDS, self.MAX_GAP_STEPS * computed))
            self._usual = gap if self._usual is None else 0.9 * self._usual + 0.1 * gap
        self.seconds += gap
        return gap

    def begin(self) -> None:
        """Count from here: training starts or continues."""
        self._last = self._now()
        self._computed_before = self._computed()

    def skip(self, seconds: float) -> None:
        """Leave out `seconds` of the time since the last step: they were not training."""
        if self._last is not None:
            self._last += seconds
