"""How often a run saves: as often as a small share of its time allows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SHARE = 0.01  # of the time may go into saving
SOONEST = 5.0  # seconds between two saves, at least
BURST = 3.0  # seconds: edits that come closer together, as a slider makes them, belong together


class Rhythm:
    """When the next checkpoint is due, from what the last one cost."""

    def __init__(self) -> None:
        self._saved_at = time.monotonic()
        self._cost = 0.0  # seconds that the last one took
        self._edited_at = float("-inf")

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Around a save, also around one that fails: it is not tried again at once."""
        self._saved_at, begun = time.monotonic(), time.perf_counter()
        try:
            yield
        finally:
            self._cost = time.perf_counter() - begun

    def due(self, most: float) -> bool:
        """Whether to save now; at the latest `most` seconds after the last time."""
        return time.monotonic() - self._saved_at >= min(most, max(SOONEST, self._cost / SHARE))

    def edited(self) -> bool:
        """Call at each edit: whether it is the first of a burst."""
        before, self._edited_at = self._edited_at, time.monotonic()
        return self._edited_at - before >= BURST
