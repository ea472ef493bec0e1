"""What goes on before a run's first word, on a terminal: said where it takes long."""

import threading
from collections.abc import Callable

SECONDS = 1.0  # that a stage may take in silence


class Stages:
    """Takes stages of getting ready, see `stages`, and says each that has not ended after a second.

    Parameters
    ----------
    say
        Prints a line.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._timer: threading.Timer | None = None

    def __call__(self, stage: str) -> None:
        self.__exit__()
        self._timer = threading.Timer(SECONDS, self._say, (f"{stage}\N{HORIZONTAL ELLIPSIS}",))
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> "Stages":
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None
