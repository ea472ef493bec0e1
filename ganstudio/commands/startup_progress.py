"""Lines about what a run does before it trains, where that takes long."""

import threading
from collections.abc import Callable

MAX_SILENT_SECONDS = 1.0  # longer stages are reported


class Stages:
    """Takes stages of getting ready, see `ganstudio.stages`, and prints each that has not ended after a second.

    Parameters
    ----------
    say
        Prints a line.
    silent_seconds
        After which a stage is printed. None: a second.
    """

    def __init__(self, say: Callable[[str], None], silent_seconds: float | None = None) -> None:
        self._say = say
        self._silent_seconds = MAX_SILENT_SECONDS if silent_seconds is None else silent_seconds
        self._timer: threading.Timer | None = None

    def __call__(self, stage: str) -> None:
        """Note that a stage has begun, and so that the one before has ended."""
        self.__exit__()
        self._timer = threading.Timer(self._silent_seconds, self._say, (f"{stage}\N{HORIZONTAL ELLIPSIS}",))
        self._timer.daemon = True
        try:
            self._timer.start()
        except RuntimeError:  # the system allows no further thread; the line is not worth an error
            self._timer = None

    def __enter__(self) -> "Stages":
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None


def print_line(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)
