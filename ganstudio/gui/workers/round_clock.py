"""How long the rounds of a run take, so that one who waits for the end of the present one knows how long."""

import time

from ganstudio.events import Event, Paused, Stepped


class RoundClock:
    """Measures the rounds of a run by its events."""

    def __init__(self) -> None:
        self._last = 0.0  # seconds that the last round took
        self._since: float | None = None  # when the present one began; None: none is being done

    def note(self, event: Event) -> None:
        """Take the next event."""
        now = time.monotonic()
        if isinstance(event, Stepped) and self._since is not None:
            self._last = now - self._since
        self._since = None if isinstance(event, Paused) else now

    def seconds(self) -> float:
        """Return how long a round takes, as far as is known: the last one, or the present one if that is longer."""
        present = 0.0 if self._since is None else time.monotonic() - self._since
        return max(self._last, present)
