"""Python's cycle collector, kept to the GUI thread.

It runs in whichever thread happens to allocate. If that is a worker, it destroys what it finds there: a widget or a
timer in a dead cycle then dies outside the GUI thread, and the program with it.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY = 500  # ms
_YOUNG_PER_OLDER = 10  # collections of one generation for one of the next, as Python itself does


class Collector(QObject):
    """Collects by timer in the thread it was made in; elsewhere nothing is collected until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done = 0
        self._was_on = gc.isenabled()
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        gc.disable()

    def settle(self) -> None:
        """Look no more at what is there now, such as all of torch: a full collection would hold up the window."""
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        if self._was_on:
            gc.enable()

    def _collect(self) -> None:
        if gc.get_count()[0] < gc.get_threshold()[0]:
            return
        self._done += 1
        old = self._done % _YOUNG_PER_OLDER**2 == 0
        gc.collect(2 if old else 1 if self._done % _YOUNG_PER_OLDER == 0 else 0)
